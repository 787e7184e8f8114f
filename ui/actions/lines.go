package actions

import (
	"cmp"
	"slices"
	"strings"

	"watchfloor/app/outbox"
	"watchfloor/ui/present"
)

// line is one row of the list: an action, or the head of a form for many.
type line struct {
	action *outbox.Action // of a head, the first of its form
	head   *outbox.Batch  // nil for an action
	inside bool           // beneath a head
	folded bool           // a head of which not all actions are listed
}

// filter is one of the tabs over the list.
type filter struct {
	Name   string
	States []outbox.State // none means all
}

var filters = []filter{
	{Name: "All"},
	{"Need you", []outbox.State{outbox.Conflict, outbox.Failed}},
	{"Waiting", []outbox.State{outbox.Queued, outbox.Sending}},
	{"Done", []outbox.State{outbox.Done}},
	{"Given up", []outbox.State{outbox.Discarded}},
}

func (f filter) shows(s outbox.State) bool { return len(f.States) == 0 || slices.Contains(f.States, s) }

// rank is 0 for what needs a person, 1 for what is on its way, 2 for what is over.
func rank(s outbox.State) int {
	switch {
	case NeedsPerson(s):
		return 0
	case s.Pending():
		return 1
	}
	return 2
}

// arrange makes the lines of a list, newest first in all: what needs a person first,
// then what is on its way, then the rest. The actions of a form for many stand under
// one head in the order of the form; unless the form is open only those that need a
// person are listed.
func arrange(all []*outbox.Action, f filter, open map[string]bool) []line {
	type unit struct {
		rank    int
		actions []*outbox.Action
	}
	var units []*unit
	forms := map[string]*unit{}
	for _, a := range all {
		u := forms[a.Batch]
		if u == nil || a.Batch == "" {
			u = &unit{rank: 2}
			units = append(units, u)
			forms[a.Batch] = u
		}
		u.actions = append(u.actions, a)
		u.rank = min(u.rank, rank(a.State))
	}
	slices.SortStableFunc(units, func(a, b *unit) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]line, 0, len(all))
	for _, u := range units {
		if len(u.actions) == 1 {
			if f.shows(u.actions[0].State) {
				out = append(out, line{action: u.actions[0]})
			}
			continue
		}
		slices.SortStableFunc(u.actions, func(a, b *outbox.Action) int {
			return cmp.Or(cmp.Compare(rank(a.State), rank(b.State)), cmp.Compare(a.Seq, b.Seq))
		})
		out = appendForm(out, u.actions, f, open)
	}
	return out
}

func appendForm(out []line, actions []*outbox.Action, f filter, open map[string]bool) []line {
	b := count(actions)
	head := len(out)
	out = append(out, line{action: actions[0], head: &b})
	any := false
	for _, a := range actions {
		switch {
		case !f.shows(a.State):
			continue
		case open[b.ID] || NeedsPerson(a.State):
			out = append(out, line{action: a, inside: true})
		default:
			out[head].folded = true
		}
		any = true
	}
	if !any {
		return out[:head]
	}
	return out
}

// count is how the actions of one form stand.
func count(actions []*outbox.Action) outbox.Batch {
	b := outbox.Batch{ID: actions[0].Batch, Total: len(actions)}
	for _, a := range actions {
		switch a.State {
		case outbox.Done:
			b.Done++
		case outbox.Conflict:
			b.Conflict++
		case outbox.Failed:
			b.Failed++
		case outbox.Discarded:
			b.Discarded++
		default:
			b.Waiting++
		}
	}
	return b
}

// BatchWords say how the actions of a form stand: "17 done, 2 failed, 1 conflict, 8
// waiting".
func BatchWords(b outbox.Batch) string {
	var out []string
	for _, x := range []struct {
		n         int
		one, many string
	}{
		{b.Done, "done", "done"},
		{b.Failed, "failed", "failed"},
		{b.Conflict, "conflict", "conflicts"},
		{b.Waiting, "waiting", "waiting"},
		{b.Discarded, "given up", "given up"},
	} {
		if x.n == 1 {
			out = append(out, "1 "+x.one)
		} else if x.n > 1 {
			out = append(out, present.Figure(x.n)+" "+x.many)
		}
	}
	return strings.Join(out, ", ")
}
