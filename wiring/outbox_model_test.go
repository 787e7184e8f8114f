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
	"watchfloor/app/triage"
)

// model knows what an analyst saw when deciding, and from that which writes are
// allowed to reach a service. It is told of decisions, never of the outbox's reasoning.
type model struct {
	f     *floor
	two   *outbox.Service // a second window
	mu    sync.Mutex      // both services are written to at the same time
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

func (m *model) start(f *floor, two *outbox.Service) {
	m.two = two
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

// request is something an analyst may want of an incident.
func (m *model) request(t *rapid.T, p place) outbox.Request {
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
	return r
}

// edit is one form, about one incident or several.
func (m *model) edit(t *rapid.T) {
	places := []place{rapid.SampledFrom(m.cases).Draw(t, "incident")}
	if rapid.IntRange(0, 7).Draw(t, "many") == 0 {
		places = m.cases
	}
	var rs []outbox.Request
	var screens []triage.Case
	for _, p := range places {
		rs, screens = append(rs, m.request(t, p)), append(screens, m.f.page(p.id))
	}
	results, err := m.f.box.DoMany(context.Background(), rs, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range results {
		if screens[i].Row.Deleted != (app.KindOf(got.Err) == app.KindNotFound) || !screens[i].Row.Deleted && got.Err != nil {
			t.Fatalf("acting on an incident that is deleted (%v): %v", screens[i].Row.Deleted, got.Err)
		}
		if (len(rs) > 1) != (got.Action.Batch != "") && got.Err == nil {
			t.Fatalf("one of %d is of the batch %q", len(rs), got.Action.Batch)
		}
		if got.Err == nil {
			m.decided(t, got.Action, rs[i], screens[i].Incident.Fields)
		}
	}
}

// decided notes what the analyst saw, and checks that the effect is shown at once.
func (m *model) decided(t *rapid.T, a outbox.Action, r outbox.Request, screen app.Fields) {
	m.seen[a.Seq], m.asks[a.Seq] = []app.Fields{screen}, r
	shown, want := m.f.page(r.IncidentID).Incident.Fields, a.Request.Apply(screen)
	for _, f := range all {
		if !outbox.Equal(shown, want, f) {
			t.Fatalf("%s: not shown at once", f)
		}
	}
}

// join merges the incidents of Defender, by the analyst or by somebody else.
func (m *model) join(t *rapid.T) {
	var of []place
	for _, p := range m.cases {
		if p.s.id == app.Defender {
			of = append(of, p)
		}
	}
	if rapid.Bool().Draw(t, "theirs") {
		for _, p := range of {
			if r := p.s.rows[p.remote]; r == nil || r.in.Status == app.StatusRedirected {
				return
			}
		}
		of[0].s.merge(of[0].remote, of[1].remote)
		return
	}
	r := merge(of[1].id, of[0].id)
	a, err := m.f.box.Do(context.Background(), r)
	if app.KindOf(err) == app.KindNotFound {
		return
	}
	if m.allowed(t, err); err == nil {
		m.asks[a.Seq] = r
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
	box := m.f.box
	if rapid.Bool().Draw(t, "second window") {
		box = m.two
	}
	a := rapid.SampledFrom(open).Draw(t, "action")
	how := rapid.IntRange(0, 6).Draw(t, "decision")
	switch ctx := context.Background(); how {
	case 0:
		m.allowed(t, box.Retry(ctx, a.Seq))
	case 1:
		m.discard(t, box, a)
	case 2:
		m.kept(t, a, box.KeepMine(ctx, a.Seq))
	case 3:
		_, err := box.Undo(ctx, a.Seq)
		if m.allowed(t, err); err == nil {
			m.dropped(a)
		}
	case 4:
		m.kept(t, a, box.Settle(ctx, a.Seq, a.Version, m.choices(t, a)))
		if m.f.action(a.Seq).State == outbox.Discarded {
			m.dropped(a)
		}
	case 5:
		m.follow(t, box, a)
	case 6:
		var seqs []int64
		for _, x := range open {
			seqs = append(seqs, x.Seq)
		}
		_, err := box.Undo(ctx, seqs...)
		m.allowed(t, err)
		for _, x := range open {
			if m.f.action(x.Seq).State == outbox.Discarded {
				m.dropped(x)
			}
		}
	}
}

// choices settle a conflict in some way, sensible or not.
func (m *model) choices(t *rapid.T, a outbox.Action) (out []outbox.Choice) {
	for _, d := range a.Drift {
		reason := rapid.SampledFrom(app.Reasons).Draw(t, "reason")
		out = append(out, outbox.Choice{
			Field: d.Field, Keep: rapid.SampledFrom([]outbox.Side{outbox.Theirs, outbox.Mine, outbox.Edited}).Draw(t, "side"),
			Value: app.Fields{
				Severity: app.Informational, Status: app.StatusActive, Owner: people[3], Classification: reason.Classification,
				Determination: reason.Determination, ClosingNote: "settled", Tags: []string{"settled"},
			},
		})
	}
	return out
}

func (m *model) follow(t *rapid.T, box *outbox.Service, a outbox.Action) {
	next, err := box.Follow(context.Background(), a.Seq, a.Version)
	if app.KindOf(err) == app.KindNotFound {
		return // the survivor is gone too
	}
	if m.allowed(t, err); err != nil {
		return
	}
	m.dropped(a)
	m.seen[next.Seq], m.asks[next.Seq] = []app.Fields{next.Base}, next.Request
}

// kept notes that the analyst saw theirs and decided against it.
func (m *model) kept(t *rapid.T, a outbox.Action, err error) {
	if m.allowed(t, err); err == nil {
		m.seen[a.Seq] = append(m.seen[a.Seq], a.Theirs)
		delete(m.own, a.Seq)
	}
}

func (m *model) discard(t *rapid.T, box *outbox.Service, a outbox.Action) {
	err := box.Discard(context.Background(), a.Seq)
	if err != nil && (box == m.f.box || a.State != outbox.Sending) {
		t.Fatal(err)
	}
	if err == nil {
		m.dropped(a)
	}
}

// dropped has later decisions know what an action that is given up was built on.
func (m *model) dropped(a outbox.Action) {
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
			m.discard(t, f.box, a)
		}
	}
	f.pull()
	if err := f.cache.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
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
		m.count(t, p, there)
		for _, merged := range p.s.rows { // what was merged into it is shown with it
			for _, x := range merged.comments {
				if merged.in.RedirectTo == p.remote {
					there = append(there, x.Text)
				}
			}
		}
		if m.someGone(p.s) { // one that was merged into it and then deleted: nobody looks for closed ones
			here = slices.DeleteFunc(here, func(text string) bool { return !slices.Contains(there, text) })
		}
		slices.Sort(here)
		slices.Sort(there)
		if !slices.Equal(here, there) {
			t.Fatalf("%v: comments %q here and %q there", r.in.Ref, here, there)
		}
	}
	for seq, r := range m.asks {
		a := f.action(seq)
		if r.Verb != outbox.Merge || a.State != outbox.Done {
			continue
		}
		if x, y := m.end(a.Ref), m.end(a.Others[0]); x != y && x != "" && y != "" {
			t.Fatalf("%s is done, and %s and %s are apart", a.Describe(), a.Ref, a.Others[0])
		}
	}
}

// someGone reports that an incident of the service was deleted.
func (m *model) someGone(s *service) bool {
	return slices.ContainsFunc(m.cases, func(p place) bool { return p.s == s && s.rows[p.remote] == nil })
}

// end is where an incident was merged into; "" when somebody deleted it since.
func (m *model) end(ref app.Ref) string {
	for _, p := range m.cases {
		r := p.s.rows[ref.ID]
		switch {
		case p.s.id != ref.Source:
		case r == nil:
			return ""
		case r.in.RedirectTo != "":
			return r.in.RedirectTo
		}
	}
	return ref.ID
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
	var two *outbox.Service
	clean, steps, runs := false, 0, 0
	check := func(rt *rapid.T) {
		if clean && runs%10 == 0 { // a small one is read quickly
			f.audited(t)
			clean = false
		}
		if runs++; !clean {
			f = newFloor(t, newService(app.Sentinel), newService(app.Defender))
			two = f.window(t)
		}
		clean, f.t = false, rt
		f.grace = rapid.SampledFrom([]time.Duration{0, 10 * time.Second}).Draw(rt, "grace")
		f.start()
		var m model
		m.start(f, two)
		for range rapid.IntRange(21, 53).Draw(rt, "steps") {
			steps++
			switch rapid.IntRange(0, 15).Draw(rt, "step") {
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
			case 12, 14:
				m.decide(rt)
			case 15:
				if rapid.IntRange(0, 2).Draw(rt, "rarely") == 0 {
					m.join(rt)
				}
			case 13:
				f.now = f.now.Add(time.Duration(rapid.IntRange(1, 400).Draw(rt, "seconds")) * time.Second)
			}
		}
		m.finish(rt)
		if len(m.bad) > 0 {
			rt.Fatal(strings.Join(m.bad, "\n"))
		}
		clean = true
	}
	for more := true; more && !t.Failed(); more = steps < dose(0, 66_000) {
		rapid.Check(t, check)
		f.audited(t)
	}
	t.Logf("%d steps", steps)
}
