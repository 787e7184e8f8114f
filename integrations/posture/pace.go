package posture

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// pace keeps requests within what a service allows: it obeys the pauses the service asks
// for, with all requests alike, and a limit of its own where there is one.
type pace struct {
	now  func() time.Time
	wait func(context.Context, time.Duration) error
	// spread makes a wait longer by a little; nil leaves it.
	spread func(time.Duration) time.Duration
	// most requests may start within per, and slots run at once; 0 and nil are no limit.
	most  int
	per   time.Duration
	slots chan struct{}

	mu    sync.Mutex
	until time.Time
	last  time.Time   // of the clock
	sent  []time.Time // the last most, oldest first
	quota quota
	busy  int // requests under way
}

// quota is what Resource Graph tells with every answer (sheet part 0.3): how many queries
// are left in a stretch of time, and when that ends. The time is told in whole seconds,
// rounded up: each answer of a stretch narrows its end.
type quota struct {
	left int       // as told, the least of the stretch
	end  time.Time // zero before the first answer
}

const (
	// patience is the longest pause that is waited out within a request; a longer one
	// ends the pull, which continues after it.
	patience = time.Minute
	// tries is how often one request may be refused for its pace. The first may be sent
	// thrice where the service has trouble, the others once: six at most.
	tries = 4
	// guess is the first pause where the service did not say; it doubles.
	guess = time.Second
)

// call makes one request that changes nothing when its time has come, and again where it
// came too early.
func (p *pace) call(ctx context.Context, f func(context.Context) (azure.Reply, error)) (azure.Reply, error) {
	leave, err := p.slot(ctx)
	if err != nil {
		return azure.Reply{}, err
	}
	defer leave()
	for n := range tries {
		if err := p.enter(ctx); err != nil {
			return azure.Reply{}, azure.Explain(err, azure.Intent{})
		}
		reply, err := f(ctx)
		ctx = azure.Once(ctx)
		p.learn(reply.Header)
		if app.KindOf(err) != app.KindThrottled {
			return reply, err
		}
		asked := app.RetryAfter(err)
		if asked == 0 {
			asked = guess << n
		}
		if p.spread != nil {
			asked = p.spread(asked)
		}
		p.hold(asked)
		if asked > patience+patience/4 || n == tries-1 {
			return reply, err
		}
	}
	return azure.Reply{}, nil // not reached: the last try returns
}

// once makes one request when its time has come.
func (p *pace) once(ctx context.Context, f func(context.Context) (azure.Reply, error)) (azure.Reply, error) {
	leave, err := p.slot(ctx)
	if err != nil {
		return azure.Reply{}, err
	}
	defer leave()
	if err := p.enter(ctx); err != nil {
		return azure.Reply{}, azure.Explain(err, azure.Intent{})
	}
	reply, err := f(ctx)
	p.learn(reply.Header)
	return reply, err
}

// slot waits for one of those that run at once.
func (p *pace) slot(ctx context.Context) (leave func(), err error) {
	if p.slots == nil {
		return func() {}, nil
	}
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	case <-ctx.Done():
		return nil, azure.Explain(ctx.Err(), azure.Intent{})
	}
}

// enter waits until a request may start and counts it. KindThrottled: that is longer than
// a request can wait.
func (p *pace) enter(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := p.due()
		if d <= 0 {
			return nil
		}
		if d > patience+patience/4 {
			e := app.E(app.KindThrottled, "The service asked to wait before the next request.", nil)
			e.RetryAfter = d
			return e
		}
		if err := p.wait(ctx, d); err != nil {
			return err
		}
	}
}

// due counts a request that may start now, or says how long it has to wait.
func (p *pace) due() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if now.Before(p.last) { // the clock was set back: what was noted with it is void
		p.until, p.quota, p.sent = time.Time{}, quota{}, nil
	}
	p.last = now
	if d := p.until.Sub(now); d > 0 {
		return d
	}
	if q := &p.quota; now.Before(q.end) {
		if q.left <= p.busy { // those under way may not be counted yet
			return q.end.Sub(now)
		}
	} else {
		q.end = time.Time{} // the next answer tells of a new stretch
	}
	if p.most > 0 {
		if len(p.sent) == p.most {
			if d := p.per - now.Sub(p.sent[0]); d > 0 {
				return d
			}
			p.sent = p.sent[1:]
		}
		p.sent = append(p.sent, now)
	}
	p.busy++
	return 0
}

// hold lets no request start for d.
func (p *pace) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(d); until.After(p.until) {
		p.until = until
	}
}

// learn counts an answer, and notes the quota where it tells one: no request is sent to be
// refused.
func (p *pace) learn(h http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	left, err := strconv.Atoi(h.Get("x-ms-user-quota-remaining"))
	d, ok := clockTime(h.Get("x-ms-user-quota-resets-after"))
	if err != nil || !ok || d > patience {
		return
	}
	q, end := &p.quota, p.now().Add(d)
	if q.end.IsZero() {
		*q = quota{left, end}
		return
	}
	q.left = min(q.left, left)
	if end.Before(q.end) {
		q.end = end
	}
}

// clockTime reads hh:mm:ss, the seconds with a fraction or without.
func clockTime(s string) (time.Duration, bool) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return 0, false
	}
	h, err1 := strconv.Atoi(parts[0])
	m, err2 := strconv.Atoi(parts[1])
	sec, err3 := strconv.ParseFloat(parts[2], 64)
	if err1 != nil || err2 != nil || err3 != nil || h < 0 || m < 0 || m > 59 || !(sec >= 0 && sec < 60) || h > 24 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec*float64(time.Second)), true
}
