package wiring_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	appsync "watchfloor/app/sync"
	"watchfloor/data"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
)

// estate is a cache with its services and real clients on a simulated tenant.
type estate struct {
	sim    *simulator.Server
	cache  *data.Cache
	engine *appsync.Engine
	box    *outbox.Service
	online bool
}

// newEstate connects to a tenant; now is this computer's clock. In no test does a write
// make an incident (goal 13).
func newEstate(t *testing.T, o simulator.Options, now func() time.Time) *estate {
	t.Helper()
	sim, err := simulator.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	t.Cleanup(func() { nothingCreated(t, sim) })
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
	access := azure.Access{Cloud: cloud, Transport: tr}
	arm, err := sentinel.New(sentinel.Config{
		Access: access, Credential: cred, FirstPage: 20, PageSize: 20,
		SubscriptionID: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace,
	})
	if err != nil {
		t.Fatal(err)
	}
	graph, err := defender.New(defender.Config{Access: access, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	e := &estate{sim: sim, online: true}
	if e.cache, err = data.Open(t.Context(), data.Config{Key: testKey, Path: freshPath(t), Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.cache.Close() })
	remotes := []app.Remote{arm, graph}
	e.engine = appsync.New(appsync.Config{Store: e.cache, Remotes: remotes, Now: now})
	e.box = outbox.New(outbox.Config{Store: e.cache, Remotes: remotes, Actor: me, Now: now, NewID: uuid.NewString, Online: func() bool { return e.online }})
	return e
}

// nothingCreated checks that no PUT of an incident was answered with 201.
func nothingCreated(t testing.TB, sim *simulator.Server) {
	t.Helper()
	if n := sim.Counters()["sentinel created"]; n != 0 {
		t.Errorf("%d incidents were created by a PUT", n)
	}
}

func (e *estate) pull(t testing.TB) {
	t.Helper()
	if err := e.engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
}
