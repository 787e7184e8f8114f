package wiring_test

import (
	"context"
	"testing"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
)

// An alert that both products show carries the same id of the product that raised it.
func TestAlertsOfTwinsShareTheirProvidersID(t *testing.T) {
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
	access := azure.Access{Cloud: cloud, Transport: tr}
	arm, err := sentinel.New(sentinel.Config{
		Access: access, Credential: cred,
		SubscriptionID: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace,
	})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := defender.New(defender.Config{Access: access, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	twins := 0
	for ref := range sim.All() {
		there, _ := sim.SentinelIncident(ref.ID)
		if ref.Source != simulator.SourceSentinel || there.Twin == "" || twins == 25 {
			continue
		}
		twins++
		theirs, ours := providers(t, graph, there.Twin), providers(t, arm, ref.ID)
		for id, title := range ours {
			if theirs[id] != title {
				t.Errorf("%s: alert %q of %q is %q at its twin", ref.ID, id, title, theirs[id])
			}
		}
		if len(ours) == 0 || len(ours) != len(theirs) {
			t.Errorf("%s: %d alerts, %d at its twin", ref.ID, len(ours), len(theirs))
		}
	}
	if twins < 10 {
		t.Fatalf("only %d twins", twins)
	}
}

// providers are the titles of an incident's alerts by the id their product gave them.
func providers(t *testing.T, c app.Remote, id string) map[string]string {
	t.Helper()
	d, err := c.Details(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, a := range d.Alerts {
		if a.ProviderID == "" || a.ProviderID == a.ID && c.ID() == app.Sentinel {
			t.Errorf("alert %s has the id %q of its product", a.ID, a.ProviderID)
		}
		out[a.ProviderID] = a.Title
	}
	return out
}
