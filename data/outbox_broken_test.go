package data

import (
	"fmt"
	"path/filepath"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Whatever of a row no longer parses, and however: the action is shown as one that waits
// for a person, with what is stored of it; the row stays byte for byte; the others go on.
func TestGoal15ARowThatNoLongerParsesIsKeptAsItIs(t *testing.T) {
	cache, clock := newCache(t)
	columns := []string{"request", "base", "drift", "theirs", "sent", "others", "seen", "found"}
	damages := []string{``, `{`, `{"Verb":"severity"`, `[1,2`, `"text"`, "\x00\x01", `{"Verb":7,"Severity":"of tomorrow","At":7,"Refs":7,"riskState":7}`}
	storePage(t, cache, app.Defender, pulled(app.Defender, "0"))
	var others []int64
	type spoilt struct {
		seq            int64
		column, stored string
	}
	var all []spoilt
	enqueue := func(number string) int64 {
		t.Helper()
		storePage(t, cache, app.Defender, pulled(app.Defender, number))
		a, err := cache.Enqueue(t.Context(), outbox.Action{
			ID: "g" + number, Actor: "ana@clinic.example",
			Request: outbox.Request{IncidentID: find(t, cache, number), Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return a.Seq
	}
	for i, column := range columns {
		for j, damage := range damages {
			seq := enqueue(fmt.Sprint(100 + 10*i + j))
			all = append(all, spoilt{seq, column, damage})
			err := cache.tx(t.Context(), func(x *tx) error {
				return x.exec(`UPDATE outbox SET `+column+` = ? WHERE seq = ?`, damage, seq) //nolint:gosec // a column of this test
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		others = append(others, enqueue(fmt.Sprint(900+i)))
	}
	ready, err := cache.Ready(t.Context(), clock.at, 1000)
	if err != nil || len(ready) != len(others) {
		t.Fatalf("%d of %d others are ready, %v", len(ready), len(others), err)
	}
	listed, err := cache.Actions(t.Context(), 1000, outbox.Queued)
	if err != nil || len(listed) != len(all)+len(others) {
		t.Fatalf("%d listed, %v", len(listed), err)
	}
	box := outbox.New(outbox.Config{Store: cache, Now: clock.now})
	for _, s := range all {
		a, err := cache.Action(t.Context(), s.seq)
		if err != nil || a.State != outbox.Failed || !a.Unreadable || a.Reason == "" || a.ID == "" || a.Raw == "" && s.column != "request" {
			t.Errorf("%s %q: %s %q, %v", s.column, s.stored, a.State, a.Reason, err)
		}
		if err := box.Retry(t.Context(), s.seq); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s %q: retried: %v", s.column, s.stored, err)
		}
		if err := box.Discard(t.Context(), s.seq); err != nil {
			t.Errorf("%s %q: cannot be given up: %v", s.column, s.stored, err)
		}
		var stored string
		if err := cache.view(t.Context(), func(q querier) error {
			return q.one(`SELECT `+s.column+` FROM outbox WHERE seq = ?`, []any{s.seq}, &stored) //nolint:gosec // a column of this test
		}); err != nil || stored != s.stored {
			t.Errorf("%s: %q was rewritten to %q, %v", s.column, s.stored, stored, err)
		}
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Error(err)
	}
	whole(t, cache)
}

// Given actions in every unfinished state that can no longer be read, when the cache is
// opened again, then counts, lists and what incidents show agree that they wait for a
// person; the rows hold what they held, the audit log tells of each once, and others go on.
func TestGoal15UnreadableActionsAreCountedAsFailed(t *testing.T) {
	cfg := Config{Key: testKey, Path: filepath.Join(t.TempDir(), "cache.db"), Now: (&clock{noon}).now}
	cache, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	const torn = `{"Severity":"of tomorrow"}`
	states := []outbox.State{outbox.Queued, outbox.Sending, outbox.Conflict, "of tomorrow", outbox.Queued}
	for i := range states {
		n := fmt.Sprint(i)
		storePage(t, cache, app.Defender, pulled(app.Defender, n))
		if _, err := cache.Enqueue(t.Context(), outbox.Action{
			ID: "g" + n, Request: outbox.Request{IncidentID: find(t, cache, n), Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	last := len(states) - 1 // stays readable
	if err := cache.tx(t.Context(), func(x *tx) error {
		for i, s := range states[:last] {
			if err := x.exec(`UPDATE outbox SET state = ?, base = ? WHERE id = ?`, string(s), torn, fmt.Sprint("g", i)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var records int64
	for range 2 { // the second start has nothing left to do
		cache.Close()
		if cache, err = Open(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		head, err := cache.Head(t.Context())
		if err != nil || records != 0 && head.Count != records {
			t.Errorf("%d records, before %d, %v", head.Count, records, err)
		}
		records = head.Count
	}
	defer cache.Close()
	if n, err := cache.CountActions(t.Context()); err != nil || n != (outbox.Counts{Queued: 1, Failed: last}) {
		t.Errorf("counted %+v, %v", n, err)
	}
	for state, want := range map[outbox.State]int{outbox.Failed: last, outbox.Queued: 1, outbox.Sending: 0, outbox.Conflict: 0} {
		if list, err := cache.Actions(t.Context(), 100, state); err != nil || len(list) != want {
			t.Errorf("%d listed as %s, %v", len(list), state, err)
		}
	}
	for i := range states {
		if row := readCase(t, cache, find(t, cache, fmt.Sprint(i))).Row; row.Conflict != (i != last) {
			t.Errorf("incident %d shows that it needs somebody: %v", i, row.Conflict)
		}
	}
	var kept int
	if err := cache.view(t.Context(), func(q querier) error {
		return q.one(`SELECT count(*) FROM outbox WHERE base = ?`, []any{torn}, &kept)
	}); err != nil || kept != last {
		t.Errorf("%d rows are as they were, %v", kept, err)
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Error(err)
	}
	whole(t, cache)
}
