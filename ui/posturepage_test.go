package ui

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/app/profile"
	"watchfloor/ui/keys"
	"watchfloor/ui/posture"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

// withPosture is a window whose tenant has a posture.
func withPosture(t *testing.T) (*desk, *uitest.Posture) {
	t.Helper()
	d, src := window(t, 5), uitest.NewPosture()
	d.s.Posture = func(int) model.Reader { return src }
	return d, src
}

func (d *desk) posture() *posture.Presenter { return d.pages[keys.Posture].(*posturePage).P }

// From the score to the alerts behind it, by keyboard alone.
func TestPostureByKeyboard(t *testing.T) {
	d, _ := withPosture(t)
	d.press("g", "p")
	if d.on != keys.Posture || len(d.posture().Cards()) != 3 {
		t.Fatalf("on %s", d.on)
	}
	d.press("Down", "Enter", "Enter")
	if h := d.posture().Heading(); !strings.Contains(h, "Resources of: System updates") {
		t.Errorf("two steps in: %q", h)
	}
	d.press("E", "c")
	if got := strings.Join(d.out.Asked, ", "); got != "resources csv 11" {
		t.Errorf("exported %q, said %q", got, d.message.Text)
	}
	d.press("y")
	if got := d.app.Clipboard().Content(); !strings.Contains(got, "Microsoft[.]Compute") {
		t.Errorf("copied %q", got)
	}
	d.press("Esc", "Esc")
	if d.on != keys.Posture || d.posture().Tab() != posture.Scores {
		t.Errorf("on %s", d.on)
	}
	d.press("h")
	q := d.pages[keys.Queue].(*queuePage)
	if d.on != keys.Queue || q.P.Query().Filter.String() != "source:cloud status:any" {
		t.Errorf("on %s, filter %q", d.on, q.P.Query().Filter)
	}
	d.press("g", "p", "Esc")
	if d.on != keys.Queue {
		t.Errorf("Esc leads to %s", d.on)
	}
}

// A contact is edited offline, is seen as queued, found from the actions and taken back.
func TestAContactIsEditedOffline(t *testing.T) {
	d, _ := withPosture(t)
	d.box.Keep = true
	d.press("Ctrl+O")
	d.fire()
	d.press("g", "p", "4", "Down", "e")
	d.win.Canvas().Focused().(*widget.Entry).SetText("soc@contoso.example")
	d.press("Ctrl+P")
	if d.dialog == nil || d.dialog.under == nil {
		t.Fatal("the exact request is not shown over the form")
	}
	d.press("Esc", "Ctrl+Enter")
	if len(d.box.Asked) != 1 || d.box.Asked[0].Set[app.PropEmails] != "soc@contoso.example" || d.dialog != nil {
		t.Fatalf("asked %+v", d.box.Asked)
	}
	if !strings.Contains(d.message.Text, "queued, offline") {
		t.Errorf("said %q", d.message.Text)
	}
	_, body := d.posture().Detail()
	if !strings.Contains(body, "Queued, not confirmed yet") {
		t.Errorf("the preview says %q", body)
	}
	d.press("1", "g", "a", "Enter")
	if x, ok := d.posture().Contact(); d.on != keys.Posture || !ok || x.Subscription != uitest.SubPlatform {
		t.Errorf("Enter on the action leads to %s, %+v", d.on, x.Name)
	}
	d.press("Ctrl+Z")
	if got := strings.Join(d.box.Calls, ", "); got != "undo 101" {
		t.Errorf("calls %q, said %q", got, d.message.Text)
	}
}

// What was sent is put back by the reverse, after a question.
func TestASettingIsPutBack(t *testing.T) {
	d, _ := withPosture(t)
	d.press("g", "p", "5", "s", "i")
	d.win.Canvas().Focused().(*widget.Entry).SetText("we have another product")
	d.press("Ctrl+Enter")
	r := d.box.Asked[0]
	if r.Verb != outbox.SetControl || r.Set[app.PropControlState] != "Ignored" || r.IncidentID != fleet.Home(0) {
		t.Fatalf("asked %+v", r)
	}
	back := r
	back.Set = app.Values{app.PropControlState: "Default"}
	d.box.Back = map[int64]outbox.Request{101: back}
	d.box.OnUndo = func([]int64) (int, error) { return 0, app.E(app.KindInvalid, "It has left.", nil) }
	d.press("Ctrl+Z")
	if d.dialog == nil {
		t.Fatalf("no question; said %q", d.message.Text)
	}
	d.press("Ctrl+Enter")
	if len(d.box.Asked) != 2 || d.box.Asked[1].Set[app.PropControlState] != "Default" {
		t.Errorf("asked %+v", d.box.Asked)
	}
}

func TestOwnersAreKeptFromTheWindow(t *testing.T) {
	d, src := withPosture(t)
	d.press("g", "p", "2", "Down", "e")
	d.win.Canvas().Focused().(*widget.Entry).SetText("jo")
	d.press("Ctrl+Enter")
	found := false
	for _, l := range src.Kept {
		found = found || l.Owner == "jo"
	}
	if !found || len(d.box.Asked) != 0 {
		t.Errorf("kept %v, asked %v", src.Kept, d.box.Asked)
	}
	d.press("3", "e")
	if !strings.Contains(d.message.Text, "Nothing to edit here") {
		t.Errorf("said %q", d.message.Text)
	}
	d.press("s", "r")
	if !strings.Contains(d.message.Text, "5 lists them") {
		t.Errorf("said %q", d.message.Text)
	}
}

func TestWithoutPostureThereIsASentence(t *testing.T) {
	d := window(t, 5)
	d.press("g", "p")
	if got := d.posture().Instead(); !strings.Contains(got, "not read here") {
		t.Errorf("said %q", got)
	}
	for _, k := range []string{"Enter", "Down", "f", "F", "t", "T", "=", "0", "F6", "2", "e", "y", "h"} {
		if d.on == keys.Posture && k != "F6" {
			d.press(k)
		}
	}
}

// Alerts of Defender for Cloud come into the queue of the tenant for which somebody says
// so.
func TestTheSwitchOfCloudAlerts(t *testing.T) {
	d, c := window(t, 5), uitest.NewConnector()
	c.List = []profile.Profile{{Slot: 0, Name: "Contoso"}, {Slot: 1, Name: "Research campus"}}
	d.s.Connector = c
	d.press("g", "s", "j", "C")
	if all := c.Profiles(); all[0].CloudAlerts || !all[1].CloudAlerts || !strings.Contains(d.message.Text, "Research campus: alerts of Defender for Cloud come into the queue") {
		t.Errorf("said %q, profiles %+v", d.message.Text, all)
	}
	d.press("C")
	if c.Profiles()[1].CloudAlerts || !strings.Contains(d.message.Text, "left out") {
		t.Errorf("said %q", d.message.Text)
	}
	c.ChangeErr = app.E(app.KindInternal, "The profile cannot be written.", nil)
	d.press("C")
	if d.message.Text != "The profile cannot be written." {
		t.Errorf("said %q", d.message.Text)
	}
}
