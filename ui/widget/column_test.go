package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// With room for all, a column is a box; with less, what yields gives way from the first
// on, never below its least height, and what does not yield keeps its own.
func TestAColumnTakesRoomFromWhatYields(t *testing.T) {
	block := func(h float32) fyne.CanvasObject {
		f := NewFill(theme.ColorNameBackground)
		f.Least = fyne.NewSize(10, h)
		return f
	}
	hidden := Yield(block(50), 0)
	hidden.Hide()
	all := []fyne.CanvasObject{block(20), hidden, Yield(block(100), 40), block(30), Yield(block(60), 20), block(25)}
	c := Column(5, all...)
	for _, w := range []struct {
		height float32
		want   [5]float32 // heights of those that are seen
	}{
		{300, [5]float32{20, 100, 30, 60, 25}},
		{260, [5]float32{20, 100, 30, 60, 25}},
		{230, [5]float32{20, 75, 30, 60, 25}},
		{180, [5]float32{20, 40, 30, 45, 25}},
		{10, [5]float32{20, 40, 30, 20, 25}},
	} {
		c.Resize(fyne.NewSize(100, w.height))
		y := float32(0)
		for i, o := range []fyne.CanvasObject{all[0], all[2], all[3], all[4], all[5]} {
			if o.Size().Height != w.want[i] || o.Position().Y != y {
				t.Errorf("in %v: row %d is %v high at %v, want %v at %v", w.height, i, o.Size().Height, o.Position().Y, w.want[i], y)
			}
			y += o.Size().Height + 5
		}
	}
}
