package present

import (
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/text"
	"watchfloor/ui/look"
)

// Longest texts that a screen handles; what is longer is cut with an ellipsis.
const (
	maxTitle = 400
	maxField = 120
)

// Title is an incident's title for one line, defanged.
func Title(s string) string {
	if t := Safe(s); strings.TrimSpace(t) != "" {
		return t
	}
	return "(no title)"
}

// Field is any short tenant text for one line. Names stay as they are known, domains of
// colleagues and tenants among them; an address with a scheme is defanged.
func Field(s string) string {
	if s = text.Line(s, maxField); strings.Contains(s, "://") {
		return text.Defang(s)
	}
	return s
}

// Word is a short text that a source or whoever feeds it chose, defanged: a product, a
// category, a verdict, a tag.
func Word(s string) string { return text.Defang(text.Line(s, maxField)) }

// Person is the name or the sign-in name of somebody who wrote or decided something. One
// that holds more than a name is defanged.
func Person(s string) string {
	if strings.Count(s, "@") == 1 && !strings.ContainsAny(s, " \t\r\n/:?") {
		return Field(s)
	}
	return Word(s)
}

// Lack is what the tenant or this sign-in does not open, on one line.
func Lack(l app.Lack) string { return text.Line(l.Words(), 2*maxField) }

// Figure is a count for people: "1,204".
func Figure(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Severity is the mark of a severity: shape, colour and word.
func Severity(s app.Severity) look.Cell {
	c := look.Cell{Text: s.Short()}
	switch s {
	case app.High:
		c.Shape, c.ShapeTone, c.Bold = look.Triangle, look.High, true
	case app.Medium:
		c.Shape, c.ShapeTone = look.Diamond, look.Medium
	case app.Low:
		c.Shape, c.ShapeTone = look.Dot, look.Low
	case app.Informational:
		c.Shape, c.ShapeTone, c.Tone = look.Ring, look.Info, look.Dim
	default:
		c.Text, c.Tone = "? Unk", look.Normal
	}
	return c
}

// Clock shows moments in the zone and relative to now.
type Clock struct {
	Now  time.Time
	Zone *time.Location
}

// At is an absolute time: with the day unless it is today, with Z or the zone's
// abbreviation; "–" for the zero time.
func (c Clock) At(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(c.zone())
	mark := t.Format(" MST")
	if c.zone() == time.UTC {
		mark = "Z"
	}
	now := c.Now.In(c.zone())
	switch {
	case t.Year() == now.Year() && t.YearDay() == now.YearDay():
		return t.Format("15:04") + mark
	case t.Year() == now.Year():
		return t.Format("2 Jan 15:04") + mark
	}
	return t.Format("2006-01-02 15:04") + mark
}

// Exact is the full absolute time to the second.
func (c Clock) Exact(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	if c.zone() == time.UTC {
		return t.UTC().Format("2006-01-02 15:04:05") + "Z"
	}
	return t.In(c.zone()).Format("2006-01-02 15:04:05 MST")
}

// Ago is a relative time: "12m ago", "in 3h", "now".
func (c Clock) Ago(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	d := c.Now.Sub(t)
	switch {
	case d < -time.Minute:
		return "in " + span(d)
	case d < time.Minute:
		return "now"
	}
	return span(d) + " ago"
}

// Both is the relative and the absolute time.
func (c Clock) Both(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return c.Ago(t) + " (" + c.At(t) + ")"
}

func (c Clock) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}
