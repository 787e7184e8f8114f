package wiring_test

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

func contactEdit(set app.Values) outbox.Request {
	return outbox.Request{Verb: outbox.EditContact, On: aContact, Set: set}
}

// contested is an edit of a contact of which others changed two values meanwhile.
func contested(t *testing.T) (f *floor, contacts *desk, a outbox.Action) {
	f, _ = ward(t, 0)
	contacts = f.desks[2]
	f.online = false
	a = f.do(contactEdit(app.Values{app.PropEmails: "duty@clinic.example", app.PropPhone: "+44 20 7946 0000", app.PropAlertSeverity: "Low"}))
	contacts.edit(aContact, app.Values{app.PropEmails: "bob@clinic.example", app.PropAlertSeverity: "Medium", app.PropRoles: "Contributor"})
	f.online = true
	f.flush()
	if a = f.action(a.Seq); a.State != outbox.Conflict || len(a.Drift) != 2 || len(contacts.respondCalls()) != 0 {
		t.Fatalf("%s %+v, sent %v", a.State, a.Drift, contacts.respondCalls())
	}
	return f, contacts, a
}

// Of values that a form sets each is settled by itself; roles, which the form did not
// name, stay theirs without a question.
func TestAConflictOfASettingIsSettledValueByValue(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	choose := func(mail outbox.Choice, severity outbox.Side) []outbox.Choice {
		mail.Field = app.Field(app.PropEmails)
		return []outbox.Choice{mail, {Field: app.Field(app.PropAlertSeverity), Keep: severity}}
	}
	for name, c := range map[string]struct {
		choices []outbox.Choice
		mails   string
		level   string
		phone   string
		state   outbox.State
	}{
		"mine":   {choose(outbox.Choice{Keep: outbox.Mine}, outbox.Mine), "duty@clinic.example", "Low", "+44 20 7946 0000", outbox.Done},
		"theirs": {choose(outbox.Choice{Keep: outbox.Theirs}, outbox.Theirs), "bob@clinic.example", "Medium", "", outbox.Discarded},
		"mixed":  {choose(outbox.Choice{Keep: outbox.Theirs}, outbox.Mine), "bob@clinic.example", "Low", "+44 20 7946 0000", outbox.Done},
		"edited": {choose(outbox.Choice{Keep: outbox.Edited, Text: "bob@clinic.example;duty@clinic.example"}, outbox.Theirs), "bob@clinic.example;duty@clinic.example", "Medium", "+44 20 7946 0000", outbox.Done},
	} {
		f, contacts, a := contested(t)
		shown, err := f.box.PreviewSettled(ctx, a.Seq, c.choices)
		if err != nil || (len(shown) == 1) != (c.state == outbox.Done) {
			t.Errorf("%s: shown %v, %v", name, shown, err)
		}
		if err := f.box.Settle(ctx, a.Seq, a.Version, c.choices); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f.flush()
		v := contacts.rows[plain(aContact)].values
		if a = f.action(a.Seq); a.State != c.state || v[app.PropEmails] != c.mails || v[app.PropAlertSeverity] != c.level || v[app.PropPhone] != c.phone || v[app.PropRoles] != "Contributor" {
			t.Errorf("%s: %s, %v", name, a.State, v)
		}
	}
}

func TestAChoiceThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, _, a := contested(t)
	mails := app.Field(app.PropEmails)
	for name, choices := range map[string][]outbox.Choice{
		"one is left out":   {{Field: mails, Keep: outbox.Mine}},
		"not contested":     {{Field: mails, Keep: outbox.Mine}, {Field: app.Field(app.PropPhone), Keep: outbox.Mine}},
		"not an address":    {{Field: mails, Keep: outbox.Edited, Text: "nobody"}, {Field: app.Field(app.PropAlertSeverity), Keep: outbox.Mine}},
		"no such severity":  {{Field: mails, Keep: outbox.Mine}, {Field: app.Field(app.PropAlertSeverity), Keep: outbox.Edited, Text: "Extreme"}},
		"a field of others": {{Field: app.FieldOwner, Keep: outbox.Mine}},
	} {
		if err := f.box.Settle(ctx, a.Seq, a.Version, choices); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if now := f.action(a.Seq); now.State != outbox.Conflict || now.Version != a.Version {
		t.Errorf("refusing changed it: %+v", now)
	}

	g, risk := ward(t, 1)
	g.online = false
	b := g.do(on(outbox.DismissRisk, user(0)))
	risk.edit(user(0), app.Values{app.PropRiskState: "confirmedCompromised"})
	g.online = true
	g.flush()
	b = g.action(b.Seq)
	var edited []outbox.Choice
	for _, d := range b.Drift {
		edited = append(edited, outbox.Choice{Field: d.Field, Keep: outbox.Edited, Text: "none"})
	}
	if err := g.box.Settle(ctx, b.Seq, b.Version, edited); len(edited) == 0 || app.KindOf(err) != app.KindInvalid {
		t.Errorf("a third risk state: %v of %d", err, len(edited))
	}
}

// What a deed changed is put back where that exists, unless somebody changed it since.
func TestOnlyWhatCanBePutBackIsReversed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, risk := ward(t, 1)
	for _, c := range []struct {
		do   outbox.Request
		back outbox.Verb
		set  app.Values
	}{
		{on(outbox.DisableAccount, user(0)), outbox.EnableAccount, nil},
		{
			outbox.Request{Verb: outbox.SetControl, On: aControl, Set: app.Values{app.PropControlState: "Ignored", app.PropControlNote: "n"}},
			outbox.SetControl,
			app.Values{app.PropControlState: "Default", app.PropControlNote: ""},
		},
		{contactEdit(app.Values{app.PropPhone: "112", app.PropRoles: "owner"}), outbox.EditContact, app.Values{app.PropPhone: ""}},
		{on(outbox.RevokeSessions, user(0)), "", nil},
		{on(outbox.DismissRisk, user(0)), "", nil},
		{on(outbox.ConfirmCompromised, user(0)), "", nil},
	} {
		a := f.do(c.do)
		if _, ok, err := f.box.Reverse(ctx, a.Seq); ok || err != nil {
			t.Errorf("%s before it is done: %v", c.do.Verb, err)
		}
		f.flush()
		r, ok, err := f.box.Reverse(ctx, a.Seq)
		if err != nil || ok != (c.back != "") || ok && (r.Verb != c.back || r.On != a.On) {
			t.Errorf("%s: %+v %v %v", c.do.Verb, r, ok, err)
			continue
		}
		for p, v := range c.set {
			if got, named := r.Set[p]; !named || got != v || len(r.Set) != len(c.set) {
				t.Errorf("%s: put back %v, want %v", c.do.Verb, r.Set, c.set)
			}
		}
		if ok {
			b := f.do(r)
			if f.flush(); f.action(b.Seq).State != outbox.Done {
				t.Errorf("%s back: %+v", c.do.Verb, f.action(b.Seq))
			}
		}
	}
	a := f.do(on(outbox.DisableAccount, user(0)))
	f.flush()
	risk.edit(user(0), app.Values{app.PropEnabled: "true"})
	f.learn()
	if _, ok, err := f.box.Reverse(ctx, a.Seq); ok || err != nil {
		t.Errorf("somebody enabled it since: %v", err)
	}
}

// The exact request is shown before and after it is queued; nothing is sent or stored by
// looking, and none is shown where the cache has it already.
func TestTheRequestOfADeedIsShownBeforeItLeaves(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, risk := ward(t, 2)
	f.online = false
	r := on(outbox.ConfirmCompromised, user(0))
	got, err := f.box.Preview(ctx, r)
	if err != nil || len(got) != 1 || got[0].URL != "confirm compromised" || !strings.Contains(got[0].Body, user(0).ID) {
		t.Errorf("%+v, %v", got, err)
	}
	a := f.do(r)
	if got, err = f.box.PreviewAction(ctx, a.Seq); err != nil || len(got) != 1 {
		t.Errorf("queued: %+v, %v", got, err)
	}
	if got, err = f.box.Preview(ctx, on(outbox.EnableAccount, user(1))); err != nil || len(got) != 0 {
		t.Errorf("enabled already: %+v, %v", got, err)
	}
	if len(risk.calls) != 0 || len(f.actions()) != 1 {
		t.Errorf("looking asked for %v and left %d actions", risk.calls, len(f.actions()))
	}
	if n, err := f.box.Undo(ctx, a.Seq); n != 1 || err != nil {
		t.Errorf("taken back: %v", err)
	}
	f.online = true
	if f.flush(); len(risk.calls) != 0 {
		t.Errorf("what was taken back asked for %v", risk.calls)
	}
}
