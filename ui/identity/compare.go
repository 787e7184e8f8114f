package identity

import (
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/identity"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

var compareColumns = []look.Column{{Width: 14}, {Title: "", Width: 130}, {Title: "Earlier", Width: 240, Flex: 1}, {Title: "Later", Width: 240, Flex: 1}, {Title: "What it means", Width: 180, Flex: 0.7}}

// compareCells are one line of a comparison: what differs has weight and a glyph.
func compareCells(l identity.Line) []look.Cell {
	mark := look.D("")
	show := present.Safe
	if l.Field == "Account" {
		show = present.Field // the tenant's own people
	}
	a, b := look.Cell{Text: show(l.A), Fit: look.Middle}, look.Cell{Text: show(l.B), Fit: look.Middle}
	name := look.D(l.Field)
	switch {
	case l.Differs:
		mark, a.Bold, b.Bold = look.Cell{Text: "≠", Bold: true}, true, true
		name = look.Cell{Text: l.Field, Bold: true}
	case l.A != "" && l.B != "":
		mark, a.Tone, b.Tone = look.D("="), look.Dim, look.Dim
	}
	for _, x := range []*look.Cell{&a, &b} {
		if x.Text == "" {
			*x = look.D("– not told")
		}
	}
	return []look.Cell{mark, name, a, b, {Text: l.Note, Tone: look.Dim}}
}

// travelWords are the distance, the time and the speed between two sign-ins, as far as
// they are known.
func travelWords(k identity.Comparison) string {
	var out []string
	if k.Located {
		out = append(out, present.Figure(int(math.Round(k.Km)))+" km apart")
	}
	if k.Timed {
		out = append(out, triage.Span(k.Between())+" between them")
	}
	if k.Located && k.Timed && k.Km > 0 && !math.IsInf(k.Speed, 0) && k.Speed < 1e9 {
		out = append(out, present.Figure(int(math.Round(k.Speed)))+" km/h")
	}
	return strings.Join(out, "  ·  ")
}

// differWords count the lines that differ and name them.
func differWords(k identity.Comparison) string {
	var names []string
	for _, l := range k.Lines {
		if l.Differs {
			names = append(names, l.Field)
		}
	}
	if len(names) == 0 {
		return "Nothing that was told differs."
	}
	return strconv.Itoa(len(names)) + " of " + strconv.Itoa(len(k.Lines)) + " differ: " + strings.Join(names, ", ")
}

// compareText is the comparison as plain text, for y and Y.
func compareText(k identity.Comparison, original bool) string {
	rows := []string{k.Verdict + "  " + travelWords(k)}
	for _, l := range k.Lines {
		mark := "="
		if l.Differs {
			mark = "≠"
		}
		rows = append(rows, strings.Join([]string{mark, l.Field, l.A, l.B, l.Note}, "\t"))
	}
	if original {
		return strings.Join(rows, "\n")
	}
	for i, r := range rows {
		rows[i] = strings.ReplaceAll(present.SafeBlock(r), "\n", " ")
	}
	return strings.Join(rows, "\n")
}

// NewCompare opens two sign-ins side by side. closeIt leaves, copyText takes what y and Y
// copy.
func NewCompare(k identity.Comparison, c present.Clock, closeIt func(), copyText func(text string, original bool)) *act.Dialog {
	lines := append([]identity.Line{{Field: "Time", A: c.Exact(k.A.At), B: c.Exact(k.B.At), Differs: !k.A.At.Equal(k.B.At)}}, k.Lines...)
	var grid *widget.Grid
	at := 0
	move := func(i int) {
		at = max(0, min(i, len(lines)-1))
		grid.SetCursor(at)
	}
	press := func(key string) bool {
		switch key {
		case "Esc", "b", "Enter":
			closeIt()
		case "y", "Y":
			copyText(compareText(k, key == "Y"), key == "Y")
		case "j", "Down":
			move(at + 1)
		case "k", "Up":
			move(at - 1)
		case "Home":
			move(0)
		case "End":
			move(len(lines) - 1)
		case "PageDown":
			move(at + grid.Page())
		case "PageUp":
			move(at - grid.Page())
		}
		return true
	}
	grid = widget.NewGrid(compareColumns, func() int { return len(lines) }, func(i int) []look.Cell { return compareCells(lines[i]) }, press)
	grid.OnCursor = func(i int) { at = i }
	grid.SetCursor(0)
	title := widget.Sized(look.Cell{Text: "Two sign-ins: " + k.Verdict, Bold: true}, theme.SizeNameSubHeadingText)
	room := widget.NewFill(theme.ColorNameOverlayBackground)
	room.Least = fyne.NewSize(0, widget.RowHeight*24)
	buttons := widget.Row(8)
	for _, x := range []struct{ key, label string }{{"y", "copy defanged"}, {"Y", "copy original"}, {"Esc", "back"}} {
		b := widget.NewButton(x.key, x.label, func() { press(x.key) })
		b.Framed = true
		buttons.Add(b)
	}
	body := widget.Column(8, title, widget.NewLine(look.T(travelWords(k))), widget.NewLine(look.D(differWords(k))),
		widget.Yield(widget.Over(room, grid), widget.RowHeight*4), container.NewBorder(nil, nil, nil, buttons))
	return &act.Dialog{Body: body, Press: press, First: grid.Keys(), Width: 1240, On: keys.Form}
}
