package cloudalerts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/cloudalerts"
	"watchfloor/integrations/simulator"
)

// tenant starts a simulated tenant and a client that signs in to it over TLS.
func tenant(t *testing.T) (*simulator.Server, *cloudalerts.Client) {
	t.Helper()
	return connect(t, func(tr policy.Transporter, _ simulator.Settings) policy.Transporter { return tr })
}

// connect is tenant with a transport put around the client's own.
func connect(t *testing.T, around func(policy.Transporter, simulator.Settings) policy.Transporter) (*simulator.Server, *cloudalerts.Client) {
	t.Helper()
	sim, err := simulator.Start(context.Background(), simulator.Options{Incidents: 300, Seed: 7})
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
	c, err := cloudalerts.New(cloudalerts.Config{Access: azure.Access{Cloud: cloud, Transport: around(tr, s)}, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	return sim, c
}

func run(t *testing.T, c app.Remote, cur app.Cursor) (map[string]app.Pulled, app.Cursor) {
	t.Helper()
	rows := map[string]app.Pulled{}
	for range 1000 {
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			rows[r.Incident.Ref.ID] = r
		}
		if cur = p.Cursor; p.Done {
			return rows, cur
		}
	}
	t.Fatal("the run does not end")
	return nil, cur
}

// remoteID is what the client calls an alert of the tenant.
func remoteID(a simulator.CloudAlert) string {
	part := strings.Split(a.ID, "/")
	n := len(part)
	return strings.ToLower(part[2]+"/"+part[n-3]) + "/" + part[n-1]
}

func TestEveryAlertOfTheTenantComesWithTheIDThatIncidentsKnowItBy(t *testing.T) {
	sim, c := tenant(t)
	rows, cur := run(t, c, app.Cursor{})
	alerts := sim.CloudAlerts()
	if len(alerts) < 10 || len(rows) != len(alerts) {
		t.Fatalf("%d rows of %d", len(rows), len(alerts))
	}
	for _, a := range alerts {
		p, there := rows[remoteID(a)]
		if !there || p.Details.Alerts[0].ProviderID != a.Name || p.Details.Alerts[0].Status != a.State || p.Incident.Status != app.ParseStatus(app.Cloud, a.State) ||
			p.Incident.Title != a.Title || p.Incident.Modified.After(time.Now()) {
			t.Errorf("%s %s: %+v", a.Name, a.State, p.Incident)
		}
	}
	if again, _ := run(t, c, cur); len(again) != 0 {
		t.Errorf("%d rows although nothing changed", len(again))
	}
	other := alerts[len(alerts)-1]
	state := "InProgress"
	if other.State == state {
		state = "Resolved"
	}
	if err := sim.ApplyPosture(simulator.PostureChange{Who: "tier 2", Alert: other.Name, State: state}); err != nil {
		t.Fatal(err)
	}
	later, _ := run(t, c, cur)
	if p := later[remoteID(other)]; len(later) != 1 || p.Incident.Status != app.ParseStatus(app.Cloud, state) || p.Incident.Modified.Before(rows[remoteID(other)].Incident.Modified) {
		t.Errorf("%d rows, %+v", len(later), p.Incident)
	}
}

func TestEveryStateArrives(t *testing.T) {
	sim, c := tenant(t)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil || len(open) == 0 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	p, err := c.Get(ctx, open[0])
	if err != nil {
		t.Fatal(err)
	}
	stale := p
	held := func() string {
		for _, a := range sim.CloudAlerts() {
			if remoteID(a) == open[0] {
				return a.State
			}
		}
		return ""
	}
	status, class := app.FieldStatus, app.FieldClassification
	for _, step := range []struct {
		want  app.Fields
		state string
	}{
		{app.Fields{Status: app.StatusClosed, Classification: app.TruePositive}, "Resolved"},
		{app.Fields{Status: app.StatusNew}, "Active"},
		{app.Fields{Status: app.StatusClosed, Classification: app.FalsePositive}, "Dismissed"},
		{app.Fields{Status: app.StatusActive}, "InProgress"},
	} {
		if p, err = c.Update(ctx, p, step.want, []app.Field{status, class}); err != nil {
			t.Fatal(err)
		}
		if got := held(); got != step.state || p.Incident.Status != step.want.Status {
			t.Errorf("wanted %s, the tenant holds %s", step.state, got)
		}
	}
	if held() != stale.Details.Alerts[0].Status {
		if _, err := c.Update(ctx, stale, app.Fields{Status: app.StatusClosed}, []app.Field{status}); app.KindOf(err) != app.KindConflict {
			t.Errorf("over a stale state: %v", err)
		}
	}
	sim.SetRights(simulator.Rights{SecurityReadOnly: true})
	if _, err := c.Update(ctx, p, app.Fields{Status: app.StatusNew}, []app.Field{status}); app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "Security Admin") {
		t.Errorf("with Security Reader alone: %v", err)
	}
}
