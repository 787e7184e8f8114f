package actions

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

const (
	// unfinished and finished bound the list; older actions stay in the cache.
	unfinished, finished = 20_000, 5_000
	// calm is how long a list may be that is read again at every event; a longer one is
	// read at most once a second.
	calm = 1_000
)

// Outbox is what the page needs of it.
type Outbox interface {
	List(ctx context.Context, limit int, states ...outbox.State) ([]outbox.Action, error)
	Retry(ctx context.Context, seq int64) error
	Discard(ctx context.Context, seq int64) error
	Settle(ctx context.Context, seq, version int64, choices []outbox.Choice) error
	Follow(ctx context.Context, seq, version int64) (outbox.Action, error)
	RetryBatch(ctx context.Context, id string) (int, error)
	Recheck(ctx context.Context, seq int64) (outbox.Action, error)
}

// Presenter is the state of the page. It belongs to the UI goroutine.
type Presenter struct {
	Changed func()
	// Say shows a sentence in the status line.
	Say func(text string, bad bool)

	box    Outbox
	clock  func() present.Clock
	desk   *work.Desk
	list   *work.Slot
	all    []*outbox.Action // newest first
	lines  []line
	tab    int                    // index into filters
	opened map[string]bool        // forms whose actions are all listed
	behind map[int64]outbox.State // what an action waits for, by its seq
	until  time.Time              // the last moment that a line counts down to
	cursor int
	loaded bool
	stale  bool // the outbox changed since the list was read
	err    error
}

// New returns an empty page; Load fills it.
func New(box Outbox, desk *work.Desk, clock func() present.Clock) *Presenter {
	return &Presenter{Changed: func() {}, Say: func(string, bool) {}, box: box, clock: clock, desk: desk, list: desk.Slot(), opened: map[string]bool{}}
}

// Load reads the list.
func (p *Presenter) Load() {
	p.stale = false
	tab, opened, now := filters[p.tab], maps.Clone(p.opened), p.clock().Now
	p.list.Run(func(ctx context.Context) func() {
		read, err := p.box.List(ctx, unfinished, outbox.Conflict, outbox.Failed, outbox.Sending, outbox.Queued)
		if err == nil {
			var over []outbox.Action
			over, err = p.box.List(ctx, finished, outbox.Done, outbox.Discarded)
			read = append(read, over...)
		}
		all := make([]*outbox.Action, len(read))
		for i := range read {
			all[i] = &read[i]
		}
		slices.SortStableFunc(all, func(a, b *outbox.Action) int { return b.Created.Compare(a.Created) })
		lines, behind, until := arrange(all, tab, opened), blocked(all), horizon(all, now)
		return func() {
			p.loaded = true
			if p.err = err; err == nil {
				p.all, p.behind, p.until = all, behind, until
				if tab.Name != filters[p.tab].Name || !maps.Equal(opened, p.opened) { // turned while it was read
					lines = arrange(all, filters[p.tab], p.opened)
				}
				p.place(lines)
			}
			p.Changed()
			if p.stale && len(p.all) <= calm {
				p.Load()
			}
		}
	})
}

// Refresh reads the list again after an event, a long one not at once: Second does.
func (p *Presenter) Refresh() {
	if p.list.Busy() || len(p.all) > calm {
		p.stale = true
		return
	}
	p.Load()
}

// Counting reports that a line counts seconds, or that a long list is out of date.
func (p *Presenter) Counting() bool {
	now := p.clock().Now
	return p.stale || p.until.After(now)
}

// Second draws again what counts seconds, and reads a long list that is out of date.
func (p *Presenter) Second() {
	if p.stale && !p.list.Busy() {
		p.Load()
	}
	p.Changed()
}

// horizon is the last moment within two minutes of now that an action waits for;
// longer waits are not counted in seconds.
func horizon(all []*outbox.Action, now time.Time) time.Time {
	var out time.Time
	for _, a := range all {
		for _, at := range []time.Time{a.NotBefore, a.HeldUntil, a.Expires} {
			if a.State == outbox.Queued && at.After(out) && near(at, now) {
				out = at
			}
		}
	}
	return out
}

// rearrange makes the lines anew from what is loaded.
func (p *Presenter) rearrange() {
	p.place(arrange(p.all, filters[p.tab], p.opened))
	p.Changed()
}

// place takes new lines; the cursor keeps its action or its head, else its place.
func (p *Presenter) place(lines []line) {
	var was line
	if p.cursor >= 0 && p.cursor < len(p.lines) {
		was = p.lines[p.cursor]
	}
	p.lines = lines
	p.cursor = max(0, min(p.cursor, len(lines)-1))
	for i, l := range lines {
		if l.head != nil && was.head != nil && l.head.ID == was.head.ID || l.head == nil && was.head == nil && was.action != nil && l.action.Seq == was.action.Seq {
			p.cursor = i
		}
	}
}

// blocked finds the queued actions that an earlier one of the same incident or subject
// holds up, and how that one stands.
func blocked(all []*outbox.Action) map[int64]outbox.State {
	type halt struct {
		seq   int64
		state outbox.State
	}
	first := map[lane]halt{}
	for _, a := range all {
		if h, ok := first[laneOf(a)]; NeedsPerson(a.State) && (!ok || a.Seq < h.seq) {
			first[laneOf(a)] = halt{a.Seq, a.State}
		}
	}
	out := map[int64]outbox.State{}
	for _, a := range all {
		if h, ok := first[laneOf(a)]; ok && a.State == outbox.Queued && h.seq < a.Seq {
			out[a.Seq] = h.state
		}
	}
	return out
}

// NeedsPerson reports that an action goes no further without the analyst.
func NeedsPerson(s outbox.State) bool { return s == outbox.Conflict || s == outbox.Failed }

// Current is the action under the cursor; ok is false on the head of a form.
func (p *Presenter) Current() (outbox.Action, bool) {
	if p.cursor < 0 || p.cursor >= len(p.lines) || p.lines[p.cursor].head != nil {
		return outbox.Action{}, false
	}
	return *p.lines[p.cursor].action, true
}

// Form is the form under the cursor: that of its head.
func (p *Presenter) Form() (first outbox.Action, b outbox.Batch, ok bool) {
	if p.cursor < 0 || p.cursor >= len(p.lines) || p.lines[p.cursor].head == nil {
		return outbox.Action{}, outbox.Batch{}, false
	}
	return *p.lines[p.cursor].action, *p.lines[p.cursor].head, true
}

// Do carries out a command and reports whether it is the page's.
func (p *Presenter) Do(c keys.Command, page int) bool {
	if n, ok := c.Number("view"); ok {
		p.Show(n - 1)
		return true
	}
	switch c {
	case keys.Down:
		p.Move(p.cursor + 1)
	case keys.Up:
		p.Move(p.cursor - 1)
	case keys.PageDown:
		p.Move(p.cursor + page)
	case keys.PageUp:
		p.Move(p.cursor - page)
	case keys.Home:
		p.Move(0)
	case keys.End:
		p.Move(len(p.lines) - 1)
	case keys.Unfold:
		p.fold(false)
	case keys.Fold:
		p.fold(true)
	case keys.KeepTheirs, keys.KeepMine, keys.Follow, keys.Retry, keys.Discard, keys.Recheck:
		p.settle(c)
	default:
		return false
	}
	return true
}

// Show opens a tab of states.
func (p *Presenter) Show(n int) {
	if n >= 0 && n < len(filters) && n != p.tab {
		p.tab = n
		p.rearrange()
	}
}

// Toggle folds or unfolds the form under the cursor and reports whether there is one.
func (p *Presenter) Toggle() bool {
	_, b, ok := p.Form()
	if ok {
		p.fold(p.opened[b.ID])
	}
	return ok
}

// fold opens the form under the cursor, or closes that which the cursor is in or on.
func (p *Presenter) fold(shut bool) {
	if p.cursor < 0 || p.cursor >= len(p.lines) {
		return
	}
	l := p.lines[p.cursor]
	if l.head == nil && !l.inside || !shut && l.head == nil {
		return
	}
	if id := l.action.Batch; shut {
		delete(p.opened, id)
		for l.head == nil && p.lines[p.cursor].head == nil && p.cursor > 0 {
			p.cursor--
		}
	} else {
		p.opened[id] = true
	}
	p.rearrange()
}

// Move puts the cursor on a row, bounded by the list.
func (p *Presenter) Move(i int) {
	if i = max(0, min(i, len(p.lines)-1)); i != p.cursor {
		p.cursor = i
		p.Changed()
	}
}

// counts are how many actions each tab holds.
func (p *Presenter) counts() []string {
	out := make([]string, len(filters))
	for i, f := range filters {
		n := 0
		for _, a := range p.all {
			if f.shows(a.State) {
				n++
			}
		}
		if n > 0 {
			out[i] = present.Figure(n)
		}
		if n >= unfinished {
			out[i] += "+"
		}
	}
	return out
}

// tries says how often an action was sent: "sent 3 times".
func tries(a outbox.Action) string {
	switch a.Attempts {
	case 0:
		return "not sent yet"
	case 1:
		return "sent once"
	}
	return "sent " + strconv.Itoa(a.Attempts) + " times"
}

// say shows what an errand ended with.
func (p *Presenter) say(err error, done string) {
	switch {
	case app.KindOf(err) == app.KindConflict:
		p.Say(app.Say(err)+" The list shows how it stands now.", true)
	case err != nil:
		p.Say(app.Say(err), true)
	default:
		p.Say(done, false)
	}
}
