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
