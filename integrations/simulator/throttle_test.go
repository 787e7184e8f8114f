package simulator

import (
	"net/http"
	"sync"
	"testing"
	"time"
)

func TestWritesBeyondTheRateAreRefusedUntilTheBucketHasFilled(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 100, Now: h.now, Throttle: Throttle{ARM: Rate{PerSecond: 4, Burst: 3}}})
	c, in, g := raw(t, s), openOne(t, s), defender(s, 1, alone)[0]
	n := 0
	write := func(want int) http.Header {
		t.Helper()
		n++
		status, head, b, err := c.do("PUT", c.ws("/incidents/"+in.ID+"/comments/c-"+string(rune('a'+n)), ""), map[string]any{"properties": map[string]any{"message": "x"}})
		if err != nil || status != want {
			t.Fatalf("write %d: %d, want %d: %v %s", n, status, want, err, b)
		}
		return head
	}
	for _, left := range []string{"2", "1", "0"} {
		if got := write(201).Get("x-ms-ratelimit-remaining-subscription-writes"); got != left {
			t.Errorf("%s writes are left, want %s", got, left)
		}
	}
	s.SetFaults(Faults{LoseReplyNext: 1})
	if head := write(429); head.Get("Retry-After") != "1" || head.Get("x-ms-ratelimit-remaining-subscription-writes") != "0" {
		t.Errorf("refused with %v", head)
	}
	if s.faults.get().LoseReplyNext != 1 {
		t.Error("a refused write used up a fault")
	}
	s.SetFaults(Faults{})
	h.move(249 * time.Millisecond)
	write(429)
	h.move(time.Millisecond)
	write(201)
	write(429)
	c.must(200, "GET", c.ws("/incidents", ""), nil) // reading is free
	c.must(200, "PATCH", c.set.Graph+"/security/incidents/"+g.ID, map[string]any{"severity": "low"})
	h.move(10 * time.Second) // fills up to the brim and no further
	for range 3 {
		write(201)
	}
	write(429)
	r := s.Throttled()
	if r.ARM.Allowed != 7 || r.ARM.Refused != 4 || r.ARM.Could != 3+41 || r.ARM.Last.Sub(r.ARM.First) != 10250*time.Millisecond || r.Graph.Allowed != 0 {
		t.Errorf("report %+v", r)
	}
}

func TestARateIsExactOverALongTimeAndManyAtOnce(t *testing.T) {
	var b bucket
	b.set(Rate{PerSecond: 10, Burst: 200})
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	allowed := 0
	for ms := 0; ms <= 3600_000; ms += 10 { // ten times what is granted, for an hour
		if wait, _ := b.take(start.Add(time.Duration(ms) * time.Millisecond)); wait == 0 {
			allowed++
		}
	}
	if want := 200 + 36000; allowed != want || b.report().Could != want {
		t.Errorf("%d writes were let through, %d could, want %d", allowed, b.report().Could, want)
	}
	b.set(Rate{PerSecond: 1, Burst: 50})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				b.take(start)
			}
		})
	}
	wg.Wait()
	if r := b.report(); r.Allowed != 50 || r.Refused != 110 {
		t.Errorf("at once: %+v", r)
	}
}

func TestARefusedWriteOfGraphSaysWhenToComeBack(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 100, Now: h.now})
	c, g := raw(t, s), defender(s, 1, alone)[0]
	c.must(200, "POST", c.set.BaseURL+"/_control/throttle", map[string]any{"graph": map[string]any{"perSecond": 0.25}})
	one := c.set.Graph + "/security/incidents/" + g.ID
	c.must(200, "PATCH", one, map[string]any{"severity": "low"})
	status, head, _, err := c.do("PATCH", one, map[string]any{"severity": "high"})
	if err != nil || status != 429 || head.Get("Retry-After") != "4" {
		t.Errorf("%d %q %v", status, head.Get("Retry-After"), err)
	}
	if now, _ := s.DefenderIncident(g.ID); now.Severity != "low" {
		t.Error("a refused write took effect")
	}
	if v := c.must(200, "GET", c.set.BaseURL+"/_control/throttle", nil)["Graph"].(map[string]any); v["Allowed"] != 1.0 || v["Refused"] != 1.0 {
		t.Errorf("shown %v", v)
	}
	c.must(400, "POST", c.set.BaseURL+"/_control/throttle", map[string]any{"arm": map[string]any{"perSecond": -1}})
	s.SetThrottle(Throttle{})
	c.must(200, "PATCH", one, map[string]any{"severity": "high"})
}
