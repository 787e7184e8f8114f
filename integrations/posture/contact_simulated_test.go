package posture_test

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/simulator"
)

func TestAContactIsChangedWhereItIsToldAndNowhereElse(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{Seed: 7}, nil)
	ctx := context.Background()
	got, _ := pull(t, c, app.Cursor{})
	var on, absent app.Subject
	for _, k := range got.Contacts {
		s := app.Subject{Kind: app.SubjectContact, ID: k.Subscription, Name: k.Name}
		if emails, phone, ok := sim.Contact(k.Subscription); ok == k.Absent || strings.Join(k.Emails, ";") != emails || k.Phone != phone {
			t.Errorf("%+v, the tenant holds %q %q %v", k, emails, phone, ok)
		}
		if k.Absent {
			absent = s
		} else {
			on = s
		}
	}
	if on.ID == "" {
		t.Fatal("no subscription has a contact")
	}
	was, err := c.Read(ctx, app.EditContact, []app.Subject{on})
	if err != nil {
		t.Fatal(err)
	}
	set := app.Response{
		Deed: app.EditContact, Subjects: []app.Subject{on},
		Set: app.Values{app.PropEmails: "soc@contoso.com;ciso@contoso.com", app.PropAlertSeverity: "Low"},
	}
	dry, shown := app.WithDryRun(ctx)
	if err := c.Respond(dry, set); app.KindOf(err) != app.KindCancelled || len(shown.Requests()) != 1 || !strings.Contains(shown.Requests()[0].Body, "ciso@contoso.com") {
		t.Errorf("dry run: %v, %+v", err, shown.Requests())
	}
	if emails, _, _ := sim.Contact(on.ID); emails != was[0].Values[app.PropEmails] {
		t.Fatalf("a dry run wrote %q", emails)
	}
	if err := c.Respond(ctx, set); err != nil {
		t.Fatal(err)
	}
	now, err := c.Read(ctx, app.EditContact, []app.Subject{on})
	if err != nil {
		t.Fatal(err)
	}
	for p, v := range was[0].Values {
		if want, changed := set.Set[p]; changed {
			v = want
		}
		if now[0].Values[p] != v {
			t.Errorf("%s is %q, want %q", p, now[0].Values[p], v)
		}
	}
	sim.SetRights(simulator.Rights{SecurityReadOnly: true})
	if err := c.Respond(ctx, set); app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "Security Admin") {
		t.Errorf("without the role: %v", err)
	}
	sim.SetRights(simulator.Rights{})
	if absent.ID == "" {
		return
	}
	state, err := c.Read(ctx, app.EditContact, []app.Subject{absent})
	if err != nil || state[0].Gone || state[0].Values[app.PropEmails] != "" {
		t.Fatalf("%+v %v", state, err)
	}
	set.Subjects[0] = absent
	if err := c.Respond(ctx, set); err != nil {
		t.Fatal(err)
	}
	if emails, _, ok := sim.Contact(absent.ID); !ok || emails != set.Set[app.PropEmails] {
		t.Errorf("the tenant holds %q %v", emails, ok)
	}
}

func TestASubscriptionThatIsGoneIsSaidToBe(t *testing.T) {
	_, c, _ := connect(t, simulator.Options{Seed: 7}, nil)
	nowhere := app.Subject{Kind: app.SubjectContact, ID: "00000000-1111-2222-3333-444444444444"}
	state, err := c.Read(context.Background(), app.EditContact, []app.Subject{nowhere})
	if err != nil || !state[0].Gone {
		t.Errorf("%+v %v", state, err)
	}
	if err := c.Respond(context.Background(), app.Response{Deed: app.EditContact, Subjects: []app.Subject{nowhere}, Set: app.Values{app.PropPhone: "1"}}); err == nil {
		t.Error("a contact of no subscription was set")
	}
}
