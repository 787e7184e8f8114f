package data

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Whatever is queued, sent, put off, asked, dropped and deleted, in whatever order: the
// lines of the outbox and what incidents show of them always agree with its rows.
func TestTheLinesOfTheOutboxNeverContradictItsRows(t *testing.T) {
	verbs := []outbox.Verb{outbox.SetSeverity, outbox.Comment, outbox.Merge, outbox.MoveAlerts, outbox.Tag}
	var cache *Cache
	var clock *clock
	runs, n := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs%10 == 0 { // a small one is checked quickly
			cache, clock, _ = crowd(t, 0)
		}
		ids := arrive(t, cache, 4*runs, 4)
		runs++
		request := func() outbox.Request {
			i := rapid.IntRange(0, len(ids)-1).Draw(rt, "incident")
			r := outbox.Request{
				IncidentID: ids[i], Verb: rapid.SampledFrom(verbs).Draw(rt, "verb"), Text: "x", AddTags: []string{"vip"},
				Want: app.Fields{Severity: rapid.SampledFrom(app.Severities).Draw(rt, "severity")},
			}
			other := ids[(i+rapid.IntRange(1, 3).Draw(rt, "other"))%len(ids)]
			switch r.Verb {
			case outbox.Merge:
				r.With = []int64{other}
			case outbox.MoveAlerts:
				r.Alerts, r.Into = []string{"a"}, other
			}
			return r
		}
		for range rapid.IntRange(5, 30).Draw(rt, "steps") {
			open, err := cache.Actions(t.Context(), 1000, outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed)
			if err != nil {
				rt.Fatal(err)
			}
			open = slices.DeleteFunc(open, func(a outbox.Action) bool { return !slices.Contains(ids, a.IncidentID) })
			clock.at = clock.at.Add(time.Second)
			switch step := rapid.IntRange(0, 9).Draw(rt, "step"); {
			case step < 4 || len(open) == 0:
				var as []outbox.Action
				for range rapid.IntRange(1, 3).Draw(rt, "many") {
					n++
					as = append(as, outbox.Action{ID: fmt.Sprint(n), Request: request()})
				}
				_, _, err = cache.EnqueueMany(t.Context(), as)
			case step < 7:
				a := rapid.SampledFrom(open).Draw(rt, "action")
				a.State = rapid.SampledFrom([]outbox.State{outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed, outbox.Done, outbox.Discarded}).Draw(rt, "state")
				err = cache.Save(t.Context(), a)
			case step == 7:
				for i := range open {
					open[i].State = outbox.Discarded
				}
				_, err = cache.SaveMany(t.Context(), open[:rapid.IntRange(1, len(open)).Draw(rt, "dropped")])
			case step == 8:
				a := rapid.SampledFrom(open).Draw(rt, "action")
				a.State = outbox.Discarded
				n++
				_, err = cache.Replace(t.Context(), a, outbox.Action{ID: fmt.Sprint(n), Request: request()})
				if app.KindOf(err) == app.KindNotFound { // it would act on one that is deleted
					err = nil
				}
			case step == 9:
				a := rapid.SampledFrom(open).Draw(rt, "action")
				a.State = outbox.Discarded
				err = cache.Gone(t.Context(), a, a.Ref)
			}
			if err != nil {
				rt.Fatal(err)
			}
			if err := cache.view(t.Context(), cache.checkLines); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// Each contradiction is found and named; the file is left as it is.
func TestCheckFindsWhatContradictsTheOutbox(t *testing.T) {
	for _, damage := range []string{
		`DELETE FROM outbox_on WHERE seq = 1`,
		`UPDATE outbox SET state = 'done' WHERE seq = 2`,
		`UPDATE outbox SET blocked = 0 WHERE seq = 2`,
		`UPDATE outbox SET blocked = 1 WHERE seq = 1`,
		`UPDATE incident SET queued = 7`,
		`UPDATE incident SET conflict = 1`,
		`UPDATE incident_text SET remote = '{}'`,
	} {
		cache, _, ids := crowd(t, 2)
		for n := range 2 {
			if _, err := cache.Enqueue(t.Context(), outbox.Action{ID: fmt.Sprint(n), Request: outbox.Request{IncidentID: ids[0], Verb: outbox.Comment, Text: "x"}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := cache.Check(t.Context()); err != nil {
			t.Fatalf("before %s: %v", damage, err)
		}
		if err := cache.tx(t.Context(), func(x *tx) error { return x.exec(damage) }); err != nil {
			t.Fatal(err)
		}
		if err := cache.Check(t.Context()); app.KindOf(err) != app.KindInternal || !strings.Contains(app.Say(err), "not in order") {
			t.Errorf("%s: %v", damage, err)
		}
		cache.Close()
	}
}

// The full-text index is rearranged now and then; who looked at it before must not take
// that for damage.
func TestCheckIsNotMisledByARearrangedIndex(t *testing.T) {
	cache, _, _ := crowd(t, 20)
	for n := range 3 {
		if err := cache.Check(t.Context()); err != nil {
			t.Fatalf("check %d: %v", n, err)
		}
		arrive(t, cache, 100*(n+1), 20)
		if err := cache.tx(t.Context(), func(x *tx) error { return x.exec(`INSERT INTO search (search) VALUES ('optimize')`) }); err != nil {
			t.Fatal(err)
		}
	}
}

// Several decisions on one incident taken back at once: what was decided after them
// is not taken for a conflict with a value that nobody ever sent.
func TestTakingBackSeveralOfOneIncidentLeavesTheNextOnWhatTheServiceHolds(t *testing.T) {
	cache, clock, ids := crowd(t, 1)
	box := outbox.New(outbox.Config{Store: cache, Now: clock.now, NewID: func() string { clock.at = clock.at.Add(time.Second); return clock.at.String() }})
	var seqs []int64
	for _, s := range []app.Severity{app.Low, app.High, app.Informational} {
		a, err := box.Do(t.Context(), outbox.Request{IncidentID: ids[0], Verb: outbox.SetSeverity, Want: app.Fields{Severity: s}})
		if err != nil {
			t.Fatal(err)
		}
		seqs = append(seqs, a.Seq)
	}
	if n, err := box.Undo(t.Context(), seqs[:2]...); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	last, err := cache.Action(t.Context(), seqs[2])
	if err != nil || last.Base.Severity != app.Medium {
		t.Errorf("the last was decided on %v, the service holds medium (%v)", last.Base.Severity, err)
	}
	if row, err := cache.Row(t.Context(), ids[0]); err != nil || row.Severity != app.Informational || row.Queued != 1 {
		t.Errorf("%+v, %v", row, err)
	}
}

// An action that was read before an earlier one was dropped must not bring the dropped
// value back as what it was decided on.
func TestAnActionReadBeforeItsBaseMovedIsNotStored(t *testing.T) {
	cache, clock, ids := crowd(t, 1)
	var as []outbox.Action
	for n, s := range []app.Severity{app.Low, app.High} {
		a, err := cache.Enqueue(t.Context(), outbox.Action{
			ID: fmt.Sprint(n), HeldUntil: clock.at.Add(time.Minute),
			Request: outbox.Request{IncidentID: ids[0], Verb: outbox.SetSeverity, Want: app.Fields{Severity: s}},
		})
		if err != nil {
			t.Fatal(err)
		}
		as = append(as, a)
	}
	as[0].State = outbox.Discarded
	if err := cache.Save(t.Context(), as[0]); err != nil {
		t.Fatal(err)
	}
	as[1].HeldUntil = time.Time{} // as a window does that was asked to send it at once
	if err := cache.Save(t.Context(), as[1]); app.KindOf(err) != app.KindConflict {
		t.Errorf("%v", err)
	}
	if a, err := cache.Action(t.Context(), as[1].Seq); err != nil || a.Base.Severity != app.Medium {
		t.Errorf("decided on %v, %v", a.Base.Severity, err)
	}
}

// What somebody is writing about an incident survives a comment that came otherwise.
func TestAnotherCommentLeavesTheDraft(t *testing.T) {
	cache, _, ids := crowd(t, 1)
	for text, want := range map[string]string{"Seen, nothing to do.": "I think this host", " I think this host\nis fine. ": ""} {
		if err := cache.SaveDraft(t.Context(), ids[0], "I think this host"); err != nil {
			t.Fatal(err)
		}
		if _, err := cache.Enqueue(t.Context(), outbox.Action{ID: text, Request: outbox.Request{IncidentID: ids[0], Verb: outbox.Comment, Text: text}}); err != nil {
			t.Fatal(err)
		}
		if got := readCase(t, cache, ids[0]).Draft; got != want {
			t.Errorf("after %q the draft is %q", text, got)
		}
	}
}
