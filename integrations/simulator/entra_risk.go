// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"watchfloor/integrations/simulator/story"
)

// identities is the directory and what Entra ID Protection holds of it. It is made at
// the first request that needs it, from the clock at the start of the tenant. mu guards
// all of it.
type identities struct {
	mu     sync.Mutex
	o      Options
	world  *story.World
	start  int64
	made   bool
	last   int64
	mode   IdentityMode
	users  []account
	byID   map[string]int32 // by object id and by UPN
	apps   []workload
	log    *signLog
	read   int // blocks of the log that were looked at for detections
	queue  []happening
	risky  map[int32]*risk // by user
	riskyW map[int32]*risk // by workload
	found  []*detection    // in the order they were detected
	foundX map[string]*detection
	edits  map[int]feedback // what people said about sign-ins
	writes map[string][]Write
	steps  int
}

// risk is where a user or workload stands.
type risk struct {
	who                  int32
	level, state, detail string
	changed              int64
	processing           bool
	turns                []turn // oldest first
}

func (r *risk) open() bool { return r.state == "atRisk" || r.state == "confirmedCompromised" }

// turn is one row of a history.
type turn struct {
	level, state, detail string
	at                   int64
	by                   string // object id of who did it, "" for the service
	events               []string
}

// detection is one risk detection. sign is the number of its sign-in, -1 without one.
type detection struct {
	id, kind             string
	who                  int32
	workload             bool
	sign                 int
	request              string
	level, state, detail string
	timing, activity     string
	ip                   string
	city                 int
	info                 string
	at, detected         int64
	updated              int64
}

// feedback overrides the risk of a sign-in.
type feedback struct{ state, level, detail string }

// happening is something that comes about by itself.
type happening struct {
	at int64
	do func()
}

func newIdentities(o Options, w *story.World) *identities {
	return &identities{o: o, world: w, start: tick(o.Now()), mode: o.Identity}
}

// enter locks and brings everything up to now; the caller unlocks.
func (x *identities) enter() int64 {
	x.mu.Lock()
	if !x.made {
		x.make()
	}
	now := x.clock()
	x.advance(now)
	return now
}

func (x *identities) clock() int64 {
	x.last = max(x.last, tick(x.o.Now()))
	return x.last
}

func (x *identities) make() {
	x.made = true
	seed := uint64(x.o.Seed)
	x.users = accounts(x.world, seed, x.o.Users, x.start)
	x.byID = make(map[string]int32, 2*len(x.users))
	for i := range x.users {
		x.byID[x.users[i].id], x.byID[x.users[i].upn] = int32(i), int32(i)
	}
	x.apps = workloads(seed)
	x.log = newSignLog(seed, x.users, x.o.SignIns, x.start)
	x.risky, x.riskyW = map[int32]*risk{}, map[int32]*risk{}
	x.foundX, x.edits, x.writes = map[string]*detection{}, map[int]feedback{}, map[string][]Write{}
	x.past(seed)
	x.scan(x.start)
	// Most of what is older than some hours was settled by somebody.
	for i, n := 0, len(x.queue); i < n; i++ {
		if h := x.queue[i]; h.at < x.start {
			x.settleLater(seed, i, h.at)
		}
	}
	x.advance(x.start)
}

// past makes what is older than the log: detections without their sign-ins, and those of
// workloads.
func (x *identities) past(seed uint64) {
	for i := range 70 {
		h := hashOf(seed, uint64(i), "past")
		at := x.start - logDays*day - int64(h>>16%uint64(58*day))
		who := int32(h % uint64(min(len(x.users), 600)))
		d := &detection{
			kind: []string{"leakedCredentials", "unfamiliarFeatures", "anonymizedIPAddress", "suspiciousIPAddress"}[h>>8%4], who: who, sign: -1,
			level: []string{"low", "medium", "high"}[h>>10%3], at: at, detected: at + int64(time.Minute), timing: "offline", activity: "signin", city: x.users[who].home,
		}
		if d.kind == "leakedCredentials" {
			d.city, d.activity, d.level = -1, "user", "high"
		} else {
			d.request = story.GUID(h, "old sign-in")
		}
		x.detectAt(d, fmt.Sprint("past", i))
	}
	for i := range 9 {
		h := hashOf(seed, uint64(i), "workload")
		at := x.start - int64(h%uint64(60*day)) - int64(time.Hour)
		from := story.Attacker(h)
		d := &detection{
			kind: []string{"suspiciousSignins", "leakedCredentials", "anomalousServicePrincipalActivity", "maliciousApplication"}[h>>8%4], who: int32(i % len(x.apps)),
			workload: true, sign: -1, level: []string{"medium", "high"}[h>>10%2], at: at, detected: at + int64(2*time.Hour), timing: "offline",
			activity: "servicePrincipal", ip: from.Name, city: cityNamed(from.C),
		}
		x.detectAt(d, fmt.Sprint("workload", i))
	}
}

// scan finds the detections of sign-ins up to a time.
func (x *identities) scan(now int64) {
	for ; x.log.when(x.read*blockSize+blockSize-1) <= now; x.read++ {
		kind := x.log.attackOf(x.read)
		if kind == noAttack {
			continue
		}
		for k := 1; k <= x.log.length(kind); k++ {
			s := x.log.make(x.read*blockSize + k)
			if s.risk == "" {
				continue
			}
			d := &detection{
				kind: s.risk, who: s.user, sign: s.n, request: x.log.id(s.n), level: s.total, at: s.at, detected: x.log.when(s.n) + int64(5*time.Second),
				timing: "realtime", activity: "signin", ip: s.ip, city: s.city, info: s.device.browser,
			}
			if s.level == "none" || kind == mfaFatigue {
				d.timing, d.detected = "offline", x.log.when(s.n)+int64(10*time.Minute)+int64(hashOf(x.log.seed, uint64(s.n), "offline")%uint64(4*time.Hour))
			}
			x.detectAt(d, d.request)
		}
	}
}

// detectAt queues a detection for its time.
func (x *identities) detectAt(d *detection, salt string) {
	d.at, d.detected = d.at-d.at%100, d.detected-d.detected%100
	d.id, d.state, d.detail, d.updated = story.GUID(x.log.seed, "detection "+salt), "atRisk", "none", d.detected
	x.queue = append(x.queue, happening{d.detected, func() { x.detect(d) }})
}

// detect lets the service find a risk.
func (x *identities) detect(d *detection) {
	x.found = append(x.found, d)
	x.foundX[d.id] = d
	table := x.risky
	if d.workload {
		table = x.riskyW
	}
	r := table[d.who]
	if r == nil {
		r = &risk{who: d.who}
		table[d.who] = r
	}
	level := d.level
	if r.open() && rank(r.level) > rank(level) {
		level = r.level
	}
	state := "atRisk"
	if r.state == "confirmedCompromised" {
		state = r.state
	}
	r.turn(turn{level: level, state: state, detail: "none", at: d.detected, events: []string{d.kind}})
}

func rank(level string) int {
	return slices.Index([]string{"none", "hidden", "low", "medium", "high"}, level)
}

func (r *risk) turn(t turn) {
	r.level, r.state, r.detail, r.changed = t.level, t.state, t.detail, max(t.at-t.at%100, r.changed+100)
	t.at = r.changed
	r.turns = append(r.turns, t)
}

// settleLater queues how a risk of the past ended: four of five did.
func (x *identities) settleLater(seed uint64, i int, at int64) {
	h := hashOf(seed, uint64(i), "settle")
	end := at + int64(20*time.Minute) + int64(h>>8%uint64(5*day))*int64(h>>40%4)/3
	if h%5 == 0 || end >= x.start {
		return
	}
	who := x.world.Analysts()[1+h>>4%uint64(len(x.world.Analysts())-1)]
	x.queue = append(x.queue, happening{end, func() {
		if d := x.foundNear(at); d != nil {
			x.judge(d, int(h>>44%6), who.ObjectID, end)
		}
	}})
}

// foundNear is the detection that was made at a time.
func (x *identities) foundNear(at int64) *detection {
	for _, d := range slices.Backward(x.found) {
		if d.detected == at {
			return d
		}
	}
	return nil
}

// judge ends the risk of a detection's user or workload in one of the usual ways.
func (x *identities) judge(d *detection, way int, by string, at int64) {
	if d.workload {
		if way < 2 {
			x.settleRisk(d.who, true, feedback{"dismissed", "none", "adminDismissedAllRiskForServicePrincipal"}, by, at)
		}
		return
	}
	f := []feedback{
		{"remediated", "none", "userPerformedSecuredPasswordReset"},
		{"remediated", "none", "userPassedMFADrivenByRiskBasedPolicy"},
		{"dismissed", "none", "adminDismissedAllRiskForUser"},
		{"dismissed", "none", "adminDismissedAllRiskForUser"},
		{"confirmedSafe", "none", "aiConfirmedSigninSafe"},
		{"confirmedCompromised", "high", "adminConfirmedUserCompromised"},
	}[way]
	if f.state == "remediated" || strings.HasPrefix(f.detail, "ai") {
		by = ""
	}
	x.settleRisk(d.who, false, f, by, at)
}

// settleRisk gives a user or workload, its detections and their sign-ins a new state.
func (x *identities) settleRisk(who int32, workload bool, f feedback, by string, at int64) {
	table := x.risky
	if workload {
		table = x.riskyW
	}
	r := table[who]
	if r == nil {
		r = &risk{who: who}
		table[who] = r
	}
	r.turn(turn{level: f.level, state: f.state, detail: f.detail, at: at, by: by})
	for _, d := range x.found {
		if d.who != who || d.workload != workload || d.state != "atRisk" && d.state != "confirmedCompromised" {
			continue
		}
		d.state, d.detail, d.updated = f.state, f.detail, at
		if f.state == "confirmedCompromised" {
			d.state = "atRisk"
			continue
		}
		if d.sign >= 0 {
			x.edits[d.sign] = f
		}
	}
}

// advance lets come about what is due.
func (x *identities) advance(now int64) {
	x.scan(now)
	byTime(x.queue, func(h happening) int64 { return h.at })
	n := 0
	for n < len(x.queue) && x.queue[n].at <= now {
		n++
	}
	due := x.queue[:n]
	x.queue = slices.Clone(x.queue[n:])
	for _, h := range due {
		h.do()
	}
}

// sign tells a sign-in as people left it.
func (x *identities) sign(n int) logRow {
	s := x.log.make(n)
	if f, said := x.edits[n]; said {
		s.state, s.detail, s.total = f.state, f.detail, f.level
	}
	return s
}
