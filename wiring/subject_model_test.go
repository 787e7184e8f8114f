package wiring_test

import (
	"context"
	"fmt"
	"maps"
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

// deedModel knows what an analyst saw when deciding on a subject and when that was, and
// from that which calls may have an effect. It is told of decisions only.
type deedModel struct {
	f    *floor
	mu   sync.Mutex // the desks are asked at the same time
	at   time.Time  // real time, whatever the computer's clock says
	all  []app.Subject
	seen map[int64][]app.Values // on screen when it was decided, and at settling
	when map[int64]time.Time    // of the last decision of a person
	hits map[int64]int          // effects since that decision
	bad  []string
}

func (m *deedModel) start(f *floor) {
	m.f, m.at, m.seen, m.when, m.hits = f, f.now, map[int64][]app.Values{}, map[int64]time.Time{}, map[int64]int{}
	for _, d := range f.desks {
		d.rows, d.upsets, d.clock = map[app.Subject]*seat{}, nil, func() time.Time { return m.at }
		d.before = m.judge
	}
	f.admit(3)
	f.learn()
	m.all = []app.Subject{user(0), user(1), user(2), aControl, aContact}
}

func (m *deedModel) desk(s app.Subject) *desk {
	return m.f.desks[slices.IndexFunc(m.f.desks, func(d *desk) bool { return d.id == outbox.SourceOf(s.Kind) })]
}

// asked are the properties that a deed must not overwrite or follow unseen.
func asked(r app.Response) []app.Property {
	switch r.Deed {
	case app.SetControl:
		return []app.Property{app.PropControlState, app.PropControlNote}
	case app.EditContact:
		return slices.Collect(maps.Keys(r.Set))
	case app.EnableAccount:
		return []app.Property{app.PropEnabled}
	case app.DisableAccount, app.RevokeSessions:
		return []app.Property{app.PropEnabled, app.PropRiskState, app.PropRiskLevel}
	}
	return []app.Property{app.PropRiskState, app.PropRiskLevel}
}

// judge looks at a call at the moment it has its effect on a subject.
func (m *deedModel) judge(s app.Subject, row *seat, r app.Response) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var a outbox.Action
	for _, x := range m.f.actions(outbox.Sending) {
		if plain(x.On) == s && x.Verb == outbox.Verb(r.Deed) {
			a = x
		}
	}
	if a.Seq == 0 {
		m.bad = append(m.bad, fmt.Sprint("a call without an action that says so: ", r.Deed, s.ID))
		return
	}
	for _, p := range asked(r) {
		foreign := row.foreign[p] > 0
		if foreign && !slices.ContainsFunc(m.seen[a.Seq], func(v app.Values) bool { return outbox.SameProperty(p, v[p], row.values[p]) }) {
			if want, named := r.Set[p]; named && outbox.SameProperty(p, want, row.values[p]) {
				continue // somebody set the same
			}
			m.bad = append(m.bad, fmt.Sprintf("action %d (%s) over %s = %s, which the analyst never saw", a.Seq, a.Verb, p, row.values[p]))
		}
	}
	if m.hits[a.Seq]++; m.hits[a.Seq] > 1 && row.by == "me" {
		m.bad = append(m.bad, fmt.Sprintf("action %d (%s) has its effect for the %d. time", a.Seq, a.Verb, m.hits[a.Seq]))
	}
	if outbox.Destructive(r.Deed) && m.at.Sub(m.when[a.Seq]) >= 15*time.Minute {
		m.bad = append(m.bad, fmt.Sprintf("action %d (%s) has its effect %v after the decision", a.Seq, a.Verb, m.at.Sub(m.when[a.Seq])))
	}
	row.foreign = nil
}

func (m *deedModel) request(t *rapid.T) outbox.Request {
	r := outbox.Request{On: rapid.SampledFrom(m.all).Draw(t, "subject")}
	switch r.On.Kind {
	case app.SubjectControl:
		r.Verb = outbox.SetControl
		r.Set = app.Values{app.PropControlState: rapid.SampledFrom([]string{"Default", "Reviewed", "Ignored"}).Draw(t, "state"), app.PropControlNote: "mine"}
	case app.SubjectContact:
		r.Verb = outbox.EditContact
		r.Set = app.Values{app.PropPhone: rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "phone")}
		if rapid.Bool().Draw(t, "both") {
			r.Set[app.PropEmails] = "mine@clinic.example"
		}
	default:
		r.Verb = rapid.SampledFrom([]outbox.Verb{
			outbox.DismissRisk, outbox.ConfirmCompromised, outbox.ConfirmSafe, outbox.RevokeSessions,
			outbox.DisableAccount, outbox.EnableAccount,
		}).Draw(t, "verb")
	}
	return r
}

// decide is one form, about one subject or several.
func (m *deedModel) decide(t *rapid.T) {
	rs := []outbox.Request{m.request(t)}
	if rs[0].On.Kind == app.SubjectUser && rapid.IntRange(0, 2).Draw(t, "many") == 0 {
		rs = each(rs[0].Verb, 3)
	}
	for _, a := range m.f.many(rs) {
		m.note(a.Seq, a.Seen)
	}
}

func (m *deedModel) note(seq int64, v app.Values) {
	m.seen[seq], m.when[seq], m.hits[seq] = append(m.seen[seq], v), m.at, 0
}

// theirs is what another analyst does.
func (m *deedModel) theirs(t *rapid.T) {
	s := rapid.SampledFrom(m.all).Draw(t, "their subject")
	d := m.desk(s)
	row := d.rows[plain(s)]
	if row == nil {
		return
	}
	if rapid.IntRange(0, 19).Draw(t, "removal") == 0 {
		delete(d.rows, plain(s))
		return
	}
	v := app.Values{}
	switch s.Kind {
	case app.SubjectControl:
		v[app.PropControlState] = rapid.SampledFrom([]string{"Ignored", "ThirdParty"}).Draw(t, "their state")
	case app.SubjectContact:
		v[rapid.SampledFrom([]app.Property{app.PropPhone, app.PropEmails, app.PropRoles}).Draw(t, "their property")] = rapid.SampledFrom([]string{"1", "2", "4"}).Draw(t, "their value")
	default:
		if rapid.IntRange(0, 3).Draw(t, "their kind") == 0 {
			v[app.PropEnabled] = rapid.SampledFrom([]string{"true", "false"}).Draw(t, "enabled")
		} else {
			state := rapid.SampledFrom([][2]string{{"atRisk", "low"}, {"atRisk", "high"}, {"dismissed", "none"}, {"remediated", "none"}}).Draw(t, "their risk")
			v[app.PropRiskState], v[app.PropRiskLevel] = state[0], state[1]
		}
	}
	d.edit(s, v)
	if row.foreign == nil {
		row.foreign = map[app.Property]int{}
	}
	for p := range v {
		row.foreign[p]++
	}
}

// send flushes with trouble now and then; mortal ends the process at some call.
func (m *deedModel) send(t *rapid.T, mortal bool) {
	dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "luck"), 1))
	end := -1
	if mortal {
		end = rapid.IntRange(0, 6).Draw(t, "death")
	}
	lock := make(chan struct{}, 1)
	for _, d := range m.f.desks {
		d.halfway = rapid.Bool().Draw(t, "halfway")
		d.upsets = func(string, bool) trouble {
			lock <- struct{}{}
			defer func() { <-lock }()
			if end--; end == -1 && mortal {
				return crashed
			}
			return []trouble{lost, busy, throttled, offline, broken, fine, fine, fine, fine, fine}[dice.IntN(10)]
		}
	}
	m.f.flush()
	for _, d := range m.f.desks {
		d.upsets = nil
	}
	if mortal {
		m.f.start()
	}
}

func (m *deedModel) person(t *rapid.T) {
	open := m.f.actions(unfinished...)
	if len(open) == 0 {
		return
	}
	a, ctx := rapid.SampledFrom(open).Draw(t, "action"), context.Background()
	ok := func(err error) bool {
		if k := app.KindOf(err); err != nil && k != app.KindInvalid && k != app.KindExpired && k != app.KindNotFound {
			t.Fatal(err)
		}
		return err == nil
	}
	switch rapid.IntRange(0, 6).Draw(t, "decision") {
	case 0:
		ok(m.f.box.Retry(ctx, a.Seq))
	case 1:
		ok(m.f.box.Discard(ctx, a.Seq))
		m.dropped(a)
	case 2:
		if ok(m.f.box.KeepMine(ctx, a.Seq)) {
			m.note(a.Seq, a.Found)
		}
	case 3:
		_, err := m.f.box.Undo(ctx, a.Seq)
		if ok(err) {
			m.dropped(a)
		}
	case 4:
		if now, err := m.f.box.Recheck(ctx, a.Seq); ok(err) && now.State == outbox.Queued {
			m.note(a.Seq, now.Seen)
		}
	case 5:
		_, err := m.f.box.Resume(ctx)
		ok(err)
	case 6:
		var choices []outbox.Choice
		for _, d := range a.Drift {
			choices = append(choices, outbox.Choice{Field: d.Field, Text: "7", Keep: rapid.SampledFrom([]outbox.Side{outbox.Theirs, outbox.Mine, outbox.Edited}).Draw(t, "side")})
		}
		if ok(m.f.box.Settle(ctx, a.Seq, a.Version, choices)) {
			m.note(a.Seq, a.Found)
			if m.f.action(a.Seq).State == outbox.Discarded {
				m.dropped(a)
			}
		}
	}
}

// dropped has later decisions know what one that is given up was built on.
func (m *deedModel) dropped(a outbox.Action) {
	for _, x := range m.f.actions(unfinished...) {
		if plain(x.On) == plain(a.On) && x.Seq > a.Seq {
			m.seen[x.Seq] = append(m.seen[x.Seq], m.seen[a.Seq]...)
		}
	}
}

// tick lets real time pass; back sets the clock back afterwards. A running process looks
// at it every minute: before that and after.
func (m *deedModel) tick(d, back time.Duration) {
	m.at, m.f.now = m.at.Add(d), m.f.now.Add(d)
	if back > 0 {
		online := m.f.online
		m.f.online = false
		m.f.flush()
		m.f.now = m.f.now.Add(-back)
		m.f.flush()
		m.f.online = online
	}
}

func (m *deedModel) finish(t *rapid.T) {
	f := m.f
	f.online = true
	for range 100 {
		f.settle()
		open := f.actions(outbox.Conflict, outbox.Failed)
		if len(open) == 0 {
			break
		}
		for _, a := range open {
			if err := f.box.Discard(context.Background(), a.Seq); err != nil {
				t.Fatal(err)
			}
			m.dropped(a)
		}
	}
	if err := f.cache.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, _ := f.box.Counts(context.Background()); n != (outbox.Counts{}) {
		t.Fatalf("left over: %+v", n)
	}
	for _, a := range f.actions(outbox.Done) {
		if m.hits[a.Seq] > 1 {
			t.Fatalf("action %d (%s) had %d effects", a.Seq, a.Verb, m.hits[a.Seq])
		}
	}
}

// Whatever the order of decisions, trouble, deaths, clocks and other people: nothing has
// an effect that the analyst did not decide on what is there, nothing has it twice, and
// nothing that expires has it late.
func TestGoal14DeedsDoWhatWasDecidedAndNoMore(t *testing.T) {
	t.Parallel()
	var f *floor
	clean, steps, runs := false, 0, 0
	check := func(rt *rapid.T) {
		if clean && runs%10 == 0 { // a small one is read quickly
			f.audited(t)
			clean = false
		}
		if runs++; !clean {
			f, _ = ward(t, 0)
		}
		clean, f.t = false, rt
		f.grace = rapid.SampledFrom([]time.Duration{0, 10 * time.Second}).Draw(rt, "grace")
		f.online = true
		f.now = f.now.Add(24 * time.Hour)
		f.start()
		var m deedModel
		m.start(f)
		for range rapid.IntRange(11, 33).Draw(rt, "steps") {
			steps++
			switch rapid.IntRange(0, 13).Draw(rt, "step") {
			case 0, 1, 2, 3:
				m.decide(rt)
			case 4, 5:
				m.theirs(rt)
			case 6:
				f.online = !f.online
			case 7:
				f.learn()
			case 8, 9:
				m.send(rt, false)
			case 10:
				m.send(rt, true)
			case 11:
				m.person(rt)
			case 12:
				m.tick(time.Duration(rapid.IntRange(1, 400).Draw(rt, "seconds"))*time.Second, 0)
			case 13:
				m.tick(time.Duration(rapid.IntRange(1, 1200).Draw(rt, "seconds"))*time.Second, time.Duration(rapid.SampledFrom([]int{0, 0, 70, 600}).Draw(rt, "set back"))*time.Second)
			}
		}
		m.finish(rt)
		if len(m.bad) > 0 {
			rt.Fatal(strings.Join(m.bad, "\n"))
		}
		clean = true
	}
	for more := true; more && !t.Failed(); more = steps < dose(0, 34_000) {
		rapid.Check(t, check)
		f.audited(t)
	}
	t.Logf("%d steps", steps)
}
