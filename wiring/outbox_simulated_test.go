package wiring_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/data"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/simulator"
)

// The real client and the simulated service agree with what the outbox expects of a
// merge and a move whose answers are lost.
func TestALostMergeAndMoveAreConfirmedAtTheSimulatedService(t *testing.T) {
	sim, err := simulator.Start(t.Context(), simulator.Options{Incidents: 300, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	s := sim.Settings()
	cloud, err := azure.Custom(s.Authority, s.ARM, s.ARMAudience, s.Graph, s.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	cred, err := azure.ClientSecret(cloud, tr, azure.Identity{Tenant: s.TenantID, Client: s.ClientID}, azure.NewSecret(s.ClientSecret))
	if err != nil {
		t.Fatal(err)
	}
	graph, err := defender.New(defender.Config{Access: azure.Access{Cloud: cloud, Transport: tr}, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	cache, err := data.Open(t.Context(), data.Config{Key: testKey, Path: freshPath(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	var joinable []app.Incident
	for cur, done := (app.Cursor{}), false; !done; {
		p, err := graph.Pull(t.Context(), cur)
		if err != nil {
			t.Fatal(err)
		}
		if err := cache.StorePage(t.Context(), app.Defender, p); err != nil {
			t.Fatal(err)
		}
		for _, row := range p.Rows {
			if row.Incident.Status.Open() && row.Details != nil && len(row.Details.Alerts) > 1 {
				joinable = append(joinable, row.Incident)
			}
		}
		cur, done = p.Cursor, p.Done
	}
	if len(joinable) < 5 {
		t.Fatalf("only %d incidents to join", len(joinable))
	}
	now := time.Now()
	box := outbox.New(outbox.Config{Store: cache, Remotes: []app.Remote{graph}, Actor: me, Now: func() time.Time { return now }, NewID: uuid.NewString})
	known := func(in app.Incident) outbox.Known {
		t.Helper()
		k, err := cache.Lookup(t.Context(), in.Ref)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	id := func(i int) int64 { return known(joinable[i]).Incident.ID }
	first, err := graph.Get(t.Context(), joinable[3].Ref.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []outbox.Request{merge(id(0), id(1), id(2)), move(id(3), id(4), first.Details.Alerts[0].ID)} {
		sim.SetFaults(simulator.Faults{LoseReplyNext: 1})
		a, err := box.Do(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := box.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Minute)
		}
		got, err := cache.Action(t.Context(), a.Seq)
		if err != nil || got.State != outbox.Done || got.Result == "" || got.Reason != "Confirmed by reading it back." {
			t.Errorf("%s: %s %q into %q, %v", r.Verb, got.State, got.Reason, got.Result, err)
		}
		if r.Verb == outbox.MoveAlerts {
			continue
		}
		redirected := 0
		for _, in := range joinable[:3] {
			if known(in).Incident.RedirectTo == got.Result {
				redirected++
			}
		}
		if redirected != 2 {
			t.Errorf("%d of three are shown as merged into %s", redirected, got.Result)
		}
	}
}
