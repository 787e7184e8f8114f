package outbox

import (
	"context"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
)

func TestARequestOnASubjectThatMeansNothingIsRefusedInWords(t *testing.T) {
	user, control := app.Subject{Kind: app.SubjectUser, ID: "u"}, app.Subject{Kind: app.SubjectControl, ID: "c"}
	contact := app.Subject{Kind: app.SubjectContact, ID: "s"}
	set := func(p app.Property, v string) app.Values { return app.Values{p: v} }
	for name, r := range map[string]Request{
		"nobody":                  {Verb: DismissRisk},
		"an empty id":             {Verb: DismissRisk, On: app.Subject{Kind: app.SubjectUser, ID: " "}},
		"an incident too":         {Verb: DismissRisk, On: user, IncidentID: 7},
		"sessions of a workload":  {Verb: RevokeSessions, On: app.Subject{Kind: app.SubjectWorkload, ID: "w"}},
		"a workload as safe":      {Verb: ConfirmSafe, On: app.Subject{Kind: app.SubjectWorkload, ID: "w"}},
		"the risk of a control":   {Verb: DismissRisk, On: control},
		"a kind of tomorrow":      {Verb: DismissRisk, On: app.Subject{Kind: "device", ID: "d"}},
		"values for a dismissal":  {Verb: DismissRisk, On: user, Set: set(app.PropRiskState, "none")},
		"no values":               {Verb: SetControl, On: control},
		"a value of another kind": {Verb: SetControl, On: control, Set: set(app.PropPhone, "1")},
		"an unknown state":        {Verb: SetControl, On: control, Set: set(app.PropControlState, "reviewed ")},
		"a long note":             {Verb: SetControl, On: control, Set: set(app.PropControlNote, strings.Repeat("ä", 2001))},
		"no address":              {Verb: EditContact, On: contact, Set: set(app.PropEmails, "soc")},
		"a host without a dot":    {Verb: EditContact, On: contact, Set: set(app.PropEmails, "soc@host")},
		"an address with a name":  {Verb: EditContact, On: contact, Set: set(app.PropEmails, "Soc <soc@x.example>")},
		"a line break":            {Verb: EditContact, On: contact, Set: set(app.PropEmails, "soc@x.example\r\nBcc: y@x.example")},
		"many addresses":          {Verb: EditContact, On: contact, Set: set(app.PropEmails, strings.Repeat("a@x.example;", 101))},
		"words as a phone":        {Verb: EditContact, On: contact, Set: set(app.PropPhone, "call me")},
		"a role of two words":     {Verb: EditContact, On: contact, Set: set(app.PropRoles, "Owner;All of them")},
		"maybe":                   {Verb: EditContact, On: contact, Set: set(app.PropNotify, "maybe")},
		"an unknown severity":     {Verb: EditContact, On: contact, Set: set(app.PropAlertSeverity, "Critical")},
		"a subject for a comment": {Verb: Comment, Text: "x", IncidentID: 7, On: user},
	} {
		err := check(r)
		if app.KindOf(err) != app.KindInvalid || !strings.HasSuffix(app.Say(err), ".") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, r := range map[string]Request{
		"a sign-in as safe":  {Verb: ConfirmSafe, On: app.Subject{Kind: app.SubjectSignIn, ID: "s"}},
		"a note alone":       {Verb: SetControl, On: control, Set: set(app.PropControlNote, "done")},
		"nobody is notified": {Verb: EditContact, On: contact, Set: app.Values{app.PropEmails: "", app.PropRoles: "", app.PropNotify: "false"}},
		"all of a contact": {Verb: EditContact, On: contact, Set: app.Values{
			app.PropEmails: "a@x.example; b.c+d@y.example", app.PropPhone: "+44 (20) 7946-0000",
			app.PropRoles: "Owner;OfTomorrow", app.PropAlertSeverity: "", app.PropAttackLevel: "Critical",
		}},
	} {
		if err := check(r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// halfDesk does nothing to people but dismiss.
type halfDesk struct{ app.Responder }

func (halfDesk) ID() app.SourceID { return app.EntraRisk }
func (halfDesk) Can(d app.Deed, k app.SubjectKind) bool {
	return d == app.DismissRisk && k == app.SubjectUser
}
func (halfDesk) Together(app.Deed, app.SubjectKind) int { return 1 }

func TestADeedThatTheConnectedSourceDoesNotDoIsRefusedAtOnce(t *testing.T) {
	user := app.Subject{Kind: app.SubjectUser, ID: "u"}
	s := New(Config{Responders: []app.Responder{halfDesk{}}, Now: time.Now})
	if err := s.check(context.Background(), Request{Verb: DisableAccount, On: user}); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "Entra ID Protection") {
		t.Errorf("%v", err)
	}
	if err := s.check(context.Background(), Request{Verb: DismissRisk, On: user}); err != nil {
		t.Error(err)
	}
	// Not connected: it may be by the time it is sent.
	if err := s.check(context.Background(), Request{Verb: SetControl, On: app.Subject{Kind: app.SubjectControl, ID: "c"}, Set: app.Values{app.PropControlState: "Ignored"}}); err != nil {
		t.Error(err)
	}
}

// narrowRemote has no tags and no notes.
type narrowRemote struct{ app.Remote }

func (narrowRemote) ID() app.SourceID { return app.Cloud }
func (narrowRemote) Lacks(f app.Field) string {
	if f == app.FieldTags || f == app.FieldClosingNote || f == app.FieldOwner {
		return "Defender for Cloud has no " + string(f) + "."
	}
	return ""
}

// single is a Store that knows one incident of Defender for Cloud.
type single struct{ Store }

func (single) Known(context.Context, int64) (k Known, err error) {
	k.Incident.Source = app.Cloud
	return k, nil
}

func TestAFieldThatASourceLacksIsRefusedInItsWords(t *testing.T) {
	s := New(Config{Store: single{}, Remotes: []app.Remote{narrowRemote{}}, Now: time.Now})
	closing := app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}
	noted := closing
	noted.ClosingNote = "noise"
	for _, c := range []struct {
		r     Request
		lacks string
	}{
		{Request{IncidentID: 1, Verb: Tag, AddTags: []string{"vip"}}, "Defender for Cloud has no tags."},
		{Request{IncidentID: 1, Verb: Assign}, "Defender for Cloud has no owner."},
		{Request{IncidentID: 1, Verb: Close, Want: noted}, "Defender for Cloud has no closing note."},
		{Request{IncidentID: 1, Verb: Close, Want: closing}, ""},
		{Request{IncidentID: 1, Verb: SetStatus, Want: app.Fields{Status: app.StatusActive}}, ""},
		{Request{IncidentID: 1, Verb: Comment, Text: "x"}, ""},
	} {
		if err := s.check(context.Background(), c.r); app.Say(err) != c.lacks {
			t.Errorf("%s: %v", c.r.Verb, err)
		}
	}
}
