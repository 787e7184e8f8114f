package ui

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/ui/keys"
)

// openedPages records what was opened.
type openedPages struct {
	incidents []int64
	controls  []string
	err       error
}

func (o *openedPages) Incident(_ context.Context, id int64) (string, error) {
	o.incidents = append(o.incidents, id)
	return "security.microsoft.com", o.err
}

func (o *openedPages) Control(_ context.Context, _ int, id string) (string, error) {
	o.controls = append(o.controls, id)
	return "security.microsoft.com", o.err
}

func TestGoal41APortalOpensForWhatIsUnderTheCursor(t *testing.T) {
	d, opened := window(t, 5), &openedPages{}
	d.s.Portal = opened
	row, _ := d.pages[keys.Queue].(*queuePage).P.Current()
	d.press("o")
	d.press("Enter", "o")
	if len(opened.incidents) != 2 || opened.incidents[0] != row.ID || opened.incidents[1] != row.ID {
		t.Errorf("opened %v, the cursor was on %d", opened.incidents, row.ID)
	}
	if !strings.Contains(d.message.Text, "security.microsoft.com") {
		t.Errorf("said %q", d.message.Text)
	}
	opened.err = app.E(app.KindInvalid, "This is no page of a portal.", nil)
	d.press("o")
	if d.message.Text != "This is no page of a portal." {
		t.Errorf("said %q", d.message.Text)
	}
	d.s.Portal = nil
	d.press("o")
	if d.message.Text != app.Say(errNoPortal) {
		t.Errorf("without a browser it said %q", d.message.Text)
	}
}

func TestGoal41APortalOpensForAControl(t *testing.T) {
	d, _ := withPosture(t)
	opened := &openedPages{}
	d.s.Portal = opened
	d.press("g", "p", "2", "o")
	if len(opened.controls) != 0 || !strings.Contains(d.message.Text, "5 lists them") {
		t.Errorf("opened %q and said %q", opened.controls, d.message.Text)
	}
	d.press("5", "o")
	if x, ok := d.posture().Control(); !ok || len(opened.controls) != 1 || opened.controls[0] != x.ID {
		t.Errorf("opened %q for %q", opened.controls, x.ID)
	}
}
