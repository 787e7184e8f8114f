package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
)

// Line is one line of text with an optional shape before it. It takes the width it
// is given and cuts what does not fit; Natural makes it ask for its full width.
type Line struct {
	base
	TextSize fyne.ThemeSizeName
	Natural  bool
	cell     look.Cell
	text     *canvas.Text
	shape    []fyne.CanvasObject
}

// NewLine returns a line of normal size.
func NewLine(c look.Cell) *Line {
	l := &Line{TextSize: theme.SizeNameText, cell: c, text: canvas.NewText("", nil)}
	l.ExtendBaseWidget(l)
	return l
}

// Natural is a line that asks for its full width.
func Natural(c look.Cell) *Line {
	l := NewLine(c)
	l.Natural = true
	return l
}

// Sized is a line of another text size.
func Sized(c look.Cell, s fyne.ThemeSizeName) *Line {
	l := NewLine(c)
	l.TextSize = s
	return l
}

// Set changes what the line says.
func (l *Line) Set(c look.Cell) {
	if l.cell == c {
		return
	}
	l.cell = c
	l.Refresh()
}

// Cell is what the line says.
func (l *Line) Cell() look.Cell { return l.cell }

// CreateRenderer implements fyne.Widget.
func (l *Line) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		layout: func(fyne.Size) { l.place() }, min: l.least, refresh: l.paint,
		more: func() []fyne.CanvasObject { return append([]fyne.CanvasObject{l.text}, l.shape...) },
	}
}

func (l *Line) style() fyne.TextStyle {
	return fyne.TextStyle{Bold: l.cell.Bold, Monospace: l.cell.Mono}
}

func (l *Line) indent() float32 {
	if l.cell.Shape == look.NoShape {
		return 0
	}
	return size(l.TextSize) + 3
}

func (l *Line) least() fyne.Size {
	m := fyne.MeasureText("Ag", size(l.TextSize), l.style())
	if l.Natural {
		w := l.indent()
		if l.cell.Text != "" {
			w += fyne.MeasureText(l.cell.Text, size(l.TextSize), l.style()).Width + 1
		}
		return fyne.NewSize(w, m.Height)
	}
	return fyne.NewSize(20, m.Height)
}

func (l *Line) paint() {
	l.text.TextSize, l.text.TextStyle, l.text.Color = size(l.TextSize), l.style(), tone(l.cell.Tone)
	l.shape = newShape(l.cell.Shape, tone(l.cell.ShapeTone))
	l.place()
	l.text.Refresh()
}

func (l *Line) place() {
	s := l.base.Size()
	side := size(l.TextSize) * 0.78
	placeShape(l.shape, fyne.NewPos(0, (s.Height-side)/2), side)
	l.text.Text = Fit(l.cell.Text, s.Width-l.indent(), size(l.TextSize), l.style(), l.cell.Fit)
	h := l.text.MinSize().Height
	l.text.Move(fyne.NewPos(l.indent(), (s.Height-h)/2))
	l.text.Resize(fyne.NewSize(max(0, s.Width-l.indent()), h))
}
