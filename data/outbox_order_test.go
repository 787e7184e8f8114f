package data

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// crowd is a cache with n incidents of Defender and their local ids.
func crowd(t testing.TB, n int) (*Cache, *clock, []int64) {
	t.Helper()
	c := &clock{noon}
	cache, err := Open(t.Context(), Config{Key: testKey, Path: freshPath(t), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cache.Close() })
	return cache, c, arrive(t, cache, 0, n)
}

// arrive stores n more incidents, numbered from first on, and returns their local ids.
func arrive(t testing.TB, cache *Cache, first, n int) []int64 {
	t.Helper()
	var p app.Page
	for i := range n {
		p.Rows = append(p.Rows, pulled(app.Defender, fmt.Sprint(first+i), func(in *app.Incident) { in.Created = noon.Add(-time.Duration(n-i) * time.Second) }))
	}
	if err := cache.StorePage(t.Context(), app.Defender, p); err != nil {
		t.Fatal(err)
	}
	ids := make([]int64, n)
	for i := range ids {
		if err := cache.view(t.Context(), func(q querier) error {
			return q.one(`SELECT id FROM incident WHERE remote_id = ?`, []any{fmt.Sprint(first + i)}, &ids[i])
		}); err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

// Whatever is queued and finished in whatever order: what is ready is exactly what no
// earlier unfinished action shares an incident with.
func TestReadyIsWhatComesFirstOnAllItsIncidents(t *testing.T) {
	cache, clock, ids := crowd(t, 8)
	dice := rand.New(rand.NewPCG(1, 2))
	var open []outbox.Action // in order of Seq
	for n := range 400 {
		if len(open) == 0 || dice.IntN(100) < 55 {
			of := dice.Perm(len(ids))
			r := outbox.Request{IncidentID: ids[of[0]], Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}}
			if k := dice.IntN(4); k > 0 {
				r = outbox.Request{IncidentID: ids[of[0]], Verb: outbox.Merge}
				for _, i := range of[1 : k+1] {
					r.With = append(r.With, ids[i])
				}
			}
			a, err := cache.Enqueue(t.Context(), outbox.Action{ID: fmt.Sprint(n), Request: r})
			if err != nil {
				t.Fatal(err)
			}
			open = append(open, a)
		} else {
			i := dice.IntN(len(open))
			a, err := cache.Action(t.Context(), open[i].Seq) // an earlier one that was dropped moved its version
			if err != nil {
				t.Fatal(err)
			}
			a.State = []outbox.State{outbox.Done, outbox.Discarded}[dice.IntN(2)]
			if err := cache.Save(t.Context(), a); err != nil {
				t.Fatal(err)
			}
			open = slices.Delete(open, i, i+1)
		}
		var want, got []int64
		taken, count := map[int64]bool{}, map[int64]int{}
		for _, a := range open {
			free := true
			for _, id := range a.Involved() {
				free = free && !taken[id]
				taken[id] = true
				count[id]++
			}
			if free {
				want = append(want, a.Seq)
			}
		}
		ready, err := cache.Ready(t.Context(), clock.at, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range ready {
			got = append(got, a.Seq)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("step %d: ready %v, want %v", n, got, want)
		}
		for _, id := range ids {
			if row, err := cache.Row(t.Context(), id); err != nil || row.Queued != count[id] {
				t.Fatalf("step %d: incident %d shows %d queued, want %d (%v)", n, id, row.Queued, count[id], err)
			}
		}
	}
}

// A wait counts by the clock it was noted with. One set back by hours must not add
// them; one set back by seconds changes nothing.
func TestAWaitEndsThoughTheClockIsSetBack(t *testing.T) {
	cache, clock, ids := crowd(t, 1)
	a, err := cache.Enqueue(t.Context(), outbox.Action{
		ID: "a", HeldUntil: noon.Add(10 * time.Second),
		Request: outbox.Request{IncidentID: ids[0], Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ready := func(at time.Time) bool {
		t.Helper()
		all, err := cache.Ready(t.Context(), at, 1)
		if err != nil {
			t.Fatal(err)
		}
		return len(all) > 0
	}
	if ready(noon) || ready(noon.Add(-30*time.Second)) || !ready(noon.Add(10*time.Second)) || !ready(noon.Add(-3*time.Hour)) {
		t.Error("the time to undo")
	}
	if at, err := cache.NextAt(t.Context(), noon); err != nil || !at.Equal(noon.Add(10*time.Second)) {
		t.Errorf("next at %v, %v", at, err)
	}
	a.HeldUntil, a.NotBefore = time.Time{}, noon.Add(26*time.Hour)
	if err := cache.Save(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	clock.at = noon.Add(-2 * time.Hour)
	if !ready(clock.at) || ready(noon.Add(25*time.Hour)) {
		t.Error("a wait that a service asked for")
	}
}

// Ten thousand waiting actions cost nothing before and while they are sent.
func TestTenThousandQueuedActionsAreLookedAtQuickly(t *testing.T) {
	const incidents, actions = 2_000, 10_000
	cache, clock, ids := crowd(t, incidents)
	var as []outbox.Action
	for n := range actions {
		as = append(as, outbox.Action{ID: fmt.Sprint(n), Request: outbox.Request{
			IncidentID: ids[n/(actions/incidents)], Verb: outbox.SetSeverity,
			Want: app.Fields{Severity: app.Severity(1 + n%4)},
		}})
	}
	start := time.Now()
	if _, _, err := cache.EnqueueMany(t.Context(), as); err != nil {
		t.Fatal(err)
	}
	t.Logf("queued in %v", time.Since(start))
	quick := func(what string, f func() error) {
		t.Helper()
		best := time.Hour
		for range 5 {
			start := time.Now()
			if err := f(); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		if t.Logf("%s: %v", what, best); best > 25*time.Millisecond {
			t.Errorf("%s takes %v", what, best)
		}
	}
	quick("ready", func() error {
		all, err := cache.Ready(t.Context(), clock.at, 64)
		if len(all) != 64 {
			return fmt.Errorf("%d ready", len(all))
		}
		return err
	})
	quick("ready with its source held", func() error {
		all, err := cache.Ready(t.Context(), clock.at, 64, app.Defender)
		if len(all) != 0 {
			return fmt.Errorf("%d ready", len(all))
		}
		return err
	})
	quick("next", func() error { _, err := cache.NextAt(t.Context(), clock.at); return err })
	quick("counts", func() error {
		n, err := cache.CountActions(t.Context())
		if n.Queued != actions {
			return fmt.Errorf("%d counted", n.Queued)
		}
		return err
	})
}

func TestARefusedActionLeavesTheOthersOfItsChunk(t *testing.T) {
	cache, clock, ids := crowd(t, 3)
	if err := cache.MarkGone(t.Context(), app.Ref{Source: app.Defender, ID: "1"}); err != nil {
		t.Fatal(err)
	}
	want := app.Fields{Severity: app.Low}
	var as []outbox.Action
	for i, id := range append(slices.Clone(ids), 99) {
		as = append(as, outbox.Action{ID: fmt.Sprint(i), Batch: "form", Request: outbox.Request{IncidentID: id, Verb: outbox.SetSeverity, Want: want}})
	}
	done, refused, err := cache.EnqueueMany(t.Context(), as)
	if err != nil {
		t.Fatal(err)
	}
	for i, gone := range []bool{false, true, false, true} {
		if (app.KindOf(refused[i]) == app.KindNotFound) != gone || (done[i].Seq == 0) != gone {
			t.Errorf("%d: %v, number %d", i, refused[i], done[i].Seq)
		}
	}
	batch, err := cache.BatchActions(t.Context(), "form")
	if err != nil || len(batch) != 2 {
		t.Fatalf("%d in the batch, %v", len(batch), err)
	}
	// One of them moves on; a decision about both meets only the other.
	moved := batch[0]
	moved.State = outbox.Sending
	if err := cache.Save(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	if err := cache.Save(t.Context(), batch[0]); app.KindOf(err) != app.KindConflict {
		t.Errorf("an old version: %v", err)
	}
	for i := range batch {
		batch[i].State, batch[i].Finished = outbox.Discarded, clock.at
	}
	if saved, err := cache.SaveMany(t.Context(), batch); err != nil || !slices.Equal(saved, []int64{batch[1].Seq}) {
		t.Errorf("saved %v, %v", saved, err)
	}
	if a, err := cache.Action(t.Context(), moved.Seq); err != nil || a.State != outbox.Sending || a.Version != 2 {
		t.Errorf("%s, version %d, %v", a.State, a.Version, err)
	}
}
