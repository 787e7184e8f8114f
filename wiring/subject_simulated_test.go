package wiring_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	appsync "watchfloor/app/sync"
	"watchfloor/data"
	"watchfloor/integrations/azure"
	entra "watchfloor/integrations/identity"
	"watchfloor/integrations/simulator"
)

// wrist is a clock that moves when somebody waits.
type wrist struct {
	mu sync.Mutex
	at time.Time
}

func (w *wrist) now() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.at }

func (w *wrist) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
	return ctx.Err()
}

// directory is the simulated Entra with its throttle, followed into a cache by the pull
// engine.
func directory(t *testing.T) (*simulator.Server, *data.Cache, *outbox.Service, *wrist, *bool) {
	w := &wrist{at: time.Now().UTC().Truncate(time.Second)}
	sim, err := simulator.Start(t.Context(), simulator.Options{Incidents: 10, Seed: 7, Now: w.now, TokenLife: 1000 * time.Hour, Throttle: simulator.EntraThrottle})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
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
	c, err := entra.New(entra.Config{Access: azure.Access{Cloud: cloud, Transport: tr, Now: w.now}, Credential: cred, Workloads: true, Wait: w.wait})
	if err != nil {
		t.Fatal(err)
	}
	cache, err := data.Open(t.Context(), data.Config{Key: testKey, Path: freshPath(t), Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cache.Close() })
	engine := appsync.New(appsync.Config{Store: cache, FeedStore: cache, Feeds: []appsync.Feed{c.Risk()}, Now: w.now})
	if err := engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	online := true
	box := outbox.New(outbox.Config{Store: cache, Responders: []app.Responder{c.Risk()}, Actor: me, Now: w.now, NewID: uuid.NewString, Online: func() bool { return online }})
	return sim, cache, box, w, &online
}

// The real client and the simulated service agree with what the outbox expects: decided
// offline on what the cache shows, others act meanwhile, answers are lost, and everything
// is done once or asked about.
func TestDeedsArriveOnceAtTheSimulatedService(t *testing.T) {
	t.Parallel()
	sim, cache, box, w, online := directory(t)
	ctx := t.Context()
	win, err := cache.Identity().Users(ctx, identity.Query{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	var open []app.Subject
	for _, u := range win.Rows {
		if u.State == identity.StateAtRisk && !u.Deleted && u.Level.Rank() < 4 {
			open = append(open, app.Subject{Kind: app.SubjectUser, ID: u.ID, Name: u.Name})
		}
	}
	if len(open) < 8 {
		t.Fatalf("only %d users at risk", len(open))
	}
	open = open[:min(len(open), 40)]
	*online = false
	var rs []outbox.Request
	for i, s := range open {
		if rs = append(rs, on(outbox.ConfirmCompromised, s)); i < 2 {
			rs = append(rs, on(outbox.RevokeSessions, s))
		}
	}
	results, err := box.DoMany(ctx, rs, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := open[len(open)-1]
	if err := sim.ApplyIdentity(simulator.IdentityChange{User: last.ID, Do: "dismiss"}); err != nil {
		t.Fatal(err)
	}
	_ = w.wait(ctx, 5*time.Minute)
	*online = true
	sim.SetFaults(simulator.Faults{LoseReplyNext: 2})
	for range 20 {
		if _, err := box.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if n, _ := box.Counts(ctx); n.Waiting() == 0 {
			break
		}
		_ = w.wait(ctx, 3*time.Second)
	}
	for _, r := range results {
		a, err := cache.Action(ctx, r.Action.Seq)
		if err != nil {
			t.Fatal(err)
		}
		want, writes := outbox.Done, 0
		for _, x := range sim.IdentityWrites(a.On.ID) {
			if slices.Contains(x.Fields, "confirmCompromised") && a.Verb == outbox.ConfirmCompromised || slices.Contains(x.Fields, "revoke sessions") && a.Verb == outbox.RevokeSessions {
				writes++
			}
		}
		if a.On.ID == last.ID {
			want = outbox.Conflict
		}
		if a.State != want || want == outbox.Done && writes != 1 || want == outbox.Conflict && writes != 0 {
			t.Errorf("%s: %s %q %+v, %d writes: %+v", a.Describe(), a.State, a.Reason, a.Drift, writes, sim.IdentityWrites(a.On.ID))
		}
	}
	for _, s := range open[:len(open)-1] {
		v, _, err := cache.SubjectKnown(ctx, s)
		if held, _ := sim.RiskyUser(s.ID); err != nil || v[app.PropRiskState] != held.State || v[app.PropRiskLevel] != held.Level {
			t.Errorf("%s: %v here, %+v there, %v", s.Name, v, held, err)
		}
	}
	if err := cache.Check(ctx); err != nil {
		t.Error(err)
	}
}
