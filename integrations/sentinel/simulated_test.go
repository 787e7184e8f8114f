package sentinel_test

import (
	"context"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
)

// tenant starts a simulated tenant and a client that signs in to it over TLS.
func tenant(t testing.TB, incidents int) (*simulator.Server, *sentinel.Client) {
	t.Helper()
	return connect(t, simulator.Options{Incidents: incidents, Seed: 7}, bare)
}

func bare(tr policy.Transporter, _ simulator.Settings) policy.Transporter { return tr }

// connect is tenant with a transport put around the client's own.
func connect(t testing.TB, o simulator.Options, around func(policy.Transporter, simulator.Settings) policy.Transporter) (*simulator.Server, *sentinel.Client) {
	t.Helper()
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
	var first, others int32 // small pages, so that a small tenant has many
	if o.Incidents < 1000 {
		first, others = 20, 60
	}
	c, err := sentinel.New(sentinel.Config{
		FirstPage: first, PageSize: others,
		Access: azure.Access{Cloud: cloud, Transport: around(tr, s)}, Credential: cred,
		SubscriptionID: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace,
	})
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
	rows, cur, pages := run(t, c, app.Cursor{})
	if pages < 5 {
		t.Errorf("only %d pages", pages)
	}
	want := 0
	for ref := range sim.All() {
		if ref.Source != simulator.SourceSentinel {
			continue
		}
		want++
		there, _ := sim.SentinelIncident(ref.ID)
		got := rows[ref.ID].Incident
		if got.Title != there.Title || got.Severity.String() != there.Severity || got.ETag != there.ETag || !got.Modified.Equal(there.Modified) || !got.Created.Equal(there.Created) {
			t.Errorf("%s: %+v, the tenant holds %+v", ref.ID, got, there)
		}
	}
	if want < 100 || len(rows) != want {
		t.Fatalf("%d rows, the tenant has %d", len(rows), want)
	}
	ids := slices.Sorted(maps.Keys(rows))
	edited := ids[3]
	sim.EditAs("someone@else", simulator.SourceSentinel, edited, func(f *simulator.Fields) { f.Owner = "tier 2" })
	later, next, _ := run(t, c, cur)
	if later[edited].Incident.Owner.Name != "tier 2" || len(later) > want/2 {
		t.Errorf("%d rows; owner %+v", len(later), later[edited].Incident.Owner)
	}
	if next.Watermark.Before(cur.Watermark) || !next.Watermark.Equal(later[edited].Incident.Modified) {
		t.Errorf("watermark %s after %s", next.Watermark, cur.Watermark)
	}
}

// Others edit while pages are read: after one more run nothing is missing.
func TestEditsDuringARunAreNotLost(t *testing.T) {
	var edits atomic.Int64 // two seconds apart: 300 of them reach back behind the overlap
	start := time.Now().AddDate(0, -1, 0)
	sim, c := connect(t, simulator.Options{Incidents: 900, Seed: 7, Now: func() time.Time {
		return start.Add(time.Duration(edits.Load()) * 2 * time.Second)
	}}, bare)
	cache, cur, _ := run(t, c, app.Cursor{})
	ids := slices.Sorted(maps.Keys(cache))
	dice := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // repeatable
	edit := func(n int) {
		for range n {
			edits.Add(1)
			sim.EditAs("other", simulator.SourceSentinel, ids[dice.IntN(len(ids))], func(f *simulator.Fields) { f.ClosingNote += "x" })
		}
	}
	for range 3 {
		edit(300)
		for done := false; !done; edit(7) {
			p, err := c.Pull(context.Background(), cur)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range p.Rows {
				cache[r.Incident.Ref.ID] = r
			}
			cur, done = p.Cursor, p.Done
		}
	}
	last, _, _ := run(t, c, cur)
	maps.Copy(cache, last)
	for _, id := range ids {
		if there, _ := sim.SentinelIncident(id); cache[id].Incident.ETag != there.ETag {
			t.Errorf("%s is behind", id)
		}
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
	want := app.Fields{
		Severity: app.Low, Status: app.StatusClosed, Owner: app.Owner{UPN: me}, Classification: app.BenignPositive,
		Determination: "securityTesting", ClosingNote: "a drill", Tags: []string{"drill"},
	}
	now, err := c.Update(ctx, was, want, []app.Field{
		app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldClassification,
		app.FieldDetermination, app.FieldClosingNote, app.FieldTags,
	})
	if err != nil {
		t.Fatal(err)
	}
	there, _ := sim.SentinelIncident(id)
	if there.Severity != "Low" || there.Status != "Closed" || there.Owner != me || there.Classification != "BenignPositive" ||
		there.Reason != "SuspiciousButExpected" || there.ClosingNote != "a drill" || !slices.Contains(there.Tags, "drill") || there.Title != was.Incident.Title {
		t.Errorf("the tenant holds %+v", there)
	}
	if now.Incident.ETag == was.Incident.ETag || now.Incident.Status != app.StatusClosed {
		t.Errorf("answered %+v", now.Incident)
	}
	if _, err := c.Update(ctx, was, app.Fields{Severity: app.High}, []app.Field{app.FieldSeverity}); app.KindOf(err) != app.KindConflict {
		t.Errorf("over a stale snapshot: %v", err)
	}
	back, err := c.Update(ctx, now, app.Fields{Status: app.StatusActive}, []app.Field{app.FieldStatus, app.FieldOwner})
	if err != nil {
		t.Fatal(err)
	}
	if there, _ = sim.SentinelIncident(id); there.Status != "Active" || there.Classification != "" || there.Owner != "" || !back.Incident.Owner.IsZero() {
		t.Errorf("reopened as %+v", there)
	}
	note := app.Comment{ID: "4bb36b7b-26ff-4d1c-9cbe-0d8ab3da0014", Text: "checked \u202e with = care"}
	before := len(there.Comments)
	for range 3 {
		if err := c.AddComment(ctx, id, note); err != nil {
			t.Fatal(err)
		}
	}
	comments, err := c.Comments(ctx, id)
	if err != nil || len(comments) != before+1 || !slices.ContainsFunc(comments, func(k app.Comment) bool { return k.ID == note.ID && k.Text == note.Text }) {
		t.Errorf("%+v %v", comments, err)
	}
}

func TestADeletedIncidentIsNeverMadeAgain(t *testing.T) {
	sim, c := tenant(t, 100)
	ctx := context.Background()
	open, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	was, err := c.Get(ctx, open[0])
	if err != nil {
		t.Fatal(err)
	}
	sim.DeleteIncident(open[0])
	if _, err := c.Get(ctx, open[0]); app.KindOf(err) != app.KindNotFound {
		t.Errorf("Get: %v", err)
	}
	if _, err := c.Update(ctx, was, app.Fields{Severity: app.Low}, []app.Field{app.FieldSeverity}); err == nil {
		t.Error("an edit of a deleted incident passed")
	}
	if _, there := sim.SentinelIncident(open[0]); there {
		t.Error("it is back")
	}
	if left, err := c.Open(ctx); err != nil || slices.Contains(left, open[0]) || len(left) != len(open)-1 {
		t.Errorf("%d of %d open, %v", len(left), len(open), err)
	}
}

func TestDetailsOfTheTenant(t *testing.T) {
	_, c := tenant(t, 200)
	rows, _, _ := run(t, c, app.Cursor{})
	kinds := map[app.EntityKind]bool{}
	n := 0
	for id, r := range rows {
		if n++; n > 40 {
			break
		}
		d, err := c.Details(app.WithPriority(context.Background()), id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		in := r.Incident
		if len(d.Alerts) != in.AlertCount || len(d.Comments) != in.CommentCount || len(d.Bookmarks) != in.BookmarkCount || d.Tasks == nil {
			t.Errorf("%s: %d alerts, %d comments, %d bookmarks; told %d %d %d", id, len(d.Alerts), len(d.Comments), len(d.Bookmarks), in.AlertCount, in.CommentCount, in.BookmarkCount)
		}
		for _, e := range d.Entities {
			kinds[e.Kind] = true
		}
		for _, a := range d.Alerts {
			if a.Title == "" || a.Created.IsZero() || a.Severity == app.SeverityUnknown {
				t.Errorf("%s: %+v", id, a)
			}
		}
	}
	if len(kinds) < 4 {
		t.Errorf("only %v", reflect.ValueOf(kinds).MapKeys())
	}
}

// BenchmarkPull measures a full first pull of 10,000 incidents of both products; the
// rows are those of this one.
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
