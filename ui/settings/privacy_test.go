package settings

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
)

func TestGoal36TheTimeOnTheClipboardIsChosen(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	stays, hidden := 30*time.Second, true
	var ran []keys.Command
	s := NewScreen(nil, Frame{
		Press: func(string) bool { return true }, Dark: func() bool { return true }, UTC: func() bool { return true },
		Run:     func(c keys.Command) { ran = append(ran, c); hidden = !hidden },
		Privacy: &Privacy{Stays: func() time.Duration { return stays }, SetStays: func(d time.Duration) { stays = d }, Offered: true, Hidden: func() bool { return hidden }},
	})
	test.NewTempWindow(t, s.Root()).Resize(fyne.NewSize(900, 600))
	if !s.privacy.stays[1].Active || s.privacy.stays[3].Active || !s.privacy.hidden[0].Active {
		t.Error("what holds is not shown")
	}
	test.Tap(s.privacy.stays[3])
	if stays != 0 || !s.privacy.stays[3].Active {
		t.Errorf("stays %v", stays)
	}
	test.Tap(s.privacy.hidden[0]) // holds already
	test.Tap(s.privacy.hidden[1])
	if len(ran) != 1 || ran[0] != keys.HideWindow || hidden {
		t.Errorf("ran %v, hidden %v", ran, hidden)
	}
	for d, words := range map[time.Duration]string{10 * time.Second: "10 seconds", 2 * time.Minute: "2 minutes", 0: "until replaced"} {
		if StayWords(d) != words {
			t.Errorf("%v is %q", d, StayWords(d))
		}
	}
	if NextStay(0) != 10*time.Second || NextStay(time.Hour) != 30*time.Second {
		t.Error("the key does not go round")
	}
}
