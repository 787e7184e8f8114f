package actions

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

func find(t *testing.T, p *Presenter, seq int64) int {
	t.Helper()
	i := slices.IndexFunc(p.lines, func(l line) bool { return l.action.Seq == seq })
	if i < 0 {
		t.Fatalf("action %d is not listed", seq)
	}
	return i
}

// Each row says what is done, to whom, and until when.
func TestActionsOnSubjectsInWords(t *testing.T) {
	p, _, _ := open(uitest.SampleDeeds())
	for seq, want := range map[int64][]string{
		31: {"! Failed", "Confirm Jo Doe as compromised", "user  Jo Doe", "Not sent: older than 15 min. Check again."},
		32: {"Queued", "Revoke the sessions of Jo Doe", "user  Jo Doe", "Waits behind the failed action on Jo Doe. Expires 14:14Z, in 12 min."},
		33: {"Queued", "user  Mei Lin", "Waits to be sent. Expires 14:03Z, in 60 s."},
		34: {"! Conflict", "Edit the contact of Contoso Lab", "security contact  Contoso Lab"},
		35: {"✓ Done", "Set the control AdminMFAV2: state Reviewed", "M365 control  AdminMFAV2", "The service confirmed it."},
		36: {"! Failed", "Dismiss the risk of backup-app", "workload  backup-app", "Not permitted: "},
	} {
		var words []string
		for _, c := range p.Cells(find(t, p, seq)) {
			words = append(words, c.Text)
		}
		for _, w := range want {
			if got := strings.Join(words, "|"); !strings.Contains(got, w) {
				t.Errorf("action %d: %q lacks %q", seq, got, w)
			}
		}
	}
	if !p.Counting() {
		t.Error("a minute before it expires an action is counted down to")
	}
	gone := uitest.SampleDeeds()[1]
	gone.Expires = uitest.Now
	if got := expiry(gone, p.clock()); !strings.Contains(got, "over") {
		t.Errorf("an expired one says %q", got)
	}
}

// What waits on one person does not wait for another.
func TestSubjectsDoNotWaitForEachOther(t *testing.T) {
	p, _, _ := open(uitest.SampleDeeds())
	if _, waits := p.behind[32]; !waits {
		t.Error("the second action on a person waits for the first")
	}
	if _, waits := p.behind[33]; waits {
		t.Error("an action on another person waits")
	}
}

func TestCheckingAgain(t *testing.T) {
	for _, c := range []struct {
		seq  int64
		do   keys.Command
		call string
		says string
	}{
		{31, keys.Recheck, "recheck 31", "Jo Doe: checked again"},
		{31, keys.Retry, "", "c checks again and has it sent"},
		{36, keys.Recheck, "recheck 36", "backup-app: checked again"},
		{36, keys.Retry, "retry 36", "queued again"},
		{31, keys.Discard, "discard 31", "discarded"},
		{35, keys.Recheck, "", "Nothing is left to settle"},
		{34, keys.KeepTheirs, "settle 34 v3 e-mails=theirs alerts from severity=theirs", "Contoso Lab: theirs kept"},
	} {
		p, box, line := open(uitest.SampleDeeds())
		said := ""
		p.Say = func(s string, _ bool) { said = s }
		p.Move(find(t, p, c.seq))
		p.Do(c.do, 10)
		line.Drain()
		if got := strings.Join(box.Calls, ", "); got != c.call || !strings.Contains(said, c.says) {
			t.Errorf("%s on %d: calls %q, said %q", c.do, c.seq, got, said)
		}
	}
}

// Properties in conflict are settled one by one, each with an editor that fits.
func TestPropertiesInConflict(t *testing.T) {
	st := conflict(t, uitest.SampleDeeds()[3])
	test.AssertRendersToMarkup(t, "properties.xml", st.win.Canvas())
	st.press("e")
	e := st.over[0].First.(*widget.Entry)
	if e.Text != "lab@contoso.example" {
		t.Errorf("the addresses begin with %q", e.Text)
	}
	e.SetText("lab@contoso.example, jo@contoso.example")
	st.over[0].Press("Ctrl+Enter")
	st.press("e")
	st.over[1].Press("m")
	st.press("Ctrl+Enter")
	got := st.settled[0]
	if len(got) != 2 || got[0].Keep != outbox.Edited || got[0].Text != "lab@contoso.example;jo@contoso.example" || got[1].Text != "Medium" {
		t.Errorf("settled %+v", got)
	}
	// What a deed would do to a risk that moved has no other value.
	a := uitest.SampleDeeds()[0]
	a.State, a.Drift = outbox.Conflict, []outbox.Drift{{Field: app.Field(app.PropRiskLevel), Base: "high", Theirs: "low", Mine: "Confirm Jo Doe as compromised"}}
	st = conflict(t, a)
	if st.press("e"); len(st.over) != 0 {
		t.Error("a risk level was edited")
	}
}

// The details say what the deed does and what can be done about it now.
func TestAnExpiredDeedOnScreen(t *testing.T) {
	p, _, line := open(uitest.SampleDeeds())
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Tenant: contoso})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1300, 700))
	p.Move(find(t, p, 31))
	line.Drain()
	for c, b := range s.offers {
		if want := slices.Contains([]keys.Command{keys.Recheck, keys.Discard, keys.Open, keys.ShowRequest}, c); b.Visible() != want {
			t.Errorf("%s is offered: %v", c, b.Visible())
		}
	}
	if !strings.Contains(s.what.Text, "Sets the risk state to confirmed compromised") || s.title.Cell().Text != "Jo Doe  (user)" {
		t.Errorf("details %q of %q", s.what.Text, s.title.Cell().Text)
	}
	for _, w := range []float32{1301, 1300} {
		win.Resize(fyne.NewSize(w, 700))
	}
	test.AssertRendersToMarkup(t, "expired.xml", win.Canvas())
}

// A form for several people is named by how many they are, not by the first of them.
func TestAFormForSeveralPeopleNamesNoneOfThem(t *testing.T) {
	a := outbox.Action{Request: outbox.Request{Verb: outbox.DismissRisk, On: app.Subject{Kind: app.SubjectUser, ID: "1", Name: "Celia"}}}
	if got := formWords(a, 5); got != "Dismiss risk: 5 accounts" {
		t.Errorf("%q", got)
	}
}
