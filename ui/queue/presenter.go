package queue

import (
	"context"
	"slices"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

const (
	pageSize   = 200 // rows of one read
	endSize    = 500 // the same on the way to the last row
	lookAhead  = 30  // rows before the end at which the next window is read
	around     = 50  // rows above the first visible one that are kept fresh
	viewsEvery = 5 * time.Second
)

// Prefs remembers small things between starts. Both calls return at once.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Deps are what the queue needs.
type Deps struct {
	Queue triage.Queue
	Cases triage.Cases
	Desk  *work.Desk
	Prefs Prefs
	Now   func() time.Time
	Me    app.Owner
	Views []View
	// Waiting are the actions of an incident that are still on their way; may be nil.
	Waiting func(context.Context, triage.Row) []outbox.Action
}

// What tells the view what to draw again.
type What int

// Parts of the screen.
const (
	Rows What = 1 << iota
	Cursor
	Preview
	Head
)

// Presenter is the state of the queue. It belongs to the UI goroutine.
type Presenter struct {
	// Changed is called after every change of state; Top says which row is the first
	// visible one.
	Changed func(What)
	Top     func() int

	d                           Deps
	list, count, shown, perView *work.Slot
	marking                     *work.Slot
	marks                       marked

	rows   []triage.Row
	more   bool
	cursor int

	view     int // index into d.Views, -1 when the filter was edited
	text     string
	filter   triage.Filter
	problems []string
	sort     triage.Sort
	until    time.Time

	counts     triage.Counts
	counted    bool
	countedFor string // the filter that counts are of
	viewCounts []string
	viewsAt    time.Time
	viewsStale bool
	viewsAgain bool // a pull ended while the views were being counted
	toEnd      bool // rows are being read until the last one
	arrived    int
	loaded     bool
	err        error
	stale      bool // an event came while a refresh was on its way
	recounts   bool // the same for the figures
	partial    bool // rows outside fresh may be out of date
	fresh      [2]int
	wanted     int64 // incident to put the cursor on after the next load
	pull       sync.State

	detail    *triage.Case
	detailErr error
	before    map[app.Field]string // what is only queued, on the row that detail is of
}

// New returns a presenter with the filter, order and row of the last time.
func New(d Deps) *Presenter {
	if len(d.Views) == 0 {
		d.Views = DefaultViews
	}
	p := &Presenter{
		d: d, list: d.Desk.Slot(), count: d.Desk.Slot(), shown: d.Desk.Slot(), perView: d.Desk.Slot(), marking: d.Desk.Slot(),
		Changed: func(What) {}, Top: func() int { return 0 }, cursor: -1, viewCounts: make([]string, len(d.Views)),
	}
	p.useView(0)
	if n, err := strconv.Atoi(d.Prefs.Get("queue.view")); err == nil && n >= 0 && n < len(d.Views) {
		p.useView(n)
	} else if t := d.Prefs.Get("queue.filter"); t != "" && err == nil {
		p.view = -1
		p.setText(t)
	}
	if s := triage.Sort(d.Prefs.Get("queue.sort")); slices.Contains(sorts, s) {
		p.sort = s
	}
	p.wanted, _ = strconv.ParseInt(d.Prefs.Get("queue.row"), 10, 64)
	return p
}

func (p *Presenter) useView(n int) {
	v, only := p.d.Views[n], p.Tenant()
	p.view, p.sort = n, v.Sort
	p.setText(v.Filter)
	if only != "" {
		p.setText(limited(p.filter, only).String())
	}
}

func (p *Presenter) setText(s string) {
	p.text = s
	p.filter, p.problems = triage.Parse(s)
}

func (p *Presenter) remember() {
	p.d.Prefs.Set("queue.view", strconv.Itoa(p.view))
	p.d.Prefs.Set("queue.filter", p.text)
	p.d.Prefs.Set("queue.sort", string(p.sort))
}

// Start reads the first window.
func (p *Presenter) Start() { p.Load() }

// Load reads the list from the top, with all rows that arrived.
func (p *Presenter) Load() {
	p.until = p.d.Now()
	p.stale, p.recounts, p.toEnd = false, false, false
	p.count.Stop()
	p.list.Run(p.reading(nil, pageSize, func(w triage.Window) {
		p.rows, p.more, p.loaded, p.arrived = w.Rows, w.More, true, 0
		p.partial, p.fresh = false, [2]int{0, len(w.Rows)}
		p.seen(w.Rows)
		p.cursor = min(0, len(p.rows)-1)
		for i, r := range p.rows {
			if r.ID == p.wanted {
				p.cursor = i
			}
		}
		if p.cursor >= 0 {
			p.d.Prefs.Set("queue.row", strconv.FormatInt(p.rows[p.cursor].ID, 10))
		}
		p.follow()
		p.Changed(Rows | Cursor | Head)
		p.recount()
		p.catchUp()
	}))
}

// Settled reports that the list was read, or that reading it failed, and so was the
// incident under the cursor.
func (p *Presenter) Settled() bool {
	return p.loaded && (len(p.rows) == 0 || p.err != nil || p.detail != nil || p.detailErr != nil)
}

// query is what the list shows now. While the first pull runs nothing is held back.
func (p *Presenter) query() triage.Query {
	q := triage.Query{Filter: p.filter, Sort: p.sort, Limit: pageSize, Me: p.d.Me.UPN, Until: p.until}
	if p.firstPull() {
		q.Until = time.Time{}
	}
	return q
}

// reading is a job that reads a window behind a row.
func (p *Presenter) reading(after *triage.Row, size int, then func(triage.Window)) func(context.Context) func() {
	q := p.query()
	q.After, q.Limit = after, size
	return func(ctx context.Context) func() {
		w, err := p.d.Queue.Window(ctx, q)
		return func() {
			if p.err = err; err != nil {
				p.loaded, p.toEnd = true, false
				p.Changed(Rows | Head)
				return
			}
			then(w)
		}
	}
}

func (p *Presenter) loadMore() {
	if !p.more || p.list.Busy() || len(p.rows) == 0 {
		return
	}
	last := p.rows[len(p.rows)-1]
	size := pageSize
	if p.toEnd {
		size = endSize
	}
	p.list.Run(p.reading(&last, size, func(w triage.Window) {
		fresh := make(map[int64]bool, len(w.Rows))
		for _, r := range w.Rows {
			fresh[r.ID] = true
		}
		for _, r := range p.rows {
			delete(fresh, r.ID)
		}
		for _, r := range w.Rows {
			if fresh[r.ID] {
				p.rows = append(p.rows, r)
			}
		}
		p.seen(w.Rows)
		p.more = w.More && len(w.Rows) > 0
		p.Changed(Rows)
		if p.toEnd {
			p.end()
		}
		p.catchUp()
	}))
}

// recount brings the figures around the list up to date.
func (p *Presenter) recount() {
	if p.count.Busy() {
		p.recounts = true
		return
	}
	q := p.query()
	since := p.until
	held := !q.Until.IsZero()
	p.count.Run(func(ctx context.Context) func() {
		c, err := p.d.Queue.Count(ctx, q)
		n := 0
		if err == nil && held {
			all := q
			all.Until = time.Time{}
			n, err = p.d.Queue.Arrived(ctx, all, since)
		}
		return func() {
			if err == nil {
				p.counts, p.counted, p.arrived, p.countedFor = c, true, n, q.Filter.String()
				p.Changed(Head)
			}
			if p.recounts {
				p.recounts = false
				p.recount()
			}
		}
	})
	p.countViews()
}

func (p *Presenter) countViews() {
	now := p.d.Now()
	if p.perView.Busy() && p.viewsAt.IsZero() {
		p.viewsAgain = true
		return
	}
	if p.viewsStale = p.perView.Busy() || !p.viewsAt.IsZero() && now.Sub(p.viewsAt) < viewsEvery; p.viewsStale {
		return
	}
	p.viewsAt = now
	only := p.Tenant()
	p.perView.Run(func(ctx context.Context) func() {
		out := make([]string, len(p.d.Views))
		for i, v := range p.d.Views {
			f, _ := triage.Parse(v.Filter)
			f = limited(f, only)
			c, err := p.d.Queue.Count(ctx, triage.Query{Filter: f, Sort: v.Sort, Me: p.d.Me.UPN})
			if err != nil {
				return func() { p.viewsStale = true }
			}
			out[i] = Figure(c.Match, c.Capped)
		}
		return func() {
			p.viewCounts = out
			p.Changed(Head)
			if p.viewsAgain {
				p.viewsAgain, p.viewsAt = false, time.Time{}
				p.countViews()
			}
		}
	})
}

// Tick brings figures up to date that an event came too early for.
func (p *Presenter) Tick() {
	if p.viewsStale {
		p.countViews()
	}
}

// viewCount is the figure on a view's tab; that of the open one is the list's own.
func (p *Presenter) viewCount(i int) string {
	if i == p.view && p.counted && p.countedFor == p.filter.String() {
		return Figure(p.counts.Match, p.counts.Capped)
	}
	return p.viewCounts[i]
}

// Figure is a count for people: "1,204", "10,000+".
func Figure(n int, capped bool) string {
	s := present.Figure(n)
	if capped {
		s += "+"
	}
	return s
}
