package wiring_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// story lists the changes of one field as "who: from -> to", oldest first.
func story(f *floor, id int64, field app.Field) (lines []string) {
	for _, c := range f.page(id).Changes {
		if c.Field == field {
			lines = append(lines, fmt.Sprintf("%s %s: %s -> %s", c.Origin, c.Who, c.From, c.To))
		}
	}
	slices.Reverse(lines)
	return lines
}

func expectStory(t *testing.T, f *floor, id int64, field app.Field, want ...string) {
	t.Helper()
	if got := story(f, id, field); !slices.Equal(got, want) {
		t.Errorf("the log of %s says\n%q, want\n%q", field, got, want)
	}
}

func TestALocalEffectShowsAtOnceAndIsFoldedOverPulls(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Defender, fresh())
	f.online = false
	a := f.do(severity(id, app.Low))
	f.do(outbox.Request{IncidentID: id, Verb: outbox.Tag, AddTags: []string{"vip"}})
	s.edit(remote, "bob", func(f *app.Fields) { f.Tags, f.Status = []string{"bob's"}, app.StatusActive })
	f.pull()
	shown := f.page(id).Incident.Fields
	if shown.Severity != app.Low || shown.Status != app.StatusActive || !slices.Equal(shown.Tags, []string{"bob's", "vip"}) {
		t.Errorf("shown %+v", shown)
	}
	if err := f.box.Discard(context.Background(), a.Seq); err != nil {
		t.Fatal(err)
	}
	if shown = f.page(id).Incident.Fields; shown.Severity != app.High || len(shown.Tags) != 2 {
		t.Errorf("after the discard %+v", shown)
	}
	expectStory(t, f, id, app.FieldSeverity, "action Ana: High -> Low", "action Ana: Low -> High")
	f.online = true
	f.settle()
	f.pull()
	if there := s.rows[remote].in.Fields; there.Severity != app.High || !slices.Equal(there.Tags, []string{"bob's", "vip"}) {
		t.Errorf("at the service %+v", there)
	}
}

func TestTheLogTellsEachChangeOnce(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		f, s, remote, id := one(t, src, fresh())
		f.do(severity(id, app.Low))
		f.do(comment(id, "looked"))
		once(s, "update", lost)
		f.flush()
		f.pull() // sees the effect before the outbox does
		f.settle()
		f.pull()
		expectStory(t, f, id, app.FieldSeverity, "action Ana: High -> Low")
		expectStory(t, f, id, app.FieldComment, "action Ana:  -> looked")
		if c := f.page(id).Comments; len(c) != 1 || c[0].Pending {
			t.Errorf("%s: comments %+v", src, c)
		}
		s.edit(remote, "bob", func(f *app.Fields) { f.Severity = app.Medium })
		a := f.do(severity(id, app.Informational))
		f.settle()
		who := map[app.SourceID]string{app.Sentinel: "", app.Defender: "bob"}[src]
		if got := story(f, id, app.FieldSeverity); !slices.Contains(got, "pull "+who+": Low -> Medium") {
			t.Errorf("%s: a conflict hides their change: %q", src, got)
		}
		if err := f.box.Discard(context.Background(), a.Seq); err != nil {
			t.Fatal(err)
		}
		if got := f.page(id).Incident.Severity; got != app.Medium || f.action(a.Seq).Reason != "Their change was kept." {
			t.Errorf("%s: keep theirs shows %v", src, got)
		}
	}
}

// What a dropped action had put on the screen is not somebody's change to the next.
func TestDroppingAnActionRaisesNoConflictForTheNext(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		f, s, remote, id := one(t, src, fresh())
		f.online = false
		first := f.do(severity(id, app.Low))
		f.do(outbox.Request{IncidentID: id, Verb: outbox.Assign, Want: app.Fields{Owner: me}})
		next, last := f.do(severity(id, app.Medium)), f.do(severity(id, app.Low))
		if err := f.box.Discard(context.Background(), first.Seq); err != nil {
			t.Fatal(err)
		}
		f.online = true
		f.settle()
		for _, seq := range []int64{next.Seq, last.Seq} {
			if a := f.action(seq); a.State != outbox.Done {
				t.Errorf("%s: %s %+v", src, a.State, a.Drift)
			}
		}
		if got := s.rows[remote].in.Severity; got != app.Low {
			t.Errorf("%s: %v at the service", src, got)
		}
	}
}

// Nobody can settle an action in the middle of its sending.
func TestDecisionsWaitWhileAnActionIsBeingSent(t *testing.T) {
	t.Parallel()
	f, s, _, id := one(t, app.Sentinel, fresh())
	entered, leave, flushed := make(chan bool), make(chan bool), make(chan error)
	s.before = func(*record, []app.Field, app.Fields) { entered <- true; <-leave }
	a := f.do(severity(id, app.Low))
	go func() { _, err := f.box.Flush(context.Background()); flushed <- err }()
	<-entered
	if got := f.action(a.Seq); got.State != outbox.Sending || got.Sent.IsZero() {
		t.Errorf("before the write leaves: %s, %+v", got.State, got.Sent)
	}
	for name, decide := range map[string]func(context.Context, int64) error{"retry": f.box.Retry, "discard": f.box.Discard, "keep mine": f.box.KeepMine} {
		if err := decide(context.Background(), a.Seq); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	leave <- true
	if err := <-flushed; err != nil {
		t.Fatal(err)
	}
	if got := f.action(a.Seq); got.State != outbox.Done || !got.Sent.IsZero() || len(s.writes) != 1 {
		t.Errorf("%s %+v %v", got.State, got.Sent, s.writes)
	}
}

// Taking an incident into work leaves alone what another analyst classified.
func TestAStatusKeepsTheClassificationOfAnOpenIncident(t *testing.T) {
	t.Parallel()
	start := fresh()
	start.Classification, start.Determination = app.TruePositive, "malware"
	f, _, _, id := one(t, app.Defender, start)
	f.online = false
	f.do(outbox.Request{IncidentID: id, Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}})
	if got := f.page(id).Incident.Fields; got.Classification != app.TruePositive || got.Determination != "malware" {
		t.Errorf("%+v", got)
	}
}

func TestAMergedIncidentIsAskedAndCannotBeForced(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Defender, fresh())
	a := f.do(severity(id, app.Low))
	s.mu.Lock()
	s.rows[remote].in.RedirectTo = "99"
	s.mu.Unlock()
	s.edit(remote, "graph", func(f *app.Fields) { f.Status = app.StatusRedirected })
	f.settle()
	if got := f.action(a.Seq); got.State != outbox.Conflict || len(s.writes) > 0 {
		t.Fatalf("%s %v", got.State, s.writes)
	}
	if err := f.box.KeepMine(context.Background(), a.Seq); app.KindOf(err) != app.KindInvalid {
		t.Error(err)
	}
}
