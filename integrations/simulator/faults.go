// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Faults says what goes wrong. The zero value is a healthy service. Percentages are of
// requests and come from a seeded generator, counts are used up one by one: the same
// requests in the same order meet the same faults. Sign-in meets only Latency, Portal
// and Offline.
type Faults struct {
	// Path limits every fault except Offline to requests whose path contains it.
	Path string `json:"path,omitempty"`
	// WritesOnly limits throttling, errors, resets and truncation to PUT, PATCH, POST
	// and DELETE; Sentinel's reading POSTs are no writes.
	WritesOnly bool `json:"writesOnly,omitempty"`

	// Latency is waited, on the machine's clock, before a request is handled.
	Latency time.Duration `json:"latency,omitempty"`

	// Throttled requests get 429 without being handled. RetryAfter is sent as it is:
	// "3", "2.128" or "" for none; "date:30s" sends the date 30 s from now.
	ThrottleEvery   int    `json:"throttleEvery,omitempty"`
	ThrottlePercent int    `json:"throttlePercent,omitempty"`
	ThrottleNext    int    `json:"throttleNext,omitempty"`
	RetryAfter      string `json:"retryAfter,omitempty"`

	// Failing requests get ErrorStatus (503 when 0) without being handled.
	ErrorEvery   int `json:"errorEvery,omitempty"`
	ErrorPercent int `json:"errorPercent,omitempty"`
	ErrorNext    int `json:"errorNext,omitempty"`
	ErrorStatus  int `json:"errorStatus,omitempty"`

	// Reset requests are handled; the connection breaks in the middle of the answer.
	ResetEvery   int `json:"resetEvery,omitempty"`
	ResetPercent int `json:"resetPercent,omitempty"`
	ResetNext    int `json:"resetNext,omitempty"`

	// Truncated answers are complete in HTTP and cut in JSON; requests are handled.
	TruncateEvery   int `json:"truncateEvery,omitempty"`
	TruncatePercent int `json:"truncatePercent,omitempty"`
	TruncateNext    int `json:"truncateNext,omitempty"`

	// StaleNext Sentinel PUTs are answered 409 whatever their ETag.
	StaleNext int `json:"staleNext,omitempty"`
	// Writes whose reply is lost take effect; the connection closes without an answer.
	LoseReplyNext    int `json:"loseReplyNext,omitempty"`
	LoseReplyPercent int `json:"loseReplyPercent,omitempty"`
	// ChallengeNext requests with CAE tokens are answered 401 insufficient_claims;
	// every token issued so far is refused from then on.
	ChallengeNext int `json:"challengeNext,omitempty"`
	// DenyWrites answers every write 403.
	DenyWrites bool `json:"denyWrites,omitempty"`
	// Portal answers sign-in, or whatever Path matches, with 200 and the page of a captive
	// portal.
	Portal bool `json:"portal,omitempty"`
	// Seed of the percentages; 0 = the tenant's.
	Seed int64 `json:"seed,omitempty"`
	// OddRows list pages begin with malformed rows.
	OddRows int `json:"oddRows,omitempty"`
	// Offline drops every connection, sign-in included, except those to /_control.
	Offline bool `json:"offline,omitempty"`
}

// faultBox hands out faults; its counts go down.
type faultBox struct {
	mu    sync.Mutex
	f     Faults
	n     int // requests since the faults were set
	dice  uint64
	seed  uint64
	cut   chan struct{} // closed when the tenant goes offline
	ended bool
	now   func() time.Time

	arm, graph bucket // the limits of writes, which outlive a change of faults
	// Those of all requests to parts of Graph.
	protection, signIns bucket
}

func newFaultBox(f Faults, seed int64, now func() time.Time) *faultBox {
	b := &faultBox{seed: uint64(seed), now: now, cut: make(chan struct{})}
	b.put(f)
	return b
}

func (b *faultBox) put(f Faults) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.f, b.n, b.dice = f, 0, b.seed
	if f.Seed != 0 {
		b.dice = uint64(f.Seed)
	}
	b.switchOffline(f.Offline)
}

func (b *faultBox) switchOffline(on bool) {
	b.f.Offline = on
	if on && !b.ended {
		close(b.cut)
	} else if !on && b.ended {
		b.cut = make(chan struct{})
	}
	b.ended = on
}

func (b *faultBox) get() Faults { b.mu.Lock(); defer b.mu.Unlock(); return b.f }

// chance throws the seeded dice.
func (b *faultBox) chance(percent int) bool {
	if percent <= 0 {
		return false
	}
	b.dice = b.dice*6364136223846793005 + 1442695040888963407
	return int(b.dice>>33%100) < percent
}

func takeOne(n *int) bool {
	if *n <= 0 {
		return false
	}
	*n--
	return true
}

func (b *faultBox) hit(every, percent int, next *int) bool {
	return takeOne(next) || every > 0 && b.n%every == 0 || b.chance(percent)
}

// SetFaults replaces all faults, Offline included, and starts counting anew.
func (s *Server) SetFaults(f Faults) { s.faults.put(f) }

// SetOffline drops all connections and refuses new ones until it is switched back.
func (s *Server) SetOffline(on bool) {
	s.faults.mu.Lock()
	s.faults.switchOffline(on)
	s.faults.mu.Unlock()
}

// takeStale reports that a Sentinel PUT is to be refused as stale.
func (b *faultBox) takeStale() bool { b.mu.Lock(); defer b.mu.Unlock(); return takeOne(&b.f.StaleNext) }

// takeOdd reports that a list page is to begin with malformed rows.
func (b *faultBox) takeOdd(listed bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return listed && takeOne(&b.f.OddRows)
}

// takeChallenge reports that a CAE token is to be refused, and revokes those issued.
func (b *faultBox) takeChallenge(m *minter) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !takeOne(&b.f.ChallengeNext) {
		return false
	}
	m.revoke()
	return true
}

// fate is what happens to one request.
type fate struct {
	latency                               time.Duration
	throttle, fail, reset, truncate, deny bool
	portal                                bool
	lose                                  bool
	wait                                  time.Duration // until the limit of writes lets one through
	silent                                bool          // refused without saying how long to wait
	left                                  int           // writes that the limit still has room for, -1 no limit
	retryAfter                            string
	status                                int
}

// decide throws all dice for a request at once, in a fixed order.
func (b *faultBox) decide(r *http.Request, api bool) (x fate, offline bool, cut <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := &b.f
	if x.left = -1; f.Offline {
		return x, true, b.cut
	}
	if limit := b.identityLimit(r.URL.Path); limit != nil {
		if x.wait, _ = limit.take(b.now()); x.wait > 0 {
			x.silent = limit == &b.protection
			return x, false, b.cut
		}
	}
	if api && isWrite(r) {
		limit := &b.arm
		if strings.HasPrefix(strings.ToLower(r.URL.Path), "/v1.0/") {
			limit = &b.graph
		}
		if x.wait, x.left = limit.take(b.now()); x.wait > 0 { // no fault is used up by it
			return x, false, b.cut
		}
	}
	if f.Path != "" && !strings.Contains(strings.ToLower(r.URL.Path), strings.ToLower(f.Path)) {
		return x, false, b.cut
	}
	x.latency, x.portal = f.Latency, f.Portal && (!api || f.Path != "")
	if !api {
		return x, false, b.cut
	}
	write := isWrite(r)
	x.deny = f.DenyWrites && write
	if write || !f.WritesOnly {
		b.n++
		x.throttle = b.hit(f.ThrottleEvery, f.ThrottlePercent, &f.ThrottleNext)
		x.fail = !x.throttle && b.hit(f.ErrorEvery, f.ErrorPercent, &f.ErrorNext)
		handled := !x.throttle && !x.fail
		x.reset = handled && b.hit(f.ResetEvery, f.ResetPercent, &f.ResetNext)
		x.truncate = handled && !x.reset && b.hit(f.TruncateEvery, f.TruncatePercent, &f.TruncateNext)
	}
	if write && !x.throttle && !x.fail {
		x.lose = takeOne(&f.LoseReplyNext) || b.chance(f.LoseReplyPercent)
	}
	x.retryAfter, x.status = f.RetryAfter, f.ErrorStatus
	return x, false, b.cut
}

// isWrite reports whether a request changes something.
func isWrite(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return false
	case http.MethodPost:
		p := strings.ToLower(r.URL.Path)
		return strings.HasPrefix(p, "/v1.0/") || strings.Contains(p, "/providers/microsoft.security/")
	}
	return true
}

// retryAfterHeader expands "date:DURATION".
func retryAfterHeader(v string, now time.Time) string {
	if d, isDate := strings.CutPrefix(v, "date:"); isDate {
		wait, _ := time.ParseDuration(d)
		return now.Add(wait).UTC().Format(http.TimeFormat)
	}
	return v
}

// seconds is a wait in whole seconds, never less.
func seconds(wait time.Duration) string {
	return strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)
}

// UnmarshalJSON reads faults; latency may be a text such as "250ms". An unknown name is
// an error, so that a misspelt fault does not pass as none.
func (f *Faults) UnmarshalJSON(b []byte) error {
	type plain Faults
	x := struct {
		*plain
		Latency json.RawMessage `json:"latency"`
	}{plain: (*plain)(f)}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(&x); err != nil || len(x.Latency) == 0 {
		return err
	}
	var text string
	if json.Unmarshal(x.Latency, &text) != nil {
		return json.Unmarshal(x.Latency, &f.Latency)
	}
	wait, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("latency: %w", err)
	}
	f.Latency = wait
	return nil
}
