package posture_test

import (
	"context"
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	vocabulary "watchfloor/app/posture"
	"watchfloor/integrations/simulator"
)

func TestNinetyDaysOfTheScoreComeFirstAndThenOnlyNewOnes(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var scores atomic.Int64
	sim, _, m := connect(t, simulator.Options{Seed: 7, Now: func() time.Time { return now }}, func(tr policy.Transporter) policy.Transporter {
		return doer(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/secureScores") {
				scores.Add(1)
			}
			return tr.Do(r)
		})
	})
	got, cur := pull(t, m, app.Cursor{})
	days := map[time.Time]bool{}
	for _, s := range got.Scores {
		days[s.Day] = true
		truth, ok := sim.ScoreOn(simulator.ModelM365, s.Scope, s.Day)
		sum := 0.0
		for _, p := range got.Parts {
			if p.Day.Equal(s.Day) {
				sum += p.Current
				if p.Max == 0 && p.Current > 0 && s.Day.Equal(midnight(now)) {
					t.Errorf("%s has no maximum", p.Control)
				}
			}
		}
		if !ok || truth.Current != s.Current || truth.Max != s.Max || math.Abs(sum-s.Current) > 1e-6 || len(s.Averages) == 0 || s.Model != vocabulary.M365 {
			t.Errorf("%s: %v of %v with parts of %v, the tenant holds %+v", s.Day, s.Current, s.Max, sum, truth)
		}
	}
	if len(days) < 80 || len(got.Controls) < 5 || cur.Watermark.IsZero() || len(got.Whole) != 1 {
		t.Errorf("%d days, %d controls, cursor %+v, whole %v", len(days), len(got.Controls), cur, got.Whole)
	}
	asked := scores.Load()
	from := cur
	from.Watermark = cur.Watermark.AddDate(0, 0, -3) // as if the program had been closed for three days
	later, next := pull(t, m, from)
	fresh := map[time.Time]bool{}
	for _, s := range later.Scores {
		fresh[s.Day] = s.Day.After(from.Watermark)
	}
	for day := from.Watermark.AddDate(0, 0, 1); !day.After(cur.Watermark); day = day.AddDate(0, 0, 1) {
		if days[day] && !fresh[day] {
			t.Errorf("the score of %s did not come again", day)
		}
	}
	if len(later.Scores) > 8 || scores.Load()-asked != 1 || !next.Watermark.Equal(cur.Watermark) {
		t.Errorf("%d scores, %d requests, watermark %s", len(later.Scores), scores.Load()-asked, next.Watermark)
	}
}

func midnight(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// doer is a transport made of a function.
type doer func(*http.Request) (*http.Response, error)

func (f doer) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestAMissingPermissionIsAStateThatSaysWhatStillWorks(t *testing.T) {
	sim, _, m := connect(t, simulator.Options{Seed: 7}, nil)
	sim.SetRights(simulator.Rights{GraphWithout: []string{"SecurityEvents.Read.All", "SecurityEvents.ReadWrite.All"}})
	got, _ := pull(t, m, app.Cursor{})
	if len(got.lacks) != 2 || !strings.Contains(got.lacks[0].Needs, "SecurityEvents.Read.All") || got.lacks[0].Still == "" || len(got.Scores) != 0 || len(got.Whole) != 0 {
		t.Errorf("lacks %+v, %d scores, whole %v", got.lacks, len(got.Scores), got.Whole)
	}
}

func TestAControlStateIsSetOverWhatTheServiceHolds(t *testing.T) {
	sim, _, m := connect(t, simulator.Options{Seed: 7}, nil)
	ctx := context.Background()
	got, _ := pull(t, m, app.Cursor{})
	on := app.Subject{Kind: app.SubjectControl, ID: got.Controls[0].ID, Name: got.Controls[0].Title}
	set := app.Response{
		Deed: app.SetControl, Subjects: []app.Subject{on},
		Set: app.Values{app.PropControlState: "thirdparty", app.PropControlNote: "another product <does> it"},
	}
	dry, shown := app.WithDryRun(ctx)
	if err := m.Respond(dry, set); app.KindOf(err) != app.KindCancelled || len(shown.Requests()) != 1 || !strings.Contains(shown.Requests()[0].Body, `"vendor"`) {
		t.Errorf("dry run: %v, %+v", err, shown.Requests())
	}
	if n := len(sim.PostureWrites()); n != 0 {
		t.Fatalf("a dry run wrote %d", n)
	}
	if err := m.Respond(ctx, set); err != nil {
		t.Fatal(err)
	}
	now, err := m.Read(ctx, app.SetControl, []app.Subject{on, {Kind: app.SubjectControl, ID: "NoSuchControl"}})
	if err != nil || now[0].Values[app.PropControlState] != "ThirdParty" || now[0].Values[app.PropControlNote] != "another product <does> it" || now[0].Modified.IsZero() || !now[1].Gone {
		t.Errorf("%+v %v", now, err)
	}
	if err := m.Respond(ctx, app.Response{Deed: app.SetControl, Subjects: []app.Subject{on}, Set: app.Values{app.PropControlNote: "later"}}); err != nil {
		t.Fatal(err)
	}
	if now, err = m.Read(ctx, app.SetControl, []app.Subject{on}); err != nil || now[0].Values[app.PropControlState] != "ThirdParty" || now[0].Values[app.PropControlNote] != "later" {
		t.Errorf("a note alone: %+v %v", now, err)
	}
	for name, r := range map[string]app.Response{
		"a state it does not know": {Deed: app.SetControl, Subjects: []app.Subject{on}, Set: app.Values{app.PropControlState: "Done"}},
		"a foreign property":       {Deed: app.SetControl, Subjects: []app.Subject{on}, Set: app.Values{app.PropPhone: "1"}},
		"a foreign deed":           {Deed: app.DismissRisk, Subjects: []app.Subject{on}},
		"two at once":              {Deed: app.SetControl, Subjects: []app.Subject{on, on}},
	} {
		if err := m.Respond(ctx, r); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	sim.SetRights(simulator.Rights{GraphWithout: []string{"SecurityEvents.ReadWrite.All"}})
	if err := m.Respond(ctx, set); app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "SecurityEvents.ReadWrite.All") {
		t.Errorf("without the permission: %v", err)
	}
}

// The service lets four requests in at once and refuses the fifth: none is refused.
func TestNoMoreRequestsRunAtOnceThanTheServiceLetsIn(t *testing.T) {
	sim, _, m := connect(t, simulator.Options{Seed: 7}, nil)
	sim.SetThrottle(simulator.PostureThrottle)
	got, _ := pull(t, m, app.Cursor{})
	on := make([]app.Subject, 0, 12)
	for _, k := range got.Controls[:min(12, len(got.Controls))] {
		on = append(on, app.Subject{Kind: app.SubjectControl, ID: k.ID})
	}
	errs := make(chan error)
	for _, s := range on {
		go func() {
			_, err := m.Read(context.Background(), app.SetControl, []app.Subject{s})
			errs <- err
		}()
	}
	for range on {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if r := sim.Throttled().SecureScore; r.Refused != 0 || r.Allowed < len(on) {
		t.Errorf("%+v", r)
	}
}
