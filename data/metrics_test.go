package data

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
)

// zones are where days are not all alike: clocks change within the histories below, in
// Santiago at midnight.
func zones() []*time.Location {
	out := []*time.Location{time.UTC, time.FixedZone("Kolkata", 19800)}
	for _, name := range []string{"Europe/Berlin", "America/Santiago"} {
		if z, err := time.LoadLocation(name); err == nil {
			out = append(out, z)
		}
	}
	return out
}

// floor plays a random history on a cache: sources and analysts at work for a week
// around the change of clocks.
type floor struct {
	*rapid.T
	cache *Cache
	clock *clock
	state map[string]app.Incident
	acts  []outbox.Action
}

func (f *floor) must(err error) {
	if err != nil && app.KindOf(err) != app.KindNotFound && app.KindOf(err) != app.KindInvalid && app.KindOf(err) != app.KindConflict {
		f.Fatal(err)
	}
}

func (f *floor) store(in app.Incident) {
	raw, err := json.Marshal(in)
	f.must(err)
	f.must(f.cache.StorePage(context.Background(), in.Source, app.Page{Rows: []app.Pulled{{Incident: in, Raw: raw}}, Cursor: app.Cursor{Watermark: in.Modified}}))
	f.state[in.Ref.ID] = in
}

// pick draws one of the incidents of a source.
func (f *floor) pick() (app.Incident, bool) {
	if len(f.state) == 0 {
		return app.Incident{}, false
	}
	ids := []string{}
	for id := range f.state {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return f.state[rapid.SampledFrom(ids).Draw(f.T, "incident")], true
}

func (f *floor) draw(in *app.Incident) {
	in.Status = rapid.SampledFrom([]app.Status{app.StatusNew, app.StatusActive, app.StatusClosed, app.StatusClosed, app.StatusRedirected}).Draw(f.T, "status")
	in.Severity = app.Severity(rapid.IntRange(0, 4).Draw(f.T, "severity"))
	in.Owner = app.Owner{UPN: rapid.SampledFrom([]string{"", "ana@clinic.example", "bo@clinic.example"}).Draw(f.T, "owner")}
	in.ModifiedBy = rapid.SampledFrom([]string{"", "ana@clinic.example", "Automation"}).Draw(f.T, "author")
}

func (f *floor) step(n int) {
	lag := time.Duration(rapid.SampledFrom([]int{0, 0, 30, 3600, 14400}).Draw(f.T, "lag")) * time.Second
	in, any := f.pick()
	switch what := rapid.SampledFrom([]string{"new", "new", "change", "change", "twin", "gone", "act", "act", "settle"}).Draw(f.T, "what"); {
	case what == "new" || !any:
		in = app.Incident{Ref: app.Ref{Source: app.Defender, ID: fmt.Sprint("d", n)}, Number: fmt.Sprint(n), Title: "t", Created: f.clock.at.Add(-lag)}
		if rapid.Bool().Draw(f.T, "sentinel") {
			in.Ref = app.Ref{Source: app.Sentinel, ID: fmt.Sprint("s", n)}
		}
		f.draw(&in)
		in.Modified = f.clock.at
		f.store(in)
	case what == "change":
		f.draw(&in)
		in.Modified = f.clock.at.Add(-lag)
		f.store(in)
	case what == "twin":
		if in.Source == app.Defender {
			f.store(app.Incident{
				Ref: app.Ref{Source: app.Sentinel, ID: "of-" + in.Ref.ID}, Number: "9" + in.Number, Title: "t", ProviderName: "Microsoft XDR",
				ProviderID: in.Ref.ID, Fields: in.Fields, Created: in.Created.Add(time.Minute), Modified: f.clock.at,
			})
		}
	case what == "gone":
		f.must(f.cache.MarkGone(context.Background(), in.Ref))
	case what == "act":
		id, err := f.cache.Find(context.Background(), in.Number)
		f.must(err)
		r := rapid.SampledFrom([]outbox.Request{
			{Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: "me@clinic.example"}}},
			{Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}},
			{Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}},
		}).Draw(f.T, "request")
		r.IncidentID = id
		a, err := f.cache.Enqueue(context.Background(), outbox.Action{ID: fmt.Sprint("a", n), Request: r, Actor: "me@clinic.example"})
		if f.must(err); err == nil {
			f.acts = append(f.acts, a)
		}
	case len(f.acts) > 0:
		a := f.acts[0]
		f.acts = f.acts[1:]
		a.State = rapid.SampledFrom([]outbox.State{outbox.Done, outbox.Discarded}).Draw(f.T, "end")
		f.must(f.cache.Save(context.Background(), a))
	}
}

// Whatever happened: behind every figure of every chart are as many rows of the queue as
// the figure says.
func TestRowsBehindAFigureAreAsManyAsItSays(t *testing.T) {
	start := time.Date(2026, 3, 26, 0, 0, 0, 0, time.UTC) // Berlin changes on the 29th, Santiago on 5 April
	figures := map[metrics.Kind]int{}
	rapid.Check(t, func(r *rapid.T) {
		clk := &clock{start}
		cache, err := Open(context.Background(), Config{Key: testKey, Path: freshPath(t), Now: clk.now})
		if err != nil {
			r.Fatal(err)
		}
		defer cache.Close()
		f := &floor{T: r, cache: cache, clock: clk, state: map[string]app.Incident{}}
		for n := range rapid.IntRange(5, 25).Draw(r, "steps") {
			clk.at = clk.at.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 3600, 3 * 3600, 4 * 3600, 24 * 3600}).Draw(r, "pause")) * time.Second)
			f.step(n)
		}
		zone := rapid.SampledFrom(zones()).Draw(r, "zone")
		for _, k := range metrics.Kinds {
			days := rapid.SampledFrom([]int{1, 3, 5}).Draw(r, "days")
			if k == metrics.ToClose {
				days *= 7 // by week
			}
			c, err := metrics.Load(context.Background(), cache, k, days, clk.at, zone)
			if err != nil {
				r.Fatal(err)
			}
			for s := range c.Series() {
				for p := range c.Len() {
					text, want := c.Behind(s, p)
					filter, problems := triage.Parse(text)
					if len(problems) > 0 {
						r.Fatalf("%s: %v", text, problems)
					}
					got, err := cache.Count(context.Background(), triage.Query{Filter: filter, Zone: zone})
					if err != nil || got.Match != want {
						r.Fatalf("%s in %v: %d rows, the figure of %q says %d (%v)", text, zone, got.Match, c.Words(s, p), want, err)
					}
					figures[k] += want
				}
			}
		}
	})
	for _, k := range metrics.Kinds {
		if figures[k] == 0 {
			t.Errorf("%v: no history had a figure", k)
		}
	}
}
