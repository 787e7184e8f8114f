package present

import (
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
)

func span(d time.Duration) string { return triage.Span(d) }

// QueueColumns are the columns of the queue, in the order of RowCells.
var QueueColumns = []look.Column{
	{Title: "Severity", Width: 54},
	{Title: "Score", Width: 36, Right: true, From: 560},
	{Title: "#", Width: 50, Right: true},
	{Title: "", Width: 14}, // queued, conflict, disagree
	{Title: "Title", Width: 200, Flex: 1},
	{Title: "Source", Width: 62, From: 620},
	{Title: "Entities", Width: 130, Flex: 0.12, From: 1000},
	{Title: "Status", Width: 76},
	{Title: "Owner", Width: 72, Flex: 0.1, From: 520},
	{Title: "Age", Width: 34, Right: true},
	{Title: "Ack", Width: 74, Right: true, From: 700},
}

// RowCells are the fields of one queue row.
func RowCells(r triage.Row, t triage.Targets, c Clock, me app.Owner) []look.Cell {
	title := look.Cell{Text: Title(r.Title), Fit: look.Middle, Bold: r.Status == app.StatusNew}
	status := StatusCell(r.Status)
	if r.Deleted {
		status = look.D("Deleted")
	}
	return []look.Cell{
		Severity(r.Severity), Priority(r),
		{Text: number(r.Number)},
		Mark(r), title,
		{Text: Sources(r), Tone: look.Dim},
		{Text: Word(r.Entities), Tone: look.Dim, Fit: look.Middle},
		status, OwnerCell(r, me),
		{Text: span(c.Now.Sub(r.Created)), Tone: look.Dim},
		Ack(r, t, c.Now),
	}
}

// Score is the source's score, a dash where it gives none.
func Score(s *int) look.Cell {
	if s == nil {
		return look.D("–")
	}
	return look.T(strconv.Itoa(*s))
}

// Priority is what the queue orders by: the source's score and, in bold, what accounts of
// high value add to it.
func Priority(r triage.Row) look.Cell {
	points, _, known := r.Priority()
	switch {
	case r.Weight == 0:
		return Score(r.Score)
	case !known:
		return look.Cell{Text: "+" + strconv.Itoa(points), Bold: true}
	}
	return look.Cell{Text: strconv.Itoa(points), Bold: true}
}

// PriorityWords give the reasons of a priority, which sum up to it: "priority 97: 78 score
// of Defender XDR, 19 high value: role: Global Administrator".
func PriorityWords(r triage.Row) string {
	points, reasons, known := r.Priority()
	if r.Weight == 0 {
		if r.Score == nil {
			return ""
		}
		return "score " + strconv.Itoa(*r.Score)
	}
	parts := make([]string, len(reasons))
	for i, x := range reasons {
		parts[i] = strconv.Itoa(x.Points) + " " + Safe(x.Why)
	}
	words := "priority " + strconv.Itoa(points)
	if !known {
		words = "no score, priority +" + strconv.Itoa(points)
	}
	return words + ": " + strings.Join(parts, ", ")
}

func number(n string) string { return Field(n) }

// Number is an incident's number as people say it.
func Number(n string) string { return "#" + Field(n) }

// Mark shows the one thing about a row that wants attention most: a conflict, a
// queued change, twins that disagree, an account of high value.
func Mark(r triage.Row) look.Cell {
	switch {
	case r.Conflict:
		return look.Cell{Text: "!", Tone: look.Alarm, Bold: true}
	case r.Queued > 0:
		return look.Cell{Shape: look.Clock, ShapeTone: look.Normal}
	case r.Disagree:
		return look.Cell{Text: "≠", Tone: look.Warn, Bold: true}
	case r.High != "":
		return look.Cell{Text: "★", Bold: true}
	}
	return look.Cell{}
}

// MarkWords says in words what Mark shows, and all of it.
func MarkWords(r triage.Row) string {
	var w []string
	if r.Conflict {
		w = append(w, "conflict: needs you (! settles it)")
	}
	if r.Queued > 0 {
		w = append(w, strconv.Itoa(r.Queued)+" queued")
	}
	if r.Disagree {
		w = append(w, "the two products disagree")
	}
	if r.Deleted {
		w = append(w, "deleted at its source, kept here")
	}
	return strings.Join(w, " · ")
}

// Sources are the letter codes of the products that have the incident.
func Sources(r triage.Row) string {
	if r.Twin != "" && r.TwinRef.Source != "" {
		return r.Ref.Source.Code() + "+" + r.TwinRef.Source.Code()
	}
	return r.Ref.Source.Code()
}

// StatusCell gives a status by word and weight, never by colour.
func StatusCell(s app.Status) look.Cell {
	switch s {
	case app.StatusNew:
		return look.Cell{Text: "New", Bold: true}
	case app.StatusActive:
		return look.T(s.String())
	case app.StatusAwaiting:
		return look.T("Awaiting")
	case app.StatusClosed:
		return look.D("✓ Closed")
	}
	return look.D(s.String())
}

// OwnerCell names the owner, "me" for the analyst.
func OwnerCell(r triage.Row, me app.Owner) look.Cell {
	switch {
	case r.OwnerUPN != "" && strings.EqualFold(r.OwnerUPN, me.UPN):
		return look.Cell{Text: "me", Bold: true}
	case r.Owner == "":
		return look.D("–")
	}
	name := Person(r.Owner)
	if at := strings.IndexByte(name, '@'); at > 0 && strings.EqualFold(r.Owner, r.OwnerUPN) {
		name = name[:at] // colleagues share the rest
	}
	return look.Cell{Text: name, Fit: look.Middle}
}

// Ack is the acknowledgement clock: what is left, or how late.
func Ack(r triage.Row, t triage.Targets, now time.Time) look.Cell {
	left, runs := t.AckClock(r, now)
	switch {
	case !r.Status.Open():
		return look.D("–")
	case !runs && r.Status != app.StatusNew:
		return look.D("✓")
	case !runs:
		return look.D("–")
	case left < 0:
		return look.Cell{Text: span(left) + " late", Tone: look.Alarm, Bold: true}
	case left < 10*time.Minute:
		return look.Cell{Text: span(left) + " left", Tone: look.Warn}
	}
	return look.T(span(left) + " left")
}

// Safe is a name or indicator for one line, defanged.
func Safe(s string) string { return text.Defang(text.Line(s, maxTitle)) }

// SafeBlock is text of several lines, defanged and bounded.
func SafeBlock(s string) string { return text.Defang(text.Block(s, 30_000)) }
