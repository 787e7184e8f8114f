package identity

import (
	"context"
	"net/http"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// clock moves when somebody waits.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }
func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.at = c.at.Add(d)
	return ctx.Err()
}

func paceOf(most int, in time.Duration) (*pace, *clock) {
	c := &clock{time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)}
	return &pace{most: most, in: in, now: c.now, wait: c.wait}, c
}

func TestNoStretchOfTimeHoldsMoreThanItMay(t *testing.T) {
	p, c := paceOf(5, 10*time.Second)
	var at []time.Time
	for i := range 40 {
		if err := p.turn(context.Background()); err != nil {
			t.Fatal(err)
		}
		at = append(at, c.at)
		if i%7 == 0 {
			c.at = c.at.Add(3 * time.Second)
		}
	}
	for i := 5; i < len(at); i++ {
		if d := at[i].Sub(at[i-5]); d < 10*time.Second {
			t.Errorf("six requests within %s", d)
		}
	}
	if total := at[39].Sub(at[0]); total > 85*time.Second {
		t.Errorf("forty took %s", total)
	}
}

func TestARefusalWithoutATimeIsWaitedOutLongerAndLonger(t *testing.T) {
	p, c := paceOf(1, time.Second)
	busy := &app.Error{Kind: app.KindThrottled, Message: "Wait."}
	began, calls := c.at, 0
	_, err := p.do(context.Background(), true, func() (azure.Reply, error) {
		calls++
		return azure.Reply{}, busy
	})
	// 1, 2 and 4 seconds between four tries, then it is the caller's turn to wait.
	if waited := c.at.Sub(began); app.KindOf(err) != app.KindThrottled || calls != 4 || waited != 7*time.Second || app.RetryAfter(err) != 8*time.Second {
		t.Errorf("%d calls within %s: %v, to wait %s", calls, waited, err, app.RetryAfter(err))
	}
	calls = 0
	if _, err = p.do(context.Background(), false, func() (azure.Reply, error) { calls++; return azure.Reply{}, busy }); calls != 1 || app.RetryAfter(err) != 16*time.Second {
		t.Errorf("a write was sent %d times: %v", calls, err)
	}
	if _, err = p.do(context.Background(), true, func() (azure.Reply, error) { return azure.Reply{}, nil }); err != nil {
		t.Error(err)
	}
	_, err = p.do(context.Background(), false, func() (azure.Reply, error) { return azure.Reply{}, busy })
	if app.RetryAfter(err) != time.Second {
		t.Errorf("after a success it waits %s", app.RetryAfter(err))
	}
	long := &app.Error{Kind: app.KindThrottled, RetryAfter: time.Hour}
	if _, err = p.do(context.Background(), true, func() (azure.Reply, error) { return azure.Reply{}, long }); app.RetryAfter(err) != time.Hour {
		t.Errorf("a long pause became %s", app.RetryAfter(err))
	}
}

func TestAClockThatWasSetBackHoldsNobody(t *testing.T) {
	p, c := paceOf(1, time.Second)
	_ = p.turn(context.Background())
	c.at = c.at.Add(-24 * time.Hour)
	began := c.at
	_ = p.turn(context.Background())
	if waited := c.at.Sub(began); waited > time.Second {
		t.Errorf("waited %s", waited)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.turn(ctx); err == nil {
		t.Error("a cancelled turn came")
	}
}

// A clock that stands still, as in pictures of a simulated tenant, does not pile waits up.
func TestAClockThatStandsStillHoldsNobody(t *testing.T) {
	f, c := fake(t, func(conf *Config) {
		at := conf.Now()
		conf.Now, conf.Wait, conf.Unpaced = func() time.Time { return at }, nil, true
	}, func(w http.ResponseWriter, _, _ string, _ *http.Request) { write(w, none) })
	began := time.Now()
	for range 40 {
		if _, err := follow(c.Risk(), app.Cursor{}, 20); err != nil {
			t.Fatal(err)
		}
	}
	if n, took := len(f.asked()), time.Since(began); n < 200 || took > 20*time.Second {
		t.Errorf("%d requests took %s", n, took)
	}
}

// A repeat after trouble keeps the pace, too.
func TestARepeatTakesItsTurn(t *testing.T) {
	left := 2
	f, c := fake(t, nil, func(w http.ResponseWriter, _, _ string, _ *http.Request) {
		if left--; left >= 0 {
			refuse(w, http.StatusServiceUnavailable)
			return
		}
		write(w, none)
	})
	began := c.conf.Now()
	if _, err := c.Risk().Pull(context.Background(), app.Cursor{}); err != nil || len(f.asked()) < 3 {
		t.Fatalf("%v after %v", err, f.asked())
	}
	if took := c.conf.Now().Sub(began); took < 2*time.Second {
		t.Errorf("three requests within %s", took)
	}
	left = 100
	if _, err := c.Risk().Pull(context.Background(), app.Cursor{}); app.KindOf(err) != app.KindOffline || left != 97 {
		t.Errorf("%v, %d requests left", err, left)
	}
}
