package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"watchfloor/app"
)

const (
	maxAttempts = 6 // sends of one action before it is parked
	firstDelay  = 2 * time.Second
	lastDelay   = 5 * time.Minute
	offlineWait = 10 * time.Second // before a source that gave no answer is tried again
	inARow      = 6                // lost answers: fewer delay their own action only
)

// failed decides what becomes of an action whose attempt, begun at a time, failed.
func (s *Service) failed(ctx context.Context, a *Action, began time.Time, cause error) error {
	stopping := ctx.Err() != nil
	ctx = context.WithoutCancel(ctx)
	s.cfg.Log.Info("action not sent", "seq", a.Seq, "verb", string(a.Verb), "attempt", a.Attempts, "err", cause)
	reason, kind, asked := app.Say(cause), app.KindOf(cause), app.RetryAfter(cause)
	a.Kind = kind
	if kind == app.KindOffline && app.Answered(cause) {
		a.Kind = app.KindInternal // the service has trouble; waiting for a network does not help
	}
	var other otherGone
	if errors.As(cause, &other) {
		s.drop(a)
		a.Reason = "Not sent: incident " + other.ref.ID + " no longer exists at " + a.Ref.Source.Label() + "; decide again without it."
		return s.cfg.Store.Gone(ctx, *a, other.ref)
	}
	switch kind {
	case app.KindNotFound:
		s.drop(a)
		a.Reason = "Not sent: the incident no longer exists at " + a.Ref.Source.Label() + ". It was not created again."
		return s.cfg.Store.Gone(ctx, *a, a.Ref)
	case app.KindPermission, app.KindInvalid:
		return s.park(ctx, a, reason)
	}
	if kind == app.KindCancelled && stopping {
		a.Attempts--
		a.State, a.Reason, a.Kind, a.NotBefore = Queued, "", "", time.Time{}
		return s.save(ctx, a)
	}
	if asked > 0 {
		s.holds.until(a.Ref.Source, s.cfg.Now().Add(asked))
	}
	switch kind {
	case app.KindOffline, app.KindSignIn, app.KindCancelled:
		// Waiting for a network or a person does not use attempts up.
		a.Attempts--
		if kind == app.KindOffline && left(cause) && s.holds.lost(a.Ref.Source, began, s.cfg.Now()) < inARow {
			return s.again(ctx, a, max(s.cfg.Jitter(s.since(a.Sent.At)), asked), reason)
		}
		wait := max(offlineWait, asked)
		s.holds.pause(a.Ref.Source, s.cfg.Now().Add(wait))
		return s.again(ctx, a, wait, reason)
	}
	if a.Attempts >= maxAttempts {
		return s.park(ctx, a, fmt.Sprintf("Gave up after %d attempts. %s", a.Attempts, reason))
	}
	delay := asked
	if delay == 0 {
		delay = s.cfg.Jitter(min(lastDelay, firstDelay<<min(a.Attempts-1, 10)))
	}
	return s.again(ctx, a, delay, reason)
}

// since is how long to wait after a lost answer: as long as the write has been in doubt
// already, so that the waits double. It is never given up: reading back tells what became
// of it.
func (s *Service) since(doubt time.Time) time.Duration {
	return min(lastDelay, max(firstDelay, s.cfg.Now().Sub(doubt)))
}

// left reports a write that reached the network although its answer did not arrive.
func left(err error) bool {
	var e *app.Error
	return errors.As(err, &e) && e.MaybeApplied
}

func (s *Service) again(ctx context.Context, a *Action, delay time.Duration, reason string) error {
	a.State, a.Reason = Queued, reason
	a.NotBefore = s.cfg.Now().UTC().Add(max(delay, time.Millisecond))
	return s.save(ctx, a)
}

// park keeps an action that cannot proceed; it blocks only its own incident.
func (s *Service) park(ctx context.Context, a *Action, reason string) error {
	a.State, a.Reason = Failed, reason
	return s.save(context.WithoutCancel(ctx), a)
}
