// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// window lets so many requests through in each stretch of time, which begins with the
// first request after the one before.
type window struct {
	mu    sync.Mutex
	n     int // 0 = no limit
	per   time.Duration
	begun time.Time
	used  int
	said  Throttled
}

// set takes a rate: Burst requests in the time that Burst takes at PerSecond.
func (x *window) set(r Rate) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.n, x.used, x.begun, x.said = 0, 0, time.Time{}, Throttled{}
	if r.PerSecond > 0 {
		x.n = max(1, r.Burst)
		x.per = time.Duration(float64(x.n) / r.PerSecond * float64(time.Second))
	}
}

// take lets a request through or says how long until the next stretch; left is how many
// more may come in this one, resets how long it lasts.
func (x *window) take(at time.Time) (ok bool, left int, resets time.Duration) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.n == 0 {
		return true, -1, 0
	}
	if x.said.First.IsZero() {
		x.said.First = at
	}
	x.said.Last = at
	if x.begun.IsZero() || at.Sub(x.begun) >= x.per {
		x.begun, x.used = at, 0
	}
	resets = x.per - at.Sub(x.begun)
	if x.used >= x.n {
		x.said.Refused++
		return false, 0, resets
	}
	x.used++
	x.said.Allowed++
	return true, x.n - x.used, resets
}

func (x *window) report() Throttled {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := x.said
	if x.n > 0 && !out.First.IsZero() {
		out.Could = x.n * (1 + int(out.Last.Sub(out.First)/x.per))
	}
	return out
}

// PostureThrottle is what the services grant (sheet part 0.3): reads of ARM in each
// subscription, 15 queries in five seconds, 150 requests a minute to the secure score and
// four of them at once.
var PostureThrottle = Throttle{
	ARMReads: Rate{PerSecond: 25, Burst: 250}, ResourceGraph: Rate{PerSecond: 3, Burst: 15},
	SecureScore: Rate{PerSecond: 2.5, Burst: 150}, ScoreAtOnce: 4,
}

func (c *posture) setLimits(t Throttle) {
	c.reads.set(t.ARMReads)
	c.queries.set(t.ResourceGraph)
	c.scores.set(t.SecureScore)
	c.atOnce.Store(int32(t.ScoreAtOnce))
}

// readLimits are the limits of reads on ARM: each subscription has a bucket, and the
// tenant has one.
type readLimits struct {
	mu   sync.Mutex
	rate Rate
	of   map[string]*bucket
}

func (x *readLimits) set(r Rate) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.rate, x.of = r, map[string]*bucket{}
}

func (x *readLimits) bucket(sub string) *bucket {
	x.mu.Lock()
	defer x.mu.Unlock()
	b := x.of[sub]
	if b == nil && x.rate.PerSecond > 0 {
		b = &bucket{}
		b.set(x.rate)
		x.of[sub] = b
	}
	return b
}

// report sums over the buckets.
func (x *readLimits) report() (out Throttled) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, b := range x.of {
		r := b.report()
		out.Allowed, out.Refused, out.Could = out.Allowed+r.Allowed, out.Refused+r.Refused, out.Could+r.Could
		if out.First.IsZero() || r.First.Before(out.First) {
			out.First = r.First
		}
		out.Last = latest(out.Last, r.Last)
	}
	return out
}

// mayReadARM answers 429 where reads of a subscription, "" the tenant, came too fast.
func (s *Server) mayReadARM(w http.ResponseWriter, r *http.Request, sub string) bool {
	b := s.posture.reads.bucket(strings.ToLower(sub))
	if b == nil || r.Method != http.MethodGet {
		return true
	}
	wait, left := b.take(s.now())
	name := "x-ms-ratelimit-remaining-subscription-reads"
	if sub == "" {
		name = "x-ms-ratelimit-remaining-tenant-reads"
	}
	w.Header().Set(name, fmt.Sprint(max(0, left)))
	if wait <= 0 {
		return true
	}
	s.count("throttled read")
	w.Header().Set("Retry-After", seconds(wait))
	armError(w, http.StatusTooManyRequests, "SubscriptionRequestsThrottled", "Number of read requests for subscription '"+sub+
		"' exceeded the limit. Please try again after '"+seconds(wait)+"' seconds.")
	return false
}

// scoreGate lets a request to the secure score or its controls in: so many a minute, and
// so many at once. leave is called when it is answered.
func (s *Server) scoreGate(w http.ResponseWriter) (leave func(), ok bool) {
	c := s.posture
	if n := c.inside.Add(1); c.atOnce.Load() > 0 && n > c.atOnce.Load() {
		c.inside.Add(-1)
		s.count("throttled score")
		w.Header().Set("Retry-After", "1")
		graphError(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests at once.")
		return nil, false
	}
	if ok, _, resets := c.scores.take(s.now()); !ok {
		c.inside.Add(-1)
		s.count("throttled score")
		w.Header().Set("Retry-After", seconds(resets))
		graphError(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
		return nil, false
	}
	return func() { c.inside.Add(-1) }, true
}

// clockface writes a duration as hh:mm:ss, in whole seconds, never less.
func clockface(d time.Duration) string {
	n := int64((d + time.Second - 1) / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", n/3600, n/60%60, n%60)
}
