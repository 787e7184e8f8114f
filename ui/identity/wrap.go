package identity

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
)

// wrapMost bounds how many lines one value takes; the last one is cut.
const wrapMost = 5

// wrapped lets values of words that are wider than width pixels go on in lines below.
// Ids and addresses, which have no words, stay in one line.
func wrapped(facts []Fact, width float32) []Fact {
	if width < 80 {
		return facts
	}
	size := fyne.CurrentApp().Settings().Theme().Size(theme.SizeNameText)
	out := make([]Fact, 0, len(facts))
	for _, f := range facts {
		if f.Head || f.Value.Mono {
			out = append(out, f)
			continue
		}
		room := width
		if f.Value.Shape != look.NoShape {
			room -= size + 3
		}
		for i, line := range lines(f.Value.Text, room, size, fyne.TextStyle{Bold: f.Value.Bold}) {
			next := Fact{Name: f.Name, Value: f.Value}
			next.Value.Text = line
			if i > 0 {
				next.Name, next.Value.Shape = "", look.NoShape
			}
			out = append(out, next)
		}
	}
	return out
}

// lines break a text between words; what is left after the most lines is in the last.
func lines(s string, width, size float32, style fyne.TextStyle) []string {
	if fyne.MeasureText(s, size, style).Width <= width {
		return []string{s}
	}
	words := strings.Fields(s)
	var out []string
	now := ""
	for i, w := range words {
		longer := strings.TrimSpace(now + " " + w)
		switch {
		case now == "" || fyne.MeasureText(longer, size, style).Width <= width:
			now = longer
		case len(out) == wrapMost-1:
			return append(out, now+" "+strings.Join(words[i:], " "))
		default:
			out, now = append(out, now), w
		}
	}
	return append(out, now)
}
