package wiring_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

func TestGoal11EveryActionHasOneEffectThoughAnswersAreLost(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			replay(t, seed, dose(1_000, 10_000)/4)
		})
	}
}

func replay(t *testing.T, seed uint64, replays int) {
	var turn sync.Mutex // both services throw the same dice
	dice := rand.New(rand.NewPCG(seed, 11))
	var remotes []*service
	for _, src := range sources {
		s := newService(src)
		s.upsets = func(string, bool) trouble {
			turn.Lock()
			defer turn.Unlock()
			switch n := dice.IntN(100); {
			case n < 5:
				return lost
			case n < 10:
				return busy
			}
			return fine
		}
		remotes = append(remotes, s)
	}
	f := newFloor(t, remotes...)
	type place struct {
		s      *service
		remote string
		id     int64
		want   app.Severity
		texts  []string
		writes int
	}
	var places []*place
	for i := range 20 {
		s := remotes[i%2]
		places = append(places, &place{s: s, remote: s.add(fresh()), want: app.High})
	}
	f.pull()
	for _, p := range places {
		p.id = f.id(p.s, p.remote)
	}
	for sent := 0; sent < replays; {
		for _, p := range places {
			if dice.IntN(2) == 0 {
				// every third comment repeats an earlier one word for word
				text := fmt.Sprint("note ", sent)
				if len(p.texts) > 0 && sent%3 == 0 {
					text = p.texts[dice.IntN(len(p.texts))]
				}
				p.texts = append(p.texts, text)
				f.do(comment(p.id, text))
			} else {
				p.want = p.want%app.High + 1 // always another one
				p.writes++
				f.do(severity(p.id, p.want))
			}
			sent++
		}
		f.settle()
	}
	for _, a := range f.actions() {
		if a.State != outbox.Done {
			t.Fatalf("action %d is %s: %s", a.Seq, a.State, a.Reason)
		}
	}
	for _, p := range places {
		r := p.s.rows[p.remote]
		var texts []string
		for _, c := range r.comments {
			texts = append(texts, c.Text)
		}
		if !slices.Equal(texts, p.texts) {
			t.Errorf("%v: comments %q, want %q", r.in.Ref, texts, p.texts)
		}
		if r.in.Severity != p.want {
			t.Errorf("%v: severity %v, want %v", r.in.Ref, r.in.Severity, p.want)
		}
		n := 0
		for _, w := range p.s.writes {
			if strings.HasPrefix(w, r.in.Ref.String()+" severity:") {
				n++
			}
		}
		if n != p.writes {
			t.Errorf("%v: %d effects of %d changes", r.in.Ref, n, p.writes)
		}
	}
	f.audited(t)
}

// once lets one trouble happen to the next call of an operation.
func once(s *service, op string, what trouble) {
	s.upsets = func(o string, _ bool) trouble {
		if o != op {
			return fine
		}
		s.upsets = nil
		return what
	}
}

// The reply is lost, then another analyst puts the old value back on purpose: sending
// again would overwrite that without a word.
func TestAWriteThatSomebodyUndidIsAsked(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		for _, request := range []outbox.Request{severity(0, app.Low), {Verb: outbox.Tag, AddTags: []string{"vip"}}} {
			f, s, remote, id := one(t, src, fresh())
			request.IncidentID = id
			once(s, "update", lost)
			a := f.do(request)
			f.flush()
			s.edit(remote, "bob", func(f *app.Fields) { *f = fresh() })
			wrote := len(s.writes)
			f.settle()
			a = f.action(a.Seq)
			if a.State != outbox.Conflict || len(a.Drift) != 1 || !strings.Contains(a.Reason, "undone") {
				t.Fatalf("%s: %s %q %+v", src, a.State, a.Reason, a.Drift)
			}
			if len(s.writes) != wrote || outbox.Value(s.rows[remote].in.Fields, a.Drift[0].Field) != a.Drift[0].Theirs {
				t.Errorf("%s: written over: %v", src, s.writes)
			}
			if err := f.box.KeepMine(context.Background(), a.Seq); err != nil {
				t.Fatal(err)
			}
			f.settle()
			if a = f.action(a.Seq); a.State != outbox.Done || !a.Sent.IsZero() || len(s.writes) != wrote+1 {
				t.Errorf("%s: keep mine: %s, writes %v", src, a.State, s.writes)
			}
		}
	}
}

// What was certainly refused leaves no doubt behind, nor does a write that the
// unchanged incident shows to have never arrived.
func TestADoubtIsRaisedOnlyWhereItExists(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		for what, state := range map[trouble]outbox.State{throttled: outbox.Done, broken: outbox.Done, busy: outbox.Conflict} {
			f, s, remote, id := one(t, src, fresh())
			once(s, "update", what)
			a := f.do(severity(id, app.Low))
			f.flush()
			s.edit(remote, "bob", func(f *app.Fields) { f.Tags = []string{"bob's"} })
			f.settle()
			if got := f.action(a.Seq); got.State != state {
				t.Errorf("%s after %v: %s %q", src, what, got.State, got.Reason)
			}
		}
		f, s, _, id := one(t, src, fresh())
		once(s, "update", busy)
		a := f.do(severity(id, app.Low))
		f.settle()
		if got := f.action(a.Seq); got.State != outbox.Done || len(s.writes) != 1 {
			t.Errorf("%s: %s %q", src, got.State, got.Reason)
		}
	}
}

// A closing that arrived is recognised although each service answers in its own words.
func TestALostClosingIsConfirmedNotRepeated(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		s := newService(src)
		f := newFloor(t, s)
		for _, reason := range app.Reasons {
			for _, detail := range []string{reason.Determination, reason.SentinelReason, ""} {
				remote := s.add(fresh())
				s.writes = nil
				f.pull()
				id := f.id(s, remote)
				once(s, "update", lost)
				a := f.do(outbox.Request{IncidentID: id, Verb: outbox.Close, Want: app.Fields{
					Status:         app.StatusClosed,
					Classification: reason.Classification, Determination: detail, ClosingNote: " done \r\n",
				}})
				f.settle()
				calls := 0
				for _, w := range s.writes {
					if strings.Contains(w, "status") {
						calls++
					}
				}
				if a = f.action(a.Seq); a.State != outbox.Done || a.Reason != "Confirmed by reading it back." || calls != 1 {
					t.Errorf("%s %v %q: %s %q, %v", src, reason.Classification, detail, a.State, a.Reason, s.writes)
				}
			}
		}
	}
}

// The client dies at every call of an action in turn; the next process finishes it.
func TestGoal1ADeathAtAnyCallLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for _, src := range sources {
		for _, request := range []outbox.Request{comment(0, "once only"), severity(0, app.Low)} {
			for at := range 6 {
				f, s, _, id := one(t, src, fresh())
				n := 0
				s.upsets = func(string, bool) trouble {
					if n++; n == at+1 {
						return crashed
					}
					return fine
				}
				request.IncidentID = id
				a := f.do(request)
				f.flush()
				died := f.dead.Load()
				f.start()
				f.settle()
				if a = f.action(a.Seq); a.State != outbox.Done || len(s.writes) != 1 {
					t.Errorf("%s %s, death at call %d (%v): %s %q, writes %v", src, request.Verb, at, died, a.State, a.Reason, s.writes)
				}
				if !died && at == 0 {
					t.Error("it never died")
				}
			}
		}
	}
}

func TestGoal15PoisonIsParkedAndBlocksOnlyItsOwnIncident(t *testing.T) {
	t.Parallel()
	f, s, remote, id := one(t, app.Sentinel, fresh())
	other := s.add(fresh())
	f.pull()
	sends := 0
	s.upsets = func(op string, write bool) trouble {
		if op == "comment" {
			sends++
			return broken
		}
		return fine
	}
	poison, behind := f.do(comment(id, "poison")), f.do(severity(id, app.Low))
	beside := f.do(severity(f.id(s, other), app.Low))
	f.settle()
	a := f.action(poison.Seq)
	if a.State != outbox.Failed || a.Attempts != 6 || sends != 6 || !strings.Contains(a.Reason, "after 6 attempts") {
		t.Errorf("%s after %d attempts, %d sends: %q", a.State, a.Attempts, sends, a.Reason)
	}
	if f.action(behind.Seq).State != outbox.Queued || f.action(beside.Seq).State != outbox.Done {
		t.Error("it must block its own incident and no other")
	}
	if row := f.page(id).Row; !row.Conflict || row.Queued != 2 {
		t.Errorf("the row does not show it: %+v", row)
	}
	s.upsets = nil
	if err := f.box.Retry(context.Background(), poison.Seq); err != nil {
		t.Fatal(err)
	}
	f.settle()
	if f.action(poison.Seq).State != outbox.Done || f.action(behind.Seq).State != outbox.Done || len(f.actions()) != 3 {
		t.Error("after a retry both are done and all are kept")
	}
	if s.rows[remote].in.Severity != app.Low {
		t.Error("the second did not arrive")
	}
}

// Waiting without a network is no attempt: the first trouble afterwards parks nothing.
func TestBeingOfflineUsesNoAttemptUp(t *testing.T) {
	t.Parallel()
	f, s, _, id := one(t, app.Defender, fresh())
	s.upsets = func(string, bool) trouble { return offline }
	a := f.do(severity(id, app.Low))
	for range 20 {
		f.flush()
		f.now = f.now.Add(time.Minute)
	}
	once(s, "get", broken)
	f.flush()
	if got := f.action(a.Seq); got.State != outbox.Queued || got.Attempts != 1 {
		t.Fatalf("%s after %d attempts: %q", got.State, got.Attempts, got.Reason)
	}
	f.settle()
	if got := f.action(a.Seq); got.State != outbox.Done {
		t.Errorf("%s %q", got.State, got.Reason)
	}
}

// A wait that one service asked for is kept to the moment, for all its actions and
// against impatience, while the other service is served.
func TestGoal18AThrottledSourceWaitsAloneAndLongEnough(t *testing.T) {
	t.Parallel()
	for _, asked := range []time.Duration{1500 * time.Millisecond, time.Hour, 26 * time.Hour} {
		slow, quick := newService(app.Sentinel), newService(app.Defender)
		f := newFloor(t, slow, quick)
		var ids []int64
		for range 10 {
			slow.add(fresh())
		}
		remote := quick.add(fresh())
		f.pull()
		slow.asked = asked
		until := f.now.Add(asked)
		slow.upsets = func(string, bool) trouble {
			if f.now.Before(until) {
				return throttled
			}
			return fine
		}
		for n := range slow.rows {
			ids = append(ids, f.id(slow, n))
			f.do(severity(ids[len(ids)-1], app.Low))
		}
		last := f.do(severity(f.id(quick, remote), app.Low))
		before := slow.calls
		f.flush()
		if f.action(last.Seq).State != outbox.Done {
			t.Fatal("the other source had to wait")
		}
		hit := slow.calls - before
		if hit < 1 || hit > 4 { // those under way at once
			t.Errorf("%d calls to a source that asked to wait", hit)
		}
		for _, a := range f.actions() {
			if a.State == outbox.Queued {
				if err := f.box.Retry(context.Background(), a.Seq); err != nil {
					t.Fatal(err)
				}
			}
		}
		f.now = until.Add(-time.Millisecond)
		f.flush()
		if slow.calls-before != hit {
			t.Errorf("asked again %v early", until.Sub(f.now))
		}
		f.now = until
		f.flush()
		if n, _ := f.box.Counts(context.Background()); n.Waiting() != 0 {
			t.Errorf("%d still wait after %v", n.Waiting(), asked)
		}
	}
}

// One source without a network does not keep the other from being served, whatever
// stands in front.
func TestASourceWithoutNetworkBlocksOnlyItself(t *testing.T) {
	t.Parallel()
	down, up := newService(app.Sentinel), newService(app.Defender)
	f := newFloor(t, down, up)
	for range 70 { // more than one round looks at
		down.add(fresh())
	}
	remote := up.add(fresh())
	f.pull()
	down.upsets = func(string, bool) trouble { return offline }
	for n := range down.rows {
		f.do(severity(f.id(down, n), app.Low))
	}
	last := f.do(severity(f.id(up, remote), app.Low))
	before := down.calls
	f.flush()
	if f.action(last.Seq).State != outbox.Done {
		t.Error("the other source had to wait")
	}
	if n := down.calls - before; n > 4 {
		t.Errorf("%d calls without a network", n)
	}
}
