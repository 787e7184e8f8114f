package data

import (
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// What this version cannot read is kept as it is, shown as failed, never sent and blocks
// nothing but its own incident, however many there are.
func TestGoal15AnUnreadableActionIsKeptAndBlocksNoOthers(t *testing.T) {
	cache, clock := newCache(t)
	var ids []int64
	for _, n := range []string{"1", "2", "3", "4"} {
		storePage(t, cache, app.Defender, pulled(app.Defender, n))
		ids = append(ids, find(t, cache, n))
	}
	var seqs []int64
	for i, id := range ids {
		a, err := cache.Enqueue(t.Context(), outbox.Action{
			ID:      string(rune('a' + i)),
			Request: outbox.Request{IncidentID: id, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
		})
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, a.Seq)
	}
	err := cache.tx(t.Context(), func(x *tx) error {
		return x.exec(`UPDATE outbox SET base = '{"Severity":"of tomorrow"}' WHERE seq < ?`, seqs[3])
	})
	if err != nil {
		t.Fatal(err)
	}
	ready, err := cache.Ready(t.Context(), clock.at, 1)
	if err != nil || len(ready) != 1 || ready[0].Seq != seqs[3] {
		t.Fatalf("%+v, %v", ready, err)
	}
	box := outbox.New(outbox.Config{Store: cache, Now: clock.now})
	if err := box.Retry(t.Context(), seqs[0]); app.KindOf(err) != app.KindInvalid {
		t.Errorf("retry: %v", err)
	}
	if err := box.Discard(t.Context(), seqs[0]); err != nil {
		t.Fatal(err)
	}
	for i, want := range []outbox.State{outbox.Discarded, outbox.Failed} {
		a, err := cache.Action(t.Context(), seqs[i])
		if err != nil || a.State != want || !a.Unreadable || a.Reason == "" || !strings.Contains(a.Raw, `"severity"`) {
			t.Errorf("%d: %s %q, %v", seqs[i], a.State, a.Reason, err)
		}
	}
	var base string
	if err := cache.view(t.Context(), func(q querier) error {
		return q.one(`SELECT base FROM outbox WHERE seq = ?`, []any{seqs[0]}, &base)
	}); err != nil || base != `{"Severity":"of tomorrow"}` {
		t.Errorf("rewritten: %s, %v", base, err)
	}
}

// An answer that was overtaken by a newer one does not turn the incident back.
func TestAnOlderAnswerChangesNothing(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Defender, pulled(app.Defender, "1", func(in *app.Incident) { in.Severity, in.Modified = app.Low, noon }))
	storePage(t, cache, app.Defender, pulled(app.Defender, "1"))
	if c := readCase(t, cache, find(t, cache, "1")); c.Incident.Severity != app.Low || len(c.Changes) != 0 {
		t.Errorf("%v, %+v", c.Incident.Severity, c.Changes)
	}
}
