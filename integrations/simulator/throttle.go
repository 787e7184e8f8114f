package simulator

import (
	"errors"
	"math"
	"net/http"
	"sync"
	"time"
)

// Throttle limits writes as the services do, on Now's clock. The zero value is no limit.
type Throttle struct {
	ARM   Rate `json:"arm,omitzero"`
	Graph Rate `json:"graph,omitzero"`
	// Protection and SignIns limit every request to Entra ID Protection and to the sign-in
	// log, reading too.
	Protection Rate `json:"protection,omitzero"`
	SignIns    Rate `json:"signIns,omitzero"`
	// ARMReads limits reads of each subscription and of the tenant at ARM; ResourceGraph
	// queries and SecureScore requests to the secure score and its controls come in
	// stretches of time that hold Burst requests. ScoreAtOnce is how many of the last may be
	// under way; 0 = any number.
	ARMReads      Rate `json:"armReads,omitzero"`
	ResourceGraph Rate `json:"resourceGraph,omitzero"`
	SecureScore   Rate `json:"secureScore,omitzero"`
	ScoreAtOnce   int  `json:"scoreAtOnce,omitempty"`
}

// Rate is a bucket of Burst writes that fills up by PerSecond. PerSecond 0 is no limit.
// Retry-After is in whole seconds: a client that obeys it uses the whole rate only
// where Burst holds what fills up in a second, as ARM's does.
type Rate struct {
	PerSecond float64 `json:"perSecond"`
	Burst     int     `json:"burst"` // 0 = 1
}

// ARMThrottle is what Azure Resource Manager grants one principal in one subscription
// (sheet part 0.3: writes 200 and 10 more each second).
var ARMThrottle = Throttle{ARM: Rate{PerSecond: 10, Burst: 200}}

// Throttled says what a limit did since it was set.
type Throttled struct {
	Allowed, Refused int
	// Could is the most writes the limit would have let through between the first and
	// the last write that came.
	Could       int
	First, Last time.Time
}

// ThrottleReport is Throttled for every limit.
type ThrottleReport struct {
	ARM, Graph, Protection, SignIns      Throttled
	ARMReads, ResourceGraph, SecureScore Throttled
}

func (t Throttle) valid() error {
	for _, r := range []Rate{t.ARM, t.Graph, t.Protection, t.SignIns, t.ARMReads, t.ResourceGraph, t.SecureScore} {
		if r.PerSecond < 0 || r.Burst < 0 || math.IsNaN(r.PerSecond) || r.PerSecond > 1e6 {
			return errors.New("a rate must be between 0 and a million writes a second")
		}
	}
	if t.ScoreAtOnce < 0 || t.ScoreAtOnce > math.MaxInt32 {
		return errors.New("scoreAtOnce must be a number of requests")
	}
	return nil
}

// SetThrottle sets the limits and fills the buckets. Negative rates panic.
func (s *Server) SetThrottle(t Throttle) {
	if err := t.valid(); err != nil {
		panic("simulator: " + err.Error())
	}
	s.faults.arm.set(t.ARM)
	s.faults.graph.set(t.Graph)
	s.faults.protection.set(t.Protection)
	s.faults.signIns.set(t.SignIns)
	s.posture.setLimits(t)
}

// Throttled says what the limits did since they were set.
func (s *Server) Throttled() ThrottleReport {
	return ThrottleReport{
		ARM: s.faults.arm.report(), Graph: s.faults.graph.report(),
		Protection: s.faults.protection.report(), SignIns: s.faults.signIns.report(),
		ARMReads: s.posture.reads.report(), ResourceGraph: s.posture.queries.report(), SecureScore: s.posture.scores.report(),
	}
}

// bucket counts in whole nanoseconds: next is when the bucket would be full again, and
// each write puts that off by step. It never drifts, however long it runs.
type bucket struct {
	mu      sync.Mutex
	rate    Rate
	step    int64 // nanoseconds that one write takes to fill up again
	room    int64 // what a full bucket holds, less one write
	next    int64
	said    Throttled
	started bool
}

func (b *bucket) set(r Rate) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.Burst = max(1, r.Burst)
	b.rate, b.next, b.said, b.started = r, 0, Throttled{}, false
	b.step, b.room = 0, 0
	if r.PerSecond > 0 {
		b.step = max(1, int64(1e9/r.PerSecond))
		b.room = b.step * int64(r.Burst-1)
	}
}

// take lets a write through, or says how long until the next one may come. left is how
// many more may follow at once, -1 where there is no limit.
func (b *bucket) take(at time.Time) (wait time.Duration, left int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.step == 0 {
		return 0, -1
	}
	now := at.UnixNano()
	if !b.started {
		b.said.First, b.started = at, true
	}
	b.said.Last = at
	b.next = max(b.next, now)
	if over := b.next - now - b.room; over > 0 {
		b.said.Refused++
		return time.Duration(over), 0
	}
	b.next += b.step
	b.said.Allowed++
	return 0, int((b.room - (b.next - now) + b.step) / b.step)
}

func (b *bucket) report() Throttled {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.said
	if b.started {
		out.Could = b.rate.Burst + int(int64(out.Last.Sub(out.First))/b.step)
	}
	return out
}

// tooMany answers a write that found the bucket empty. Retry-After is in whole seconds.
func (s *Server) tooMany(w http.ResponseWriter, graph bool, wait time.Duration) {
	s.count("throttled write")
	w.Header().Set("Retry-After", seconds(wait))
	if graph {
		graphError(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
		return
	}
	w.Header().Set("x-ms-ratelimit-remaining-subscription-writes", "0")
	armError(w, http.StatusTooManyRequests, "SubscriptionRequestsThrottled", "Number of write requests for subscription '"+subscriptionID+
		"' exceeded the limit. Please try again after '"+seconds(wait)+"' seconds.")
}
