package outbox

import (
	"strings"
	"testing"

	"watchfloor/app"
)

var deeds = []app.Deed{
	app.DismissRisk, app.ConfirmCompromised, app.ConfirmSafe, app.RevokeSessions, app.DisableAccount, app.EnableAccount,
	app.SetControl, app.EditContact,
}

// The form says of every deed what it does, and whether it can be taken back: as Reverse
// has it.
func TestEveryDeedSaysWhatItDoesAndWhetherItCanBeTakenBack(t *testing.T) {
	for _, d := range deeds {
		text := Words(d)
		once := strings.Contains(text, "cannot be taken back")
		back := strings.Contains(text, "takes it back")
		if once == back || !strings.HasSuffix(text, ".") {
			t.Errorf("%s: %s", d, text)
		}
		if !strings.Contains(text, "risk") && !strings.Contains(text, "score") && !strings.Contains(text, "notifies") {
			t.Errorf("%s does not say what becomes of risk, score or notices", d)
		}
		if !Verb(d).IsDeed() || len(allowed(d)) == 0 {
			t.Errorf("%s is no verb", d)
		}
	}
	if Words("of tomorrow") != "" || Verb(Comment).IsDeed() {
		t.Error("what is no deed has words")
	}
}

func TestARowNamesTheDeedAndItsSubject(t *testing.T) {
	for want, r := range map[string]Request{
		"Confirm Ana as compromised":         {Verb: ConfirmCompromised, On: app.Subject{Kind: app.SubjectUser, ID: "u", Name: "Ana"}},
		"Dismiss the risk of the sign-in s1": {Verb: DismissRisk, On: app.Subject{Kind: app.SubjectSignIn, ID: "s1"}},
		"Set the control MFA: state Ignored, note (none)": {
			Verb: SetControl, On: app.Subject{Kind: app.SubjectControl, ID: "c", Name: "MFA"},
			Set: app.Values{app.PropControlNote: "", app.PropControlState: "Ignored"},
		},
		"Edit the contact of Prod: e-mails a@x.example, b@x.example, notifications on no": {
			Verb: EditContact, On: app.Subject{Kind: app.SubjectContact, ID: "c", Name: "Prod"},
			Set: app.Values{app.PropNotify: "false", app.PropEmails: "a@x.example;b@x.example"},
		},
	} {
		if got := r.Describe(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestValuesCompareAsTheirServiceMeansThem(t *testing.T) {
	for _, c := range []struct {
		p    app.Property
		a, b string
		same bool
	}{
		{app.PropRiskState, "atRisk", "ATRISK", true},
		{app.PropRiskState, "atRisk", "dismissed", false},
		{app.PropEmails, "b@x.example; A@x.example", "a@X.example;b@x.example;b@x.example", true},
		{app.PropEmails, "a@x.example", "", false},
		{app.PropRiskChanged, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00.000+01:00", true},
		{app.PropRiskChanged, "soon", "later", false},
		{app.PropRiskChanged, "", "", true},
		{app.PropControlNote, "two\r\nlines ", "two\nlines", true},
		{app.PropControlNote, "Done", "done", false},
	} {
		if got := SameProperty(c.p, c.a, c.b); got != c.same {
			t.Errorf("%s: %q and %q same: %v", c.p, c.a, c.b, got)
		}
	}
}

// A later deed on the same person counts on what became of the earlier one: what it saw
// besides stays, and what a third one in between sets is that one's.
func TestLaterDeedsCountOnWhatBecameOfTheEarlier(t *testing.T) {
	on := app.Subject{Kind: app.SubjectUser, ID: "u"}
	seen := app.Values{app.PropRiskState: "atRisk", app.PropRiskLevel: "low", app.PropRiskChanged: "2026-01-01T00:00:00Z", app.PropEnabled: "true"}
	first := Action{Request: Request{Verb: ConfirmCompromised, On: on}, Seen: seen}
	revoke := Action{Seq: 2, Request: Request{Verb: RevokeSessions, On: on}, Seen: first.After(seen)}
	dismiss := Action{Seq: 3, Request: Request{Verb: DismissRisk, On: on}, Seen: revoke.After(revoke.Seen)}
	last := Action{Seq: 4, Request: Request{Verb: ConfirmSafe, On: on}, Seen: dismiss.After(dismiss.Seen)}
	later := []Action{revoke, dismiss, last}

	dropped := Rebase(first, later)
	if len(dropped) != 2 || dropped[0].Seen[app.PropRiskState] != "atRisk" || dropped[1].Seen[app.PropRiskChanged] != seen[app.PropRiskChanged] ||
		dropped[0].Seen[app.PropEnabled] != "true" {
		t.Errorf("dropped: %+v", dropped)
	}
	if later[0].Seen[app.PropRiskState] != "confirmedCompromised" {
		t.Error("what was given is changed in place")
	}
	first.Found = app.Values{app.PropRiskState: "confirmedCompromised", app.PropRiskLevel: "high", app.PropRiskChanged: "2026-01-02T00:00:00Z", app.PropEnabled: "false"}
	done := Forward(first, later)
	if len(done) != 2 || done[1].Seen[app.PropRiskChanged] != "2026-01-02T00:00:00Z" || done[0].Seen[app.PropEnabled] != "true" {
		t.Errorf("done: %+v", done)
	}
	first.Found[app.PropRiskState] = "dismissed" // somebody was faster than the reading back
	if got := Forward(first, later); got != nil {
		t.Errorf("somebody else's value was taken for what was seen: %+v", got)
	}
}
