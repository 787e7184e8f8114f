package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/theme"
)

// Arrows choose and stay within the options; every other key goes on, so that a dialog
// can be left from here.
func TestChoiceByKeyboard(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var pressed []string
	var chosen []int
	c := NewChoice([]Option{{Label: "one", Note: "the first"}, {Label: "two"}}, false, func(k string) bool { pressed = append(pressed, k); return true })
	c.OnChanged = func(i int) { chosen = append(chosen, i) }
	win := test.NewTempWindow(t, c)
	win.Canvas().Focus(c)
	for _, k := range []fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyRight, fyne.KeyEscape, fyne.KeyReturn, fyne.KeyLeft} {
		c.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if len(chosen) != 2 || chosen[0] != 1 || chosen[1] != 0 || c.At() != 0 {
		t.Errorf("chose %v, at %d", chosen, c.At())
	}
	if len(pressed) != 2 || pressed[0] != "Esc" || pressed[1] != "Enter" {
		t.Errorf("handed on %q", pressed)
	}
	if c.frame.Edge != theme.Cursor {
		t.Error("the focus is not seen")
	}
	win.Canvas().Unfocus()
	if c.frame.Edge == theme.Cursor {
		t.Error("the focus is seen although it left")
	}
}

// Space ticks a box, and what leaves a dialog leaves it from the box too.
func TestCheckHandsItsKeysOn(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	on := true
	var pressed []string
	c := NewCheck("also", true, func(k string) bool { pressed = append(pressed, k); return k == "Esc" }, func(b bool) { on = b })
	test.NewTempWindow(t, c).Canvas().Focus(c)
	c.TypedRune(' ')
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if on || len(pressed) != 1 || pressed[0] != "Esc" {
		t.Errorf("ticked %v, handed on %q", on, pressed)
	}
}
