package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/look"
)

// lines of a figure that lead from one x to another, without the axis.
func drawn(p *Plot) (lines []*canvas.Line, labels []string) {
	for _, o := range p.objects {
		switch x := o.(type) {
		case *canvas.Line:
			lines = append(lines, x)
		case *canvas.Text:
			labels = append(labels, x.Text)
		}
	}
	return lines, labels
}

func TestAPlotStaysInItsPlace(t *testing.T) {
	dark(t)
	p := NewPlot(fyne.NewSize(100, 60))
	test.NewTempWindow(t, p).Resize(fyne.NewSize(300, 140))
	p.Resize(fyne.NewSize(300, 140))
	p.Set(PlotData{
		Line: []PlotPoint{{X: 0, Y: 0, Gap: true}, {X: 0.5, Y: 1}, {X: 1, Y: 0.2}}, Steps: []PlotPoint{{X: 0, Y: 0}, {X: 0.4, Y: 1}, {X: 1, Y: 1}},
		Marks: []float32{0.5}, High: "64 %", Low: "52 %", Beneath: "max 60", From: "1 Oct", To: "30 Oct", StepHigh: true,
	})
	lines, labels := drawn(p)
	if len(labels) != 5 || len(lines) != 1+1+2+3 { // mark, axis, two of the line, three of the stairs
		t.Errorf("%d lines, labels %q", len(lines), labels)
	}
	for _, l := range lines {
		for _, q := range []fyne.Position{l.Position1, l.Position2} {
			if q.X < 0 || q.Y < 0 || q.X > 300 || q.Y > 140 {
				t.Errorf("a line leads to %v", q)
			}
		}
	}
	p.Resize(fyne.NewSize(4, 4))
	if p.paint(); len(p.objects) != 0 {
		t.Error("something is drawn where there is no room")
	}
}

// Days that nobody saw stay empty, and a level costs one line however long it is.
func TestGapsAndLevels(t *testing.T) {
	dark(t)
	p := NewPlot(fyne.NewSize(100, 60))
	test.NewTempWindow(t, p)
	p.Resize(fyne.NewSize(200, 60))
	level := []PlotPoint{{X: 0, Y: 0.5, Gap: true}}
	for i := range 50 {
		level = append(level, PlotPoint{X: float32(i+1) / 100, Y: 0.5})
	}
	p.Set(PlotData{Line: level})
	if lines, _ := drawn(p); len(lines) != 2 {
		t.Errorf("a level is %d lines, want one and the axis", len(lines)-1)
	}
	p.Set(PlotData{Line: append(level, PlotPoint{X: 0.9, Y: 0.5, Gap: true}, PlotPoint{X: 1, Y: 0.5})})
	lines, _ := drawn(p)
	for _, l := range lines[1:] {
		if from, to := l.Position1.X, l.Position2.X; from < 110 && to > 170 {
			t.Errorf("a line leads over the gap from %v to %v", from, to)
		}
	}
	if len(lines) != 3 {
		t.Errorf("%d lines", len(lines)-1)
	}
}

func TestPartOfACell(t *testing.T) {
	dark(t)
	cells := []look.Cell{{Text: "a", Part: look.Part{From: 0.8, To: 0.2, Tone: look.Accent}}, {Part: look.Part{From: 0.5, To: 0.5, Tone: look.Warn}}, {Part: look.Part{From: -3, To: 9, Tone: look.Dim}}, {Text: "none"}}
	at := 0
	g := NewGrid([]look.Column{{Title: "x", Width: 100}}, func() int { return 1 }, func(int) []look.Cell { return cells[at : at+1] }, func(string) bool { return false })
	win := test.NewTempWindow(t, g)
	win.Resize(fyne.NewSize(200, 120))
	row := newGridRow(g)
	row.Resize(fyne.NewSize(120, RowHeight))
	test.WidgetRenderer(row)
	for i, want := range []struct{ from, width float32 }{{30, 60}, {60, 1.5}, {10, 100}} {
		at = i
		row.show(0)
		if r := row.parts[0]; r.Position().X != want.from || r.Size().Width < want.width-0.01 || r.Size().Width > want.width+0.01 {
			t.Errorf("part %d lies at %v, %v wide", i, r.Position().X, r.Size().Width)
		}
	}
	at = 3
	row.show(0)
	for _, o := range row.objects() {
		if o == fyne.CanvasObject(row.parts[0]) {
			t.Error("a cell without a part still draws one")
		}
	}
}
