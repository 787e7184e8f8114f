// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package story

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Plan is what one incident grows from: with it World tells all the rest.
type Plan struct {
	Seed     uint64 // of this incident alone
	Campaign uint64 // of the attack it belongs to; shared entities come from it
	Template uint16 // scenario, or rule of the noise
	Stage    uint8
	Sort     Sort
}

// Sort says from which table a plan's texts come.
type Sort uint8

// Sorts.
const (
	SortScenario Sort = iota
	SortNoise
	SortHostile // a title meant to hurt programs that show it
)

// Life is how an incident was handled until now. Zero times have not happened.
type Life struct {
	Status            Status
	Owner             int // index into Analysts, -1 nobody
	Acked, ClosedAt   time.Time
	Reopened          time.Time
	Class             Class
	Determination     string // Graph's word
	MergedInto        int    // slot index of the survivor, -1 none
	CommentedAt       time.Time
	LastAlert         time.Time
	AutomaticallyDone bool // closed by an automation rule, not a person
}

// Slot is one incident of the schedule. A slot on Both sides makes two incidents.
type Slot struct {
	Plan
	Created time.Time
	Side    Side
	Life    Life
}

// Span is how far back the tenant's history goes.
const Span = 60 * day

// Schedule lays out incidents so that both products together hold n of them, oldest
// first. The newest are minutes old at now.
func (w *World) Schedule(n int, now time.Time) []Slot {
	now = now.UTC().Truncate(time.Second)
	d := newDice(w.seed, "schedule")
	slots := make([]Slot, 0, n)
	used := 0
	add := func(s Slot) {
		if !s.Created.Before(now) || used >= n {
			return
		}
		if s.Side == Both && used+2 > n {
			s.Side = Defender
		}
		used++
		if s.Side == Both {
			used++
		}
		slots = append(slots, s)
	}
	for c := 0; used < n*16/100; c++ {
		w.campaign(d, c, now, add)
		if c > n {
			break
		}
	}
	for i := 0; i < n/80 || n >= 4*len(hostile) && i < len(hostile); i++ {
		add(Slot{Plan: Plan{Seed: d.next(), Template: uint16(i % len(hostile)), Sort: SortHostile}, Created: moment(d, now), Side: Side(i % 2)})
	}
	for used < n {
		k := int(float64(len(noise)) * math.Pow(d.f(), 1.7)) // a few rules make most of the noise
		p := Plan{Seed: d.next(), Template: uint16(k), Sort: SortNoise}
		p.Campaign = p.Seed % 4000 // the same people and machines come again
		add(Slot{Plan: p, Created: moment(d, now), Side: noise[k].side})
	}
	slices.SortFunc(slots, func(a, b Slot) int { return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Seed, b.Seed)) })
	recent := map[uint64]int{} // campaign and template to the last slot, for merging
	for i := range slots {
		s := &slots[i]
		s.Life = w.live(s, now)
		key := s.Campaign<<8 ^ uint64(s.Template)
		if j, ok := recent[key]; ok && s.Side == Defender && slots[j].Side != Sentinel && slots[j].Life.MergedInto < 0 &&
			s.Created.Sub(slots[j].Created) < 3*day && newDice(s.Seed, "merge").chance(0.35) {
			s.Life.MergedInto, s.Life.Status = j, Redirected
		}
		recent[key] = i
	}
	return slots
}

// swing says how long ago the first attacks began: some are in full swing at now.
var swing = []time.Duration{27 * time.Hour, 41*time.Hour + 20*time.Minute, 9 * time.Hour, 4 * day}

// campaign adds the incidents of one run of a scenario. The first runs are spread so
// that some are over, some in full swing.
func (w *World) campaign(d *dice, c int, now time.Time, add func(Slot)) {
	k := c % len(scenarios)
	back := time.Duration(d.f() * float64(Span-day))
	if c < len(scenarios) {
		back = Span*time.Duration(c)/time.Duration(len(scenarios)) + time.Duration(d.f()*float64(2*day))
		if c < len(swing) {
			back = swing[c]
		}
	}
	start := now.Add(-back - time.Hour)
	campaign := d.next()
	for i, st := range scenarios[k].stages {
		at := start.Add(st.after + time.Duration(d.f()*float64(90*time.Minute)))
		add(Slot{Plan: Plan{Seed: d.next(), Campaign: campaign, Template: uint16(k), Stage: uint8(i)}, Created: at, Side: st.side})
	}
}

// moment is a time within the span, more often by day and on workdays.
func moment(d *dice, now time.Time) time.Time {
	for {
		back := time.Duration(d.f() * float64(Span))
		if d.chance(0.05) { // the present is told in more detail than the past
			back = time.Duration(d.f() * float64(30*time.Hour))
		}
		at := now.Add(-back - 3*time.Minute)
		p := 0.45
		if h := at.Hour(); h >= 6 && h < 18 {
			p = 1
		}
		if wd := at.Weekday(); wd == time.Saturday || wd == time.Sunday {
			p *= 0.5
		}
		if d.chance(p) {
			return at.Truncate(time.Second)
		}
	}
}

// Fresh is the i-th incident that arrives while the tenant runs.
func (w *World) Fresh(i int, now time.Time) Slot {
	d := newDice(w.seed^uint64(i)*0x9e3779b97f4a7c15, "fresh")
	s := Slot{Created: now, Life: Life{Owner: -1, MergedInto: -1, LastAlert: now}}
	if i%5 == 4 {
		k := d.n(len(scenarios))
		st := d.n(len(scenarios[k].stages))
		s.Plan = Plan{Seed: d.next(), Campaign: w.seed + uint64(i/40)*977 + uint64(k), Template: uint16(k), Stage: uint8(st)}
		s.Side = scenarios[k].stages[st].side
		return s
	}
	k := d.n(len(noise))
	s.Plan = Plan{Seed: d.next(), Template: uint16(k), Sort: SortNoise}
	s.Campaign = s.Seed % 4000
	s.Side = noise[k].side
	return s
}

// live decides how an incident was handled between its creation and now.
func (w *World) live(s *Slot, now time.Time) Life {
	d := newDice(s.Seed, "life")
	st := w.stage(s.Plan)
	l := Life{Owner: -1, MergedInto: -1, LastAlert: s.Created}
	if s.Sort == SortScenario || d.chance(0.2) {
		if l.LastAlert = s.Created.Add(d.around(40*time.Minute, 1)); l.LastAlert.After(now) {
			l.LastAlert = s.Created
		}
	}
	ack, done := ackMedian[st.sev], closeMedian[st.sev]
	acked := s.Created.Add(d.around(ack, 0.9))
	closed := acked.Add(d.around(done, 1.1))
	stuck := d.chance(0.055)
	if s.Sort == SortNoise && d.chance(0.3) {
		l.AutomaticallyDone = true
		acked = s.Created.Add(2 * time.Minute)
		closed = acked.Add(time.Minute)
	}
	if acked.After(now) || now.Sub(s.Created) < 2*day && d.chance(0.3) && !l.AutomaticallyDone {
		return l
	}
	l.Status, l.Acked, l.Owner = Active, acked, w.onDuty(d)
	if d.chance(0.4) || s.Sort == SortScenario {
		l.CommentedAt = acked.Add(closed.Sub(acked) / 3)
		if l.CommentedAt.After(now) {
			l.CommentedAt = acked
		}
	}
	if closed.After(now) || stuck && !l.AutomaticallyDone {
		if s.Side == Defender && d.chance(0.12) {
			l.Status = Awaiting
		}
		return l
	}
	l.Status, l.ClosedAt, l.Class, l.Determination = Closed, closed, st.verdict, st.detail
	switch p := d.f(); {
	case s.Sort == SortScenario:
	case p < 0.10:
		l.Class, l.Determination = FalsePositive, "notEnoughDataToValidate"
	case p < 0.16:
		l.Class, l.Determination = TruePositive, "other"
	case p < 0.20:
		l.Class, l.Determination = Undetermined, ""
	}
	if again := closed.Add(d.around(20*time.Hour, 0.7)); d.chance(0.03) && again.Before(now) {
		l.Reopened = again
		l.Class, l.Determination = None, ""
		if shut := again.Add(d.around(done, 1)); shut.Before(now) {
			l.ClosedAt, l.Class, l.Determination = shut, TruePositive, "other"
		} else {
			l.Status, l.ClosedAt = Active, time.Time{}
		}
	}
	return l
}

var (
	ackMedian   = [...]time.Duration{Informational: 7 * time.Hour, Low: 4 * time.Hour, Medium: 80 * time.Minute, High: 18 * time.Minute}
	closeMedian = [...]time.Duration{Informational: 20 * time.Hour, Low: 22 * time.Hour, Medium: 14 * time.Hour, High: 9 * time.Hour}
)

// onDuty picks an analyst; some work more than others.
func (w *World) onDuty(d *dice) int { return min(d.n(len(w.analysts)), d.n(len(w.analysts)+2)) }

func (w *World) stage(p Plan) *stage {
	switch p.Sort {
	case SortScenario:
		return &scenarios[p.Template].stages[p.Stage]
	case SortNoise:
		return &noise[p.Template]
	}
	return &hostileStage
}
