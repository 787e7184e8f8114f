package metrics

import (
	"cmp"
	"slices"
	"time"

	"watchfloor/app"
)

// Life is what a cache knows of the states an incident went through.
type Life struct {
	Created time.Time
	// Status, Deleted and ClosedAt are today's; ClosedAt is the last close, zero while
	// it is not closed.
	Status   app.Status
	Deleted  bool
	ClosedAt time.Time
	// Steps are its changes of status, and of being deleted at the source, that took
	// effect, in the order the cache saw them.
	Steps []Step
}

// Step is one change of a Life. Was and Now are as in app.Change.
type Step struct {
	At       time.Time
	Field    app.Field // FieldStatus or FieldDeleted
	Was, Now string
}

// Span is a time in which an incident was open: from From on, before To; a zero To is
// not over.
type Span struct{ From, To time.Time }

// Spans are the times in which the incident was open, in order. Of an incident that was
// first seen merged, or first seen closed and then reopened, the time before is not
// known and does not count.
func (l Life) Spans() []Span {
	if l.Created.IsZero() {
		return nil
	}
	state := turns(l.Steps, app.FieldStatus)
	first := ""
	if len(state) > 0 {
		first = firstOf(l.Steps).Was
	} else if l.Status == app.StatusRedirected {
		first = app.StatusRedirected.String()
	}
	gone := turns(l.Steps, app.FieldDeleted)
	if l.Deleted && len(gone) == 0 {
		return nil
	}
	var out []Span
	open, since := false, time.Time{}
	word, deleted := first, "no"
	at := l.Created
	for {
		if now := work(word) && deleted == "no"; now != open {
			if open && at.After(since) {
				out = append(out, Span{since, at})
			}
			open, since = now, at
		}
		var next Step
		switch {
		case len(state) > 0 && (len(gone) == 0 || !gone[0].At.Before(state[0].At)):
			next, state = state[0], state[1:]
			word = next.Now
		case len(gone) > 0:
			next, gone = gone[0], gone[1:]
			deleted = next.Now
		default:
			if open {
				out = append(out, Span{From: since})
			}
			return l.ended(out)
		}
		if next.At.After(at) {
			at = next.At
		}
	}
}

// ended cuts spans at the last close: since then it is closed, whatever was seen.
func (l Life) ended(spans []Span) []Span {
	if l.Status != app.StatusClosed {
		return spans
	}
	var out []Span
	for _, s := range spans {
		if !s.From.Before(l.ClosedAt) {
			continue
		}
		if s.To.IsZero() || s.To.After(l.ClosedAt) {
			s.To = l.ClosedAt
		}
		out = append(out, s)
	}
	return out
}

// work reports that a status, as app.Change has it, leaves work to do.
func work(word string) bool {
	return word != app.StatusClosed.String() && word != app.StatusRedirected.String()
}

func firstOf(steps []Step) Step {
	i := slices.IndexFunc(steps, func(s Step) bool { return s.Field == app.FieldStatus })
	return steps[i]
}

// turns are the steps of a field in the order of time. The source's clock and this
// computer's differ: a step that was seen before one that is older by the clock is
// overtaken by it.
func turns(steps []Step, field app.Field) []Step {
	var out []Step
	for _, s := range steps {
		if s.Field != field {
			continue
		}
		for len(out) > 0 && out[len(out)-1].At.After(s.At) {
			out = out[:len(out)-1]
		}
		out = append(out, s)
	}
	return out
}

// Ages counts open incidents by age; index with 0 to len(AgeLimits).
type Ages [5]int

// AgeLimits are where the classes of Ages end; the last has no end.
var AgeLimits = [...]time.Duration{4 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour}

// Total is the number of open incidents.
func (a Ages) Total() int { return sum(a[:]) }

// Backlog counts open incidents at instants, just before each of them.
type Backlog struct {
	At   []time.Time // ascending
	Ages []Ages      // of the same length
}

// NewBacklog returns an empty count at instants in ascending order.
func NewBacklog(at []time.Time) *Backlog { return &Backlog{At: at, Ages: make([]Ages, len(at))} }

// Add counts an incident in a time in which it was open.
func (b *Backlog) Add(created time.Time, s Span) {
	i, _ := slices.BinarySearchFunc(b.At, s.From, func(t, from time.Time) int {
		if t.After(from) {
			return 1
		}
		return -1
	})
	for ; i < len(b.At) && (s.To.IsZero() || !b.At[i].After(s.To)); i++ {
		b.Ages[i][classOf(b.At[i].Sub(created))]++
	}
}

func classOf(age time.Duration) int {
	i, at := slices.BinarySearchFunc(AgeLimits[:], age, cmp.Compare)
	if at {
		i++ // a limit belongs to the class above it
	}
	return i
}
