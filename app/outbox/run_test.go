package outbox

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"watchfloor/app"
)

// clockwork is a Store that only tells when something becomes due, and notes when it
// is asked what is ready.
type clockwork struct {
	Store
	due   time.Time
	looks []time.Time

	expiring, saved []Action
	at              time.Time // of saving
}

func (c *clockwork) Ready(context.Context, time.Time, int, ...app.SourceID) ([]Action, error) {
	c.looks = append(c.looks, time.Now())
	return nil, nil
}

func (c *clockwork) NextAt(_ context.Context, now time.Time) (time.Time, error) {
	if c.due.After(now) {
		return c.due, nil
	}
	return time.Time{}, nil
}

func (c *clockwork) Expiring(context.Context) ([]Action, error) { return c.expiring, nil }

func (c *clockwork) SaveSubjects(_ context.Context, as []Action, _ map[int64]app.SubjectState) ([]int64, error) {
	c.expiring, c.saved, c.at = nil, as, time.Now()
	return []int64{1}, nil
}

func (c *clockwork) Clock(context.Context, time.Time) (time.Time, error) { return time.Time{}, nil }

// Run looks when something is due, when a hold ends, when it is kicked, and otherwise
// once a minute; it ends at once with its context.
func TestRunSleepsUntilSomethingIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := &clockwork{due: start.Add(1500 * time.Millisecond)}
		s := New(Config{Store: c, Now: time.Now})
		s.holds.until(app.Sentinel, start.Add(20*time.Second))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		time.Sleep(30 * time.Second)
		s.Kick()
		time.Sleep(61 * time.Second)
		before := time.Now()
		cancel()
		<-done
		if took := time.Since(before); took != 0 {
			t.Errorf("ending took %v", took)
		}
		want := []time.Duration{0, 1500 * time.Millisecond, 20 * time.Second, 30 * time.Second, 90 * time.Second}
		var got []time.Duration
		for _, at := range c.looks {
			got = append(got, at.Sub(start))
		}
		for i := range want {
			if len(got) != len(want) || got[i] != want[i] {
				t.Fatalf("looked at %v, want %v", got, want)
			}
		}
	})
}

func TestRunDoesNotSpinWhileOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := &clockwork{due: time.Now().Add(-time.Hour)}
		s := New(Config{Store: c, Now: time.Now, Online: func() bool { asked++; return false }})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		s.Run(ctx)
		if asked > 11 || len(c.looks) != 0 {
			t.Errorf("woke %d times in ten minutes", asked)
		}
	})
}

func TestAHoldIsNeverShortened(t *testing.T) {
	var h holds
	now := time.Now()
	h.until(app.Sentinel, now.Add(time.Hour))
	h.until(app.Sentinel, now.Add(time.Minute))
	if !h.holding(app.Sentinel, now.Add(59*time.Minute)) || h.holding(app.Sentinel, now.Add(time.Hour)) || h.holding(app.Defender, now) {
		t.Error("the longer hold counts, to its end, for its source")
	}
	if got := h.at(now); len(got) != 1 || !h.next(now).Equal(now.Add(time.Hour)) || !h.next(now.Add(time.Hour)).IsZero() {
		t.Errorf("%v until %v", got, h.next(now))
	}
}

// What expires is noted as expired at that moment, also while nothing can be sent.
func TestRunLooksWhenSomethingExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := &clockwork{expiring: []Action{{Seq: 1, State: Queued, Created: start, Saved: start, Expires: start.Add(10 * time.Second)}}}
		s := New(Config{Store: c, Now: time.Now, Online: func() bool { return false }})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); s.Run(ctx) }()
		time.Sleep(11 * time.Second)
		cancel()
		<-done
		if len(c.saved) != 1 || c.saved[0].State != Failed || c.saved[0].Kind != app.KindExpired || c.at.Sub(start) != 10*time.Second {
			t.Errorf("%+v after %v", c.saved, c.at.Sub(start))
		}
	})
}
