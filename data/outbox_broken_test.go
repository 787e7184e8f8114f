package data

import (
	"fmt"
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
