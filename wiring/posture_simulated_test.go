package wiring_test

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/posture"
	"watchfloor/app/sync"
	"watchfloor/data"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/cloudalerts"
	"watchfloor/integrations/defender"
	feeds "watchfloor/integrations/posture"
	"watchfloor/integrations/simulator"
)

// watched is a cache beside a simulated tenant, with the clients of its posture.
type watched struct {
	*simulator.Server
	cache  *data.Cache
	cloud  *feeds.Cloud
	score  *feeds.M365
	alerts *cloudalerts.Client
	graph  *defender.Client
}

func watch(t *testing.T) watched {
	t.Helper()
	sim, err := simulator.Start(t.Context(), simulator.Options{Incidents: 300, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	s := sim.Settings()
	cloud, err := azure.Custom(s.Authority, s.ARM, s.ARMAudience, s.Graph, s.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	cred, err := azure.ClientSecret(cloud, tr, azure.Identity{Tenant: s.TenantID, Client: s.ClientID}, azure.NewSecret(s.ClientSecret))
	if err != nil {
		t.Fatal(err)
	}
	access, w := azure.Access{Cloud: cloud, Transport: tr}, watched{Server: sim}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	w.cache, err = data.Open(t.Context(), data.Config{Key: testKey, Path: freshPath(t)})
	must(err)
	t.Cleanup(func() { _ = w.cache.Close() })
	w.cloud, err = feeds.NewCloud(feeds.CloudConfig{Access: access, Credential: cred})
	must(err)
	w.score, err = feeds.NewM365(feeds.M365Config{Access: access, Credential: cred})
	must(err)
	w.alerts, err = cloudalerts.New(cloudalerts.Config{Access: access, Credential: cred})
	must(err)
	w.graph, err = defender.New(defender.Config{Access: access, Credential: cred})
	must(err)
	return w
}

// feed runs a feed to the end of a run and stores its pages.
func (w watched) feed(t *testing.T, f sync.Feed, cur app.Cursor) app.Cursor {
	t.Helper()
	for {
		p, err := f.Pull(t.Context(), cur)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.cache.StoreFeed(t.Context(), f.ID(), p); err != nil {
			t.Fatal(err)
		}
		if cur = p.Cursor; p.Done {
			return cur
		}
	}
}

// incidents runs a source of incidents to the end of a run and stores its pages.
func (w watched) incidents(t *testing.T, r app.Remote, cur app.Cursor) app.Cursor {
	t.Helper()
	for {
		p, err := r.Pull(t.Context(), cur)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.cache.StorePage(t.Context(), r.ID(), p); err != nil {
			t.Fatal(err)
		}
		if cur = p.Cursor; p.Done {
			return cur
		}
	}
}

func TestTheCacheHoldsThePostureOfTheTenant(t *testing.T) {
	w := watch(t)
	ctx := t.Context()
	w.feed(t, w.cloud, app.Cursor{})
	w.feed(t, w.score, app.Cursor{})
	read := w.cache.Posture()
	latest, err := read.Latest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	models := map[posture.Model]int{}
	for _, s := range latest {
		models[s.Model]++
		name := simulator.ModelCloud
		if s.Model == posture.M365 {
			name = simulator.ModelM365
		}
		if truth, ok := w.ScoreOn(name, s.Scope, s.Day); !ok || truth.Current != s.Current || truth.Max != s.Max {
			t.Errorf("%s of %s is %v of %v, the tenant holds %+v", s.Model, s.ScopeName, s.Current, s.Max, truth)
		}
	}
	if models[posture.CloudClassic] < 2 || models[posture.M365] != 1 {
		t.Fatalf("scores of %v", models)
	}
	list, err := read.Recommendations(ctx, posture.Ask{})
	if err != nil || len(list) < 5 {
		t.Fatalf("%d recommendations, %v", len(list), err)
	}
	bad := func(r posture.Recommendation) (n int) {
		all, err := read.Resources(ctx, r.ID, "", 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			if a.Code == "Unhealthy" {
				n++
			}
		}
		return n
	}
	for _, r := range list {
		want := 0
		for _, s := range latest {
			if s.Model == posture.CloudClassic {
				want += len(w.UnhealthyOn(s.Scope, r.ID, s.Day))
			}
		}
		if r.Unhealthy != want || bad(r) != want {
			t.Errorf("%s: %d unhealthy, %d listed, the tenant holds %d", r.Title, r.Unhealthy, bad(r), want)
		}
	}
	var scope string
	for _, s := range latest {
		if s.Model == posture.CloudClassic {
			scope = s.Scope
		}
	}
	for _, state := range []string{"Healthy", "Unhealthy"} {
		if err := w.ApplyPosture(simulator.PostureChange{Recommendation: list[0].ID, Subscription: scope, State: state}); err != nil {
			t.Fatal(err)
		}
		w.feed(t, w.cloud, app.Cursor{})
		again, err := read.Recommendations(ctx, posture.Ask{Healthy: true})
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, s := range latest {
			if s.Model == posture.CloudClassic {
				want += len(w.UnhealthyOn(s.Scope, list[0].ID, s.Day))
			}
		}
		for _, r := range again {
			if r.ID == list[0].ID && (r.Unhealthy != want || bad(r) != want) {
				t.Errorf("all %s: %d unhealthy, the tenant holds %d", strings.ToLower(state), r.Unhealthy, want)
			}
		}
	}
}

// The health check counts the alerts that no incident of another source holds.
func TestCloudAlertsWithoutAnIncidentAreCounted(t *testing.T) {
	w := watch(t)
	w.incidents(t, w.graph, app.Cursor{})
	cur := w.incidents(t, w.alerts, app.Cursor{})
	w.incidents(t, w.alerts, cur)
	covered := 0
	all := w.CloudAlerts()
	for _, a := range all {
		if a.Source == simulator.SourceDefender {
			covered++
		}
	}
	h, err := w.cache.Posture().AlertHealth(t.Context())
	if err != nil || h.Alerts != len(all) || h.Covered != covered || h.Alone != len(all)-covered || covered == 0 {
		t.Errorf("%+v, %v; the tenant has %d alerts, %d of them behind incidents that were read", h, err, len(all), covered)
	}
}
