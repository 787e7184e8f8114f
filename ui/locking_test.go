package ui

import (
	"bytes"
	"context"
	"image/png"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app/unlock"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

// lockable is a window that can be locked; ask is what the lock asks.
func lockable(t *testing.T, ask *unlock.Need) (d *desk, answers *[]unlock.Answer) {
	t.Helper()
	d, answers = window(t, 20), &[]unlock.Answer{}
	s := d.s
	s.LockUp = func() *Lock {
		return &Lock{Need: ask, Unlock: func(_ context.Context, a unlock.Answer) (Services, error) {
			*answers = append(*answers, a)
			if a.Do == unlock.Passphrase && a.Words != "right" {
				return Services{}, &unlock.Need{State: unlock.Words, Passphrase: true, Why: "This is not the passphrase of this cache."}
			}
			return s, nil
		}}
	}
	d.Use(s)
	d.line.Drain()
	return d, answers
}

// everything is all text in the window, overlays included, and its title.
func (d *desk) everything() string {
	var b strings.Builder
	b.WriteString(d.win.Title() + "\n")
	for _, root := range append(d.win.Canvas().Overlays().List(), d.win.Content()) {
		for _, o := range test.LaidOutObjects(root) {
			switch x := o.(type) {
			case *canvas.Text:
				b.WriteString(x.Text + "\n")
			case *fynewidget.Entry:
				b.WriteString(x.Text + "\n")
			}
		}
	}
	return b.String()
}

func (d *desk) picture() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, d.win.Canvas().Capture()); err != nil {
		d.t.Fatal(err)
	}
	return b.Bytes()
}

// An incident is open, a comment half written, a dialog over it: locked, none of it is in
// the window or in a picture of it; unlocked, the person is where they were.
func TestGoal35NothingOfAnIncidentIsInALockedWindow(t *testing.T) {
	d, answers := lockable(t, &unlock.Need{State: unlock.Idle})
	d.press("j", "Enter", "m", "half a thou")
	row := d.pages[keys.Incident].(*casePage).P.Row()
	if !strings.Contains(d.everything(), row.Number) {
		t.Fatal("the incident is not shown: the test looks at the wrong place")
	}
	d.press("Ctrl+L")

	if d.on != keys.Locked || d.dialog != nil || len(d.win.Canvas().Overlays().List()) != 0 {
		t.Fatalf("on %s with a dialog: %v", d.on, d.dialog != nil)
	}
	if len(d.pages) != 1 {
		t.Errorf("%d pages are kept", len(d.pages))
	}
	shown := d.everything()
	for _, r := range d.tenant.Rows {
		if strings.Contains(shown, r.Title) || strings.Contains(shown, r.Number) {
			t.Errorf("%q is in the locked window", r.Title)
		}
	}
	if strings.Contains(shown, "half a thou") || strings.Contains(shown, "contoso") {
		t.Error("a draft or the tenant is in the locked window")
	}
	if got := d.win.Title(); got != "Watchfloor" {
		t.Errorf("its title is %q", got)
	}
	other, _ := lockable(t, &unlock.Need{State: unlock.Idle})
	other.press("Ctrl+L")
	if !bytes.Equal(d.picture(), other.picture()) {
		t.Error("a picture of the locked window tells what was open")
	}
	for _, key := range []string{"j", "g", "q", "m", "?"} {
		d.Press(key)
	}
	if d.on != keys.Locked || len(*answers) != 0 {
		t.Error("a key leads out of the lock")
	}

	d.Press("Enter")
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.line.Drain()
	if d.on != keys.Incident || d.pages[keys.Incident].(*casePage).P.Row().ID != row.ID {
		t.Fatalf("unlocked on %s", d.on)
	}
	if got := d.tenant.Draft(row.ID); got != "half a thou" {
		t.Errorf("the draft is %q", got)
	}
	if len(*answers) != 1 || (*answers)[0].Do != unlock.Again {
		t.Errorf("answered %v", *answers)
	}
}

func TestGoal35AWrongPassphraseIsToldAndTheRightOneOpens(t *testing.T) {
	d, _ := lockable(t, &unlock.Need{State: unlock.Words, Passphrase: true})
	d.press("Ctrl+L")
	type attempt struct {
		words string
		on    keys.Screen
	}
	for _, a := range []attempt{{"wrong", keys.Locked}, {"right", keys.Queue}} {
		f := d.win.Canvas().Focused()
		for _, r := range a.words {
			f.TypedRune(r)
		}
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		d.line.Drain()
		if d.on != a.on {
			t.Fatalf("%s: on %s", a.words, d.on)
		}
		if a.on == keys.Locked && strings.Contains(d.everything(), "wrong") {
			t.Error("the words are still in the field")
		}
	}
}

func TestGoal35TheWindowLocksItselfWhenNobodyIsThere(t *testing.T) {
	d, _ := lockable(t, &unlock.Need{State: unlock.Idle})
	now := uitest.Now
	d.s.Now = func() time.Time { return now }
	wait := func(m time.Duration) {
		now = now.Add(m * time.Minute)
		d.tick()
		d.line.Drain()
	}
	wait(14)
	d.press("j")
	wait(14)
	if d.on == keys.Locked {
		t.Fatal("a key was pressed 14 minutes ago")
	}
	d.setLockAfter(0)
	wait(600)
	if d.on == keys.Locked {
		t.Fatal("locking is off")
	}
	d.setLockAfter(5)
	d.touched()
	wait(4)
	if d.on == keys.Locked {
		t.Fatal("four minutes of five")
	}
	wait(1)
	if d.on != keys.Locked {
		t.Fatal("after five minutes the window is open")
	}
}

// The time is chosen by key and holds after a start.
func TestGoal35TheTimeIsChosen(t *testing.T) {
	d, _ := lockable(t, &unlock.Need{State: unlock.Idle})
	if d.lockAfter() != 15 {
		t.Errorf("by default after %d minutes", d.lockAfter())
	}
	d.press("g", "s")
	var seen []int
	for range lockTimes {
		d.press("L")
		seen = append(seen, d.lockAfter())
	}
	if seen[0] != 30 || seen[1] != 60 || seen[2] != 0 || seen[4] != 15 {
		t.Errorf("chosen in turn: %v", seen)
	}
	d.prefs.Set(lockPref, "-7")
	if fresh := (&Shell{prefs: newSavedPrefs(d.prefs)}); fresh.lockAfter() != 15 {
		t.Errorf("a senseless choice counts: %d", fresh.lockAfter())
	}
}

// Unsent actions of a cache that ends with the session: closing is asked for twice.
func TestGoal34ClosingASessionWithUnsentActionsIsAsked(t *testing.T) {
	d, _ := lockable(t, &unlock.Need{State: unlock.Idle})
	closed := 0
	d.win.SetOnClosed(func() { closed++ })
	d.s.Ending = func() bool { return true }
	d.counts.Queued = 2
	d.Press("Ctrl+Q")
	if closed != 0 || d.dialog == nil || !strings.Contains(d.everything(), "2 actions") {
		t.Fatalf("closed %d times", closed)
	}
	d.press("Esc")
	if closed != 0 || d.dialog != nil {
		t.Fatal("Esc does not stay")
	}
	d.Press("Ctrl+Q")
	d.press("Enter")
	if closed != 1 {
		t.Errorf("closed %d times", closed)
	}
}

// The key that goes through the times says which one holds: the row may be off the screen.
func TestGoal35TheKeyForTheTimeOfTheLockSaysIt(t *testing.T) {
	d, _ := lockable(t, &unlock.Need{State: unlock.Idle})
	d.press("g", "s", "L")
	if d.message.Text != "The window locks after 30 minutes." {
		t.Errorf("says %q", d.message.Text)
	}
	d.press("L", "L")
	if d.message.Text != "The window does not lock by itself." {
		t.Errorf("says %q", d.message.Text)
	}
}
