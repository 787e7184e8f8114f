package welcome

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
)

func TestWelcomeOnScreen(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var ran []keys.Command
	s := NewScreen(func(string) bool { return false }, func(c keys.Command) { ran = append(ran, c) })
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1000, 560))
	test.AssertRendersToMarkup(t, "welcome.xml", win.Canvas())
	for _, b := range s.both {
		test.Tap(b)
	}
	if len(ran) != 2 || ran[0] != keys.Connect || ran[1] != keys.Simulate {
		t.Errorf("the two buttons ran %v", ran)
	}
}
