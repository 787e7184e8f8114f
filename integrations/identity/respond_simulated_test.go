package identity_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/simulator"
)

// tap counts the requests that leave for Graph, by method and path.
type tap struct {
	policy.Transporter
	mu    sync.Mutex
	calls []string
}

func (x *tap) Do(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/v1.0/") {
		x.mu.Lock()
		x.calls = append(x.calls, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/v1.0/"))
		x.mu.Unlock()
	}
	return x.Transporter.Do(r)
}

func (x *tap) take() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := x.calls
	x.calls = nil
	return out
}

// open are users whose risk is open.
func open(sim *simulator.Server) (ids []string) {
	for _, u := range sim.RiskyUsers() {
		if u.State == "atRisk" {
			ids = append(ids, u.ID)
		}
	}
	return ids
}

func TestSixtyUsersAreReadAndJudgedInAFewRequests(t *testing.T) {
	var tp *tap
	sim, c, h := connect(t, simulator.Options{Throttle: simulator.EntraThrottle}, nil, func(tr policy.Transporter, _ simulator.Settings) policy.Transporter {
		tp = &tap{Transporter: tr}
		return tp
	})
	r, ctx := c.Risk(), context.Background()
	var ids []string
	for _, u := range sim.RiskyUsers()[:60] {
		ids = append(ids, u.ID)
	}
	who := subjects(app.SubjectUser, ids...)
	began := h.now()
	states, err := r.Read(ctx, app.DismissRisk, who)
	if err != nil || len(states) != 60 {
		t.Fatalf("%d states: %v", len(states), err)
	}
	if calls := tp.take(); len(calls) > 5 {
		t.Errorf("%d requests: %v", len(calls), calls)
	}
	if took := h.now().Sub(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	for i, s := range states {
		held, _ := sim.RiskyUser(ids[i])
		if s.ID != ids[i] || s.Gone || s.Values[app.PropRiskState] != held.State || s.Values[app.PropRiskLevel] != held.Level || s.Values[app.PropRiskDetail] != held.Detail || !s.Modified.Equal(held.Changed) {
			t.Errorf("%+v, the tenant holds %+v", s, held)
		}
	}
	if n := r.Together(app.DismissRisk, app.SubjectUser); n != 60 {
		t.Errorf("%d together", n)
	}
	if err := r.Respond(ctx, app.Response{Deed: app.DismissRisk, Subjects: who}); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if w := sim.IdentityWrites(id); len(w) != 1 || w[0].Fields[0] != "dismiss" {
			t.Errorf("writes on %s: %+v", id, w)
		}
	}
	err = r.Respond(ctx, app.Response{Deed: app.DismissRisk, Subjects: append(who, who[0])})
	if app.KindOf(err) != app.KindInvalid || sim.Throttled().Protection.Refused != 0 {
		t.Errorf("61 users: %v", err)
	}
}

// The order of a lost answer: the deed is done, the client does not know, reads back and
// sees it.
func TestALostAnswerShowsWhenReadBack(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{}, nil, nil)
	r, ctx := c.Risk(), context.Background()
	who := subjects(app.SubjectUser, open(sim)[0])
	for _, x := range []struct {
		deed app.Deed
		prop app.Property
		want string
	}{{app.ConfirmCompromised, app.PropRiskState, "confirmedCompromised"}, {app.DisableAccount, app.PropEnabled, "false"}, {app.EnableAccount, app.PropEnabled, "true"}, {app.ConfirmSafe, app.PropRiskState, "confirmedSafe"}} {
		before := len(sim.IdentityWrites(who[0].ID))
		sim.SetFaults(simulator.Faults{LoseReplyNext: 1})
		err := r.Respond(ctx, app.Response{Deed: x.deed, Subjects: who})
		var e *app.Error
		if !errors.As(err, &e) || !e.MaybeApplied || e.Kind != app.KindOffline {
			t.Errorf("%s: %v", x.deed, err)
		}
		if n := len(sim.IdentityWrites(who[0].ID)) - before; n != 1 {
			t.Errorf("%s was sent %d times", x.deed, n)
		}
		now, err := r.Read(ctx, x.deed, who)
		if err != nil || now[0].Values[x.prop] != x.want {
			t.Errorf("%s: read back %+v, %v", x.deed, now, err)
		}
	}
}

func TestSessionsEndAndEveryPropertyThatIsComparedIsRead(t *testing.T) {
	sim, c, h := connect(t, simulator.Options{}, nil, nil)
	r, ctx := c.Risk(), context.Background()
	id := open(sim)[0]
	who := subjects(app.SubjectUser, id)
	before, err := r.Read(ctx, app.RevokeSessions, who)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []app.Property{app.PropRiskState, app.PropRiskLevel, app.PropEnabled, app.PropSessionsFrom} {
		if before[0].Values[p] == "" {
			t.Errorf("%s is not read: %v", p, before[0].Values)
		}
	}
	h.move(time.Minute)
	if err := r.Respond(ctx, app.Response{Deed: app.RevokeSessions, Subjects: who}); err != nil {
		t.Fatal(err)
	}
	after, err := r.Read(ctx, app.RevokeSessions, who)
	if err != nil || after[0].Values[app.PropSessionsFrom] <= before[0].Values[app.PropSessionsFrom] || !sim.RevokedAt(id).Equal(h.now()) {
		t.Errorf("%v, then %v: %v", before[0].Values, after[0].Values, err)
	}
	none, err := r.Read(ctx, app.ConfirmCompromised, subjects(app.SubjectUser, "00000000-0000-4000-8000-000000000000"))
	if err != nil || !none[0].Gone {
		t.Errorf("nobody: %+v %v", none, err)
	}
}

func TestWorkloadsAndSignInsAreJudged(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{}, nil, nil)
	r, ctx := c.Risk(), context.Background()
	app0, sign := sim.RiskyWorkloads()[0], sim.RiskySignIns()[0]
	for _, x := range []struct {
		kind app.SubjectKind
		id   string
	}{{app.SubjectWorkload, app0.ID}, {app.SubjectSignIn, sign.ID}} {
		who := subjects(x.kind, x.id)
		for _, d := range []app.Deed{app.ConfirmCompromised, app.DismissRisk} {
			if err := r.Respond(ctx, app.Response{Deed: d, Subjects: who}); err != nil {
				t.Fatal(err)
			}
		}
		now, err := r.Read(ctx, app.DismissRisk, append(who, app.Subject{Kind: x.kind, ID: "nobody"}))
		if err != nil || now[0].Values[app.PropRiskState] != "dismissed" || now[0].Gone || !now[1].Gone || len(sim.IdentityWrites(x.id)) != 2 {
			t.Errorf("%s: %+v %v", x.kind, now, err)
		}
	}
	for d, kinds := range map[app.Deed][]app.SubjectKind{app.ConfirmSafe: {app.SubjectWorkload}, app.RevokeSessions: {app.SubjectWorkload, app.SubjectSignIn}, app.SetControl: {app.SubjectUser}} {
		for _, k := range kinds {
			if r.Can(d, k) || app.KindOf(r.Respond(ctx, app.Response{Deed: d, Subjects: subjects(k, "x")})) != app.KindInvalid {
				t.Errorf("%s of a %s", d, k)
			}
		}
	}
}

func TestADryRunShowsTheRequestAndSendsNothing(t *testing.T) {
	var tp *tap
	sim, c, _ := connect(t, simulator.Options{}, nil, func(tr policy.Transporter, _ simulator.Settings) policy.Transporter {
		tp = &tap{Transporter: tr}
		return tp
	})
	ids := open(sim)[:2]
	ctx, dry := app.WithDryRun(context.Background())
	for d, n := range map[app.Deed]int{app.ConfirmCompromised: 2, app.RevokeSessions: 1, app.DisableAccount: 1} {
		if err := c.Risk().Respond(ctx, app.Response{Deed: d, Subjects: subjects(app.SubjectUser, ids[:n]...)}); app.KindOf(err) != app.KindCancelled {
			t.Errorf("%s: %v", d, err)
		}
	}
	if len(tp.take()) != 0 {
		t.Error("something was sent")
	}
	list := dry.Requests()
	if len(list) != 3 {
		t.Fatalf("%d requests", len(list))
	}
	for _, q := range list {
		var body map[string]any
		switch _ = json.Unmarshal([]byte(q.Body), &body); {
		case strings.HasSuffix(q.URL, "/riskyUsers/confirmCompromised"):
			if got := body["userIds"].([]any); q.Method != "POST" || len(got) != 2 || got[0] != ids[0] {
				t.Errorf("%+v", q)
			}
		case strings.HasSuffix(q.URL, "/users/"+ids[0]+"/revokeSignInSessions"):
			if q.Body != "" || q.Method != "POST" {
				t.Errorf("%+v", q)
			}
		case q.Method != "PATCH" || !strings.HasSuffix(q.URL, "/users/"+ids[0]) || body["accountEnabled"] != false:
			t.Errorf("%+v", q)
		}
	}
}

func TestWhatIsMissingIsNamedWithScopeAndRole(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{}, nil, nil)
	ctx := context.Background()
	id := open(sim)[0]
	sim.SetRights(simulator.Rights{GraphWithout: []string{simulator.RiskyUserReadWrite, simulator.UserEnable, simulator.UserReadWrite, simulator.UserRevoke, simulator.RiskyAppReadWrite, simulator.RiskEventReadWrite}})
	for _, x := range []struct {
		deed  app.Deed
		kind  app.SubjectKind
		scope string
	}{
		{app.DismissRisk, app.SubjectUser, "IdentityRiskyUser.ReadWrite.All"},
		{app.DisableAccount, app.SubjectUser, "User.EnableDisableAccount.All"},
		{app.RevokeSessions, app.SubjectUser, "User.RevokeSessions.All"},
		{app.ConfirmCompromised, app.SubjectWorkload, "IdentityRiskyServicePrincipal.ReadWrite.All"},
		{app.ConfirmSafe, app.SubjectSignIn, "IdentityRiskEvent.ReadWrite.All"},
	} {
		err := c.Risk().Respond(ctx, app.Response{Deed: x.deed, Subjects: subjects(x.kind, id)})
		if app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), x.scope) || !strings.Contains(app.Say(err), "Administrator") && !strings.Contains(app.Say(err), "Security Operator") {
			t.Errorf("%s: %v", x.deed, err)
		}
	}
}

func TestWithoutTheLicenceAccountsAreStillLocked(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{Identity: simulator.IdentityMode{NoP2: true}}, nil, nil)
	ctx, id := context.Background(), open(sim)[0]
	err := c.Risk().Respond(ctx, app.Response{Deed: app.DismissRisk, Subjects: subjects(app.SubjectUser, id)})
	if app.KindOf(err) != app.KindLicence || !strings.Contains(app.Say(err), "Entra ID P2") {
		t.Errorf("without the licence: %v", err)
	}
	// Sessions and accounts need no licence of Entra ID Protection.
	states, err := c.Risk().Read(ctx, app.DisableAccount, subjects(app.SubjectUser, id))
	if err != nil || states[0].Values[app.PropEnabled] != "true" || states[0].Values[app.PropRiskState] != "" {
		t.Errorf("%+v %v", states, err)
	}
	if err := c.Risk().Respond(ctx, app.Response{Deed: app.DisableAccount, Subjects: subjects(app.SubjectUser, id)}); err != nil || sim.AccountEnabled(id) {
		t.Errorf("disable: %v", err)
	}
}

// What is said of a sign-in long after it happened reaches the cache within hours.
func TestAVerdictOnAnOldSignInArrivesLater(t *testing.T) {
	sim, c, h := connect(t, simulator.Options{}, nil, nil)
	_, cur := run(t, c.Log(), app.Cursor{})
	all := sim.RiskySignIns()
	old := all[len(all)/2]
	if old.State == "confirmedCompromised" || h.now().Sub(old.At) < 48*time.Hour && old.At.Before(h.now()) {
		t.Fatalf("it is %+v", old)
	}
	if err := c.Risk().Respond(context.Background(), app.Response{Deed: app.ConfirmCompromised, Subjects: subjects(app.SubjectSignIn, old.ID)}); err != nil {
		t.Fatal(err)
	}
	h.move(10 * time.Minute)
	soon, cur := run(t, c.Log(), cur)
	if _, there := soon.signIns[old.ID]; there {
		t.Error("every run reads all days")
	}
	h.move(7 * time.Hour)
	later, _ := run(t, c.Log(), cur)
	if later.signIns[old.ID].State != "confirmedCompromised" {
		t.Errorf("the cache keeps %+v", later.signIns[old.ID])
	}
}
