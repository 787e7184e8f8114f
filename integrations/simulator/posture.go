// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"watchfloor/integrations/simulator/story"
)

// Posture says how much security posture the tenant has.
type Posture struct {
	Subscriptions int `json:"subscriptions,omitempty"` // 0 = 3; the first three are named, others are numbered
	Assessments   int `json:"assessments,omitempty"`   // over all watched subscriptions; 0 = 600
}

func (p Posture) withDefaults() Posture {
	if p.Subscriptions <= 0 {
		p.Subscriptions = len(subscriptions)
	}
	if p.Assessments <= 0 {
		p.Assessments = 600
	}
	return p
}

// posture is what Defender for Cloud and Microsoft 365 hold about the tenant's posture.
// mu guards what changes: everything below it. Where both are needed it is locked before
// the lock of the tenant.
type posture struct {
	seed   uint64
	now    func() time.Time
	first  int64 // day number of the tenant's start
	subs   []estate
	sorted sync.Once
	order  []int32 // indexes of results by id, for Resource Graph
	ids    []string
	lows   []string // ids in lower case

	resources []resource
	results   []result

	state   atomic.Pointer[PostureState]
	reads   readLimits
	queries window       // of Resource Graph
	scores  window       // of the secure score
	atOnce  atomic.Int32 // 0 = any number
	inside  atomic.Int32

	mu       sync.RWMutex
	changes  map[int32][]turned  // of results, oldest first
	contacts map[string]*contact // by subscription id
	profiles map[string][]stateUpdate
	alerts   []*cloudAlert
	alertX   map[string]*cloudAlert // by name, lower case
	scanned  int                    // incidents that were looked through for alerts
	writes   []PostureWrite
	beat     int // steps of Tick
}

// estate is a subscription with its slice of results. A subscription without one has
// none: it is not watched.
type estate struct {
	id, name string
	off      bool // the provider is not registered
	from, to int32
}

// resource is something that is assessed. It is there from the day it was born.
type resource struct {
	sub  int16
	kind matter
	n    int32 // tells it from others of its kind in the subscription
	born int16
}

// result is an assessment: what one recommendation says about one resource, over 800 days.
type result struct {
	advice   uint8
	resource int32
	start    uint8 // index into codes
	flips    uint8
	on       [4]int16 // days on which the code turns, ascending
}

// turned is a change that somebody made, or that a test asked for.
type turned struct {
	at   int64
	code uint8
}

const (
	healthy = iota
	unhealthy
	notApplicable
)

var codes = [...]string{"Healthy", "Unhealthy", "NotApplicable"}

// past and future are the days that are told, before and after the start.
const (
	past   = 400
	future = 400
	// dropped is the day of the drop of the past, falling that of the one to come; nothing
	// else moves in the first subscription two days before and after them.
	dropped = -5
	falling = 3
)

// quiet reports whether only the drop moves on a day.
func quiet(day int) bool {
	return day >= dropped-2 && day <= dropped+2 || day >= falling-2 && day <= falling+2
}

// mix of resources, in the order they are made.
var mix = []matter{aMachine, aMachine, aStorage, aMachine, aWebApp, aDatabase, aMachine, aVault, aSubnet, aMachine, aCluster, aStorage, aGateway, aMachine, aLocalMachine, aBucket}

func newPosture(o Options) *posture {
	c := &posture{
		seed: uint64(o.Seed), now: o.Now, first: dayNumber(o.Now()), changes: map[int32][]turned{}, contacts: map[string]*contact{},
		profiles: map[string][]stateUpdate{}, alertX: map[string]*cloudAlert{},
	}
	c.state.Store(&PostureState{})
	p := o.Posture.withDefaults()
	for i := range p.Subscriptions {
		if i < len(subscriptions) {
			c.subs = append(c.subs, estate{id: subscriptions[i].id, name: subscriptions[i].name, off: subscriptions[i].state != "Enabled"})
			continue
		}
		c.subs = append(c.subs, estate{id: story.GUID(c.seed, fmt.Sprint("subscription ", i)), name: fmt.Sprintf("Northwind Clinic unit %02d", i+1)})
	}
	watched := 0
	for _, e := range c.subs {
		if !e.off {
			watched++
		}
	}
	c.results = make([]result, 0, p.Assessments)
	for i := range c.subs {
		e := &c.subs[i]
		e.from = int32(len(c.results))
		if !e.off {
			share := p.Assessments / watched
			if i == 0 {
				share += p.Assessments % watched
			}
			c.build(i, share)
		}
		e.to = int32(len(c.results))
		c.contacts[e.id] = c.firstContact(i)
	}
	return c
}

// build invents the resources of a subscription until they have n assessments.
func (c *posture) build(sub, n int) {
	left := n
	var count [aSubscription + 1]int32
	add := func(kind matter) {
		r := resource{sub: int16(sub), kind: kind, n: count[kind], born: -past}
		count[kind]++
		if late := c.dice("born", len(c.resources)); late%9 == 0 && kind != aSubscription {
			if day := int(late/9)%(past-30) - past; !quiet(day) || sub > 0 {
				r.born = int16(day)
			}
		}
		for a := range advices {
			if advices[a].on == kind && left > 0 {
				left--
				c.results = append(c.results, c.newResult(sub, a, int32(len(c.resources)), int(r.born)))
			}
		}
		c.resources = append(c.resources, r)
	}
	add(aSubscription)
	for i := 0; left > 0; i++ {
		add(mix[i%len(mix)])
	}
}

// newResult decides how one assessment goes over the days.
func (c *posture) newResult(sub, a int, res int32, born int) result {
	d := c.dice(advices[a].key, int(res))
	x := result{advice: uint8(a), resource: res}
	throw := func(below uint64) int { d = d*6364136223846793005 + 1442695040888963407; return int(d >> 33 % below) }
	if (advices[a].key == keyUpdates || advices[a].key == keyPorts) && sub == 0 {
		switch hit := throw(100); {
		case advices[a].key == keyUpdates && hit < 60:
			x.turn(dropped)
		case advices[a].key == keyPorts && hit < 70:
			x.turn(falling)
		case hit > 92:
			x.start = unhealthy
		}
		return x
	}
	if throw(100) < 6 {
		x.start = notApplicable
		return x
	}
	if throw(100) < advices[a].rarely {
		x.start = unhealthy
	}
	for day := born + throw(300); day < future && int(x.flips) < len(x.on); day += 20 + throw(340) {
		if day > born && (sub > 0 || !quiet(day)) {
			x.turn(day)
		}
	}
	return x
}

func (x *result) turn(day int) { x.on[x.flips] = int16(day); x.flips++ }

// dice is a number that belongs to a word and an index, whatever was thrown before.
func (c *posture) dice(salt string, i int) uint64 {
	h := c.seed ^ 0x9e3779b97f4a7c15 ^ uint64(i)*0xbf58476d1ce4e5b9
	for k := range len(salt) {
		h = (h ^ uint64(salt[k])) * 0x100000001b3
	}
	h = (h ^ h>>30) * 0x94d049bb133111eb
	return h ^ h>>31
}

// dayNumber counts days of UTC since 1970.
func dayNumber(t time.Time) int64 { return t.UTC().Truncate(24*time.Hour).Unix() / 86400 }

// day is how many days after the start a time is, negative before it.
func (c *posture) day(t time.Time) int { return int(dayNumber(t) - c.first) }

// midnight is when a day begins.
func (c *posture) midnight(day int) time.Time {
	return time.Unix((c.first+int64(day))*86400, 0).UTC()
}

// sub finds a subscription by id, ignoring case; nil where there is none.
func (c *posture) sub(id string) *estate {
	for i := range c.subs {
		if strings.EqualFold(c.subs[i].id, id) {
			return &c.subs[i]
		}
	}
	return nil
}

// there reports whether an assessment exists at a time: its resource is born and its
// control not withdrawn.
func (c *posture) there(i int32, day int) bool {
	x := &c.results[i]
	if int(c.resources[x.resource].born) > day {
		return false
	}
	g := guarding[x.advice]
	return g < 0 || shields[g].ends == 0 || day < shields[g].ends
}

// code is what an assessment says at a time, and since when.
func (c *posture) code(i int32, at time.Time) (code uint8, since time.Time) {
	x, day := &c.results[i], c.day(at)
	code, last := x.start, int(c.resources[x.resource].born)
	for _, on := range x.on[:x.flips] {
		if int(on) > day {
			break
		}
		code, last = 1-code, int(on)
	}
	since = c.midnight(last)
	for _, v := range c.changes[i] {
		if t := time.Unix(0, v.at); !t.After(at) {
			code, since = v.code, t.UTC()
		}
	}
	return code, since
}

// byID returns the results in the order of their ids, and fills ids.
func (c *posture) byID() []int32 {
	c.sorted.Do(func() {
		c.order, c.ids, c.lows = make([]int32, len(c.results)), make([]string, len(c.results)), make([]string, len(c.results))
		for i := range c.order {
			id := c.resultID(int32(i))
			c.order[i], c.ids[i], c.lows[i] = int32(i), id, strings.ToLower(id)
		}
		slices.SortFunc(c.order, func(a, b int32) int { return cmp.Or(cmp.Compare(c.lows[a], c.lows[b]), cmp.Compare(a, b)) })
	})
	return c.order
}
