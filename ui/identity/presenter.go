package identity

import (
	"context"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/sync"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// Parse reads a filter line; its error says in words what is wrong.
type Parse func(line string, now time.Time) (identity.Filter, error)

// Prefs remembers small things between starts. Both calls return at once.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Deps are what the lists need.
type Deps struct {
	// Reader reads the tenant in a slot; it may return nil.
	Reader func(slot int) identity.Reader
	Desk   *work.Desk
	Prefs  Prefs
	Clock  func() present.Clock
	Parse  Parse
}

// What tells the view what to draw again.
type What int

// Parts of the screen.
const (
	Rows What = 1 << iota
	Cursor
	Preview
	Head
	Table
)

// Presenter is the state of the lists. It belongs to the UI goroutine.
type Presenter struct {
	// Changed is called after every change of state.
	Changed func(What)

	d      Deps
	slot   int
	tenant string // of the slot, to tell its sources apart
	tab    Tab
	lists  [tabs]*list

	heating, keeping, shown *work.Slot
	heat                    identity.Heat
	cell                    [2]int // type and country
	beside                  error  // of the table, the preview or what is kept
	kept                    identity.Kept
	known                   *identity.Person // of the user under the cursor
	knownOf                 string
	pull                    sync.State
}

// New returns a presenter with the tab, filters and orders of the last time.
func New(d Deps) *Presenter {
	p := &Presenter{d: d, Changed: func(What) {}, heating: d.Desk.Slot(), keeping: d.Desk.Slot(), shown: d.Desk.Slot()}
	for t := range tabs {
		l := &list{slot: d.Desk.Slot(), cursor: -1, at: map[string]int{}}
		text := d.Prefs.Get(t.pref("filter"))
		if text == "" && t < SignIns {
			text = stillOpen
		}
		l.setText(strings.TrimSpace(text), d.Parse, d.Clock().Now)
		if n, err := strconv.Atoi(d.Prefs.Get(t.pref("sort"))); err == nil && n >= 0 && n < len(orders[t]) {
			l.sort = n
		}
		p.lists[t] = l
	}
	if n, err := strconv.Atoi(d.Prefs.Get("identity.tab")); err == nil && n >= 0 && n < int(tabs) {
		p.tab = Tab(n)
	}
	return p
}

// stillOpen is the filter of users and workloads at the first start.
const stillOpen = "state:atrisk,compromised"

func (t Tab) pref(what string) string { return "identity." + what + "." + strconv.Itoa(int(t)) }

func (p *Presenter) list() *list { return p.lists[p.tab] }

// reader is the tenant's, nil where it has none.
func (p *Presenter) reader() identity.Reader {
	if p.d.Reader == nil {
		return nil
	}
	return p.d.Reader(p.slot)
}

// Use shows the tenant in a slot; name tells its sources from those of others.
func (p *Presenter) Use(slot int, name string) {
	if slot != p.slot {
		for _, l := range p.lists {
			l.slot.Stop()
			*l = list{slot: l.slot, text: l.text, filter: l.filter, problem: l.problem, sort: l.sort, cursor: -1, at: map[string]int{}}
		}
		p.heat, p.cell, p.kept, p.known, p.knownOf = identity.Heat{}, [2]int{}, identity.Kept{}, nil, ""
	}
	p.slot, p.tenant = slot, name
	p.Load()
}

// Slot is that of the tenant that is shown.
func (p *Presenter) Slot() int { return p.slot }

// Load reads the open tab from its top, with all rows that arrived.
func (p *Presenter) Load() {
	l, tab := p.list(), p.tab
	l.stale, p.beside = false, nil
	r := p.reader()
	if r == nil {
		l.loaded, l.err = true, nil
		p.Changed(Rows | Cursor | Preview | Head | Table)
		return
	}
	q := l.query(tab)
	l.slot.Run(func(ctx context.Context) func() {
		got, err := read(ctx, r, tab, q)
		return func() {
			if l.err = err; err != nil {
				l.loaded = true
				p.Changed(Rows | Head)
				return
			}
			l.begin(got)
			p.follow()
			p.Changed(Rows | Cursor | Head)
			p.catchUp(l)
		}
	})
	p.readHeat()
	p.readKept()
}

// loadMore reads on behind the last row.
func (p *Presenter) loadMore() {
	l, tab, r := p.list(), p.tab, p.reader()
	if l.next == "" || l.slot.Busy() || r == nil {
		return
	}
	q := l.query(tab)
	q.After = l.next
	l.slot.Run(func(ctx context.Context) func() {
		got, err := read(ctx, r, tab, q)
		return func() {
			if l.err = err; err != nil {
				p.Changed(Head)
				return
			}
			l.next = got.next
			if len(got.rows) == 0 {
				l.next = ""
			}
			l.add(got.rows)
			p.Changed(Rows | Head)
			p.catchUp(l)
		}
	})
}

// Refresh brings what is shown up to date in place; new rows wait.
func (p *Presenter) Refresh() {
	l, tab, r := p.list(), p.tab, p.reader()
	if l.slot.Busy() {
		l.stale = true // a stream of events must not keep a read from ending
		return
	}
	if r == nil || !l.loaded || l.err != nil || len(l.rows) == 0 || p.firstPull() && len(l.rows) < pageSize {
		p.keepCursor()
		p.Load()
		return
	}
	p.beside = nil
	q := l.query(tab)
	q.Limit = min(refreshed, len(l.rows)+lookAhead)
	l.slot.Run(func(ctx context.Context) func() {
		got, err := read(ctx, r, tab, q)
		return func() {
			if err != nil {
				if app.KindOf(err) != app.KindCancelled {
					l.err = err
					p.Changed(Head)
				}
				return
			}
			l.renew(got)
			p.follow()
			p.Changed(Rows | Head)
			p.catchUp(l)
		}
	})
	p.readHeat()
	p.readKept()
}

// catchUp does what a read that was on its way kept waiting.
func (p *Presenter) catchUp(l *list) {
	switch {
	case l.stale && l == p.list():
		l.stale = false
		p.Refresh()
	case l == p.list() && l.cursor >= len(l.rows)-lookAhead:
		p.loadMore()
	}
}

func (p *Presenter) keepCursor() {
	if r, ok := p.list().current(); ok {
		p.list().wanted = r.ID
	}
}

const heatTop = 8 // types and countries of the table; the rest is "other"

func (p *Presenter) readHeat() {
	r := p.reader()
	if p.tab != Detections || r == nil {
		return
	}
	f := p.lists[Detections].filter
	p.heating.Run(func(ctx context.Context) func() {
		h, err := r.Heat(ctx, f, heatTop)
		return func() {
			if err != nil {
				p.lost(err)
				return
			}
			p.heat = h
			p.moveCell(0, 0)
		}
	})
}

func (p *Presenter) readKept() {
	r := p.reader()
	if r == nil || p.keeping.Busy() {
		return
	}
	p.keeping.Run(func(ctx context.Context) func() {
		k, err := r.Kept(ctx)
		return func() {
			if err != nil {
				p.lost(err)
				return
			}
			p.kept = k
			p.Changed(Head)
		}
	})
}

// follow completes the preview of the user under the cursor.
func (p *Presenter) follow() {
	row, ok := p.list().current()
	if !ok || row.User == nil {
		p.shown.Stop()
		p.known, p.knownOf = nil, ""
		p.Changed(Preview)
		return
	}
	if p.knownOf != row.ID {
		p.known, p.knownOf = nil, row.ID
	}
	p.Changed(Preview)
	r, key := p.reader(), identity.Key{ObjectID: row.User.ID, UPN: row.User.UPN}
	if r == nil {
		return
	}
	p.shown.Run(func(ctx context.Context) func() {
		x, err := r.Person(ctx, key)
		return func() {
			if err != nil {
				p.lost(err)
				return
			}
			p.known = &x
			p.Changed(Preview)
		}
	})
}

// lost notes what stands beside the list and could not be read; the list stays. That
// nothing more is known of somebody is no fault.
func (p *Presenter) lost(err error) {
	if kind := app.KindOf(err); kind != app.KindCancelled && kind != app.KindNotFound {
		p.beside = err
		p.Changed(Head)
	}
}

// SetSync tells how the pull stands.
func (p *Presenter) SetSync(s sync.State) {
	p.pull = s
	p.Changed(Head)
}

// Leave stops what is being read.
func (p *Presenter) Leave() {
	for _, l := range p.lists {
		l.slot.Stop()
	}
	p.heating.Stop()
	p.keeping.Stop()
	p.shown.Stop()
}

// Settled reports that the open list was read, or that reading it failed.
func (p *Presenter) Settled() bool { return p.list().loaded }
