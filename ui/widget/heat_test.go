package widget

import (
	"image/color"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/look"
)

// The figure is in every cell, so that the shade only helps; nothing is told by "·".
func TestHeatShowsFiguresAndGrowsWithThem(t *testing.T) {
	dark(t)
	var pressed []string
	h := NewHeat(strconv.Itoa, func(k string) bool { pressed = append(pressed, k); return true })
	win := test.NewTempWindow(t, h)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(600, 200))
	h.Set([]string{"spray", "travel"}, []string{"NO", "NG"}, [][]int{{1000, 10}, {1, 0}})
	alpha := func(i int) uint8 {
		c, ok := h.back[i].FillColor.(color.NRGBA)
		if !ok {
			return 0
		}
		return c.A
	}
	if got := h.texts[4].Text + " " + h.texts[5].Text + " " + h.texts[7].Text + " " + h.texts[8].Text; got != "1000 10 1 ·" {
		t.Errorf("cells %q", got)
	}
	if a := []uint8{alpha(4), alpha(5), alpha(7), alpha(8)}; a[0] <= a[1] || a[1] <= a[2] || a[2] == 0 || a[3] != 0 {
		t.Errorf("shades %v", a)
	}
	row, col := -1, -1
	h.OnCell = func(r, c int) { row, col = r, c }
	test.TapCanvas(win.Canvas(), fyne.NewPos(heatLabel+heatWide+10, heatRow*2+5))
	if row != 1 || col != 1 || !h.focused {
		t.Errorf("a click chose %d, %d", row, col)
	}
	test.TapCanvas(win.Canvas(), fyne.NewPos(20, 5))
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	h.TypedRune('j')
	if row != 1 || len(pressed) != 2 || pressed[0] != "Down" || pressed[1] != "j" {
		t.Errorf("row %d, handed on %q", row, pressed)
	}
	win.Canvas().Unfocus()
	if h.focused {
		t.Error("the focus is seen although it left")
	}
	h.Set(nil, nil, nil)
	if h.MinSize().Height != heatRow || !h.ring.Hidden {
		t.Error("an empty table takes room")
	}
}

// The height of a step tells what its colour tells, and no step leaves the strip.
func TestStepsStayOnTheStrip(t *testing.T) {
	dark(t)
	s := NewSteps()
	test.NewTempWindow(t, s).Resize(fyne.NewSize(300, 60))
	s.Resize(fyne.NewSize(300, stepsHigh))
	s.Set([]Step{{0, 0.2, 0.25, look.Low}, {0.2, 0.2, 1, look.High}, {0.2, 1, 0, look.Info}})
	for i, b := range s.bars {
		if end := b.Position().X + b.Size().Width; end > 301 || b.Position().Y < 0 || b.Size().Width < 2 {
			t.Errorf("step %d from %v to %v", i, b.Position(), end)
		}
	}
	if s.bars[0].Size().Height >= s.bars[1].Size().Height || s.bars[2].Size().Height > 2 {
		t.Error("heights do not tell the levels apart")
	}
	s.Set(nil)
	if len(s.steps) != 0 {
		t.Error("steps are left")
	}
}
