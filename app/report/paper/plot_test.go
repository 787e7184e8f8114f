package paper

import (
	"bytes"
	"image/color"
	"testing"
	"time"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"
)

// A drawing moves its origin and returns, and the sheet does not take the drawing's colour
// and font for those it set itself.
func TestADrawingLeavesThePageAsItWas(t *testing.T) {
	s := New("t", time.Time{}, nil)
	s.Page()
	st := Style{Size: 9, Colour: Colour{1, 2, 3}}
	line := s.Break("after", st, 100, 0)[0]
	s.Put(line, st, 10, 10, 100, false)
	face := font.NewCache(liberation.Collection()).Lookup(font.Font{Typeface: "Liberation", Variant: "Sans", Size: 9}, 9)
	s.Plot(100, 300, func(c vg.Canvas) {
		c.Push()
		c.Translate(vg.Point{X: 5, Y: 7})
		if x, y := c.(*plot).place(vg.Point{X: 1, Y: 1}); x != 106 || y != 292 {
			t.Errorf("a point lies at %v, %v, want 106, 292: up is up", x, y)
		}
		c.Pop()
		if x, y := c.(*plot).place(vg.Point{}); x != 100 || y != 300 {
			t.Errorf("the origin is at %v, %v", x, y)
		}
		c.SetColor(color.NRGBA{R: 200, A: 255})
		c.SetLineDash([]vg.Length{3, 2}, 0)
		c.FillString(face, vg.Point{X: 1, Y: 1}, "axis 🦊")
	})
	if s.colour == st.Colour || s.font != nil {
		t.Error("the sheet takes the drawing's colour or font for its own")
	}
	s.Put(line, st, 10, 40, 100, false)
	if s.colour != st.Colour {
		t.Error("the text after the drawing has the drawing's colour")
	}
	var b bytes.Buffer
	if err := s.Write(&b); err != nil || !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) {
		t.Error(err)
	}
}
