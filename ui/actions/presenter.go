package actions

import (
	"context"
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// limit bounds the list; older actions stay in the cache.
const limit = 500

// Outbox is what the page needs of it.
type Outbox interface {
	List(ctx context.Context, limit int, states ...outbox.State) ([]outbox.Action, error)
	Retry(ctx context.Context, seq int64) error
	Discard(ctx context.Context, seq int64) error
	KeepMine(ctx context.Context, seq int64) error
}

// Presenter is the state of the page. It belongs to the UI goroutine.
type Presenter struct {
	Changed func()
	// Say shows a sentence in the status line.
	Say func(text string, bad bool)

	box     Outbox
	clock   func() present.Clock
	desk    *work.Desk
	list    *work.Slot
	actions []outbox.Action
	behind  map[int64]outbox.State // what an action waits for, by its seq
	cursor  int
	loaded  bool
	err     error
}

// New returns an empty page; Load fills it.
func New(box Outbox, desk *work.Desk, clock func() present.Clock) *Presenter {
	return &Presenter{Changed: func() {}, Say: func(string, bool) {}, box: box, clock: clock, desk: desk, list: desk.Slot()}
}

// Load reads the list: what needs a person first, then what is on its way, then the
// rest; newest first within each.
func (p *Presenter) Load() {
	p.list.Run(func(ctx context.Context) func() {
		all, err := p.box.List(ctx, limit)
		return func() {
			p.loaded = true
			if p.err = err; err == nil {
				p.take(all)
			}
			p.Changed()
		}
	})
}

func (p *Presenter) take(all []outbox.Action) {
	seq := int64(-1)
	if a, ok := p.Current(); ok {
		seq = a.Seq
	}
	p.actions = p.actions[:0:0]
	for _, group := range [][]outbox.State{{outbox.Conflict, outbox.Failed}, {outbox.Sending, outbox.Queued}, {outbox.Done, outbox.Discarded}} {
		for _, a := range all {
			if a.State == group[0] || a.State == group[1] {
				p.actions = append(p.actions, a)
			}
		}
	}
	p.behind = blocked(all)
	p.cursor = max(0, min(p.cursor, len(p.actions)-1))
	for i, a := range p.actions {
		if a.Seq == seq {
			p.cursor = i
		}
	}
}

// blocked finds the queued actions that an earlier one of the same incident holds up,
// and how that one stands.
func blocked(all []outbox.Action) map[int64]outbox.State {
	type halt struct {
		seq   int64
		state outbox.State
	}
	first := map[int64]halt{}
	for _, a := range all {
		if h, ok := first[a.IncidentID]; NeedsPerson(a.State) && (!ok || a.Seq < h.seq) {
			first[a.IncidentID] = halt{a.Seq, a.State}
		}
	}
	out := map[int64]outbox.State{}
	for _, a := range all {
		if h, ok := first[a.IncidentID]; ok && a.State == outbox.Queued && h.seq < a.Seq {
			out[a.Seq] = h.state
		}
	}
	return out
}

// NeedsPerson reports that an action goes no further without the analyst.
func NeedsPerson(s outbox.State) bool { return s == outbox.Conflict || s == outbox.Failed }

// Current is the action under the cursor.
func (p *Presenter) Current() (outbox.Action, bool) {
	if p.cursor < 0 || p.cursor >= len(p.actions) {
		return outbox.Action{}, false
	}
	return p.actions[p.cursor], true
}

// Do carries out a command and reports whether it is the page's.
func (p *Presenter) Do(c keys.Command, page int) bool {
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
		p.Move(len(p.actions) - 1)
	case keys.KeepTheirs, keys.KeepMine, keys.Retry, keys.Discard:
		p.settle(c)
	default:
		return false
	}
	return true
}

// Move puts the cursor on a row, bounded by the list.
func (p *Presenter) Move(i int) {
	if i = max(0, min(i, len(p.actions)-1)); i != p.cursor {
		p.cursor = i
		p.Changed()
	}
}

// Offers are the commands that settle an action in a state.
func Offers(s outbox.State) []keys.Command {
	switch s {
	case outbox.Conflict:
		return []keys.Command{keys.KeepTheirs, keys.KeepMine}
	case outbox.Failed:
		return []keys.Command{keys.Retry, keys.Discard}
	case outbox.Queued:
		return []keys.Command{keys.Discard}
	}
	return nil
}

func (p *Presenter) settle(c keys.Command) {
	a, ok := p.Current()
	if !ok {
		return
	}
	allowed := false
	for _, o := range Offers(a.State) {
		allowed = allowed || o == c
	}
	if !allowed {
		p.Say(offerSentence(a.State), true)
		return
	}
	call, said := p.box.Discard, "discarded; the service's value stays"
	switch c {
	case keys.KeepMine:
		call, said = p.box.KeepMine, "queued again over their change"
	case keys.Retry:
		call, said = p.box.Retry, "queued again"
	case keys.KeepTheirs:
		said = "theirs kept"
	}
	p.desk.Run(func(ctx context.Context) func() {
		err := call(app.WithPriority(ctx), a.Seq)
		return func() {
			if err != nil {
				p.Say(app.Say(err), true)
			} else {
				p.Say(present.Number(a.Number)+": "+said, false)
				p.next(a)
			}
			p.Load()
		}
	})
}

func offerSentence(s outbox.State) string {
	switch s {
	case outbox.Conflict:
		return "Conflict: t keeps theirs, m keeps mine."
	case outbox.Failed:
		return "Failed: R tries again, d discards."
	case outbox.Queued:
		return "Queued: d discards."
	}
	return "Not for an action that is " + string(s) + "."
}

// next goes from an action that was settled to the next one that needs the analyst,
// unless the cursor has left it.
func (p *Presenter) next(a outbox.Action) {
	if now, ok := p.Current(); !ok || now.Seq != a.Seq || !NeedsPerson(a.State) {
		return
	}
	for i := 1; i < len(p.actions); i++ {
		if at := (p.cursor + i) % len(p.actions); NeedsPerson(p.actions[at].State) {
			p.Move(at)
			return
		}
	}
}

// Columns are those of Cells.
var Columns = []look.Column{
	{Title: "State", Width: 92}, {Title: "#", Width: 56, Right: true}, {Title: "Action", Width: 170, Flex: 0.7},
	{Title: "Incident", Width: 160, Flex: 0.9, From: 820}, {Title: "Decided", Width: 110}, {Title: "Reason", Width: 180, Flex: 1},
}

// Cells are the fields of one action.
func (p *Presenter) Cells(i int) []look.Cell {
	a := p.actions[i]
	return []look.Cell{StateCell(a.State), look.T(present.Field(a.Number)), {Text: Words(a), Bold: true},
		{Text: present.Safe(a.Title), Tone: look.Dim, Fit: look.Middle}, look.D(p.clock().At(a.Created)), look.T(p.Reason(a))}
}

// Words says what an action does; people's names stay as they are.
func Words(a outbox.Action) string {
	if a.Verb == outbox.Assign {
		return present.Field(a.Describe())
	}
	return present.Safe(a.Describe())
}

// BatchWords say how the actions of a form stand: "17 done, 2 failed, 1 conflict, 8
// waiting".
func BatchWords(b outbox.Batch) string {
	var out []string
	for _, x := range []struct {
		n         int
		one, many string
	}{{b.Done, "done", "done"}, {b.Failed, "failed", "failed"}, {b.Conflict, "conflict", "conflicts"},
		{b.Waiting, "waiting", "waiting"}, {b.Discarded, "given up", "given up"}} {
		if x.n == 1 {
			out = append(out, "1 "+x.one)
		} else if x.n > 1 {
			out = append(out, present.Figure(x.n)+" "+x.many)
		}
	}
	return strings.Join(out, ", ")
}

// StateCell shows a state by word and mark.
func StateCell(s outbox.State) look.Cell {
	switch s {
	case outbox.Queued:
		return look.Cell{Text: "Queued", Shape: look.Clock}
	case outbox.Sending:
		return look.Cell{Text: "Sending", Shape: look.Clock, Bold: true}
	case outbox.Done:
		return look.D("✓ Done")
	case outbox.Conflict:
		return look.Cell{Text: "! Conflict", Tone: look.Alarm, Bold: true}
	case outbox.Failed:
		return look.Cell{Text: "! Failed", Tone: look.Alarm, Bold: true}
	case outbox.Discarded:
		return look.D("Discarded")
	}
	return look.T(present.Field(string(s)))
}

// Reason says in words why an action stands where it stands.
func (p *Presenter) Reason(a outbox.Action) string {
	behind, waits := p.behind[a.Seq]
	switch {
	case waits && behind == outbox.Conflict:
		return "Waits behind the conflict on " + present.Number(a.Number) + "."
	case waits:
		return "Waits behind the failed action on " + present.Number(a.Number) + "."
	case a.Reason != "":
		return present.Field(a.Reason)
	case a.State == outbox.Queued && a.Attempts > 0:
		return "Tried " + strconv.Itoa(a.Attempts) + " times; waits for the next try."
	case a.State == outbox.Queued:
		return "Waits to be sent."
	case a.State == outbox.Sending:
		return "On its way."
	case a.State == outbox.Done:
		return "The service confirmed it."
	case a.State == outbox.Discarded:
		return "Given up here; the service's value stays."
	}
	return ""
}

// DriftColumns are those of DriftCells.
var DriftColumns = []look.Column{{Title: "Field", Width: 110}, {Title: "Base (what you saw)", Width: 120, Flex: 1},
	{Title: "Theirs", Width: 160, Flex: 1.4}, {Title: "Mine", Width: 120, Flex: 1}}

// DriftCells are the fields of one overlapping change.
func DriftCells(d outbox.Drift, c present.Clock) []look.Cell {
	theirs := value(d.Theirs)
	if d.Who != "" {
		theirs += "   by " + present.Field(d.Who)
	}
	if !d.When.IsZero() {
		theirs += ", " + c.Both(d.When)
	}
	return []look.Cell{look.D(present.ChangeWord(d.Field)), look.T(value(d.Base)), look.T(theirs), {Text: value(d.Mine), Bold: true}}
}

func value(s string) string {
	if s == "" {
		return "(none)"
	}
	return present.Safe(s)
}

// Instead is what stands in place of rows.
func (p *Presenter) Instead() string {
	switch {
	case p.err != nil:
		return app.Say(p.err) + " Press r to try again."
	case !p.loaded || len(p.actions) > 0:
		return ""
	}
	return "Nothing was decided here yet. Actions on incidents are listed with their fate."
}
