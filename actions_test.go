package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/integrations/simulator"
)

// actionCase is one action and how the tenant shows that it arrived.
type actionCase struct {
	name    string
	request outbox.Request
	field   string // of simulator.Write
	arrived func(st simulator.Stored) bool
}

func actionCases() []actionCase {
	is := func(got string, want ...string) bool {
		return slices.ContainsFunc(want, func(w string) bool { return strings.EqualFold(w, got) })
	}
	return []actionCase{
		{
			"assign",
			outbox.Request{Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: "mei.castro@northwind-clinic.example"}}},
			"owner",
			func(s simulator.Stored) bool { return is(s.Owner, "mei.castro@northwind-clinic.example") },
		},
		{
			"severity",
			outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Informational}},
			"severity",
			func(s simulator.Stored) bool { return is(s.Severity, "Informational") },
		},
		{
			"status",
			outbox.Request{Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusNew}},
			"status",
			func(s simulator.Stored) bool {
				return is(s.Status, "New") && s.Source == simulator.SourceSentinel || is(s.Status, "active") && s.Source == simulator.SourceDefender
			},
		},
		{
			"tag",
			outbox.Request{Verb: outbox.Tag, AddTags: []string{"ward 12", "=tag"}},
			"tags",
			func(s simulator.Stored) bool {
				return slices.Contains(s.Tags, "ward 12") && slices.Contains(s.Tags, "=tag")
			},
		},
		{
			"comment",
			outbox.Request{Verb: outbox.Comment, Text: "seen <b>it</b>"},
			"comment",
			func(s simulator.Stored) bool {
				n := 0
				for _, c := range s.Comments {
					if c.Text == "seen <b>it</b>" {
						n++
					}
				}
				return n == 1
			},
		},
		{
			"close",
			outbox.Request{Verb: outbox.Close, Want: app.Fields{Classification: app.BenignPositive, ClosingNote: "drill"}},
			"status",
			func(s simulator.Stored) bool {
				return is(s.Status, "Closed", "resolved") && is(s.Classification, "BenignPositive", "informationalExpectedActivity") && s.ClosingNote == "drill"
			},
		},
	}
}

// Every action, at either source, with a healthy service, with a lost reply, with an
// error before the write and with a stale answer: its effect is there exactly once and
// the cache agrees with the service.
func TestEveryActionArrivesExactlyOnce(t *testing.T) {
	faults := map[string]simulator.Faults{
		"healthy":    {},
		"lost reply": {LoseReplyNext: 1},
		"503 first":  {ErrorNext: 1, WritesOnly: true},
		"cut answer": {TruncateNext: 1, WritesOnly: true},
		"stale once": {StaleNext: 1},
		"throttled":  {ThrottleNext: 1, WritesOnly: true, RetryAfter: "0"},
	}
	sim, home := tenantFor(t, 900)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, source := range []string{simulator.SourceSentinel, simulator.SourceDefender} {
		for fault, f := range faults {
			for _, c := range actionCases() {
				st := workable(t, sim, source, used)
				used = append(used, st.ID)
				t.Run(source+"/"+fault+"/"+c.name, func(t *testing.T) { actOnce(t, s, sim, st, f, c) })
			}
		}
	}
}

// workable is an incident in progress, so that every action of the table changes it.
func workable(t *testing.T, sim *simulator.Server, source string, used []string) simulator.Stored {
	t.Helper()
	for ref := range sim.All() {
		if ref.Source != source || slices.Contains(used, ref.ID) {
			continue
		}
		st, _ := sim.DefenderIncident(ref.ID)
		if source == simulator.SourceSentinel {
			st, _ = sim.SentinelIncident(ref.ID)
		}
		if st.Twin != "" || st.RedirectTo != "" || len(st.Comments) > 50 || st.Severity == "" {
			continue
		}
		sim.EditAs("ines.duarte@northwind-clinic.example", source, ref.ID, func(f *simulator.Fields) {
			f.Owner, f.Tags, f.ClosingNote = "", nil, ""
			f.Status, f.Severity, f.Classification, f.Reason = "Active", "High", "", ""
			if source == simulator.SourceDefender {
				f.Status, f.Severity, f.Classification, f.Determination = "inProgress", "high", "unknown", "unknown"
			}
		})
		return st
	}
	t.Fatal("no incident left")
	return simulator.Stored{}
}

func actOnce(t *testing.T, s *session, sim *simulator.Server, st simulator.Stored, f simulator.Faults, c actionCase) {
	ctx := t.Context()
	id, err := s.first().cache.Find(ctx, st.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.first().engine.Read(ctx, id); err != nil {
		t.Fatal(err)
	}
	r := c.request
	r.IncidentID = id
	if c.request.Verb == outbox.Close {
		r.Want.Determination = app.DeterminationFor(app.SourceID(st.Source), r.Want.Classification, "")
	}
	before := len(mine(sim, st.Source, st.ID))
	later := time.Duration(0) // each flush comes an hour after the one before: waits are over
	box := outbox.New(outbox.Config{
		Store: s.first().cache, Remotes: s.first().clients.remotes, Actor: s.first().shown().Me, NewID: uuid.NewString,
		Now: func() time.Time { return time.Now().Add(later) },
	})
	a, err := box.Do(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	sim.SetFaults(f)
	defer sim.SetFaults(simulator.Faults{})
	for range 5 {
		if _, err := box.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if a, err = s.first().cache.Action(ctx, a.Seq); err != nil {
			t.Fatal(err)
		}
		if !a.State.Pending() {
			break
		}
		later += time.Hour
	}
	if a.State != outbox.Done {
		t.Fatalf("the action is %s: %s %+v", a.State, a.Reason, a.Drift)
	}
	now, _ := sim.DefenderIncident(st.ID)
	if st.Source == simulator.SourceSentinel {
		now, _ = sim.SentinelIncident(st.ID)
	}
	if !c.arrived(now) {
		t.Errorf("the effect is missing: %+v", now)
	}
	writes := mine(sim, st.Source, st.ID)[before:]
	n := 0
	for _, w := range writes {
		if slices.Contains(w.Fields, c.field) {
			n++
		}
	}
	if n != 1 {
		t.Errorf("it was written %d times: %+v", n, writes)
	}
	row, err := s.first().cache.Row(ctx, id)
	if err != nil || row.Queued != 0 || row.Conflict {
		t.Errorf("row %+v, err %v", row, err)
	}
}
