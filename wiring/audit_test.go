package wiring_test

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/outbox"
	"watchfloor/data"
)

// logOf reads the audit log of a cache and checks that it is whole.
func logOf(t testing.TB, c *data.Cache) (out []audit.Record) {
	t.Helper()
	v, err := audit.Verify(t.Context(), c)
	if err != nil || !v.Whole() {
		t.Fatalf("%+v, %v", v, err)
	}
	err = c.Lines(t.Context(), func(_ int64, line []byte) error {
		r, err := audit.Decode(line)
		out = append(out, r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// audited checks a log against the actions it tells of: whatever happened, it is whole,
// begins each action with its decision, and its last word about it is how it stands.
func (f *floor) audited(t testing.TB) {
	t.Helper()
	last, begun := map[string]audit.Record{}, map[string]bool{}
	for _, r := range logOf(t, f.cache) {
		if r.Action == "" {
			continue
		}
		first := r.Event == audit.Queued || r.Event == audit.Held
		if first == begun[r.Action] {
			t.Fatalf("record %d: %s of an action that is begun: %v", r.Seq, r.Event, begun[r.Action])
		}
		begun[r.Action] = true
		if was := last[r.Action]; was.Event == audit.Done || was.Event == audit.Discarded || was.Event == audit.Undone {
			t.Fatalf("record %d: %s after %s", r.Seq, r.Event, was.Event)
		}
		last[r.Action] = r
	}
	actions, err := f.cache.Actions(t.Context(), 1<<30)
	if err != nil || len(actions) != len(last) {
		t.Fatalf("%d actions, %d in the log, %v", len(actions), len(last), err)
	}
	for _, a := range actions {
		if r := last[a.ID]; r.State != string(a.State) || r.Number != a.Seq || r.Verb != string(a.Verb) {
			t.Fatalf("action %d (%s) is %s, the log's last word is %+v", a.Seq, a.Verb, a.State, r)
		}
	}
}

// events are what the log tells of an action.
func (f *floor) events(t testing.TB, seq int64) (out []string) {
	t.Helper()
	for _, r := range logOf(t, f.cache) {
		if r.Number == seq {
			by := ""
			if r.By != "" {
				by = " by " + r.By
			}
			out = append(out, string(r.Event)+by)
		}
	}
	return out
}

func expectEvents(t *testing.T, f *floor, a outbox.Action, want ...string) {
	t.Helper()
	if got := f.events(t, a.Seq); strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s: %s\nwant %s", a.Verb, strings.Join(got, ", "), strings.Join(want, ", "))
	}
}

// Each way that an action can go is told, with who decided it.
func TestTheLogTellsWhatBecameOfEachAction(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Sentinel, fresh())

	sent := f.do(severity(id, app.Low))
	f.settle()
	expectEvents(t, f, sent, "queued by Ana", "sending", "done")

	so := f.do(severity(id, app.Low))
	f.settle()
	expectEvents(t, f, so, "queued by Ana", "done")

	once(s, "update", lost)
	unsure := f.do(severity(id, app.Medium))
	f.settle()
	expectEvents(t, f, unsure, "queued by Ana", "sending", "waiting", "done")

	kept := f.do(severity(id, app.High))
	s.edit(remote, "bob", func(f *app.Fields) { f.Severity = app.Informational })
	f.settle()
	if err := f.box.KeepMine(t.Context(), kept.Seq); err != nil {
		t.Fatal(err)
	}
	f.settle()
	expectEvents(t, f, kept, "queued by Ana", "conflict", "settled by Ana", "sending", "done")

	theirs := f.do(severity(id, app.Low))
	s.edit(remote, "bob", func(f *app.Fields) { f.Severity = app.Informational })
	f.settle()
	if err := f.box.Discard(t.Context(), theirs.Seq); err != nil {
		t.Fatal(err)
	}
	expectEvents(t, f, theirs, "queued by Ana", "conflict", "settled by Ana")

	s.upsets = func(string, bool) trouble { return broken }
	parked := f.do(comment(id, "poison"))
	f.settle()
	s.upsets = nil
	got := f.events(t, parked.Seq)
	if len(got) < 3 || got[len(got)-1] != "parked" {
		t.Errorf("parked: %v", got)
	}
	if err := f.box.Retry(t.Context(), parked.Seq); err != nil {
		t.Fatal(err)
	}
	f.settle()
	expectEvents(t, f, parked, append(got, "retried by Ana", "sending", "done")...)

	f.grace = 10 * time.Second
	f.start()
	undone := f.do(severity(id, app.High))
	if _, err := f.box.Undo(t.Context(), undone.Seq); err != nil {
		t.Fatal(err)
	}
	expectEvents(t, f, undone, "held by Ana", "undone by Ana")

	given := f.do(severity(id, app.High))
	if err := f.box.Discard(t.Context(), given.Seq); err != nil {
		t.Fatal(err)
	}
	expectEvents(t, f, given, "held by Ana", "discarded by Ana")

	gone := f.do(severity(id, app.High))
	s.remove(remote)
	f.settle()
	expectEvents(t, f, gone, "held by Ana", "discarded")
	f.audited(t)
}

// The log says exactly what was asked for and what it met, in the words of both clocks.
func TestTheLogHasTheExactChangeAndBothClocks(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Sentinel, fresh())
	f.do(outbox.Request{IncidentID: id, Verb: outbox.Close, Want: app.Fields{Status: app.StatusClosed, Classification: app.TruePositive, ClosingNote: "note"}})
	f.settle()
	var rs []audit.Record
	for _, r := range logOf(t, f.cache) {
		if r.Action != "" {
			rs = append(rs, r)
		}
	}
	if c := rs[0].Changes; len(c) < 3 || c[0].Field != "status" || c[0].To != app.StatusClosed.String() || c[1].Field != "classification" {
		t.Errorf("%+v", c)
	}
	if done := rs[len(rs)-1]; !done.ServiceAt.Equal(s.rows[remote].in.Modified) || done.At.Equal(done.ServiceAt) || done.ID != remote || done.Source != "sentinel" {
		t.Errorf("%+v", done)
	}
	f.do(severity(id, app.Low))
	s.edit(remote, "bob", func(f *app.Fields) { f.Severity = app.Medium })
	f.settle()
	all := logOf(t, f.cache)
	last := all[len(all)-1]
	if last.Event != audit.Conflict || len(last.Changes) != 1 || last.Changes[0].Theirs != "Medium" || last.Changes[0].To != "Low" || last.Changes[0].From != "High" {
		t.Errorf("%+v", last)
	}
}

// An action on a person that expires, and one that is done, are told like any other.
func TestTheLogTellsOfDeedsOnPeople(t *testing.T) {
	t.Parallel()
	f, _ := ward(t, 2)
	f.online = false
	late, done := f.do(on(outbox.DisableAccount, user(0))), f.do(on(outbox.DismissRisk, user(1)))
	f.now = f.now.Add(20 * time.Minute)
	f.online = true
	f.settle()
	expectEvents(t, f, late, "queued by Ana", "expired")
	expectEvents(t, f, done, "queued by Ana", "sending", "done")
	for _, r := range logOf(t, f.cache) {
		if r.Number == late.Seq && r.Event == audit.Queued && (r.Kind != "user" || r.ID != user(0).ID || len(r.Changes) != 1 || r.Changes[0].To != "false") {
			t.Errorf("%+v", r)
		}
	}
	f.audited(t)
}
