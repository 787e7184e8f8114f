package widget

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	"watchfloor/ui/theme"
)

func dark(t *testing.T) { t.Helper(); test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true}) }

func TestALineShowsWhatFits(t *testing.T) {
	dark(t)
	l := NewLine(look.Cell{Text: "A rather long sentence about an incident", Shape: look.Triangle, ShapeTone: look.High})
	test.NewTempWindow(t, l)
	l.Resize(fyne.NewSize(120, 20))
	if l.text.Text == l.Cell().Text || fyne.MeasureText(l.text.Text, 13, fyne.TextStyle{}).Width+l.text.Position().X > 120 {
		t.Errorf("%q does not stay within 120 pixels", l.text.Text)
	}
	if l.text.Position().X == 0 {
		t.Error("the text lies on the shape")
	}
	l.Set(look.Cell{Text: "short"})
	if l.text.Text != "short" || l.text.Position().X != 0 {
		t.Errorf("after a change %q at %v", l.text.Text, l.text.Position())
	}
	n := Natural(look.T("short"))
	if w := n.MinSize().Width; w < fyne.MeasureText("short", 13, fyne.TextStyle{}).Width {
		t.Errorf("a natural line asks for %v", w)
	}
}

func TestShapesDifferWithoutColour(t *testing.T) {
	kinds := map[string]look.Shape{}
	for _, s := range []look.Shape{look.Triangle, look.Diamond, look.Dot, look.Ring, look.Clock} {
		objects := newShape(s, color.White)
		placeShape(objects, fyne.NewPos(3, 4), 10)
		key := ""
		for _, o := range objects {
			switch x := o.(type) {
			case *canvas.ArbitraryPolygon:
				key += string(rune('0' + len(x.Points)))
			case *canvas.Circle:
				key += map[bool]string{true: "ring", false: "dot"}[x.StrokeWidth > 0]
			case *canvas.Line:
				key += "hand"
			}
			if p := o.Position(); p.X < 3-0.01 || p.Y < 4-0.01 || p.X+o.Size().Width > 13.01 || p.Y+o.Size().Height > 14.01 {
				t.Errorf("shape %d leaves its square: %v %v", s, p, o.Size())
			}
		}
		if other, double := kinds[key]; double || key == "" {
			t.Errorf("shapes %d and %d are drawn alike (%q)", s, other, key)
		}
		kinds[key] = s
	}
	if newShape(look.NoShape, color.White) != nil {
		t.Error("no shape draws something")
	}
}

func TestButtonsNeverTakeTheKeyboard(t *testing.T) {
	dark(t)
	tapped := 0
	b := NewButton("Ctrl+Enter", "Send", func() { tapped++ })
	b.Strong = true
	win := test.NewTempWindow(t, b)
	if _, focusable := any(b).(fyne.Focusable); focusable {
		t.Fatal("a button that takes the focus takes the letters too")
	}
	test.TapCanvas(win.Canvas(), fyne.NewPos(20, 10))
	if tapped != 1 {
		t.Error("a click does nothing")
	}
	least := b.MinSize()
	b.Set("Queue it for later", false)
	if b.MinSize().Width <= least.Width {
		t.Error("a longer label asks for no more room")
	}
	b.MouseIn(nil)
	b.MouseOut()
	if h := b.MinSize().Height; h < 24 {
		t.Errorf("%v pixels high: targets are at least 24", h)
	}
}

func TestACatcherHandsOnEveryKey(t *testing.T) {
	dark(t)
	var got []string
	var focus []bool
	other := NewCatcher(NewFill(theme.Panel), func(string) bool { return true })
	c := NewCatcher(NewFill(fynetheme.ColorNameBackground), func(k string) bool { got = append(got, k); return true })
	c.OnFocus = func(on bool) { focus = append(focus, on) }
	win := test.NewTempWindow(t, container.NewGridWithColumns(2, c, other))
	win.Resize(fyne.NewSize(200, 100))
	test.Tap(c)
	test.Type(c, "g?")
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyTab})
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	test.Tap(other)
	if len(got) != 3 || got[2] != "Tab" || !c.AcceptsTab() {
		t.Errorf("handed on %q", got)
	}
	if len(focus) < 2 || !focus[0] || focus[len(focus)-1] {
		t.Errorf("told %v of the focus", focus)
	}
}

func TestAFillFollowsTheTheme(t *testing.T) {
	dark(t)
	f := NewFill(theme.Panel)
	test.NewTempWindow(t, f).Resize(fyne.NewSize(10, 10))
	was := f.rect.FillColor
	fyne.CurrentApp().Settings().SetTheme(theme.Theme{})
	f.Refresh()
	if f.rect.FillColor == was {
		t.Error("still in the colour of the other theme")
	}
}

func TestAModalStaysOnTheWindow(t *testing.T) {
	dark(t)
	win := test.NewTempWindow(t, NewFill(theme.Panel))
	win.SetPadded(false)
	for _, bottom := range []bool{false, true} {
		for _, size := range []fyne.Size{{Width: 300, Height: 200}, {Width: 1400, Height: 900}} {
			win.Resize(size)
			body := NewFill(theme.Edge)
			body.Least = fyne.NewSize(400, 260)
			m := ShowModal(win.Canvas(), body, 640, bottom)
			m.Resize(win.Canvas().Size())
			end := m.card.Position().AddXY(m.card.Size().Width, m.card.Size().Height)
			if m.card.Position().X < 0 || m.card.Position().Y < 0 && !bottom || end.X > win.Canvas().Size().Width {
				t.Errorf("bottom %v on %v: card from %v to %v", bottom, size, m.card.Position(), end)
			}
			m.Close()
		}
	}
}
