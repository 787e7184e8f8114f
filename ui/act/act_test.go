package act

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

func contoso(int64) fleet.Tenant { return fleet.Tenant{Name: "contoso.example", Me: uitest.Me} }

var sentinel, defender = uitest.NewTenant(5).Rows[0], uitest.NewTenant(5).Rows[1]

// The same two choices are sent to either service in its own words.
func TestClosingSpeaksBothLanguages(t *testing.T) {
	for _, c := range []struct {
		row           triage.Row
		keys          []keys.Command
		class         app.Classification
		determination string
	}{
		{sentinel, []keys.Command{keys.FalsePositive, keys.Digit(2)}, app.FalsePositive, "InaccurateData"},
		{defender, []keys.Command{keys.FalsePositive, keys.Digit(2)}, app.FalsePositive, "notEnoughDataToValidate"},
		{sentinel, []keys.Command{keys.TruePositive, keys.Digit(3)}, app.TruePositive, "SuspiciousActivity"},
		{defender, []keys.Command{keys.Benign, keys.Digit(1)}, app.BenignPositive, "securityTesting"},
		{defender, []keys.Command{keys.TruePositive, keys.Digit(1), keys.Undeterm}, app.Undetermined, ""},
	} {
		f := NewCloseForm()
		for _, k := range c.keys {
			if !f.Do(k) {
				t.Errorf("%s is no key of the dialog", k)
			}
		}
		f.Note = "  seen before \n"
		plan, why, ok := f.Plan()
		if !ok {
			t.Fatalf("%v: %q", c.keys, f.Problem)
		}
		r := plan(c.row)
		if r.Verb != outbox.Close || r.IncidentID != c.row.ID || r.Want.Classification != c.class || why.Classification != c.class {
			t.Fatalf("%v: %+v %q", c.keys, r, f.Problem)
		}
		if c.determination != "" && r.Want.Determination != c.determination {
			t.Errorf("%v at %s: %q, want %q", c.keys, c.row.Ref.Source, r.Want.Determination, c.determination)
		}
		if r.Want.ClosingNote != "seen before" {
			t.Errorf("note %q", r.Want.ClosingNote)
		}
	}
}

func TestAnIncompleteCloseIsNotSent(t *testing.T) {
	f := NewCloseForm()
	if _, _, ok := f.Plan(); ok || !strings.Contains(f.Problem, "t, f, b or u") {
		t.Errorf("without a classification: %v %q", ok, f.Problem)
	}
	f.Do(keys.FalsePositive)
	if _, _, ok := f.Plan(); ok || !strings.Contains(f.Problem, "digit") {
		t.Errorf("without a reason: %v %q", ok, f.Problem)
	}
	f.Do(keys.Digit(9))
	if f.Chosen != -1 {
		t.Error("a digit beyond the reasons chose one")
	}
	f.Do(keys.Digit(2))
	f.Do(keys.Benign)
	if f.Chosen != -1 {
		t.Error("another classification keeps the reason of the first")
	}
}

func TestDirectRequests(t *testing.T) {
	for c, want := range map[keys.Command]outbox.Request{
		keys.AssignMe:     {Verb: outbox.Assign, Want: app.Fields{Owner: uitest.Me}},
		keys.Unassign:     {Verb: outbox.Assign},
		keys.StatusNew:    {Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusNew}},
		keys.StatusActive: {Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}},
		keys.SevHigh:      {Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.High}},
		keys.SevMedium:    {Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Medium}},
		keys.SevLow:       {Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
		keys.SevInfo:      {Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Informational}},
	} {
		got, ok := Direct(c, sentinel, uitest.Me)
		if !ok || got.Verb != want.Verb || got.Want.Owner != want.Want.Owner || got.Want.Status != want.Want.Status ||
			got.Want.Severity != want.Want.Severity || got.IncidentID != sentinel.ID {
			t.Errorf("%s: %+v", c, got)
		}
	}
	if _, ok := Direct(keys.CloseCase, sentinel, uitest.Me); ok {
		t.Error("closing needs a dialog")
	}
}

func TestTags(t *testing.T) {
	r, wrong := TagRequest(sentinel, `vip, "two words" -test -"old tag"`)
	if wrong != "" || !slices.Equal(r.AddTags, []string{"vip", "two words"}) || !slices.Equal(r.RemoveTags, []string{"test", "old tag"}) {
		t.Errorf("add %q remove %q %s", r.AddTags, r.RemoveTags, wrong)
	}
	if _, wrong := TagRequest(sentinel, " - ,"); wrong == "" {
		t.Error("no tag at all is accepted")
	}
}

func TestAssigneesAndComments(t *testing.T) {
	for _, bad := range []string{"", "jo", "@contoso.example", "jo@", "jo doe@contoso.example", "a@b.example;c@d.example"} {
		if _, wrong := AssignRequest(sentinel, bad); wrong == "" {
			t.Errorf("%q is accepted as a sign-in name", bad)
		}
	}
	if r, wrong := AssignRequest(sentinel, " jo@contoso.example "); wrong != "" || r.Want.Owner.UPN != "jo@contoso.example" {
		t.Errorf("%+v %s", r.Want.Owner, wrong)
	}
	if _, wrong := CommentRequest(sentinel, " \n"); wrong == "" {
		t.Error("an empty comment is accepted")
	}
	if _, wrong := CommentRequest(sentinel, strings.Repeat("é", maxComment+1)); wrong == "" {
		t.Error("a comment longer than the service takes is accepted")
	}
	if _, wrong := CommentRequest(sentinel, strings.Repeat("é", maxComment)); wrong != "" {
		t.Error("the longest comment is refused:", wrong)
	}
}

// Five keystrokes from the row to the request: c opened the dialog, then f 2 Ctrl+Enter.
func TestCloseDialogByKeyboard(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	win := test.NewTempWindow(t, widget.NewFill("x"))
	win.Resize(fyne.NewSize(900, 640))
	var sent []outbox.Request
	closed := 0
	d := NewClose(One(sentinel), Frame{Tenant: contoso, Offline: true, Close: func() { closed++ }, Focus: func(o fyne.Focusable) { win.Canvas().Focus(o) }},
		func(p Plan, _ app.Reason) { sent = append(sent, p(sentinel)) })
	widget.ShowModal(win.Canvas(), d.Body, d.Width, false)
	win.Canvas().Focus(d.First)
	d.Press("Ctrl+Enter")
	if closed != 0 || sent != nil {
		t.Fatal("an incomplete form was sent")
	}
	test.Type(d.First, "f2")
	test.AssertRendersToMarkup(t, "close.xml", win.Canvas())
	d.First.TypedRune('n')
	if e, ok := win.Canvas().Focused().(*widget.Entry); !ok {
		t.Error("n does not reach the note")
	} else {
		test.Type(e, "fat finger")
		if !e.Press("Ctrl+Enter") {
			t.Error("Ctrl+Enter means nothing in the note")
		}
	}
	if closed != 1 || len(sent) != 1 || sent[0].Want.Determination != "InaccurateData" || sent[0].Want.ClosingNote != "fat finger" {
		t.Errorf("closed %d times, sent %+v", closed, sent)
	}
}

func TestTheButtonSaysWhatWillHappen(t *testing.T) {
	if SendWord(true) != "Queue" || SendWord(false) != "Send" {
		t.Error("offline, nothing is sent: it is queued")
	}
}

// What is wrong is said in full: it has the width of the dialog to itself.
func TestWhatIsWrongIsNotCut(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	for _, c := range []struct {
		typed string
		build func(triage.Row, string) (outbox.Request, string)
	}{
		{"jo", AssignRequest},
		{strings.Repeat("x", maxComment+1), CommentRequest},
	} {
		win := test.NewTempWindow(t, widget.NewFill("x"))
		win.Resize(fyne.NewSize(900, 640))
		d := NewText(One(sentinel), Frame{Tenant: contoso, Close: func() { t.Error("closed") }}, TextDialog{Verb: "X", Initial: c.typed, Lines: 1, Build: c.build}, nil)
		widget.ShowModal(win.Canvas(), d.Body, d.Width, false)
		d.Press("Ctrl+Enter")
		_, want := c.build(sentinel, c.typed)
		if !shows(d.Body, want) {
			t.Errorf("%q is not on screen in full", want)
		}
	}
}

func shows(o fyne.CanvasObject, want string) bool {
	if txt, ok := o.(*canvas.Text); ok && txt.Text == want {
		return true
	}
	return slices.ContainsFunc(test.LaidOutObjects(o), func(c fyne.CanvasObject) bool {
		txt, ok := c.(*canvas.Text)
		return ok && txt.Text == want
	})
}
