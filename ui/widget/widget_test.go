package widget

import (
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/look"
	"watchfloor/ui/theme"
)

func TestFitKeepsBothEnds(t *testing.T) {
	test.NewTempApp(t)
	s := "Suspicious sign-in from a new country for j.doe on srv-web-02"
	for _, width := range []float32{0, 5, 12, 40, 80, 150, 300, 2000} {
		for _, fit := range []look.Fit{look.End, look.Middle} {
			got := Fit(s, width, 13, fyne.TextStyle{}, fit)
			if w := fyne.MeasureText(got, 13, fyne.TextStyle{}).Width; w > width {
				t.Errorf("%q is %v wide, allowed %v", got, w, width)
			}
			if width >= 150 && width < 300 && fit == look.Middle && (!strings.HasPrefix(got, "Susp") || !strings.HasSuffix(got, "02")) {
				t.Errorf("%q loses an end", got)
			}
		}
	}
	if got := Fit(s, 2000, 13, fyne.TextStyle{}, look.Middle); got != s {
		t.Errorf("cut without need: %q", got)
	}
}

func TestColumnsShareWhatIsLeft(t *testing.T) {
	cols := []look.Column{{Width: 50}, {Width: 100, Flex: 1}, {Width: 60, From: 400}, {Width: 40, Flex: 1}}
	for _, width := range []float32{200, 399, 400, 1000} {
		at, wide := spans(cols, width)
		end := float32(0)
		for i := range cols {
			if wide[i] == 0 {
				continue
			}
			if at[i] < end {
				t.Errorf("at %v column %d begins at %v, inside the one before", width, i, at[i])
			}
			end = at[i] + wide[i]
		}
		if width >= 300 && end > width {
			t.Errorf("at %v the last column ends at %v", width, end)
		}
		if hidden := wide[2] == 0; hidden != (width < 400) {
			t.Errorf("at %v the narrow column is hidden: %v", width, hidden)
		}
	}
}

func grid(t *testing.T, n int) (*Grid, *[]string, fyne.Canvas) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var pressed []string
	g := NewGrid([]look.Column{{Title: "N", Width: 80}}, func() int { return n },
		func(i int) []look.Cell { return []look.Cell{{Text: fmt.Sprint(i)}} }, func(k string) bool { pressed = append(pressed, k); return true })
	win := test.NewTempWindow(t, g)
	win.SetPadded(false)
	win.Resize(fyne.NewSize(300, RowHeight*11))
	win.Canvas().Focus(g.Keys())
	return g, &pressed, win.Canvas()
}

func TestTheGridHandsItsKeysOn(t *testing.T) {
	g, pressed, c := grid(t, 100)
	if !g.Focused() {
		t.Fatal("the rows do not have the keyboard")
	}
	f := c.Focused()
	f.TypedRune('j')
	f.TypedRune('A')
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyJ}) // arrives as a rune as well
	f.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyO, Modifier: fyne.KeyModifierControl})
	f.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{})
	if got := strings.Join(*pressed, " "); got != "j A PageDown Ctrl+O" {
		t.Errorf("handed on %q", got)
	}
}

func TestCursorAndScrolling(t *testing.T) {
	g, _, _ := grid(t, 1_000_000)
	if g.Page() != 10 {
		t.Fatalf("%d rows fit, want 10", g.Page())
	}
	told := -1
	g.OnCursor = func(i int) { told = i }
	g.SetCursor(999_999)
	if g.Cursor() != 999_999 || g.Top() != 999_990 || told != -1 {
		t.Errorf("cursor %d, top %d, told %d", g.Cursor(), g.Top(), told)
	}
	g.SetCursor(500)
	before := g.Offset()
	g.Shift(497)
	if g.Cursor() != 497 || g.Offset() != before-3*RowHeight {
		t.Errorf("after a shift: cursor %d, offset %v, want %v", g.Cursor(), g.Offset(), before-3*RowHeight)
	}
	g.SetCursor(-1)
	if g.Cursor() != -1 {
		t.Error("no row, no cursor")
	}
}

func TestClicks(t *testing.T) {
	g, _, c := grid(t, 100)
	var moved, opened []int
	g.OnCursor = func(i int) { moved = append(moved, i) }
	g.OnOpen = func(i int) { opened = append(opened, i) }
	at := func(row float32) fyne.Position { return fyne.NewPos(40, RowHeight*(row+1)+5) }
	test.TapCanvas(c, at(2))
	test.TapCanvas(c, at(3))
	test.TapCanvas(c, at(3))
	if fmt.Sprint(moved) != "[2 3]" || fmt.Sprint(opened) != "[3]" {
		t.Errorf("moved %v, opened %v", moved, opened)
	}
}

// A text field keeps its letters and offers only its control keys.
func TestEntryOffersControlKeys(t *testing.T) {
	test.NewTempApp(t)
	var pressed []string
	e := NewEntry("", 3, func(k string) bool { pressed = append(pressed, k); return true })
	test.NewTempWindow(t, e)
	test.Type(e, "ja")
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
	if e.Text != "ja\n" || strings.Join(pressed, " ") != "Esc Ctrl+Enter" {
		t.Errorf("text %q, offered %q", e.Text, pressed)
	}
}

func TestAModalTakesTheClicks(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{})
	clicked := 0
	win := test.NewTempWindow(t, NewButton("", "below", func() { clicked++ }))
	win.Resize(fyne.NewSize(400, 300))
	m := ShowModal(win.Canvas(), NewLine(look.T("body")), 200, false)
	test.TapCanvas(win.Canvas(), fyne.NewPos(5, 5))
	if clicked != 0 {
		t.Error("a click went through the dialog")
	}
	m.Close()
	test.TapCanvas(win.Canvas(), fyne.NewPos(40, 20))
	if clicked != 1 {
		t.Error("the page does not take clicks again")
	}
}
