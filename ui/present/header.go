package present

import (
	"strings"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
)

// Header is the head of an incident: the same facts on the page and in the preview.
type Header struct {
	Severity look.Cell
	Title    string
	// Facts are short cells for one line: number, status, owner, clock, sources.
	Facts []look.Cell
	// Times, Tags and Warning are lines; "" where there is nothing to say.
	Times, Tags, Warning string
}

// Head builds the header from a row; c is nil until the details are there.
func Head(r triage.Row, k *triage.Case, t triage.Targets, c Clock, me app.Owner) Header {
	h := Header{Severity: Severity(r.Severity), Title: Title(r.Title), Warning: MarkWords(r)}
	h.Severity.Text = r.Severity.String()
	num := Number(r.Number) + " " + r.Ref.Source.Label()
	if r.Twin != "" {
		num += "  =  " + Number(r.Twin) + " " + r.TwinRef.Source.Label()
	}
	owner := OwnerCell(r, me)
	switch owner.Text {
	case "–":
		owner = look.D("unassigned")
	case "me":
		owner.Text = "mine"
	}
	h.Facts = []look.Cell{{Text: num, Bold: true}, StatusCell(r.Status), owner}
	if w := PriorityWords(r); w != "" {
		h.Facts = append(h.Facts, look.T(w))
	}
	if a := Ack(r, t, c.Now); a.Text != "–" {
		if a.Text == "✓" {
			a.Text = "acknowledged"
		} else {
			a.Text = "acknowledge: " + a.Text
		}
		h.Facts = append(h.Facts, a)
	}
	h.Times = "created " + c.Both(r.Created) + "  ·  changed " + c.Both(r.Modified)
	if k != nil && !k.Incident.FirstActivity.IsZero() {
		h.Times += "  ·  first activity " + c.Both(k.Incident.FirstActivity)
	}
	h.Tags = Tags(r.Tags)
	return h
}

// Tags joins tags for one line.
func Tags(tags []string) string {
	out := make([]string, len(tags))
	for i, t := range tags {
		out[i] = Word(t)
	}
	return strings.Join(out, ", ")
}
