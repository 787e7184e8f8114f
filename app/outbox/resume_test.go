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
// source, until an answer comes.
func TestLostAnswersInARowHoldTheSource(t *testing.T) {
	var h holds
	for n := 1; n < inARow; n++ {
		if got := h.lost(app.Sentinel); got != n {
			t.Fatalf("lost %d, counted %d", n, got)
		}
	}
	if got := h.lost(app.Defender); got != 1 {
		t.Errorf("the other source counts %d", got)
	}
	h.well(app.Sentinel)
	if got := h.lost(app.Sentinel); got != 1 {
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
