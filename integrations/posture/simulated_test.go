package posture_test

import (
	"context"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	vocabulary "watchfloor/app/posture"
	appsync "watchfloor/app/sync"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/posture"
	"watchfloor/integrations/simulator"
)

// wrap stands around the transport of a client.
type wrap func(policy.Transporter) policy.Transporter

// connect starts a simulated tenant and signs in to it over TLS.
func connect(t testing.TB, o simulator.Options, around wrap, named ...string) (*simulator.Server, *posture.Cloud, *posture.M365) {
	t.Helper()
	o.Incidents = max(o.Incidents, 20)
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
	access := azure.Access{Cloud: cloud, Transport: tr}
	if around != nil {
		access.Transport = around(tr)
	}
	c, err := posture.NewCloud(posture.CloudConfig{Access: access, Credential: cred, Subscriptions: named})
	if err != nil {
		t.Fatal(err)
	}
	m, err := posture.NewM365(posture.M365Config{Access: access, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	return sim, c, m
}

// all is what a run brought.
type all struct {
	vocabulary.Batch
	lacks []app.Lack
	pages int
}

func (a *all) add(p appsync.FeedPage) {
	b := p.Posture
	a.pages++
	a.Scores, a.Parts, a.Controls = append(a.Scores, b.Scores...), append(a.Parts, b.Parts...), append(a.Controls, b.Controls...)
	a.Metas, a.Assessments = append(a.Metas, b.Metas...), append(a.Assessments, b.Assessments...)
	a.Standards, a.Requirements = append(a.Standards, b.Standards...), append(a.Requirements, b.Requirements...)
	a.Contacts, a.Counts, a.Whole = append(a.Contacts, b.Contacts...), append(a.Counts, b.Counts...), append(a.Whole, b.Whole...)
	if p.Done {
		a.lacks = p.Lacks
	}
}

// pull runs a feed to the end of a run.
func pull(t testing.TB, f appsync.Feed, cur app.Cursor) (all, app.Cursor) {
	t.Helper()
	var out all
	for range 10_000 {
		p, err := f.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		out.add(p)
		if cur = p.Cursor; p.Done {
			return out, cur
		}
	}
	t.Fatal("the run does not end")
	return out, cur
}

// refuse answers requests whose path ends so with a status, as Azure does.
type refuse struct {
	policy.Transporter
	path   string
	status int
	code   string
}

func (x refuse) Do(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, x.path) {
		return x.Transporter.Do(r)
	}
	return &http.Response{
		StatusCode: x.status, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"error":{"code":"` + x.code + `","message":"no"}}`)),
	}, nil
}

const resourceGraph = "/providers/Microsoft.ResourceGraph/resources"

// ledger lists what was brought in comparable words, without what only one way tells.
func ledger(a all) map[string]bool {
	out := map[string]bool{}
	for _, s := range a.Scores {
		out["score "+s.Scope+" "+s.ScopeName+" "+s.Day.String()+num(s.Current, s.Max, s.Weight)] = true
	}
	for _, p := range a.Parts {
		out["part "+p.Scope+" "+p.Control+" "+p.Name+" "+p.Day.String()+num(p.Current, p.Max, float64(p.Healthy), float64(p.Unhealthy), float64(p.NotApplicable))] = true
	}
	for _, x := range a.Assessments {
		out["assessment "+x.ID+strings.ToLower(x.Resource)+x.Subscription+x.Code+x.Title+x.Source+x.Changed.String()] = true
	}
	for _, x := range a.Counts {
		out["count "+x.ID+strings.ToLower(x.Resource)+num(float64(x.N))] = true
	}
	for _, s := range a.Standards {
		out["standard "+s.Subscription+s.ID+s.State+num(float64(s.Passed), float64(s.Failed))] = true
	}
	for _, r := range a.Requirements {
		out["requirement "+r.Subscription+r.Standard+r.ID+r.Title+r.State+num(float64(r.Passed), float64(r.Failed))] = true
	}
	for _, c := range a.Contacts {
		out["contact "+c.Subscription+c.Name+strings.Join(c.Emails, ";")+c.Phone] = true
	}
	return out
}

func num(f ...float64) string {
	var b strings.Builder
	for _, x := range f {
		b.WriteString(" " + time.Duration(math.Round(x*1e4)).String())
	}
	return b.String()
}

func TestTheScoreOfEverySubscriptionIsTheTenantsAndItsPartsAddUp(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{Seed: 7}, nil)
	got, cur := pull(t, c, app.Cursor{})
	if len(got.Scores) < 2 || cur.Next != "" {
		t.Fatalf("%d scores, cursor %+v", len(got.Scores), cur)
	}
	for _, s := range got.Scores {
		truth, ok := sim.ScoreOn(simulator.ModelCloud, s.Scope, s.Day)
		sum := 0.0
		for _, p := range got.Parts {
			if p.Scope == s.Scope {
				sum += p.Current
			}
		}
		if !ok || truth.Current != s.Current || truth.Max != s.Max || math.Abs(sum-s.Current) > 1e-6 || s.ScopeName == "" || s.Model != vocabulary.CloudClassic {
			t.Errorf("%+v with parts of %v, the tenant holds %+v", s, sum, truth)
		}
	}
	titles := map[string]bool{}
	for _, m := range got.Metas {
		titles[strings.ToLower(m.ID)] = m.Title != "" && m.Severity != ""
	}
	linked := 0
	for _, k := range got.Controls {
		linked += len(k.Assessments)
	}
	for _, a := range got.Assessments {
		if !titles[strings.ToLower(a.ID)] {
			t.Errorf("%s is not described", a.ID)
			break
		}
	}
	if len(got.Assessments) < 500 || len(got.Counts) == 0 || len(got.Standards) == 0 || len(got.Requirements) == 0 || linked == 0 {
		t.Errorf("%d assessments, %d counts, %d standards, %d requirements, %d linked", len(got.Assessments), len(got.Counts), len(got.Standards), len(got.Requirements), linked)
	}
}

// Resource Graph and the lists of Azure Resource Manager tell the same.
func TestWithoutResourceGraphTheSameIsReadSubscriptionBySubscription(t *testing.T) {
	for name, r := range map[string]refuse{
		"no right":         {path: resourceGraph, status: 403, code: "AuthorizationFailed"},
		"no such table":    {path: resourceGraph, status: 400, code: "BadRequest"},
		"not there at all": {path: resourceGraph, status: 404, code: "NotFound"},
	} {
		t.Run(name, func(t *testing.T) {
			at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
			o := simulator.Options{Seed: 7, Now: func() time.Time { return at }}
			_, c, _ := connect(t, o, nil)
			fast, _ := pull(t, c, app.Cursor{})
			_, c, _ = connect(t, o, func(tr policy.Transporter) policy.Transporter { r.Transporter = tr; return r })
			slow, _ := pull(t, c, app.Cursor{})
			a, b := ledger(fast), ledger(slow)
			for _, k := range slices.Sorted(maps.Keys(a)) {
				if !b[k] {
					t.Errorf("only Resource Graph: %s", k)
				}
			}
			for _, k := range slices.Sorted(maps.Keys(b)) {
				if !a[k] {
					t.Errorf("only the lists: %s", k)
				}
			}
			if len(fast.Whole) != len(slow.Whole) || len(fast.lacks) != len(slow.lacks) {
				t.Errorf("whole %v and %v, lacks %v and %v", fast.Whole, slow.Whole, fast.lacks, slow.lacks)
			}
		})
	}
}

func TestASubscriptionThatIsNotOpenIsNamedAndTheOthersGoOn(t *testing.T) {
	sim, c, _ := connect(t, simulator.Options{Seed: 7, Posture: simulator.Posture{Subscriptions: 6, Assessments: 600}}, nil)
	first, _ := pull(t, c, app.Cursor{})
	scopes := map[string]string{}
	for _, s := range first.Scores {
		scopes[s.Scope] = s.ScopeName
	}
	ids := slices.Sorted(maps.Keys(scopes))
	sim.SetRights(simulator.Rights{NoSecurity: ids[:1]})
	sim.SetPostureState(simulator.PostureState{Unregistered: ids[1:2], Unwatched: ids[2:3]})
	got, _ := pull(t, c, app.Cursor{})
	lacks := map[string]string{}
	for _, l := range got.lacks {
		for _, id := range ids {
			if strings.Contains(l.What, scopes[id]) {
				lacks[id] = l.Needs
			}
		}
	}
	if !strings.Contains(lacks[ids[0]], "Security Reader") || !strings.Contains(lacks[ids[1]], "Defender for Cloud") || !strings.Contains(lacks[ids[2]], "Defender for Cloud") {
		t.Errorf("lacks %+v", got.lacks)
	}
	whole := map[string]bool{}
	for _, w := range got.Whole {
		whole[w.Scope+" "+w.Kind] = true
	}
	for i, id := range ids {
		for _, kind := range []string{"assessments", "standards", "requirements"} {
			if whole[id+" "+kind] != (i > 2) {
				t.Errorf("%s of %s whole: %v", kind, scopes[id], whole[id+" "+kind])
			}
		}
	}
	if whole[" controls"] || len(got.Scores) != len(ids)-3 {
		t.Errorf("controls whole %v, %d scores of %d", whole[" controls"], len(got.Scores), len(ids))
	}
	sim.SetRights(simulator.Rights{NoSecurity: ids})
	if got, _ := pull(t, c, app.Cursor{}); len(got.Scores) != 0 || len(got.lacks) < len(ids) {
		t.Errorf("%d scores, lacks %v", len(got.Scores), got.lacks)
	}
}

// break fails requests while it is on.
type breaker struct {
	policy.Transporter
	mu   sync.Mutex
	left int // requests until the line breaks, -1 for never
	sent int
}

func (x *breaker) Do(r *http.Request) (*http.Response, error) {
	x.mu.Lock()
	if x.left == 0 {
		x.mu.Unlock()
		return nil, io.ErrUnexpectedEOF
	}
	x.left--
	x.sent++
	x.mu.Unlock()
	return x.Transporter.Do(r)
}

func (x *breaker) allow(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.left = n
}

// The line breaks, comes back, and a page is asked for twice because it was not stored:
// nothing is lost and what was read is not read again.
func TestARunGoesOnWhereItStopped(t *testing.T) {
	line := &breaker{left: -1}
	_, c, _ := connect(t, simulator.Options{Seed: 7, Posture: simulator.Posture{Subscriptions: 4, Assessments: 2500}}, func(tr policy.Transporter) policy.Transporter {
		line.Transporter = tr
		return line
	})
	want, _ := pull(t, c, app.Cursor{})
	calm := line.sent
	line.sent = 0
	var got all
	failures := 0
	for cur := (app.Cursor{}); ; {
		line.allow(12)
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			if app.KindOf(err) != app.KindOffline {
				t.Fatal(err)
			}
			if failures++; failures > 100 {
				t.Fatal("no progress")
			}
			continue
		}
		if !p.Done {
			line.allow(0)
			again, err := c.Pull(context.Background(), cur)
			if err != nil || again.Rows != p.Rows || again.Cursor != p.Cursor {
				t.Fatalf("asked again: %v, %d rows after %d", err, again.Rows, p.Rows)
			}
		}
		got.add(p)
		if cur = p.Cursor; p.Done {
			break
		}
	}
	a, b := ledger(want), ledger(got)
	for k := range a {
		if !b[k] {
			t.Errorf("lost: %s", k)
		}
	}
	if len(got.Assessments) != len(want.Assessments) || failures == 0 || line.sent > calm+2*failures+8 {
		t.Errorf("%d assessments of %d, %d requests instead of %d, %d failures", len(got.Assessments), len(want.Assessments), line.sent, calm, failures)
	}
}

func TestASubscriptionNobodyKnowsIsNotTakenForOneWithoutDefender(t *testing.T) {
	const nowhere = "00000000-1111-2222-3333-444444444444"
	sim, c, _ := connect(t, simulator.Options{Seed: 7}, nil, nowhere)
	got, _ := pull(t, c, app.Cursor{})
	if len(got.lacks) != 1 || !strings.Contains(got.lacks[0].What, nowhere) || !strings.Contains(got.lacks[0].Needs, "can see") || len(got.Whole) != 0 {
		t.Errorf("lacks %+v, whole %v", got.lacks, got.Whole)
	}
	_, c, _ = connect(t, simulator.Options{Seed: 7}, nil, sim.Settings().SubscriptionID)
	if got, _ := pull(t, c, app.Cursor{}); len(got.Scores) != 1 || len(got.lacks) != 0 || len(got.Contacts) != 1 {
		t.Errorf("one subscription chosen: %d scores, lacks %+v, %d contacts", len(got.Scores), got.lacks, len(got.Contacts))
	}
}

func TestACursorOfAnotherProcessStartsTheRunAgain(t *testing.T) {
	_, c, _ := connect(t, simulator.Options{Seed: 7}, nil)
	got, _ := pull(t, c, app.Cursor{Next: "12-abc:3"})
	if want, _ := pull(t, c, app.Cursor{}); len(got.Assessments) != len(want.Assessments) || len(got.Assessments) == 0 {
		t.Errorf("%d assessments of %d", len(got.Assessments), len(want.Assessments))
	}
}

// While requests hang and while a pause of the service is waited out, a pull that is
// cancelled ends; the next one goes on.
func TestAPullEndsPromptlyWhenItIsCancelled(t *testing.T) {
	for name, hanging := range map[string]bool{"hanging": true, "pausing": false} {
		t.Run(name, func(t *testing.T) {
			asked := make(chan struct{}, 100)
			var hang atomic.Bool
			hang.Store(hanging)
			sim, c, _ := connect(t, simulator.Options{Seed: 7}, func(tr policy.Transporter) policy.Transporter {
				return doer(func(r *http.Request) (*http.Response, error) {
					if strings.HasSuffix(r.URL.Path, resourceGraph) {
						asked <- struct{}{}
						if hang.Load() {
							<-r.Context().Done()
							return nil, r.Context().Err()
						}
					}
					return tr.Do(r)
				})
			})
			if !hanging {
				sim.SetThrottle(simulator.Throttle{ResourceGraph: simulator.Rate{PerSecond: 0.02, Burst: 1}})
			}
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() {
				_, err := c.Pull(ctx, app.Cursor{})
				ended <- err
			}()
			<-asked
			start := time.Now()
			cancel()
			if err := <-ended; app.KindOf(err) != app.KindCancelled {
				t.Errorf("%v", err)
			}
			if took := time.Since(start); took > 2*time.Second { // 0.2 s and what a busy machine takes
				t.Errorf("it took %s", took)
			}
			if hang.Store(false); hanging {
				if got, _ := pull(t, c, app.Cursor{}); len(got.Scores) == 0 {
					t.Error("nothing came afterwards")
				}
			}
		})
	}
}
