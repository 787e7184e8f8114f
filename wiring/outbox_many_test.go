package wiring_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// patient is a floor whose actions wait ten seconds before they leave.
func patient(t testing.TB, n int) (f *floor, s *service, remotes []string, ids []int64) {
	f, s, remotes, ids = several(t, n)
	f.grace = 10 * time.Second
	f.start()
	return f, s, remotes, ids
}

func TestAnActionCanBeTakenBackUntilItLeaves(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, s, _, ids := patient(t, 3)
	a, b := f.do(severity(ids[0], app.Low)), f.do(comment(ids[1], "x"))
	f.now = f.now.Add(9 * time.Second)
	f.flush()
	if !f.action(a.Seq).Undoable(f.now) || len(s.writes) > 0 {
		t.Fatalf("sent before its time: %v", s.writes)
	}
	if n, err := f.box.Undo(ctx, a.Seq); n != 1 || err != nil {
		t.Fatalf("undone %d: %v", n, err)
	}
	if got := f.page(ids[0]); got.Incident.Severity != app.High || got.Row.Queued != 0 || f.action(a.Seq).State != outbox.Discarded {
		t.Errorf("after the undo: %v, %d queued", got.Incident.Severity, got.Row.Queued)
	}
	f.now = f.now.Add(time.Second)
	f.flush()
	if f.action(b.Seq).State != outbox.Done {
		t.Errorf("after its time it is %s", f.action(b.Seq).State)
	}
	if n, err := f.box.Undo(ctx, a.Seq, b.Seq); n != 0 || app.KindOf(err) != app.KindInvalid {
		t.Errorf("too late: %d, %v", n, err)
	}
	if n, err := f.box.Undo(ctx, b.Seq, 12345); n != 0 || app.KindOf(err) != app.KindInvalid {
		t.Errorf("not there: %d, %v", n, err)
	}

	now, held := f.do(severity(ids[1], app.Low)), f.do(severity(ids[2], app.Low))
	if err := f.box.Retry(ctx, now.Seq); err != nil { // send now
		t.Fatal(err)
	}
	f.flush()
	if f.action(now.Seq).State != outbox.Done || f.action(held.Seq).State != outbox.Queued {
		t.Errorf("sent now %s, held %s", f.action(now.Seq).State, f.action(held.Seq).State)
	}
	f.now = f.now.Add(-5 * time.Hour) // the clock is set back
	f.flush()
	if got := f.action(held.Seq); got.State != outbox.Done {
		t.Errorf("a clock set back holds it: %s", got.State)
	}
}

// What one form decides is one batch: partial failures are its own, each can be read,
// tried again and taken back together.
func TestAFormThatPartlyFailsIsOneBatch(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, s, remotes, ids := patient(t, 32)
	s.remove(remotes[30])
	f.pull()
	var rs []outbox.Request
	for _, id := range append(slices.Clone(ids), 4711) {
		rs = append(rs, closeAs(id, app.FalsePositive, "notMalicious", "noise"))
	}
	rs[31].Want.Classification = app.Unclassified
	var told []int
	results, err := f.box.DoMany(ctx, rs, func(done, total int) { told = append(told, done, total) })
	if err != nil || len(results) != 33 || !slices.Equal(told, []int{33, 33}) {
		t.Fatalf("%d results, told %v, %v", len(results), told, err)
	}
	for i, kind := range map[int]app.Kind{30: app.KindNotFound, 31: app.KindInvalid, 32: app.KindNotFound} {
		if app.KindOf(results[i].Err) != kind || results[i].Action.Seq != 0 {
			t.Errorf("row %d: %v", i, results[i].Err)
		}
	}
	id := results[0].Action.Batch
	if b, all, err := f.box.BatchOf(ctx, id); err != nil || b.Total != 30 || b.Waiting != 30 || all[0].Seq != results[0].Action.Seq || id == "" {
		t.Fatalf("%+v, %v", b, err)
	}
	if n, err := f.box.Undo(ctx, results[0].Action.Seq, results[1].Action.Seq); n != 2 || err != nil {
		t.Errorf("%d taken back, %v", n, err)
	}
	s.edit(remotes[2], "bob", func(f *app.Fields) {
		f.Status, f.Classification, f.Determination = app.StatusClosed, app.TruePositive, "malware"
	})
	s.upsets = func(op string, write bool) trouble {
		if write && len(s.writes) > 60 {
			return broken
		}
		return fine
	}
	f.settle()
	b, all, err := f.box.BatchOf(ctx, id)
	if err != nil || b.Total != 30 || b.Discarded != 2 || b.Conflict != 1 || b.Failed == 0 || b.Done+b.Failed != 27 {
		t.Fatalf("%+v, %v", b, err)
	}
	if !slices.IsSortedFunc(all, func(a, b outbox.Action) int { return int(a.Seq - b.Seq) }) {
		t.Error("not in the order of the form")
	}
	s.upsets = nil
	if n, err := f.box.RetryBatch(ctx, id); n != b.Failed || err != nil {
		t.Errorf("%d tried again, %v", n, err)
	}
	f.settle()
	if b, _, _ = f.box.BatchOf(ctx, id); b.Done != 27 || b.Failed != 0 {
		t.Errorf("%+v", b)
	}
	if _, _, err := f.box.BatchOf(ctx, "never"); app.KindOf(err) != app.KindNotFound {
		t.Errorf("no such form: %v", err)
	}
	if alone := f.do(comment(ids[0], "alone")); alone.Batch != "" {
		t.Errorf("alone in the batch %q", alone.Batch)
	}
}

func TestManyAreQueuedInPartsAndStopWhenAsked(t *testing.T) {
	t.Parallel()
	f, _, _, ids := several(t, 5)
	f.online = false
	var rs []outbox.Request
	for i := range 450 {
		rs = append(rs, comment(ids[i%5], fmt.Sprint("note ", i)))
	}
	last, steps := 0, 0
	results, err := f.box.DoMany(context.Background(), rs, func(done, total int) {
		if steps++; done-last > 100 || total != 450 {
			t.Errorf("told %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || last != 450 || len(f.actions()) != 450 {
		t.Fatalf("%d told, %v", last, err)
	}
	for i, r := range results {
		if r.Err != nil || r.Action.Text != rs[i].Text || i > 0 && r.Action.Seq <= results[i-1].Action.Seq {
			t.Fatalf("row %d: %v, %q", i, r.Err, r.Action.Text)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	results, err = f.box.DoMany(ctx, rs[:250], func(int, int) { cancel() })
	if app.KindOf(err) != app.KindCancelled || results[99].Err != nil || results[100].Err == nil || results[249].Err == nil || len(f.actions()) != 550 {
		t.Errorf("given up after the first part: %v, %d", err, len(f.actions()))
	}
	var seqs []int64
	for _, a := range f.actions() {
		seqs = append(seqs, a.Seq)
	}
	if n, err := f.box.Undo(context.Background(), seqs...); n != 550 || err != nil {
		t.Errorf("%d taken back, %v", n, err)
	}
	if c := f.page(ids[0]); c.Row.Queued != 0 || len(c.Comments) != 0 {
		t.Errorf("%d queued, %d comments", c.Row.Queued, len(c.Comments))
	}
}

// Days without a network, many actions on a few incidents each, a clock that
// jumps, and a bad line afterwards: each has its one effect, in order.
func TestDaysOfflineEndWithEachEffectOnceAndInOrder(t *testing.T) {
	t.Parallel()
	f, s, remotes, ids := patient(t, 15)
	f.online = false
	dice := rand.New(rand.NewPCG(5, 5))
	want := make([][]string, len(ids))
	for n := range 150 {
		i := dice.IntN(len(ids))
		text := fmt.Sprint("note ", n)
		want[i] = append(want[i], text)
		f.do(comment(ids[i], text))
		switch f.now = f.now.Add(45 * time.Minute); n {
		case 50:
			f.now = f.now.Add(-3 * time.Hour)
		case 80:
			f.start()
		case 110:
			f.now = f.now.Add(25 * time.Hour)
		}
		f.flush()
	}
	if len(s.writes) > 0 {
		t.Fatal("sent while offline")
	}
	f.online = true
	s.upsets = func(string, bool) trouble {
		return []trouble{lost, busy, throttled, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine, fine}[dice.IntN(20)]
	}
	f.settle()
	for i, remote := range remotes {
		var got []string
		for _, c := range s.rows[remote].comments {
			got = append(got, c.Text)
		}
		if !slices.Equal(got, want[i]) {
			t.Errorf("incident %s: %s, want %s", remote, strings.Join(got, ", "), strings.Join(want[i], ", "))
		}
	}
}

// Five days without a network: 3,000 actions on 800 incidents of both products, with a
// restart in between, while others work on some of the same. Then all of it leaves: each
// effect is there once and in order, what others did is kept, and only what overlaps it
// is asked about.
func TestFiveDaysOfflineMeetWhatOthersDidMeanwhile(t *testing.T) {
	t.Parallel()
	const incidents, actions = 800, 3000
	f := newFloor(t, newService(app.Sentinel), newService(app.Defender))
	type place struct {
		s      *service
		remote string
		id     int64
		notes  []string
		first  int64 // the first action on its severity
		theirs app.Severity
	}
	places := make([]*place, incidents)
	for i := range places {
		s := f.remotes[i%2]
		places[i] = &place{s: s, remote: s.add(fresh())}
	}
	f.pull()
	for _, p := range places {
		p.id = f.id(p.s, p.remote)
	}
	f.online = false
	dice := rand.New(rand.NewPCG(3, 5))
	for n := 0; n < actions; n += 250 {
		var rs []outbox.Request
		var of []*place
		for k := range 250 {
			p := places[(n+k)%incidents]
			if of = append(of, p); (n+k)/incidents%2 == 0 {
				rs = append(rs, severity(p.id, app.Severities[dice.IntN(4)]))
				continue
			}
			p.notes = append(p.notes, fmt.Sprint("note ", n+k))
			rs = append(rs, comment(p.id, p.notes[len(p.notes)-1]))
		}
		done, err := f.box.DoMany(context.Background(), rs, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range done {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
			if of[k].first == 0 {
				of[k].first = r.Action.Seq
			}
		}
		f.now = f.now.Add(10 * time.Hour)
		if n == 1000 {
			f.start()
		}
		f.flush()
	}
	for i, p := range places {
		switch i % 20 {
		case 3: // overlaps, unless it is what was wanted or what was there
			p.theirs = app.Informational
			p.s.edit(p.remote, "bob", func(in *app.Fields) { in.Severity = app.Informational })
		case 7:
			p.s.edit(p.remote, "bob", func(in *app.Fields) { in.Tags = []string{"bob's"} })
		case 11:
			p.s.remove(p.remote)
		}
	}
	f.online = true
	f.pull()
	f.settle()
	asked := f.actions(outbox.Conflict, outbox.Failed)
	if len(asked) < 10 {
		t.Errorf("%d conflicts: the test proves little", len(asked))
	}
	for _, a := range asked {
		p := places[slices.IndexFunc(places, func(p *place) bool { return p.id == a.IncidentID })]
		if a.State != outbox.Conflict || p.theirs == app.SeverityUnknown || p.first != a.Seq || p.s.rows[p.remote].in.Severity != p.theirs {
			t.Errorf("%d %s %s: %s", a.Seq, a.Describe(), a.State, a.Reason)
		}
		if err := f.box.KeepMine(context.Background(), a.Seq); err != nil {
			t.Fatal(err)
		}
	}
	f.settle()
	if n, _ := f.box.Counts(context.Background()); n != (outbox.Counts{}) {
		t.Errorf("left over: %+v", n)
	}
	for i, p := range places {
		r := p.s.rows[p.remote]
		if r == nil {
			continue
		}
		var got []string
		for _, c := range r.comments {
			got = append(got, c.Text)
		}
		if !slices.Equal(got, p.notes) || i%20 == 7 && !slices.Equal(r.in.Tags, []string{"bob's"}) || f.page(p.id).Incident.Severity != r.in.Severity {
			t.Errorf("%s: notes %q, want %q; tags %v; severity %v", r.in.Ref, got, p.notes, r.in.Tags, r.in.Severity)
		}
	}
	for _, a := range f.actions(outbox.Discarded) {
		if p := places[slices.IndexFunc(places, func(p *place) bool { return p.id == a.IncidentID })]; p.s.rows[p.remote] != nil {
			t.Errorf("%d %s was given up: %s", a.Seq, a.Describe(), a.Reason)
		}
	}
	if err := f.cache.Check(context.Background()); err != nil {
		t.Error(err)
	}
}

// A wait that was stored for hours does not count by a clock set back since; the wait
// of a service is kept by the process that was told.
func TestAClockSetBackDelaysNothing(t *testing.T) {
	t.Parallel()
	f, s, _, ids := several(t, 1)
	s.asked = 4 * time.Hour
	once(s, "update", throttled)
	a := f.do(severity(ids[0], app.Low))
	f.flush()
	f.now = f.now.Add(-26 * time.Hour)
	f.flush()
	if f.action(a.Seq).State != outbox.Queued {
		t.Fatal("the service's wait was not kept")
	}
	f.start() // who starts afresh was told nothing
	f.flush()
	if got := f.action(a.Seq); got.State != outbox.Done {
		t.Errorf("%s until %v, it is %v", got.State, got.NotBefore, f.now)
	}
}
