package outbox

import (
	"testing"
	"time"

	"watchfloor/app"
)

func TestPausesAreLiftedAndAskedWaitsStay(t *testing.T) {
	var h holds
	now := time.Unix(1000, 0)
	h.pause(app.Sentinel, now.Add(10*time.Second))
	h.pause(app.Defender, now.Add(10*time.Second))
	h.until(app.Defender, now.Add(time.Minute))
	h.pause(app.Defender, now.Add(30*time.Second)) // shorter: the service's own wait stays
	h.lift()
	if h.holding(app.Sentinel, now) {
		t.Error("the pause without an answer is still there")
	}
	if !h.holding(app.Defender, now.Add(50*time.Second)) {
		t.Error("the wait that the service asked for is gone")
	}
}

// One lost answer delays its own action, and longer each time; many in a row hold the
// source, until an answer comes. What one broken connection took along counts once.
func TestLostAnswersInARowHoldTheSource(t *testing.T) {
	var h holds
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	for n := 1; n < inARow; n++ {
		for lane := range 24 {
			if got := h.lost(app.Sentinel, at(10*n-1-lane%5), at(10*n+lane%3)); got != n {
				t.Fatalf("lost %d, counted %d", n, got)
			}
		}
	}
	if got := h.lost(app.Defender, at(100), at(101)); got != 1 {
		t.Errorf("the other source counts %d", got)
	}
	h.well(app.Sentinel)
	if got := h.lost(app.Sentinel, at(200), at(201)); got != 1 {
		t.Errorf("after a good answer it counts %d", got)
	}
	now := time.Unix(10_000, 0)
	s := New(Config{Now: func() time.Time { return now }})
	for ago, want := range map[time.Duration]time.Duration{0: firstDelay, time.Minute: time.Minute, time.Hour: lastDelay, -time.Hour: firstDelay} {
		if got := s.since(now.Add(-ago)); got != want {
			t.Errorf("in doubt for %v it waits %v, want %v", ago, got, want)
		}
	}
}
