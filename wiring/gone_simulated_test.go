package wiring_test

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/integrations/simulator"
)

// edits is each verb that Sentinel knows, on one incident.
func edits(id int64) []outbox.Request {
	rs := []outbox.Request{
		severity(id, app.Low), comment(id, "looked"),
		{Verb: outbox.Tag, AddTags: []string{"vip"}},
		{Verb: outbox.Assign, Want: app.Fields{Owner: me}},
		{Verb: outbox.Close, Want: app.Fields{Status: app.StatusClosed, Classification: app.TruePositive, Determination: "SuspiciousActivity"}},
		{Verb: outbox.AddTask, TaskTitle: "call"},
	}
	for i := range rs {
		rs[i].IncidentID = id
	}
	return rs
}

// An incident vanishes before its actions leave, between the reading and the write, and
// after a write without an answer. Each time the analyst is told, and nothing comes back
// to life.
func TestGoal13ADeletedIncidentIsNeverCreatedAgain(t *testing.T) {
	t.Parallel()
	now := time.Now()
	e := newEstate(t, simulator.Options{Incidents: 600, Seed: 7}, func() time.Time { return now })
	e.pull(t)
	var open []string
	for ref := range e.sim.All() {
		in, _ := e.sim.SentinelIncident(ref.ID)
		if ref.Source == simulator.SourceSentinel && in.Status != "Closed" && in.Severity != "Low" {
			open = append(open, ref.ID)
		}
	}
	vanish := map[string]func(name string){
		"before":  func(name string) { e.sim.DeleteIncident(name) },
		"between": func(name string) { e.sim.Before("PUT", name, func() { e.sim.DeleteIncident(name) }) },
		"after a lost answer": func(name string) {
			e.sim.SetFaults(simulator.Faults{LoseReplyNext: 1})
			if _, err := e.box.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			e.sim.SetFaults(simulator.Faults{})
			e.sim.DeleteIncident(name)
		},
	}
	n := 0
	for when, delete := range vanish {
		for i := range edits(1) {
			name := open[n]
			n++
			k, err := e.cache.Lookup(t.Context(), app.Ref{Source: app.Sentinel, ID: name})
			if err != nil {
				t.Fatal(err)
			}
			id := k.Incident.ID
			first, err := e.box.Do(t.Context(), edits(id)[i])
			if err != nil {
				t.Fatal(err)
			}
			behind, err := e.box.Do(t.Context(), comment(id, "and another"))
			if err != nil {
				t.Fatal(err)
			}
			delete(name)
			for range 4 {
				if _, err := e.box.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				now = now.Add(6 * time.Minute)
			}
			if _, there := e.sim.SentinelIncident(name); there {
				t.Errorf("%s, %s: it lives again", when, first.Verb)
			}
			for _, seq := range []int64{first.Seq, behind.Seq} {
				a, err := e.cache.Action(t.Context(), seq)
				told := a.State == outbox.Discarded && strings.Contains(a.Reason, "no longer exists")
				// what arrived before it vanished is done
				if err != nil || !told && (a.State != outbox.Done || when == "before" || seq == behind.Seq && when != "between") {
					t.Errorf("%s, %s: %s %q, %v", when, a.Verb, a.State, a.Reason, err)
				}
			}
			if k, err = e.cache.Lookup(t.Context(), app.Ref{Source: app.Sentinel, ID: name}); err != nil || !k.Deleted {
				t.Errorf("%s, %s: not shown as deleted, %v", when, first.Verb, err)
			}
		}
	}
	if n != 18 {
		t.Errorf("%d incidents", n)
	}
}
