package ui

import (
	"strings"
	"testing"

	"watchfloor/app/unlock"
)

// What was done to a damaged cache is told in a sentence that is longer than the status
// line has room for: it is shown whole, once, until the person closes it.
func TestGoal7ANoticeIsReadWholeAndClosedByThePerson(t *testing.T) {
	d, _ := lockable(t, &unlock.Need{State: unlock.Idle})
	const first, second = "North West: The cache was damaged; it is kept for 14 days. 1 waiting action was brought over.", "East: The cache was damaged."
	d.Notice(first)
	d.Notice(second + "\u202e")
	d.line.Drain()
	said := strings.Join(strings.Fields(d.everything()), " ")
	if !strings.Contains(said, first) || strings.Contains(said, second) {
		t.Fatalf("the first notice is not shown alone and whole: %s", said)
	}
	d.press("c") // belongs to the notice
	if d.dialog == nil || d.dialog.under != nil {
		t.Fatal("a key went past the notice")
	}
	d.press("Ctrl+L")
	if strings.Contains(d.everything(), "North West") {
		t.Error("a locked window shows it")
	}
	d.press("Enter")
	said = strings.Join(strings.Fields(d.everything()), " ")
	if !strings.Contains(said, first) {
		t.Fatal("it is lost by locking")
	}
	d.press("Enter")
	if said := d.everything(); strings.Contains(said, "North West") || !strings.Contains(said, second) || strings.Contains(said, "\u202e") {
		t.Error("the second does not follow")
	}
	d.press("Esc")
	if d.dialog != nil || len(d.notices) != 0 {
		t.Error("it comes again")
	}
}
