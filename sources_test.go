package main

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
)

// A tenant was connected for its incidents alone. Identities and posture are added while
// it works offline and an action waits: they are read without signing in again, the window
// stays offline, the action leaves once, and the next start reads the same.
func TestSourcesAreAddedWhileAnActionWaits(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 20})
	d.Identity, d.Posture = false, false
	home := t.TempDir()
	s := openEmpty(t, home)
	connect(t, s, d)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.fleet.SetOffline(true)
	a, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: firstRow(t, s).ID, Verb: outbox.Comment, Text: "waits for the change"})
	if err != nil {
		t.Fatal(err)
	}
	if s.fleet.Identity(0) != nil || s.fleet.Posture(0) != nil {
		t.Fatal("places that nobody asked for")
	}

	c := newConnector(s)
	p := c.Profiles()[0]
	p.Identity, p.SignIns, p.Posture = true, profile.AllSignIns, true
	if err := c.Change(t.Context(), p); err != nil {
		t.Fatal(err)
	}

	if got := c.Profiles(); len(got) != 1 || got[0] != p {
		t.Errorf("it reads %+v", got)
	}
	if !s.fleet.State().OfflineByChoice {
		t.Error("the window went online by itself")
	}
	s.fleet.SetOffline(false)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := c.Kept(t.Context(), 0)
	if err != nil || kept.SignIns.Rows == 0 || s.fleet.Posture(0) == nil {
		t.Errorf("%d sign-ins are there, %v", kept.SignIns.Rows, err)
	}
	if _, err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(mine(sim, string(a.Ref.Source), a.Ref.ID)); n != 1 {
		t.Errorf("%d writes arrived", n)
	}
	if list, _, _ := profiles.In(home).List(); len(list) != 1 || list[0] != p {
		t.Errorf("stored as %+v", list)
	}
}

// The sources change, and change back, while actions are on their way: each arrives once.
func TestSourcesChangeWhileActionsAreSent(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 60})
	d.Identity, d.Posture = false, false
	s := openEmpty(t, t.TempDir())
	connect(t, s, d)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	open, _ := triage.Parse("status:open")
	w, err := s.fleet.Window(t.Context(), triage.Query{Filter: open, Limit: 5})
	if err != nil || len(w.Rows) != 5 {
		t.Fatal(len(w.Rows), err)
	}
	s.start()
	c := newConnector(s)
	for _, r := range w.Rows {
		if _, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: r.ID, Verb: outbox.Comment, Text: "on its way"}); err != nil {
			t.Fatal(err)
		}
		p := c.Profiles()[0]
		p.Posture = !p.Posture
		if err := c.Change(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, 60*time.Second, "an action was not sent", func() bool {
		n, err := s.fleet.Counts(t.Context())
		return err == nil && n.Waiting() == 0
	})
	if n, err := s.fleet.Counts(t.Context()); err != nil || n.Conflict+n.Failed > 0 {
		t.Errorf("left: %+v, %v", n, err)
	}
	for _, r := range w.Rows {
		if n := len(mine(sim, string(r.Ref.Source), r.Ref.ID)); n != 1 {
			t.Errorf("#%s: %d writes arrived", r.Number, n)
		}
	}
}

// A source that an action is still to reach stays; once the action is given up it goes,
// with its clients, and what was read of it remains.
func TestASourceWithUnsentActionsStays(t *testing.T) {
	_, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 20})
	home := t.TempDir()
	s := openEmpty(t, home)
	connect(t, s, d)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	users, err := s.fleet.Identity(0).Users(t.Context(), identity.Query{Limit: 1})
	if err != nil || len(users.Rows) == 0 {
		t.Fatalf("%d users at risk, %v", len(users.Rows), err)
	}
	a, err := s.fleet.Do(t.Context(), outbox.Request{On: app.Subject{Kind: app.SubjectUser, ID: users.Rows[0].ID}, Verb: outbox.DismissRisk})
	if err != nil {
		t.Fatal(err)
	}
	c := newConnector(s)
	p := c.Profiles()[0]
	p.Identity = false
	err = c.Change(t.Context(), p)
	if app.KindOf(err) != app.KindConflict || !strings.Contains(app.Say(err), "1 action") {
		t.Fatalf("left out: %v", err)
	}
	if list, _, _ := profiles.In(home).List(); !list[0].Identity || !c.Profiles()[0].Identity {
		t.Errorf("stored as %+v", list)
	}
	p.Identity, p.Posture = true, false
	if err := c.Change(t.Context(), p); err != nil {
		t.Fatalf("another source: %v", err)
	}
	if err := s.fleet.Discard(t.Context(), a.Seq); err != nil {
		t.Fatal(err)
	}
	p.Identity = false
	if err := c.Change(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if s.fleet.Identity(0) != nil || s.first().clients.writes(app.EntraRisk) || len(s.first().clients.feeds) != 0 {
		t.Error("identities are read on")
	}
	if kept, err := c.Kept(t.Context(), 0); err != nil || kept.SignIns.Rows == 0 {
		t.Errorf("%d sign-ins are left, %v", kept.SignIns.Rows, err)
	}
}

// A person whose sign-in ended is shown the code by the tenant as it is after a change.
func TestAPersonIsAskedAfterTheSourcesChanged(t *testing.T) {
	sim, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 10})
	d.Posture = false
	s := openEmpty(t, t.TempDir())
	connect(t, s, d)
	c := newConnector(s)
	p := c.Profiles()[0]
	p.Posture = true
	if err := c.Change(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	sim.ChangePassword()
	asked := 0
	if err := c.Again(t.Context(), 0, func(profile.Prompt) { asked++ }); err != nil || asked != 1 {
		t.Errorf("signed in again with %d prompts, %v", asked, err)
	}
}

// Sources that cannot be leave everything as it is; a second window chooses none.
func TestSourcesThatAreRefused(t *testing.T) {
	_, home := tenantFor(t, 10)
	s := openHere(t, home)
	c := newConnector(s)
	was := c.Profiles()[0]
	for want, change := range map[string]func(*profile.Profile){
		"risky, interactive or all": func(p *profile.Profile) { p.SignIns = "some" },
		"give their ids":            func(p *profile.Profile) { p.Subscriptions = "prod" },
	} {
		p := was
		change(&p)
		if err := c.Change(t.Context(), p); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	p := was
	p.CloudAlerts = true
	second := newConnector(openHere(t, home))
	if err := second.Change(t.Context(), p); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "another window") {
		t.Errorf("a second window: %v", err)
	}
	if got := c.Profiles()[0]; got != was {
		t.Errorf("it reads %+v", got)
	}
	if err := c.Change(t.Context(), profile.Profile{Slot: 7}); app.KindOf(err) != app.KindNotFound {
		t.Errorf("a slot without a tenant: %v", err)
	}
}

// The bound on identities belongs to each tenant and holds over a start.
func TestHowMuchIsKeptOfIdentities(t *testing.T) {
	_, home := tenantFor(t, 10)
	s := openHere(t, home)
	c := newConnector(s)
	if err := c.Keep(t.Context(), 0, identity.LeastBudget-1); app.KindOf(err) != app.KindInvalid {
		t.Errorf("too little: %v", err)
	}
	if err := c.Keep(t.Context(), 0, 512<<20); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	c = newConnector(openHere(t, home))
	if kept, err := c.Kept(t.Context(), 0); err != nil || kept.Budget != 512<<20 {
		t.Errorf("the next start keeps %d, %v", kept.Budget, err)
	}
	for _, err := range []error{c.Keep(t.Context(), 7, 0), func() error { _, err := c.Kept(t.Context(), 7); return err }()} {
		if app.KindOf(err) != app.KindNotFound {
			t.Errorf("a slot without a tenant: %v", err)
		}
	}
}
