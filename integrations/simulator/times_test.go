package simulator

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/integrations/simulator/story"
)

// No alert, comment, task or bookmark is older than the tenant's history or lies in the
// future, for incidents that were there at the start and for those that arrived since.
func TestNothingIsTimedOutsideOfTheTenantsHistory(t *testing.T) {
	const slack = 2 * time.Minute // a twin arrives 40 s after its incident
	rapid.Check(t, func(rt *rapid.T) {
		h := newHand()
		from := h.now().Add(-story.Span - 24*time.Hour)
		s := start(t, Options{Incidents: 60, Seed: rapid.Int64Range(1, 1<<40).Draw(rt, "seed"), Now: h.now})
		for range rapid.IntRange(1, 40).Draw(rt, "ticks") {
			h.move(time.Minute)
			s.Tick()
		}
		s.t.mu.Lock()
		defer s.t.mu.Unlock()
		until := h.now().Add(slack)
		within := func(what string, r *record, at time.Time) {
			if at.Before(from) || at.After(until) {
				rt.Fatalf("%s of #%d (created %s) is at %s", what, r.number, time.Unix(0, r.created).UTC(), at)
			}
		}
		ticks := func(what string, r *record, at ...int64) {
			for _, x := range at {
				within(what, r, time.Unix(0, x).UTC())
			}
		}
		for i := range s.t.recs {
			r := &s.t.recs[i]
			ticks("head", r, r.created, r.modified)
			if first, last := s.t.activity(r); first != 0 {
				ticks("activity", r, first, last)
			}
			for _, a := range s.t.alerts(r) {
				within("alert", r, a.First)
				within("alert", r, a.Last)
				within("alert", r, a.Created)
			}
			for _, c := range s.t.comments(r) {
				ticks("comment", r, c.created, c.modified)
			}
			for _, k := range s.t.tasks(r) {
				ticks("task", r, k.created, k.modified)
			}
			if b := s.t.storyBookmark(r); b != nil {
				ticks("bookmark", r, b.created, b.modified, b.event)
			}
		}
	})
}
