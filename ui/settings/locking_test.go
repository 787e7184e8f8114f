package settings

import (
	"testing"

	"fyne.io/fyne/v2/test"

	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
)

func TestGoal35TheTimeOfTheLockIsChosenAndShown(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	after := 15
	s := NewScreen(nil, Frame{
		Press: func(string) bool { return true }, Dark: func() bool { return true }, UTC: func() bool { return true }, Run: func(keys.Command) {},
		Lock: &Locking{Times: []int{0, 15, 60}, After: func() int { return after }, Choose: func(m int) { after = m }},
	})
	test.NewTempWindow(t, s.Root())
	shown := func() (on []string) {
		for _, b := range s.locking.choices {
			if b.Active {
				on = append(on, b.Label)
			}
		}
		return on
	}
	if got := shown(); len(got) != 1 || got[0] != "15 min" {
		t.Errorf("shown as %v", got)
	}
	test.Tap(s.locking.choices[0])
	s.Tick()
	if got := shown(); after != 0 || len(got) != 1 || got[0] != "Never" {
		t.Errorf("after %d minutes, shown as %v", after, got)
	}
}
