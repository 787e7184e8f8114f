package actions

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
)

// deeds are actions on subjects in the states that matter.
func deeds() []outbox.Action {
	at := func(m int) time.Time { return uitest.Now.Add(-time.Duration(m) * time.Minute) }
	user := app.Subject{Kind: app.SubjectUser, ID: "u-1", Name: "Jo Doe"}
	contact := app.Subject{Kind: app.SubjectContact, ID: uitest.SubLab, Name: "Contoso Lab"}
	return []outbox.Action{
		{Seq: 1, Request: outbox.Request{Verb: outbox.ConfirmCompromised, On: user}, Ref: app.Ref{Source: app.EntraRisk}, State: outbox.Failed, Kind: app.KindExpired, Created: at(40), Expires: at(25),
			Reason: "Not sent: older than 15 min. Check again.", Actor: uitest.Me.UPN},
		{Seq: 2, Request: outbox.Request{Verb: outbox.RevokeSessions, On: user}, Ref: app.Ref{Source: app.EntraRisk}, State: outbox.Queued, Created: at(3), Expires: at(-12)},
		{Seq: 3, Request: outbox.Request{Verb: outbox.RevokeSessions, On: app.Subject{Kind: app.SubjectUser, ID: "u-2", Name: "Mei Lin"}}, State: outbox.Queued, Created: at(14), Expires: at(-1)},
		{Seq: 4, Version: 3, Request: outbox.Request{Verb: outbox.EditContact, On: contact, Set: app.Values{app.PropEmails: "lab@contoso.example", app.PropAlertSeverity: "Low"}}, Ref: app.Ref{Source: app.CloudPosture},
			State: outbox.Conflict, Created: at(30), Reason: "It changed since this was decided.", Drift: []outbox.Drift{
				{Field: app.Field(app.PropEmails), Base: "(none)", Theirs: "jo@contoso.example", Mine: "lab@contoso.example", Who: "jo@contoso.example", When: at(9)},
				{Field: app.Field(app.PropAlertSeverity), Base: "High", Theirs: "Medium", Mine: "Low"}}},
		{Seq: 5, Request: outbox.Request{Verb: outbox.SetControl, On: app.Subject{Kind: app.SubjectControl, ID: "AdminMFAV2"}, Set: app.Values{app.PropControlState: "Reviewed"}}, State: outbox.Done, Created: at(60), Finished: at(59)},
		{Seq: 6, Request: outbox.Request{Verb: outbox.DismissRisk, On: app.Subject{Kind: app.SubjectWorkload, ID: "w", Name: "backup-app"}}, State: outbox.Failed, Kind: app.KindPermission, Created: at(50), Reason: "IdentityRiskyServicePrincipal.ReadWrite.All is missing."},
	}
}

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
	p, _, _ := open(deeds())
	for seq, want := range map[int64][]string{
		1: {"! Failed", "Confirm Jo Doe as compromised", "user  Jo Doe", "Not sent: older than 15 min. Check again."},
		2: {"Queued", "Revoke the sessions of Jo Doe", "user  Jo Doe", "Waits behind the failed action on Jo Doe. Expires 14:14Z, in 12 min."},
		3: {"Queued", "user  Mei Lin", "Waits to be sent. Expires 14:03Z, in 60 s."},
		4: {"! Conflict", "Edit the contact of Contoso Lab", "security contact  Contoso Lab"},
		5: {"✓ Done", "Set the control AdminMFAV2: state Reviewed", "M365 control  AdminMFAV2", "The service confirmed it."},
		6: {"! Failed", "Dismiss the risk of backup-app", "workload  backup-app", "Not permitted: "},
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
	gone := deeds()[1]
	gone.Expires = uitest.Now
	if got := expiry(gone, p.clock()); !strings.Contains(got, "over") {
		t.Errorf("an expired one says %q", got)
	}
}

// What waits on one person does not wait for another.
func TestSubjectsDoNotWaitForEachOther(t *testing.T) {
	p, _, _ := open(deeds())
	if _, waits := p.behind[2]; !waits {
		t.Error("the second action on a person waits for the first")
	}
	if _, waits := p.behind[3]; waits {
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
		{1, keys.Recheck, "recheck 1", "Jo Doe: checked again"}, {1, keys.Retry, "", "c checks again and has it sent"}, {6, keys.Recheck, "recheck 6", "backup-app: checked again"},
		{6, keys.Retry, "retry 6", "queued again"}, {1, keys.Discard, "discard 1", "discarded"}, {5, keys.Recheck, "", "Nothing is left to settle"},
		{4, keys.KeepTheirs, "settle 4 v3 e-mails=theirs alerts from severity=theirs", "Contoso Lab: theirs kept"},
	} {
		p, box, line := open(deeds())
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
	st := conflict(t, deeds()[3])
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
	a := deeds()[0]
	a.State, a.Drift = outbox.Conflict, []outbox.Drift{{Field: app.Field(app.PropRiskLevel), Base: "high", Theirs: "low", Mine: "Confirm Jo Doe as compromised"}}
	st = conflict(t, a)
	if st.press("e"); len(st.over) != 0 {
		t.Error("a risk level was edited")
	}
}

// The details say what the deed does and what can be done about it now.
func TestAnExpiredDeedOnScreen(t *testing.T) {
	p, _, line := open(deeds())
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(p, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Tenant: contoso})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1300, 700))
	p.Move(find(t, p, 1))
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
