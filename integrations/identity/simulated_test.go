package identity_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/app/identity"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/azure"
	client "watchfloor/integrations/identity"
	"watchfloor/integrations/simulator"
	"watchfloor/integrations/simulator/contract"
)

// hand is a clock that moves when somebody waits.
type hand struct {
	mu     sync.Mutex
	at     time.Time
	waited time.Duration
}

func newHand() *hand { return &hand{at: time.Now().UTC().Truncate(time.Second)} }

func (h *hand) now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.at }

func (h *hand) wait(ctx context.Context, d time.Duration) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.waited = h.at.Add(d), h.waited+d
	return ctx.Err()
}

func (h *hand) move(d time.Duration) { _ = h.wait(context.Background(), d) }

type around func(policy.Transporter, simulator.Settings) policy.Transporter

// connect starts a simulated tenant and a client that signs in to it over TLS. Both go by
// the same clock.
func connect(t testing.TB, o simulator.Options, set func(*client.Config), wrap around) (*simulator.Server, *client.Client, *hand) {
	t.Helper()
	h := newHand()
	o.Incidents, o.Seed, o.Now, o.TokenLife = 10, 7, h.now, 1000*time.Hour
	sim, err := simulator.Start(context.Background(), o)
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
	var sent policy.Transporter = tr
	if wrap != nil {
		sent = wrap(tr, s)
	}
	conf := client.Config{Access: azure.Access{Cloud: cloud, Transport: sent, Now: h.now}, Credential: cred, Workloads: true, Wait: h.wait}
	if set != nil {
		set(&conf)
	}
	c, err := client.New(conf)
	if err != nil {
		t.Fatal(err)
	}
	return sim, c, h
}

// pulled is what a run brought, rows of one id once.
type pulled struct {
	users      map[string]identity.User
	turns      map[string]identity.Turn
	workloads  map[string]identity.Workload
	detections map[string]identity.Detection
	signIns    map[string]identity.SignIn
	accounts   map[string]identity.Account
	high       []identity.HighValue
	lacks      []app.Lack
	pages      int
	order      []string // users as they came
}

// run pulls until done.
func run(t testing.TB, f appsync.Feed, cur app.Cursor) (pulled, app.Cursor) {
	t.Helper()
	p := pulled{
		users: map[string]identity.User{}, turns: map[string]identity.Turn{}, workloads: map[string]identity.Workload{},
		detections: map[string]identity.Detection{}, signIns: map[string]identity.SignIn{}, accounts: map[string]identity.Account{},
	}
	for {
		page, err := f.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		b := page.Identity
		for _, u := range b.Users {
			p.users[u.ID] = u
			p.order = append(p.order, u.ID)
		}
		for _, x := range b.Turns {
			p.turns[x.ID] = x
		}
		for _, w := range b.Workloads {
			p.workloads[w.ID] = w
		}
		for _, d := range b.Detections {
			p.detections[d.ID] = d
		}
		for _, s := range b.SignIns {
			p.signIns[s.ID] = s
		}
		for _, a := range b.Accounts {
			p.accounts[a.ID] = a
		}
		p.high = append(p.high, b.HighValue...)
		p.pages++
		if !page.Done && page.Cursor.Next == cur.Next {
			t.Fatalf("page %d leads to itself: %+v", p.pages, page.Cursor)
		}
		if cur = page.Cursor; page.Done {
			p.lacks = page.Lacks
			return p, cur
		}
		if p.pages > 5000 {
			t.Fatal("the run does not end")
		}
	}
}

func TestTheFirstRunBringsEverythingAndTheNextWhatChanged(t *testing.T) {
	sim, c, h := connect(t, simulator.Options{Throttle: simulator.EntraThrottle}, nil, nil)
	all, cur := run(t, c.Risk(), app.Cursor{})
	held := sim.RiskyUsers()
	if len(held) < 60 || len(all.users) != len(held) || len(all.workloads) != len(sim.RiskyWorkloads()) || len(all.detections) < len(held) || len(all.lacks) != 0 {
		t.Fatalf("%d users of %d, %d workloads, %d detections, lacks %v", len(all.users), len(held), len(all.workloads), len(all.detections), all.lacks)
	}
	turns := 0
	for _, u := range held {
		got := all.users[u.ID]
		got.Raw = nil
		if got.UPN != u.Name || string(got.Level) != u.Level || string(got.State) != u.State || got.Detail != u.Detail || !got.Changed.Equal(u.Changed) {
			t.Errorf("%+v, the tenant holds %+v", got, u)
		}
		turns += len(u.History)
		a := all.accounts[u.ID]
		if a.Raw = nil; (a.UPN != u.Name || a.Enabled == "" || a.SessionsFrom.IsZero()) && !got.Deleted {
			t.Errorf("account %+v of %s", a, u.Name)
		}
	}
	for _, w := range sim.RiskyWorkloads() {
		turns += len(w.History)
	}
	if len(all.turns) != turns {
		t.Errorf("%d turns of %d", len(all.turns), turns)
	}
	if len(all.high) < 10 || all.high[0].Origin != "role" {
		t.Errorf("high value %v", all.high)
	}
	if first := all.users[all.order[0]]; !first.State.Open() {
		t.Errorf("the first user is %s", first.State)
	}
	if r := sim.Throttled(); r.Protection.Refused != 0 || r.Protection.Allowed < 60 {
		t.Errorf("throttled %+v", r.Protection)
	}

	h.move(20 * time.Minute)
	next, cur := run(t, c.Risk(), cur)
	if len(next.users) > 5 {
		t.Errorf("nothing happened, and %d users came", len(next.users))
	}
	h.move(20 * time.Minute)
	if err := sim.ApplyIdentity(simulator.IdentityChange{Who: "someone@else", User: all.order[0], Do: "dismiss"}); err != nil {
		t.Fatal(err)
	}
	after, _ := run(t, c.Risk(), cur)
	if u := after.users[all.order[0]]; u.State != identity.StateDismissed || u.Detail != "adminDismissedAllRiskForUser" {
		t.Errorf("after the dismissal %+v", u)
	}
	fresh := 0
	for id, x := range after.turns {
		if _, known := all.turns[id]; !known && x.Subject == all.order[0] && x.State == identity.StateDismissed {
			fresh++
		}
	}
	if fresh != 1 {
		t.Errorf("%d new turns, want the dismissal", fresh)
	}
}

func TestTheLogBringsTheRiskyOnesAndThenWhatIsNew(t *testing.T) {
	for filter, want := range map[client.Filter]func(sim *simulator.Server) int{
		client.Risky: func(sim *simulator.Server) int { return len(sim.RiskySignIns()) },
		client.All:   func(sim *simulator.Server) int { return sim.SignInCount() },
	} {
		t.Run(string(filter), func(t *testing.T) {
			sim, c, h := connect(t, simulator.Options{Users: 500, SignIns: 6000, Throttle: simulator.EntraThrottle}, func(conf *client.Config) { conf.SignInFilter = filter }, nil)
			all, cur := run(t, c.Log(), app.Cursor{})
			if n := want(sim); n < 40 || len(all.signIns) < n {
				t.Fatalf("%d of %d sign-ins", len(all.signIns), n)
			}
			for _, s := range sim.RiskySignIns() {
				if got := all.signIns[s.ID]; got.UserID != s.User || string(got.State) != s.State || string(got.Aggregated) != s.Level {
					t.Errorf("%+v, the log holds %+v", got, s)
				}
			}
			h.move(2 * time.Hour)
			next, _ := run(t, c.Log(), cur)
			if filter == client.All && (len(next.signIns) < 5 || len(next.signIns) > 300) {
				t.Errorf("%d new sign-ins", len(next.signIns))
			}
			if r := sim.Throttled(); r.SignIns.Refused != 0 || r.SignIns.Allowed < 2 {
				t.Errorf("throttled %+v", r.SignIns)
			}
		})
	}
}

// trip and do turn a Transporter into a RoundTripper and back.
type trip struct{ policy.Transporter }

func (x trip) RoundTrip(r *http.Request) (*http.Response, error) { return x.Do(r) }

type do struct{ http.RoundTripper }

func (x do) Do(r *http.Request) (*http.Response, error) { return x.RoundTrip(r) }

// subjects are the ids of some kind.
func subjects(k app.SubjectKind, ids ...string) (out []app.Subject) {
	for _, id := range ids {
		out = append(out, app.Subject{Kind: k, ID: id})
	}
	return out
}

// Every request this client can send, and its answer, is checked against the published
// specification.
func TestTheConversationKeepsToTheSpecification(t *testing.T) {
	var checker *contract.Transport
	sim, c, _ := connect(t, simulator.Options{Users: 400, SignIns: 3000}, nil, func(tr policy.Transporter, s simulator.Settings) policy.Transporter {
		checker = contract.NewTransport(t, trip{tr}, s)
		return do{checker}
	})
	run(t, c.Risk(), app.Cursor{})
	signs, _ := run(t, c.Log(), app.Cursor{})
	r, ctx := c.Risk(), context.Background()
	var ids []string
	for _, u := range sim.RiskyUsers()[:20] {
		ids = append(ids, u.ID)
	}
	var rows []string
	for id := range signs.signIns {
		rows = append(rows, id)
	}
	for _, k := range []struct {
		kind app.SubjectKind
		ids  []string
	}{{app.SubjectUser, ids}, {app.SubjectWorkload, []string{sim.RiskyWorkloads()[0].ID}}, {app.SubjectSignIn, rows[:3]}} {
		for _, d := range []app.Deed{app.ConfirmCompromised, app.DismissRisk, app.ConfirmSafe, app.DisableAccount, app.EnableAccount, app.RevokeSessions} {
			if !r.Can(d, k.kind) {
				continue
			}
			who := subjects(k.kind, k.ids[:min(len(k.ids), r.Together(d, k.kind))]...)
			if _, err := r.Read(ctx, d, who); err != nil {
				t.Errorf("%s %s: %v", d, k.kind, err)
			}
			if err := r.Respond(ctx, app.Response{Deed: d, Subjects: who}); err != nil {
				t.Errorf("%s %s: %v", d, k.kind, err)
			}
		}
	}
	if n := len(checker.Checked()); n < 19 {
		t.Errorf("only %d kinds of exchange were checked: %v", n, checker.Checked())
	}
}
