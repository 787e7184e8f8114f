package act

import (
	"strconv"
	"strings"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

// Subject is what a dialog decides about: one incident, or those that are marked.
type Subject struct {
	Rows []triage.Row // those that it is done to
	Many bool         // they were marked
	Left []Left       // marked ones for which it makes no sense
	Note string       // what else to know before deciding
}

// Left is a marked incident that an action leaves out, and why in words that go behind
// "is" ("already closed").
type Left struct {
	Row triage.Row
	Why string
}

// One is a single incident as a subject.
func One(r triage.Row) Subject { return Subject{Rows: []triage.Row{r}} }

// Plan makes the request for one incident of a subject.
type Plan func(triage.Row) outbox.Request

// Choose sorts marked rows into those that a command is for and those it leaves out.
func Choose(c keys.Command, rows []triage.Row, tenant func(id int64) fleet.Tenant) Subject {
	s := Subject{Many: true}
	reopened, disputed := 0, 0
	for _, r := range rows {
		if why := leave(c, r, tenant); why != "" {
			s.Left = append(s.Left, Left{r, why})
			continue
		}
		s.Rows = append(s.Rows, r)
		if (c == keys.StatusNew || c == keys.StatusActive) && r.Status == app.StatusClosed {
			reopened++
		}
		if r.Conflict {
			disputed++
		}
	}
	var notes []string
	if reopened > 0 {
		notes = append(notes, verbed(reopened, "closed one is", "closed ones are")+" opened again.")
	}
	if disputed > 0 {
		notes = append(notes, verbed(disputed, "has", "have")+" a conflict to settle first (!): this waits behind it.")
	}
	s.Note = strings.Join(notes, " ")
	return s
}

// leave says why a command makes no sense for a row, "" where it does.
func leave(c keys.Command, r triage.Row, tenant func(id int64) fleet.Tenant) string {
	switch {
	case r.Deleted:
		return "deleted at its source"
	case r.Status == app.StatusRedirected:
		return "merged into another"
	}
	same := func(yes bool, why string) string {
		if yes {
			return why
		}
		return ""
	}
	switch c {
	case keys.CloseCase, keys.CloseAgain, keys.StatusClosed:
		return same(r.Status == app.StatusClosed, "already closed")
	case keys.StatusNew:
		return same(r.Status == app.StatusNew, "already new")
	case keys.StatusActive:
		return same(r.Status == app.StatusActive, "already in progress")
	case keys.SevHigh:
		return same(r.Severity == app.High, "already high")
	case keys.SevMedium:
		return same(r.Severity == app.Medium, "already medium")
	case keys.SevLow:
		return same(r.Severity == app.Low, "already low")
	case keys.SevInfo:
		return same(r.Severity == app.Informational, "already informational")
	case keys.Merge:
		return same(r.Ref.Source != app.Defender, "of Sentinel only, which cannot merge")
	case keys.Unassign:
		return same(r.Owner == "", "unassigned already")
	case keys.AssignMe:
		me := tenant(r.ID).Me
		return same(me.UPN != "" && strings.EqualFold(r.OwnerUPN, me.UPN), "already yours")
	}
	return ""
}

// Title is what the dialog's head says after the verb: "#48211", "28 incidents".
func (s Subject) Title() string {
	if !s.Many && len(s.Rows) == 1 {
		return present.Number(s.Rows[0].Number)
	}
	return counted(len(s.Rows), "incident")
}

// Severities counts a subject by severity: "3 High · 25 Low".
func (s Subject) Severities() string {
	n := map[app.Severity]int{}
	for _, r := range s.Rows {
		n[r.Severity]++
	}
	var out []string
	for _, sev := range append(app.Severities, app.SeverityUnknown) {
		if n[sev] > 0 {
			out = append(out, strconv.Itoa(n[sev])+" "+sev.String())
		}
	}
	return strings.Join(out, " · ")
}

// LeftWords says how many are left out and why: "2 are already closed, 1 is merged into
// another: left out."; "" without any.
func (s Subject) LeftWords() string {
	if len(s.Left) == 0 {
		return ""
	}
	var order []string
	n := map[string]int{}
	for _, l := range s.Left {
		if n[l.Why]++; n[l.Why] == 1 {
			order = append(order, l.Why)
		}
	}
	parts := make([]string, len(order))
	for i, why := range order {
		parts[i] = verbed(n[why], "is", "are") + " " + why
	}
	return strings.Join(parts, ", ") + ": left out."
}

// maxNumbers bounds how many incidents LeftNumbers names.
const maxNumbers = 9

// LeftNumbers names those that are left out: "#48211, #48205 and 12 more".
func (s Subject) LeftNumbers() string {
	var out []string
	for _, l := range s.Left[:min(len(s.Left), maxNumbers)] {
		out = append(out, present.Number(l.Row.Number))
	}
	words := strings.Join(out, ", ")
	if n := len(s.Left) - maxNumbers; n > 0 {
		words += " and " + present.Figure(n) + " more"
	}
	return words
}

// Nothing is said instead of a dialog when nothing is left to do it to.
func (s Subject) Nothing() string {
	return "Nothing to do: " + strings.TrimSuffix(s.LeftWords(), ".") + "."
}

// share is how many incidents of a subject a tenant has.
type share struct {
	tenant fleet.Tenant
	n      int
}

// shares counts a subject by tenant, in order of their slots.
func (s Subject) shares(of func(id int64) fleet.Tenant) []share {
	var out []share
	at := map[int]int{}
	for _, r := range s.Rows {
		t := of(r.ID)
		i, ok := at[t.Slot]
		if !ok {
			i = len(out)
			at[t.Slot] = i
			out = append(out, share{tenant: t})
		}
		out[i].n++
	}
	return out
}

func counted(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return present.Figure(n) + " " + word
}

func verbed(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return present.Figure(n) + " " + many
}
