package ui

import (
	"strings"
	"testing"

	"watchfloor/app"
)

// By keyboard: the settings say how long closed incidents stay and what the usual is, a
// key opens the field, and a number that would remove nearly everything is asked twice.
func TestGoal30TheRetentionIsChosenByKeyboard(t *testing.T) {
	d := window(t, 20)
	d.press("g", "s")
	if !strings.Contains(d.everything(), "400 days (the usual)") {
		t.Fatal("the settings do not say what holds")
	}
	set := func(days string) {
		d.press("K")
		if d.dialog == nil || !strings.Contains(d.everything(), "0 is for ever") || !strings.Contains(d.everything(), "400 is the usual") {
			t.Fatal("no field, or it does not say what 0 and the usual are")
		}
		d.press("Ctrl+A", "Del", days, "Enter")
	}
	kept := func(want string) {
		t.Helper()
		d.Shell.prefs.saver.Flush()
		if got := d.prefs.Get(app.RetentionPref); got != want {
			t.Errorf("kept %q, want %q", got, want)
		}
	}
	set("90")
	kept("90")
	if d.dialog != nil || !strings.Contains(d.everything(), "90 days") || !strings.Contains(d.message.Text, "90 days from now on") {
		t.Errorf("%q", d.message.Text)
	}
	for _, wrong := range []string{"", "-1", "ninety", "1000000"} {
		set(wrong)
		if d.dialog == nil || !strings.Contains(d.everything(), "A whole number from 0 to 100000.") {
			t.Errorf("%q is taken", wrong)
		}
		kept("90")
		d.press("Esc")
	}
	set("4")
	kept("90")
	if !strings.Contains(d.everything(), "Everything closed longer ago than 4 days goes") {
		t.Error("what nearly empties the cache is not asked twice")
	}
	d.press("Enter")
	kept("4")
	set("0")
	kept("0")
	if !strings.Contains(d.everything(), "For ever") {
		t.Error("for ever is not shown")
	}
}
