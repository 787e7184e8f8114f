package defender_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/simulator"
)

// tenant starts a simulated tenant and a client that signs in to it over TLS.
func tenant(t testing.TB, incidents int) (*simulator.Server, *defender.Client) {
	t.Helper()
	return connect(t, incidents, func(tr policy.Transporter, _ simulator.Settings) policy.Transporter { return tr })
}

// connect is tenant with a transport put around the client's own.
func connect(t testing.TB, incidents int, around func(policy.Transporter, simulator.Settings) policy.Transporter) (*simulator.Server, *defender.Client) {
	t.Helper()
	sim, err := simulator.Start(context.Background(), simulator.Options{Incidents: incidents, Seed: 7})
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
	c, err := defender.New(defender.Config{Access: azure.Access{Cloud: cloud, Transport: around(tr, s)}, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	return sim, c
}

// run pulls until done and returns the rows by id and the number of pages.
func run(t testing.TB, c app.Remote, cur app.Cursor) (map[string]app.Pulled, app.Cursor, int) {
	t.Helper()
	rows := map[string]app.Pulled{}
	for n := 1; ; n++ {
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			rows[r.Incident.Ref.ID] = r
		}
		if cur = p.Cursor; p.Done {
			return rows, cur, n
		}
	}
}

func TestPullBringsTheWholeTenantAndThenOnlyChanges(t *testing.T) {
	sim, c := tenant(t, 900)
	rows, cur, _ := run(t, c, app.Cursor{})
	want := 0
	kinds := map[app.EntityKind]bool{}
	for ref := range sim.All() {
		if ref.Source != simulator.SourceDefender {
			continue
		}
		want++
		there, _ := sim.DefenderIncident(ref.ID)
		got := rows[ref.ID]
		in := got.Incident
		if in.Title != there.Title || !strings.EqualFold(in.Severity.String(), there.Severity) || in.RedirectTo != there.RedirectTo || in.CommentCount != len(there.Comments) || !in.Modified.Equal(there.Modified) {
			t.Errorf("%s: %+v, the tenant holds %+v", ref.ID, in, there)
		}
		if got.Details == nil || len(got.Details.Alerts) == 0 && in.RedirectTo == "" {
			t.Errorf("%s came without alerts", ref.ID)
			continue
		}
		for _, e := range got.Details.Evidence {
			kinds[e.Entity.Kind] = true
			if e.AlertID == "" || e.Entity.Key == "" {
				t.Errorf("%s: %+v", ref.ID, e)
			}
		}
	}
	if want < 100 || len(rows) != want || len(kinds) < 6 {
		t.Fatalf("%d rows of %d, kinds %v", len(rows), want, slices.Collect(maps.Keys(kinds)))
	}
	edited := slices.Sorted(maps.Keys(rows))[3]
	sim.EditAs("someone@else", simulator.SourceDefender, edited, func(f *simulator.Fields) { f.Owner = "tier 2" })
	// The first run's watermark is that of its first page: the second run closes in.
	later, next, _ := run(t, c, cur)
	if later[edited].Incident.Owner.Name != "tier 2" || next.Watermark.Before(cur.Watermark) {
		t.Errorf("owner %v, watermark %s after %s", later[edited].Incident.Owner, next.Watermark, cur.Watermark)
	}
	for range 5 {
		later, next, _ = run(t, c, next)
	}
	if len(later) > want/4 {
		t.Errorf("the pull still brings %d of %d rows", len(later), want)
	}
}

// The first page of a tenant says how many incidents there are.
func TestTheFirstPageTellsTheTotal(t *testing.T) {
	_, c := tenant(t, 900)
	p, err := c.Pull(context.Background(), app.Cursor{})
	if err != nil || p.Done {
		t.Fatalf("%v, done %v", err, p.Done)
	}
	if rows, _, _ := run(t, c, app.Cursor{}); p.Total != len(rows) {
		t.Errorf("told %d, there are %d", p.Total, len(rows))
	}
}

func TestEveryActionArrives(t *testing.T) {
	sim, c := tenant(t, 200)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil || len(open) < 3 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	id := open[1]
	was, err := c.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	me := sim.Settings().User
	now, err := c.Update(ctx, was, app.Fields{
		Severity: app.Low, Status: app.StatusClosed, Owner: app.Owner{UPN: me}, Classification: app.TruePositive,
		Determination: "phishing", ClosingNote: "reset", Tags: []string{"drill"},
	}, []app.Field{
		app.FieldSeverity, app.FieldStatus, app.FieldOwner,
		app.FieldClassification, app.FieldDetermination, app.FieldClosingNote, app.FieldTags,
	})
	if err != nil {
		t.Fatal(err)
	}
	there, _ := sim.DefenderIncident(id)
	if there.Severity != "low" || there.Status != "resolved" || there.Owner != me || there.Classification != "truePositive" ||
		there.Determination != "phishing" || there.ClosingNote != "reset" || !slices.Equal(there.Tags, []string{"drill"}) {
		t.Errorf("the tenant holds %+v", there)
	}
	if now.Incident.Status != app.StatusClosed || now.Incident.Determination != "phishing" || now.Incident.Owner.UPN != me {
		t.Errorf("answered %+v", now.Incident)
	}
	if _, err = c.Update(ctx, now, app.Fields{Status: app.StatusActive}, []app.Field{app.FieldStatus, app.FieldOwner, app.FieldTags}); err != nil {
		t.Fatal(err)
	}
	if there, _ = sim.DefenderIncident(id); there.Status != "inProgress" || there.Owner != "" || len(there.Tags) != 0 || there.ClosingNote != "" {
		t.Errorf("reopened as %+v", there)
	}
	before, err := c.Comments(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddComment(ctx, id, app.Comment{Text: "checked"}); err != nil {
		t.Fatal(err)
	}
	after, err := c.Comments(ctx, id)
	if err != nil || len(after) != len(before)+1 || after[len(after)-1].Text != "checked" || after[len(after)-1].Author == "" {
		t.Errorf("%+v %v", after, err)
	}
	d, err := c.Details(ctx, id)
	if err != nil || len(d.Comments) != len(after) || d.Comments[0].ID != after[0].ID || len(d.Alerts) == 0 {
		t.Errorf("%+v %v", d.Comments, err)
	}
}

func TestMergedIncidentsAreNoticed(t *testing.T) {
	sim, c := tenant(t, 200)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil || len(open) < 2 {
		t.Fatal(err)
	}
	target := sim.Merge(open[:2])
	if target == "" {
		t.Fatal("not merged")
	}
	gone := open[0]
	if gone == target {
		gone = open[1]
	}
	p, err := c.Get(ctx, gone)
	if err != nil || p.Incident.RedirectTo != target || p.Incident.Status != app.StatusRedirected {
		t.Errorf("%+v %v", p.Incident, err)
	}
	if left, err := c.Open(ctx); err != nil || slices.Contains(left, gone) || !slices.Contains(left, target) {
		t.Errorf("%d open, %v", len(left), err)
	}
	if _, err := c.Get(ctx, "999999999"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("an unknown id: %v", err)
	}
}

// BenchmarkPull measures a full first pull of 10,000 incidents of both products, with
// alerts and evidence; the rows are those of this one.
func BenchmarkPull(b *testing.B) {
	_, c := tenant(b, 10_000)
	rows, pages := 0, 0
	for b.Loop() {
		got, _, n := run(b, c, app.Cursor{})
		rows += len(got)
		pages += n
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(pages)/b.Elapsed().Seconds(), "pages/s")
}
