package wiring_test

import (
	"context"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

func closeAs(id int64, c app.Classification, detail, note string) outbox.Request {
	return outbox.Request{IncidentID: id, Verb: outbox.Close, Want: app.Fields{Status: app.StatusClosed, Classification: c, Determination: detail, ClosingNote: note}}
}

// conflicted is a closing over which somebody else closed the incident otherwise.
func conflicted(t testing.TB, src app.SourceID) (f *floor, s *service, remote string, a outbox.Action) {
	f, s, remote, id := one(t, src, fresh())
	a = f.do(closeAs(id, app.TruePositive, "malware", "real"))
	s.edit(remote, "bob", func(f *app.Fields) {
		f.Status, f.Classification, f.ClosingNote = app.StatusClosed, app.FalsePositive, "noise"
		f.Determination = app.DeterminationFor(s.id, f.Classification, "notMalicious")
	})
	f.settle()
	if a = f.action(a.Seq); a.State != outbox.Conflict || len(a.Drift) != 3 {
		t.Fatalf("%s %+v", a.State, a.Drift)
	}
	return f, s, remote, a
}

func TestAConflictIsSettledFieldByFieldAtTheService(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		f, s, remote, a := conflicted(t, src)
		ctx := context.Background()
		keep := func(sides ...outbox.Side) (out []outbox.Choice) {
			for i, side := range sides {
				out = append(out, outbox.Choice{Field: a.Drift[i].Field, Keep: side, Value: app.Fields{ClosingNote: "noise, but watched"}})
			}
			return out
		}
		if err := f.box.Settle(ctx, a.Seq, a.Version, keep(outbox.Mine, outbox.Theirs, outbox.Theirs)); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: a determination of the other side: %v", src, err)
		}
		if err := f.box.Settle(ctx, a.Seq, a.Version, keep(outbox.Theirs, outbox.Theirs, outbox.Edited)); err != nil {
			t.Fatal(err)
		}
		if shown := f.page(a.IncidentID).Incident.Fields; shown.ClosingNote != "noise, but watched" || shown.Classification != app.FalsePositive {
			t.Errorf("%s: shown at once %+v", src, shown)
		}
		f.settle()
		there := s.rows[remote].in.Fields
		if got := f.action(a.Seq); got.State != outbox.Done || there.ClosingNote != "noise, but watched" || there.Classification != app.FalsePositive {
			t.Errorf("%s: %s %q, %+v", src, got.State, got.Reason, there)
		}

		f, s, _, a = conflicted(t, src)
		if err := f.box.Settle(ctx, a.Seq, a.Version, keep(outbox.Theirs, outbox.Theirs, outbox.Theirs)); err != nil {
			t.Fatal(err)
		}
		if got := f.action(a.Seq); got.State != outbox.Discarded || got.Reason != "Their change was kept." || len(s.writes) > 0 {
			t.Errorf("%s: %s %q %v", src, got.State, got.Reason, s.writes)
		}
	}
}

// Two windows show the same conflict: who comes second is told, and nothing is undone.
func TestTwoWindowsCannotSettleTheSameConflict(t *testing.T) {
	t.Parallel()
	f, _, _, a := conflicted(t, app.Defender)
	second := f.window(t)
	ctx := context.Background()
	if err := f.box.KeepMine(ctx, a.Seq); err != nil {
		t.Fatal(err)
	}
	var theirs []outbox.Choice
	for _, d := range a.Drift {
		theirs = append(theirs, outbox.Choice{Field: d.Field, Keep: outbox.Theirs})
	}
	if err := second.Settle(ctx, a.Seq, a.Version, theirs); app.KindOf(err) != app.KindConflict || !strings.Contains(app.Say(err), "another window") {
		t.Errorf("second to settle: %v", err)
	}
	if _, err := second.Follow(ctx, a.Seq, a.Version); app.KindOf(err) != app.KindConflict {
		t.Errorf("second to follow: %v", err)
	}
	if got := f.action(a.Seq); got.State != outbox.Queued {
		t.Errorf("it is %s", got.State)
	}
	f.settle()
	if got := f.action(a.Seq); got.State != outbox.Done {
		t.Errorf("%s %q", got.State, got.Reason)
	}
}

// The window that does not send leaves alone what the other one is sending, and gives
// way where it was faster.
func TestASecondWindowDoesNotDisturbASendInProgress(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Sentinel, fresh())
	second := f.window(t)
	entered, leave, flushed := make(chan bool), make(chan bool), make(chan error)
	s.before = func(*record, []app.Field, app.Fields) { entered <- true; <-leave }
	a := f.do(severity(id, app.Low))
	go func() { _, err := f.box.Flush(context.Background()); flushed <- err }()
	<-entered
	ctx := context.Background()
	for name, decide := range map[string]func(context.Context, int64) error{
		"retry": second.Retry, "discard": second.Discard,
		"undo": func(ctx context.Context, seq int64) error { _, err := second.Undo(ctx, seq); return err },
	} {
		if err := decide(ctx, a.Seq); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	leave <- true
	if err := <-flushed; err != nil {
		t.Fatal(err)
	}
	if got := f.action(a.Seq); got.State != outbox.Done || s.rows[remote].in.Severity != app.Low {
		t.Errorf("%s %q", got.State, got.Reason)
	}

	// Settled by the other window after this one has read it: it never leaves.
	s.before = nil
	b := f.do(severity(id, app.Medium))
	s.upsets = func(op string, _ bool) trouble {
		if op == "get" {
			s.upsets = nil
			if err := second.Discard(ctx, b.Seq); err != nil {
				t.Error(err)
			}
		}
		return fine
	}
	wrote := len(s.writes)
	f.flush()
	if got := f.action(b.Seq); got.State != outbox.Discarded || len(s.writes) != wrote {
		t.Errorf("discarded elsewhere: %s, writes %v", got.State, s.writes[wrote:])
	}
}

func TestAnActionFollowsItsIncidentToTheSurvivor(t *testing.T) {
	t.Parallel()
	for _, r := range []outbox.Request{
		severity(0, app.Low), closeAs(0, app.TruePositive, "malware", "real"),
		{Verb: outbox.Tag, AddTags: []string{"vip"}},
	} {
		f, s, _, ids := several(t, 3)
		f.online = false
		r.IncidentID = ids[2]
		a := f.do(r)
		s.merge("2", "3") // and then
		s.merge("1", "2")
		f.online = true
		f.settle()
		a = f.action(a.Seq)
		if a.State != outbox.Conflict || a.Drift[0].Field != app.FieldRedirect {
			t.Fatalf("%s %+v", a.State, a.Drift)
		}
		if _, err := f.box.Follow(context.Background(), a.Seq, a.Version-1); app.KindOf(err) != app.KindConflict {
			t.Errorf("an old version: %v", err)
		}
		f.pull() // the cache knows of both merges
		a = f.action(a.Seq)
		next, err := f.box.Follow(context.Background(), a.Seq, a.Version)
		if err != nil || next.Ref.ID != "1" || next.Verb != r.Verb {
			t.Fatalf("%+v, %v", next.Ref, err)
		}
		if old := f.action(a.Seq); old.State != outbox.Discarded || !strings.Contains(old.Reason, "incident 1 instead") {
			t.Errorf("%s %q", old.State, old.Reason)
		}
		f.settle()
		if got := f.action(next.Seq); got.State != outbox.Done || f.page(ids[2]).Row.Queued != 0 {
			t.Errorf("%s %q", got.State, got.Reason)
		}
		if _, err := f.box.Follow(context.Background(), next.Seq, f.action(next.Seq).Version); app.KindOf(err) != app.KindInvalid {
			t.Errorf("followed again: %v", err)
		}
	}
}

// A survivor that was never pulled is read first; without an answer nothing changes.
func TestAnUnknownSurvivorIsReadFirst(t *testing.T) {
	t.Parallel()
	f, s, remotes, ids := several(t, 1)
	a := f.do(severity(ids[0], app.Low))
	s.rows["0"] = &record{in: app.Incident{Ref: app.Ref{Source: s.id, ID: "0"}, Number: "0", Fields: fresh(), Created: dawn}, foreign: nil}
	s.merge("0", remotes[0])
	f.settle()
	a = f.action(a.Seq)
	once(s, "get", offline)
	if _, err := f.box.Follow(context.Background(), a.Seq, a.Version); app.KindOf(err) != app.KindOffline || f.action(a.Seq).State != outbox.Conflict {
		t.Errorf("without an answer: %v, %s", err, f.action(a.Seq).State)
	}
	next, err := f.box.Follow(context.Background(), a.Seq, a.Version)
	if err != nil {
		t.Fatal(err)
	}
	f.settle()
	if got := f.action(next.Seq); got.State != outbox.Done || s.rows["0"].in.Severity != app.Low {
		t.Errorf("%s %q", got.State, got.Reason)
	}

	f, s, remotes, ids = several(t, 2)
	b := f.do(severity(ids[1], app.Low))
	s.merge(remotes...)
	f.settle()
	s.mu.Lock()
	s.rows["1"].in.RedirectTo, s.rows["1"].in.Status = "2", app.StatusRedirected // a circle
	s.touch(s.rows["1"], "graph")
	s.mu.Unlock()
	f.pull()
	b = f.action(b.Seq)
	if _, err := f.box.Follow(context.Background(), b.Seq, b.Version); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "circle") {
		t.Errorf("in a circle: %v", err)
	}
}

func TestAReverseIsOfferedWhileNobodyChangedItSince(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		f, s, remote, id := one(t, src, fresh())
		ctx := context.Background()
		for _, r := range []outbox.Request{
			severity(id, app.Low), closeAs(id, app.TruePositive, "malware", "real"),
			{IncidentID: id, Verb: outbox.Assign, Want: app.Fields{Owner: me}},
			{IncidentID: id, Verb: outbox.Tag, AddTags: []string{"vip"}},
		} {
			before := s.rows[remote].in.Fields
			a := f.do(r)
			if _, ok, err := f.box.Reverse(ctx, a.Seq); ok || err != nil {
				t.Errorf("%s %s: offered before it was done: %v", src, r.Verb, err)
			}
			f.settle()
			back, ok, err := f.box.Reverse(ctx, a.Seq)
			if !ok || err != nil {
				t.Fatalf("%s %s: not offered: %v", src, r.Verb, err)
			}
			f.do(back)
			f.settle()
			for _, field := range all {
				if got := s.rows[remote].in.Fields; !outbox.Equal(got, before, field) {
					t.Errorf("%s %s: %s is %q, was %q", src, r.Verb, field, outbox.Value(got, field), outbox.Value(before, field))
				}
			}
			if _, ok, _ := f.box.Reverse(ctx, a.Seq); ok {
				t.Errorf("%s %s: offered although it was put back", src, r.Verb)
			}
		}
		a := f.do(severity(id, app.Medium))
		f.settle()
		s.edit(remote, "bob", func(f *app.Fields) { f.Severity = app.Informational })
		f.pull()
		if _, ok, err := f.box.Reverse(ctx, a.Seq); ok || err != nil {
			t.Errorf("%s: offered over somebody's change: %v", src, err)
		}
	}
}

func TestAPreviewShowsWhatWouldBeSentAndSendsNothing(t *testing.T) {
	t.Parallel()
	arm, graph := newService(app.Sentinel), newService(app.Defender)
	f := newFloor(t, arm, graph)
	ra, rb, rc := arm.add(fresh()), graph.withAlerts(), graph.withAlerts()
	f.pull()
	a, b, c := f.id(arm, ra), f.id(graph, rb), f.id(graph, rc)
	task := f.do(addTask(a, "call"))
	f.settle()
	f.pull()
	wrote := len(arm.writes)
	f.online = false
	queued := f.do(severity(a, app.Low))
	ctx := context.Background()
	for verb, r := range map[string]outbox.Request{
		"update": severity(b, app.Low), "comment": comment(a, "x"), "task": addTask(a, "more"),
		"merge": merge(b, c), "move": move(b, c, rb+"a"), "": severity(b, app.High),
	} {
		calls := arm.calls + graph.calls
		got, err := f.box.Preview(ctx, r)
		switch {
		case err != nil:
			t.Errorf("%s: %v", r.Verb, err)
		case verb == "" && len(got) != 0:
			t.Errorf("nothing to change, and %+v would be sent", got)
		case verb != "" && (len(got) != 1 || got[0].Method != verb):
			t.Errorf("%s: %+v", r.Verb, got)
		}
		if arm.calls+graph.calls != calls {
			t.Errorf("%s: the service was called", r.Verb)
		}
	}
	if got, err := f.box.Preview(ctx, finish(a, app.Task{ID: task.ID})); err != nil || len(got) != 1 {
		t.Errorf("completing: %+v, %v", got, err)
	}
	if got, err := f.box.PreviewAction(ctx, queued.Seq); err != nil || len(got) != 1 || !strings.Contains(got[0].Body, "severity") {
		t.Errorf("of a queued action: %+v, %v", got, err)
	}
	if _, err := f.box.PreviewAction(ctx, task.Seq); app.KindOf(err) != app.KindInvalid {
		t.Errorf("of a finished one: %v", err)
	}
	if n := len(f.actions()); n != 2 || len(arm.writes) != wrote || len(graph.writes) != 0 {
		t.Errorf("%d actions, %v %v", n, arm.writes, graph.writes)
	}
}
