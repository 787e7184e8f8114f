package settings

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
)

// A click on the choice that does not hold runs the command; on the one that holds,
// nothing.
func TestChoices(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	dark, utc := true, false
	var ran []keys.Command
	s := NewScreen([]Fact{{"Data folder", "~/watchfloor"}, {"\u202eodd", "\u202eodd"}}, Frame{
		Press: func(string) bool { return true }, Dark: func() bool { return dark }, UTC: func() bool { return utc },
		Run: func(c keys.Command) {
			ran = append(ran, c)
			dark, utc = dark != (c == keys.Theme), utc != (c == keys.Zone)
		},
	})
	win := test.NewTempWindow(t, s.Root())
	win.Resize(fyne.NewSize(900, 600))
	test.Tap(s.dark)
	test.Tap(s.local)
	if ran != nil {
		t.Errorf("what holds already ran %v", ran)
	}
	test.Tap(s.light)
	test.Tap(s.utc)
	s.Tick()
	if len(ran) != 2 || ran[0] != keys.Theme || ran[1] != keys.Zone {
		t.Errorf("ran %v", ran)
	}
	if s.dark.Active || !s.light.Active || !s.utc.Active || s.local.Active {
		t.Error("the choices do not show what holds")
	}
	win.Resize(fyne.NewSize(900, 300))
	s.Do(keys.PageDown)
	one := s.body.Offset.Y
	for range 20 {
		s.Do(keys.PageDown)
	}
	if end := s.body.Offset.Y; one <= 0 || end <= one || end > s.body.Content.Size().Height {
		t.Errorf("a page down is at %v, twenty more at %v", one, end)
	}
	for range 20 {
		s.Do(keys.PageUp)
	}
	if s.body.Offset.Y != 0 {
		t.Errorf("pages up end at %v", s.body.Offset.Y)
	}
	if s.Do(keys.Down) {
		t.Error("settings know no command of their own")
	}
}
