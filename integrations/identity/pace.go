package identity

import (
	"context"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

const (
	firstBackoff = time.Second
	lastBackoff  = time.Minute
	// longestTurn is how long a request may wait for its turn.
	longestTurn = lastBackoff + lastBackoff/4
	// refusals is how often one read is refused before the page ends.
	refusals = 4
)

// repeats is how often a read is sent again after an answer that says trouble.
const repeats = 2

// troubled reports that the service answered that it cannot, and did not say when.
func troubled(err error) bool {
	return azure.Passing(azure.StatusOf(err)) && app.KindOf(err) == app.KindOffline && app.RetryAfter(err) == 0
}

// pace lets most requests start in any stretch of the given length, any number where most
// is 0, and none while a refusal is waited out.
type pace struct {
	most int
	in   time.Duration
	now  func() time.Time
	wait func(context.Context, time.Duration) error
	// spread makes a wait longer by a little; nil leaves it.
	spread func(time.Duration) time.Duration

	mu      sync.Mutex
	started []time.Time // the latest most, in order; times that were promised lie ahead
	closed  time.Time   // nothing starts before
	noted   time.Time   // when that was said
	back    time.Duration
}

// turn waits until a request may start. KindThrottled: that is longer than a request can
// wait.
func (p *pace) turn(ctx context.Context) error {
	if left := p.shut(); left > 0 {
		e := app.E(app.KindThrottled, "The service asked to wait before the next request.", nil)
		e.RetryAfter = left
		return e
	}
	if d := p.promise(); d > 0 {
		return p.wait(ctx, d)
	}
	return ctx.Err()
}

// promise takes the next moment at which a request may start, and says how long it is
// until then. A clock that was set back makes nobody wait longer than the pace itself.
func (p *pace) promise() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	at := now
	if p.closed.After(at) && !p.closed.After(now.Add(longestTurn)) {
		at = p.closed
	}
	if p.most == 0 {
		return at.Sub(now)
	}
	if n := len(p.started); n >= p.most {
		if free := p.started[n-p.most].Add(p.in); free.After(at) && !free.After(now.Add(lastBackoff)) {
			at = free
		}
		p.started = p.started[n-p.most+1:]
	}
	p.started = append(p.started, at)
	return at.Sub(now)
}

// refused notes that the service wants less, and returns for how long nothing starts: as
// long as it asked, else twice as long as the last time.
func (p *pace) refused(asked time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.back = min(max(2*p.back, firstBackoff), lastBackoff)
	wait := max(asked, p.back)
	if p.spread != nil {
		wait = p.spread(wait)
	}
	p.noted = p.now()
	p.closed = p.noted.Add(wait)
	return wait
}

// shut is how long the service wants nothing, where that is too long to be waited out;
// else 0. A clock that was set back voids it.
func (p *pace) shut() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if left := p.closed.Sub(now); left > longestTurn && !now.Before(p.noted) {
		return left
	}
	return 0
}

func (p *pace) allowed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.back = 0
}

// do runs a call at its turn. A read that is refused is repeated after the wait, and one
// that the service has trouble with at the next turn; a write is not: the caller decides.
// KindThrottled says how long to wait.
func (p *pace) do(ctx context.Context, again bool, call func() (azure.Reply, error)) (azure.Reply, error) {
	for n := 1; ; n++ {
		if app.DryRunOf(ctx) == nil {
			if err := p.turn(ctx); err != nil {
				return azure.Reply{}, azure.Explain(err, reading)
			}
		}
		reply, err := call()
		if app.KindOf(err) != app.KindThrottled {
			if again && troubled(err) && n <= repeats {
				continue
			}
			if err == nil {
				p.allowed()
			}
			return reply, err
		}
		asked := app.RetryAfter(err)
		wait := p.refused(asked)
		if !again || n == refusals || asked > lastBackoff {
			e := azure.Reworded(err, app.KindThrottled, app.Say(err))
			e.RetryAfter = wait
			return reply, e
		}
	}
}
