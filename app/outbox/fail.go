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
	kind := noteKind(a, cause)
	var other otherGone
	if errors.As(cause, &other) {
		s.drop(a)
		a.Reason = "Not sent: incident " + other.ref.ID + " no longer exists at " + a.Ref.Source.Label() + "; decide again without it."
		return s.cfg.Store.Gone(ctx, *a, other.ref)
	}
	if kind == app.KindNotFound {
		s.drop(a)
		a.Reason = "Not sent: the incident no longer exists at " + a.Ref.Source.Label() + ". It was not created again."
		return s.cfg.Store.Gone(ctx, *a, a.Ref)
	}
	s.setBack(a, stopping, began, cause)
	return s.save(ctx, a)
}

// noteKind stores of which kind a failure is.
func noteKind(a *Action, cause error) app.Kind {
	kind := app.KindOf(cause)
	if a.Kind = kind; kind == app.KindOffline && app.Answered(cause) {
		a.Kind = app.KindInternal // the service has trouble; waiting for a network does not help
	}
	return kind
}

// setBack has an action whose attempt failed wait for another, or for a person.
func (s *Service) setBack(a *Action, stopping bool, began time.Time, cause error) {
	reason, kind, asked := app.Say(cause), app.KindOf(cause), app.RetryAfter(cause)
	switch {
	case s.stopped(cause):
		a.Attempts--
		a.State, a.Reason, a.Kind, a.NotBefore = Queued, "", "", time.Time{}
		return
	case kind == app.KindPermission || kind == app.KindInvalid || kind == app.KindLicence:
		a.State, a.Reason = Failed, reason
		return
	case kind == app.KindCancelled && stopping:
		a.Attempts--
		a.State, a.Reason, a.Kind, a.NotBefore = Queued, "", "", time.Time{}
		return
	}
	if asked > 0 {
		s.holds.until(a.Ref.Source, s.cfg.Now().Add(asked))
	}
	switch kind {
	case app.KindOffline, app.KindSignIn, app.KindCancelled:
		// Waiting for a network or a person does not use attempts up.
		a.Attempts--
		if kind == app.KindOffline && left(cause) && s.holds.lost(a.Ref.Source, began, s.cfg.Now()) < inARow {
			s.again(a, max(s.cfg.Jitter(s.since(a.Sent.At)), asked), reason)
			return
		}
		wait := max(offlineWait, asked)
		s.holds.pause(a.Ref.Source, s.cfg.Now().Add(wait))
		s.again(a, wait, reason)
		return
	}
	if a.Attempts >= maxAttempts {
		a.State, a.Reason = Failed, fmt.Sprintf("Gave up after %d attempts. %s", a.Attempts, reason)
		return
	}
	delay := asked
	if delay == 0 {
		delay = s.cfg.Jitter(min(lastDelay, firstDelay<<min(a.Attempts-1, 10)))
	}
	s.again(a, delay, reason)
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

func (s *Service) again(a *Action, delay time.Duration, reason string) {
	a.State, a.Reason = Queued, reason
	a.NotBefore = s.cfg.Now().UTC().Add(max(delay, time.Millisecond))
}

// park keeps an action that cannot proceed; it blocks only its own incident.
func (s *Service) park(ctx context.Context, a *Action, reason string) error {
	a.State, a.Reason = Failed, reason
	return s.save(context.WithoutCancel(ctx), a)
}
