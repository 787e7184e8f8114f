package wiring_test

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// distant is a service whose answers take a while.
type distant struct {
	merging
	latency time.Duration
}

func (d distant) Get(ctx context.Context, id string) (app.Pulled, error) {
	time.Sleep(d.latency)
	return d.merging.Get(ctx, id)
}

func (d distant) Update(ctx context.Context, seen app.Pulled, want app.Fields, changed []app.Field) (app.Pulled, error) {
	time.Sleep(d.latency)
	return d.merging.Update(ctx, seen, want, changed)
}

// allowance is a bucket of burst writes that fills up by rate each second. Retry-After
// is in whole seconds, as the services say it.
type allowance struct {
	mu          sync.Mutex
	rate, burst float64
	left        float64
	at          time.Time
	refused     int
}

func (b *allowance) take(s *service) trouble {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.left = min(b.burst, b.left+b.rate*now.Sub(b.at).Seconds())
	if b.at = now; b.left >= 1 {
		b.left--
		return fine
	}
	b.refused++
	s.asked = time.Duration(math.Ceil((1-b.left)/b.rate)) * time.Second
	return throttled
}

// Closings leave at no less than 90 % of what the service lets through,
// near or far, though each time it says to wait for a second. The time is synthetic.
func TestTheWholeRateOfAThrottledServiceIsUsed(t *testing.T) {
	for _, latency := range []time.Duration{5 * time.Millisecond, 120 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			const n, rate, burst = 100, 5, 10
			s := newService(app.Defender)
			var rs []outbox.Request
			for range n {
				s.add(fresh())
			}
			f := newFloor(t, s)
			f.pull()
			for remote := range s.rows {
				rs = append(rs, closeAs(f.id(s, remote), app.BenignPositive, "confirmedActivity", "known"))
			}
			slices.SortFunc(rs, func(a, b outbox.Request) int { return int(a.IncidentID - b.IncidentID) })
			cfg := f.config()
			cfg.Now, cfg.Remotes = time.Now, []app.Remote{distant{merging{s}, latency}}
			box := outbox.New(cfg)
			results, err := box.DoMany(t.Context(), rs, nil)
			if err != nil || len(results) != n {
				t.Fatal(err)
			}
			bucket := &allowance{rate: rate, burst: burst, left: burst, at: time.Now()}
			s.upsets = func(_ string, write bool) trouble {
				if write {
					return bucket.take(s)
				}
				return fine
			}
			start := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); box.Run(ctx) }()
			for {
				time.Sleep(50 * time.Millisecond)
				if c, err := box.Counts(t.Context()); err != nil || c == (outbox.Counts{}) {
					break
				}
			}
			took := time.Since(start)
			cancel()
			<-done
			could := burst + rate*took.Seconds()
			if share := n / could; share < 0.9 {
				t.Errorf("%v away: %.0f %% of what could be sent in %v", latency, 100*share, took)
			} else {
				t.Logf("%v away: %.0f %% in %v, refused %d", latency, 100*share, took, bucket.refused)
			}
			for _, r := range results {
				if a := f.action(r.Action.Seq); a.State != outbox.Done {
					t.Fatalf("%s %q after %d attempts", a.State, a.Reason, a.Attempts)
				}
			}
		})
	}
}
