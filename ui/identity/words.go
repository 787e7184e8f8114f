package identity

import (
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/sync"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// Tally says how much the list holds: "12 of 214 users, 40 hidden by the filter, most at
// risk first".
func (p *Presenter) Tally() string {
	l := p.list()
	if !l.loaded || l.err != nil || p.reader() == nil {
		return ""
	}
	words := present.Figure(l.total)
	if l.total >= identity.CountLimit {
		words = "more than " + words
	}
	thing := things[p.tab][1]
	if l.total == 1 {
		thing = things[p.tab][0]
	}
	words += " " + thing
	if l.hidden > 0 {
		more := ""
		if l.hidden >= identity.CountLimit {
			more = "more than "
		}
		words += ", " + more + present.Figure(l.hidden) + " hidden by the filter"
	}
	return words + ", " + orders[p.tab][l.sort].words
}

// Waiting is the bar over the list, "" without new rows.
func (p *Presenter) Waiting() string {
	if n := p.list().arrived; n > 0 {
		return present.Figure(n) + " new (press . to show)"
	}
	return ""
}

// MarkWords says how many rows are marked, "" without any.
func (p *Presenter) MarkWords() string {
	if n := len(p.list().marks); n > 0 {
		return present.Figure(n) + " marked"
	}
	return ""
}

// Trouble says what is wrong with the filter or with reading the list.
func (p *Presenter) Trouble() string {
	l := p.list()
	switch {
	case l.err != nil && len(l.rows) > 0:
		return app.Say(l.err) + " Press r to try again."
	case l.err == nil && l.problem == "" && p.beside != nil:
		return app.Say(p.beside) + " Press r to try again."
	}
	return l.problem
}

// source is how the source of the open tab stands; ok is false where none is known.
func (p *Presenter) source() (sync.Status, bool) {
	for _, x := range p.pull.Sources {
		if x.Source == sources[p.tab] && (x.Tenant == "" || x.Tenant == p.tenant) {
			return x, true
		}
	}
	return sync.Status{}, false
}

func (p *Presenter) firstPull() bool {
	x, ok := p.source()
	return ok && x.LastSuccess.IsZero() && (x.Phase == sync.FirstPull || x.Phase == sync.Updating)
}

// staleAfter is how old a list may be before its age is a warning.
const staleAfter = time.Hour

// Freshness says how old the list is and what keeps it from being newer.
func (p *Presenter) Freshness(c present.Clock) look.Cell {
	x, ok := p.source()
	if !ok {
		return look.Cell{}
	}
	name := x.Source.Label()
	asOf := name + " as of " + c.Both(x.LastSuccess)
	switch {
	case p.firstPull():
		return look.D(name + ": first pull, " + present.Figure(x.Rows) + " rows so far")
	case x.LastSuccess.IsZero():
		asOf = name + " not synced yet"
	}
	switch {
	case x.Phase == sync.Waiting && x.Until.After(c.Now):
		return look.Cell{Text: asOf + " · Microsoft asked us to wait until " + c.At(x.Until), Tone: look.Warn}
	case x.Problem != "" && x.Phase != sync.Offline:
		return look.Cell{Text: asOf + " · " + present.Field(x.Problem), Tone: look.Warn}
	case p.pull.Offline():
		return look.Cell{Text: asOf + " · offline: what is decided is queued", Tone: look.Dim}
	case !x.LastSuccess.IsZero() && c.Now.Sub(x.LastSuccess) > staleAfter:
		return look.Cell{Text: asOf, Tone: look.Warn, Shape: look.Clock, ShapeTone: look.Warn}
	}
	return look.D(asOf)
}

// Lacks are the parts of the open tab that the tenant's licence or this sign-in does not
// open.
func (p *Presenter) Lacks() []app.Lack {
	x, ok := p.source()
	if !ok {
		return nil
	}
	var out []app.Lack
	for _, l := range x.Lacks {
		workload := strings.Contains(strings.ToLower(l.What), "workload")
		if p.tab == SignIns || p.tab == Detections || workload == (p.tab == Workloads) {
			out = append(out, l)
		}
	}
	return out
}

// lackLines are what a panel says of a lack.
func lackLines(l app.Lack) []look.Cell {
	out := []look.Cell{{Text: "Not available: " + present.Field(l.What), Bold: true}}
	if l.Needs != "" {
		out = append(out, look.T("Needs: "+present.Field(l.Needs)))
	}
	if l.Still != "" {
		out = append(out, look.T(present.Field(l.Still)))
	}
	return out
}

// KeptWords says how far back the open tab goes and what it takes.
func (p *Presenter) KeptWords(c present.Clock) string {
	span, what := p.kept.Turns, "steps of history"
	switch p.tab {
	case SignIns:
		span, what = p.kept.SignIns, "sign-ins"
	case Detections:
		span, what = p.kept.Detections, "detections"
	}
	if span.Rows == 0 && p.kept.Bytes == 0 {
		return ""
	}
	words := "Nothing kept yet"
	if !span.Since.IsZero() {
		words = "Kept since " + c.At(span.Since) + ": " + present.Figure(span.Rows) + " " + what
	}
	words += " · identity takes " + present.Bytes(p.kept.Bytes)
	if p.kept.Budget > 0 {
		words += " of at most " + present.Bytes(p.kept.Budget)
	}
	return words
}

// Instead is what stands in place of rows: a title and lines below it; none where there
// are rows.
func (p *Presenter) Instead(c present.Clock) (title string, lines []look.Cell) {
	l := p.list()
	lacks := p.Lacks()
	switch {
	case p.reader() == nil:
		return "Identity is not available here", []look.Cell{look.T("This tenant was opened without it.")}
	case len(l.rows) > 0 || !l.loaded:
		return "", nil
	case l.err != nil:
		return "The list cannot be read", []look.Cell{look.T(app.Say(l.err) + " Press r to try again.")}
	case len(lacks) > 0:
		for _, x := range lacks {
			lines = append(append(lines, lackLines(x)...), look.Cell{})
		}
		return "The tenant does not open this list", lines
	case p.firstPull():
		x, _ := p.source()
		return "Reading the first " + things[p.tab][1] + "…", []look.Cell{look.T(present.Figure(x.Rows) + " rows so far; the list can be used while it grows.")}
	case l.hidden > 0 && !l.filter.IsZero():
		return "No " + things[p.tab][0] + " matches", []look.Cell{look.T(present.Figure(l.hidden) + " hidden by: " + hiddenBy(l.filter) +
			". Press - to remove the last condition, / then Esc to clear all.")}
	}
	return "No " + things[p.tab][0] + " here", []look.Cell{p.Freshness(c)}
}

func hiddenBy(f identity.Filter) string {
	var out []string
	for _, t := range f.Terms {
		if t.Key == identity.KeyText {
			out = append(out, "words")
		} else {
			out = append(out, t.Key)
		}
	}
	if len(f.Words) > 0 {
		out = append(out, "words")
	}
	return strings.Join(out, ", ")
}
