package posture

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// desk is a clock that moves only when somebody waits.
type desk struct {
	at     time.Time
	waited []time.Duration
}

func newDesk() *desk { return &desk{at: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)} }

func (d *desk) now() time.Time { return d.at }

func (d *desk) wait(_ context.Context, by time.Duration) error {
	d.waited = append(d.waited, by)
	d.at = d.at.Add(by)
	return nil
}

func (d *desk) pace() *pace { return &pace{now: d.now, wait: d.wait} }

func ok(context.Context) (azure.Reply, error) { return azure.Reply{}, nil }

func TestALimitOfItsOwnIsUsedAndNotPassed(t *testing.T) {
	d := newDesk()
	p := d.pace()
	p.most, p.per = 3, time.Minute
	start := d.at
	for range 7 {
		if _, err := p.call(context.Background(), ok); err != nil {
			t.Fatal(err)
		}
	}
	if took := d.at.Sub(start); took != 2*time.Minute {
		t.Errorf("seven requests at three a minute took %s", took)
	}
}

func TestAPauseHoldsAllAndTheRequestIsMadeAgain(t *testing.T) {
	d := newDesk()
	p := d.pace()
	n := 0
	reply, err := p.call(context.Background(), func(context.Context) (azure.Reply, error) {
		if n++; n < 3 {
			return azure.Reply{}, &app.Error{Kind: app.KindThrottled, RetryAfter: 7 * time.Second, Answered: true}
		}
		return azure.Reply{Status: 200}, nil
	})
	if err != nil || reply.Status != 200 || n != 3 || len(d.waited) != 2 || d.waited[0] != 7*time.Second {
		t.Errorf("%v after %d tries and %v", err, n, d.waited)
	}
	_, err = p.call(context.Background(), func(context.Context) (azure.Reply, error) {
		return azure.Reply{}, &app.Error{Kind: app.KindThrottled, RetryAfter: time.Hour}
	})
	if app.RetryAfter(err) != time.Hour {
		t.Errorf("a long pause is left to the caller: %v", err)
	}
	d.at = d.at.Add(-24 * time.Hour) // the clock is set back: the pause is not a day longer
	was := d.at
	if _, err := p.call(context.Background(), ok); err != nil || d.at.Sub(was) > time.Hour {
		t.Errorf("%v after %s", err, d.at.Sub(was))
	}
}

func TestAServiceThatDoesNotSayHowLongIsAskedLessAndLess(t *testing.T) {
	d := newDesk()
	tried := 0
	_, err := d.pace().call(context.Background(), func(context.Context) (azure.Reply, error) {
		tried++
		return azure.Reply{}, &app.Error{Kind: app.KindThrottled}
	})
	if app.KindOf(err) != app.KindThrottled || tried != tries || d.at.Sub(newDesk().at) != (1<<(tries-1)-1)*guess {
		t.Errorf("%v after %d tries in %s", err, tried, d.at.Sub(newDesk().at))
	}
}

// A write is never repeated here: whether it was done is for the caller to find out.
func TestAWriteIsMadeOnce(t *testing.T) {
	n := 0
	_, err := newDesk().pace().once(context.Background(), func(context.Context) (azure.Reply, error) {
		n++
		return azure.Reply{}, &app.Error{Kind: app.KindThrottled, RetryAfter: time.Second, MaybeApplied: true}
	})
	if n != 1 || app.KindOf(err) != app.KindThrottled {
		t.Errorf("%d times, %v", n, err)
	}
}

// The quota is told in whole seconds, rounded up. Its stretch ends when the first answer
// said, not a second after.
func TestTheQuotaIsUsedToItsEndAndTheNextStretchAtOnce(t *testing.T) {
	d := newDesk()
	p := d.pace()
	const most, per = 15, 5 * time.Second
	var begun time.Time
	used, refused := 0, 0
	start := d.at
	ask := func(context.Context) (azure.Reply, error) {
		d.at = d.at.Add(180 * time.Millisecond)
		if begun.IsZero() || d.at.Sub(begun) >= per {
			begun, used = d.at, 0
		}
		if used++; used > most {
			refused++
		}
		left := (per - d.at.Sub(begun) + time.Second - 1).Truncate(time.Second)
		h := http.Header{}
		h.Set("x-ms-user-quota-remaining", strconv.Itoa(max(most-used, 0)))
		h.Set("x-ms-user-quota-resets-after", "00:00:0"+strconv.Itoa(int(left/time.Second)))
		return azure.Reply{Header: h}, nil
	}
	for range 4 * most {
		if _, err := p.call(context.Background(), ask); err != nil {
			t.Fatal(err)
		}
	}
	if took := d.at.Sub(start); refused != 0 || took > 3*per+per*2/3+time.Second {
		t.Errorf("%d refused, four stretches took %s", refused, took)
	}
}

func TestTimesOfTheQuotaAreReadOrLeft(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"00:00:05": 5 * time.Second, "01:02:03.5": time.Hour + 2*time.Minute + 3500*time.Millisecond,
		"": -1, "5": -1, "aa:00:00": -1, "00:00:99": -1, "-1:00:00": -1, "00:00:NaN": -1, "99:00:00": -1,
	} {
		got, ok := clockTime(s)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%q is %s, %v", s, got, ok)
		}
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	p := newDesk().pace()
	p.wait = azure.Timer
	p.hold(time.Hour)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.call(ctx, ok); app.KindOf(err) != app.KindCancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
