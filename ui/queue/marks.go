package queue

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
)

// markMost bounds how many rows one key marks.
const markMost = 10_000

// marked are the rows that the next action is for, as they were last seen. They stay
// marked while the list is read again, sorted or filtered, until they are acted on or
// cleared.
type marked struct {
	rows   map[int64]triage.Row
	anchor int64  // where a range began, 0 without one
	note   string // how far the last marking went, or why it did not
}

// mark carries out the commands of marks and reports whether c is one.
func (p *Presenter) mark(c keys.Command) bool {
	switch c {
	case keys.Mark:
		p.marks.anchor = 0
		if r, ok := p.Current(); ok {
			p.setMark(r, !p.Marks(r.ID))
			p.Move(p.cursor + 1)
		}
	case keys.MarkDown:
		p.extend(1)
	case keys.MarkUp:
		p.extend(-1)
	case keys.MarkAll:
		p.markAll()
	case keys.MarkSame:
		p.markSame()
	default:
		p.marks.anchor = 0
		return false
	}
	p.Changed(Rows | Head)
	return true
}

// extend moves the cursor and the end of the range with it: rows on the way are marked,
// or freed where the cursor comes back to where the range began.
func (p *Presenter) extend(step int) {
	r, ok := p.Current()
	if !ok {
		return
	}
	if p.marks.anchor == 0 {
		p.marks.anchor = r.ID
	}
	began := slices.IndexFunc(p.rows, func(x triage.Row) bool { return x.ID == p.marks.anchor })
	if began < 0 {
		began, p.marks.anchor = p.cursor, r.ID
	}
	back := (p.cursor-began)*step < 0
	p.setMark(r, !back)
	p.Move(p.cursor + step)
	if now, ok := p.Current(); ok && now.ID != r.ID {
		p.setMark(now, true)
	}
}

func (p *Presenter) setMark(r triage.Row, on bool) {
	p.marks.note = ""
	if !on {
		delete(p.marks.rows, r.ID)
		return
	}
	if p.marks.rows == nil {
		p.marks.rows = map[int64]triage.Row{}
	}
	p.marks.rows[r.ID] = r
}

// Marks reports that a row is marked.
func (p *Presenter) Marks(id int64) bool {
	_, ok := p.marks.rows[id]
	return ok
}

// Marked are the marked rows, newest first.
func (p *Presenter) Marked() []triage.Row {
	out := make([]triage.Row, 0, len(p.marks.rows))
	for _, r := range p.marks.rows {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b triage.Row) int { return cmp.Compare(b.ID, a.ID) })
	return out
}

// Unmark clears all marks and reports whether there were any.
func (p *Presenter) Unmark() bool {
	had := len(p.marks.rows) > 0 || p.marking.Busy()
	p.marking.Stop()
	p.marks = marked{}
	if had {
		p.Changed(Rows | Head)
	}
	return had
}

// seen brings marked rows up to date with what was read.
func (p *Presenter) seen(rows []triage.Row) {
	if len(p.marks.rows) == 0 {
		return
	}
	for _, r := range rows {
		if p.Marks(r.ID) {
			p.marks.rows[r.ID] = r
		}
	}
}

func (p *Presenter) markAll() {
	q := p.query()
	p.marking.Run(func(ctx context.Context) func() {
		rows, more, err := p.every(ctx, q, func(triage.Row) bool { return true })
		return func() { p.take(rows, more, err, "") }
	})
}

// markSame marks what the rule behind the row under the cursor made, as far as the
// filter shows it; where the source names no rule, what is titled alike.
func (p *Presenter) markSame() {
	r, ok := p.Current()
	if !ok {
		return
	}
	q := p.query()
	p.marking.Run(func(ctx context.Context) func() {
		k, err := p.d.Cases.Case(ctx, r.ID)
		if err != nil {
			return func() { p.take(nil, false, err, "") }
		}
		var rules []string
		for _, rule := range k.Incident.Rules {
			rules = append(rules, strings.ToLower(rule))
		}
		note, fits := "same rule", func(triage.Row) bool { return true }
		if len(rules) > 0 {
			q.Filter.Terms = append(slices.Clone(q.Filter.Terms), triage.Term{Key: triage.Rule, Op: triage.Equals, Values: rules})
		} else {
			like := alike(r.Title)
			note, fits = "titled alike; the source names no rule", func(x triage.Row) bool { return alike(x.Title) == like }
		}
		rows, more, err := p.every(ctx, q, fits)
		return func() { p.take(append(rows, r), more, err, note) }
	})
}

// every reads the rows of a query that fit, up to markMost; more says that there are
// others.
func (p *Presenter) every(ctx context.Context, q triage.Query, fits func(triage.Row) bool) (rows []triage.Row, more bool, err error) {
	q.Limit = endSize
	for {
		w, err := p.d.Queue.Window(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, r := range w.Rows {
			if !fits(r) {
				continue
			}
			if len(rows) == markMost {
				return rows, true, nil
			}
			rows = append(rows, r)
		}
		if !w.More || len(w.Rows) == 0 {
			return rows, false, nil
		}
		q.After = &w.Rows[len(w.Rows)-1]
	}
}

func (p *Presenter) take(rows []triage.Row, more bool, err error, note string) {
	for _, r := range rows {
		p.setMark(r, true)
	}
	p.marks.note = note
	switch {
	case err != nil:
		p.marks.note = app.Say(err)
	case more:
		p.marks.note = "the first " + Figure(markMost, false) + "; more match"
	}
	p.Changed(Rows | Head)
}

// alike is a title without what differs between incidents of one kind: case, figures
// and the space around them.
func alike(title string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return unicode.IsDigit(r) || unicode.IsSpace(r) }), " ")
}

// MarkWords says how many rows are marked: "30 marked", and how many of them the list
// does not show; "" without any.
func (p *Presenter) MarkWords() string {
	n := len(p.marks.rows)
	if n == 0 {
		switch {
		case p.marking.Busy():
			return "marking…"
		case p.marks.note != "":
			return p.marks.note
		}
		return ""
	}
	out := Figure(n, false) + " marked"
	if !p.more {
		shown := 0
		for _, r := range p.rows {
			if p.Marks(r.ID) {
				shown++
			}
		}
		if shown < n {
			out += ", " + Figure(n-shown, false) + " of them not in this list"
		}
	}
	if p.marking.Busy() {
		return out + ", marking…"
	}
	if p.marks.note != "" {
		out += " (" + p.marks.note + ")"
	}
	return out
}
