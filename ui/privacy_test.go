package ui

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app/unlock"
	"watchfloor/ui/capture"
)

func TestGoal36TheStoredTimeIsReadWhateverItHolds(t *testing.T) {
	for pref, want := range map[string]time.Duration{"": 30 * time.Second, "0": 0, "10": 10 * time.Second, "120": 2 * time.Minute, "-1": 30 * time.Second, "x": 30 * time.Second, "99999999": 30 * time.Second} {
		if got := copyStays(pref); got != want {
			t.Errorf("%q is %v", pref, got)
		}
	}
}

// What was copied goes when its time is over, when the window is locked and when it is
// closed.
func TestGoal36WhatWasCopiedGoesByTimeLockAndEnd(t *testing.T) {
	for name, end := range map[string]func(*desk){
		"time": func(d *desk) {
			for _, f := range d.later {
				f()
			}
			d.line.Drain()
		},
		"lock": func(d *desk) { d.press("Ctrl+L") },
		"end":  func(d *desk) { d.Close() },
	} {
		d, _ := lockable(t, &unlock.Need{State: unlock.Idle})
		d.press("j", "y")
		if d.app.Clipboard().Content() == "" {
			t.Fatalf("%s: nothing was copied", name)
		}
		end(d)
		if got := d.app.Clipboard().Content(); got != "" {
			t.Errorf("%s: %q is left", name, got)
		}
	}
}

// The settings say what holds, and a key goes through the times; the system of this test
// takes pictures of every window, and that is said.
func TestGoal36AKeyChoosesTheTime(t *testing.T) {
	d := window(t, 20)
	d.press("g", "s", "b")
	if got := d.prefs.Get(clipboardPref); got != "120" || !strings.Contains(d.message.Text, "2 minutes") {
		t.Errorf("set to %q: %q", got, d.message.Text)
	}
	d.press("b")
	if got := d.prefs.Get(clipboardPref); got != "0" {
		t.Errorf("set to %q", got)
	}
	d.press("g", "q", "j", "y")
	for _, f := range d.later {
		f()
	}
	if d.app.Clipboard().Content() == "" {
		t.Error("taken away although it should stay")
	}
	if d.press("g", "s", "w"); capture.Offered == strings.Contains(d.message.Text, "cannot") {
		t.Errorf("pictures: %q", d.message.Text)
	}
}
