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

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// model knows what an analyst saw when deciding, and from that which writes are
// allowed to reach a service. It is told of decisions, never of the outbox's reasoning.
type model struct {
	f     *floor
	mu    sync.Mutex // both services are written to at the same time
	cases []place
	// seen holds for each action the fields on screen when it was decided, and those
	// of dropped decisions before it that it was built on.
	seen map[int64][]app.Fields
	own  map[int64]time.Time // when a write of the action last had an effect
	bad  []string
	text int
	asks map[int64]outbox.Request
}

type place struct {
	s      *service
	remote string
	id     int64
}

var people = []app.Owner{{}, me, {UPN: "bob@clinic.example"}, {UPN: "cy@clinic.example", Name: "Cy"}}

func (m *model) start(f *floor) {
	m.f, m.seen, m.own, m.asks = f, map[int64][]app.Fields{}, map[int64]time.Time{}, map[int64]outbox.Request{}
	for _, s := range f.remotes {
		s.upsets, s.rows = nil, map[string]*record{}
		s.before = func(r *record, changed []app.Field, want app.Fields) { m.judge(s, r, changed, want) }
		for range 2 {
			m.cases = append(m.cases, place{s: s, remote: s.add(fresh())})
		}
	}
	f.pull()
	for i, p := range m.cases {
		m.cases[i].id = f.id(p.s, p.remote)
	}
}

// judge looks at a write at the moment it reaches the service.
func (m *model) judge(s *service, r *record, changed []app.Field, want app.Fields) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var a outbox.Action
	for _, x := range m.f.actions(outbox.Sending) {
		if x.Ref == r.in.Ref {
			a = x
		}
	}
	if a.Seq == 0 {
		m.bad = append(m.bad, "a write without an action that says so: "+r.in.Ref.String())
		return
	}
	for _, field := range changed {
		if field == app.FieldTags {
			for _, tag := range r.in.Tags {
				if !slices.Contains(want.Tags, tag) && !slices.Contains(a.RemoveTags, tag) {
					m.bad = append(m.bad, fmt.Sprintf("action %d drops tag %s", a.Seq, tag))
				}
			}
			continue
		}
		known := slices.ContainsFunc(m.seen[a.Seq], func(f app.Fields) bool { return outbox.Equal(f, r.in.Fields, field) })
		when, foreign := r.foreign[field]
		if foreign && !known {
			m.bad = append(m.bad, fmt.Sprintf("action %d writes over %s = %s, which the analyst never saw", a.Seq, field, outbox.Value(r.in.Fields, field)))
		}
		if mine, ok := m.own[a.Seq]; ok && foreign && when.After(mine) {
			m.bad = append(m.bad, fmt.Sprintf("action %d writes %s again over somebody's undoing", a.Seq, field))
		}
	}
	m.own[a.Seq] = s.at.Add(time.Second)
}

func (m *model) edit(t *rapid.T) {
	p := rapid.SampledFrom(m.cases).Draw(t, "incident")
	r := outbox.Request{IncidentID: p.id}
	switch rapid.IntRange(0, 6).Draw(t, "verb") {
	case 0:
		r.Verb, r.Want.Severity = outbox.SetSeverity, rapid.SampledFrom(app.Severities).Draw(t, "severity")
	case 1:
		r.Verb, r.Want.Owner = outbox.Assign, rapid.SampledFrom(people).Draw(t, "owner")
	case 2:
		r.Verb, r.Want.Status = outbox.SetStatus, rapid.SampledFrom([]app.Status{app.StatusNew, app.StatusActive}).Draw(t, "status")
	case 3:
		reason := rapid.SampledFrom(app.Reasons).Draw(t, "reason")
		r.Verb = outbox.Close
		r.Want = app.Fields{Status: app.StatusClosed, Classification: reason.Classification, Determination: reason.Determination, ClosingNote: "mine"}
	case 4:
		r.Verb, r.AddTags = outbox.Tag, []string{rapid.SampledFrom([]string{"vip", "seen"}).Draw(t, "tag")}
	case 5:
		r.Verb, r.RemoveTags = outbox.Tag, []string{rapid.SampledFrom([]string{"vip", "bob"}).Draw(t, "tag")}
	case 6:
		m.text++
		r.Verb, r.Text = outbox.Comment, fmt.Sprintf("note %d on %s of %s", m.text, p.remote, p.s.id)
	}
	screen := m.f.page(p.id)
	a, err := m.f.box.Do(context.Background(), r)
	if screen.Row.Deleted != (app.KindOf(err) == app.KindNotFound) {
		t.Fatalf("acting on an incident that is deleted (%v): %v", screen.Row.Deleted, err)
	}
	if err == nil {
		m.seen[a.Seq], m.asks[a.Seq] = []app.Fields{screen.Incident.Fields}, r
		shown, want := m.f.page(p.id).Incident.Fields, a.Request.Apply(screen.Incident.Fields)
		for _, f := range all {
			if !outbox.Equal(shown, want, f) {
				t.Fatalf("%s: not shown at once", f)
			}
		}
	}
}

func (m *model) theirs(t *rapid.T) {
	p := rapid.SampledFrom(m.cases).Draw(t, "incident")
	kind := rapid.IntRange(0, 6).Draw(t, "change")
	if kind == 0 && rapid.IntRange(0, 9).Draw(t, "rarely") == 0 {
		p.s.remove(p.remote)
		return
	}
	value := rapid.IntRange(0, 3).Draw(t, "value")
	p.s.edit(p.remote, "bob", func(f *app.Fields) {
		switch kind {
		case 0, 1:
			f.Severity = app.Severities[value]
		case 2:
			f.Owner = people[value]
		case 3:
			f.Tags = app.NormalTags([]string{"bob", []string{"vip", "seen", "", "x"}[value]})
		case 4:
			f.Tags = nil
		case 5:
			*f = app.Fields{Severity: f.Severity, Owner: f.Owner, Tags: f.Tags, Status: []app.Status{app.StatusNew, app.StatusActive}[value%2]}
		case 6:
			reason := app.Reasons[value*3]
			f.Status, f.Classification, f.ClosingNote = app.StatusClosed, reason.Classification, []string{"mine", "bob's"}[value%2]
			f.Determination = app.DeterminationFor(p.s.id, reason.Classification, reason.Determination)
		}
	})
}

// send flushes with trouble now and then; mortal ends the process at some call.
func (m *model) send(t *rapid.T, mortal bool) {
	dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "luck"), 1))
	end := -1
	if mortal {
		end = rapid.IntRange(0, 8).Draw(t, "death")
	}
	for _, s := range m.f.remotes {
		s.upsets = func(string, bool) trouble {
			m.mu.Lock()
			defer m.mu.Unlock()
			if end--; end == -1 && mortal {
				return crashed
			}
			return []trouble{lost, busy, throttled, offline, broken, fine, fine, fine, fine, fine, fine, fine, fine, fine}[dice.IntN(14)]
		}
	}
	m.f.flush()
	for _, s := range m.f.remotes {
		s.upsets = nil
	}
	if mortal {
		m.f.start()
	}
}

func (m *model) decide(t *rapid.T) {
	open := m.f.actions(unfinished...)
	if len(open) == 0 {
		return
	}
	a := rapid.SampledFrom(open).Draw(t, "action")
	how := rapid.IntRange(0, 2).Draw(t, "decision")
	switch ctx := context.Background(); how {
	case 0:
		m.allowed(t, m.f.box.Retry(ctx, a.Seq))
	case 1:
		m.discard(t, a)
	case 2:
		if err := m.f.box.KeepMine(ctx, a.Seq); err == nil {
			m.seen[a.Seq] = append(m.seen[a.Seq], a.Theirs)
			delete(m.own, a.Seq)
		} else {
			m.allowed(t, err)
		}
	}
}

func (m *model) discard(t *rapid.T, a outbox.Action) {
	if err := m.f.box.Discard(context.Background(), a.Seq); err != nil {
		t.Fatal(err)
	}
	for seq, q := range m.asks {
		if q.IncidentID == a.IncidentID && seq > a.Seq {
			m.seen[seq] = append(m.seen[seq], m.seen[a.Seq]...)
		}
	}
}

func (m *model) allowed(t *rapid.T, err error) {
	if err != nil && app.KindOf(err) != app.KindInvalid {
		t.Fatal(err)
	}
}

// finish has everything sent or given up, and compares all that is left.
func (m *model) finish(t *rapid.T) {
	f := m.f
	f.online = true
	for range 100 {
		f.pull()
		f.settle()
		open := f.actions(outbox.Conflict, outbox.Failed)
		if len(open) == 0 {
			break
		}
		for _, a := range open {
			m.discard(t, a)
		}
	}
	f.pull()
	if n, _ := f.box.Counts(context.Background()); n != (outbox.Counts{}) {
		t.Fatalf("left over: %+v", n)
	}
	for _, p := range m.cases {
		c, r := f.page(p.id), p.s.rows[p.remote]
		unnoticed := r == nil && !c.Incident.Status.Open() // nobody looks for closed ones
		if c.Row.Deleted != (r == nil) && !unnoticed || c.Row.Queued != 0 || c.Row.Conflict {
			t.Fatalf("%s: deleted %v, queued %d, conflict %v", p.remote, c.Row.Deleted, c.Row.Queued, c.Row.Conflict)
		}
		if r == nil {
			continue
		}
		for _, field := range all {
			if !outbox.Equal(c.Incident.Fields, r.in.Fields, field) {
				t.Fatalf("%v: %s is %q here and %q there", r.in.Ref, field, outbox.Value(c.Incident.Fields, field), outbox.Value(r.in.Fields, field))
			}
		}
		var here, there []string
		for _, x := range c.Comments {
			here = append(here, x.Text)
		}
		for _, x := range r.comments {
			there = append(there, x.Text)
		}
		slices.Sort(here)
		slices.Sort(there)
		if !slices.Equal(here, there) {
			t.Fatalf("%v: comments %q here and %q there", r.in.Ref, here, there)
		}
		m.count(t, p, there)
	}
}

// count checks that each comment is there as often as its action says.
func (m *model) count(t *rapid.T, p place, there []string) {
	for seq, q := range m.asks {
		if q.Verb != outbox.Comment || q.IncidentID != p.id {
			continue
		}
		a, n := m.f.action(seq), 0
		for _, text := range there {
			if text == q.Text {
				n++
			}
		}
		if a.State == outbox.Done && n != 1 || n > 1 || n == 1 && a.State == outbox.Discarded && a.Sent.IsZero() {
			t.Fatalf("%s (%q) and %d times there: %q", a.State, a.Reason, n, q.Text)
		}
	}
}

// Whatever the order of edits, trouble, deaths and decisions: nothing is written over
// that the analyst did not see, nothing is doubled, and in the end both sides agree.
func TestGoal14TheCacheAndTheServicesAgreeInTheEnd(t *testing.T) {
	t.Parallel()
	var f *floor
	clean, steps := false, 0
	rapid.Check(t, func(rt *rapid.T) {
		if !clean {
			f = newFloor(t, newService(app.Sentinel), newService(app.Defender))
		}
		clean, f.t = false, rt
		var m model
		m.start(f)
		for range rapid.IntRange(15, 45).Draw(rt, "steps") {
			steps++
			switch rapid.IntRange(0, 13).Draw(rt, "step") {
			case 0, 1, 2, 3:
				m.edit(rt)
			case 4, 5, 6:
				m.theirs(rt)
			case 7:
				f.online = !f.online
			case 8:
				f.pull()
			case 9, 10:
				m.send(rt, false)
			case 11:
				m.send(rt, true)
			case 12:
				m.decide(rt)
			case 13:
				f.now = f.now.Add(time.Duration(rapid.IntRange(1, 400).Draw(rt, "seconds")) * time.Second)
			}
		}
		m.finish(rt)
		if len(m.bad) > 0 {
			rt.Fatal(strings.Join(m.bad, "\n"))
		}
		clean = true
	})
	t.Logf("%d steps", steps)
}
