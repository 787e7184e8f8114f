package incident

import (
	"testing"

	"watchfloor/ui/keys"
)

// Only alerts that the incident itself has can be moved out of it: what its twin alone
// has is counted apart, and neither moves nor stays.
func TestWhatOnlyTheTwinHasIsNotChosen(t *testing.T) {
	b := opened()
	b.on("Alerts")
	b.detail.Alerts[1].TwinOnly = true
	check := func(what string, chosen, stay, left int) {
		t.Helper()
		if c, s, l := b.Chosen(); len(c) != chosen || s != stay || l != left {
			t.Errorf("%s: %d chosen, %d stay, %d left, want %d, %d, %d", what, len(c), s, l, chosen, stay, left)
		}
	}
	check("under the cursor", 1, 1, 0)
	b.Do(keys.Down, 10)
	check("that of the twin", 0, 2, 1)
	b.Do(keys.Up, 10)
	b.MarkAlert()
	b.MarkAlert()
	check("both marked", 1, 1, 1)
	b.MarkAlert()
	check("all marked", 2, 0, 1)
	b.Unmark()
	b.on("Story")
	check("on another tab", 0, 2, 0)
}
