package outbox

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"watchfloor/app"
)

const (
	maxAttempts = 6  // sends of one action before it is parked
	maxRereads  = 4  // how often one attempt reads again after losing a race
	batch       = 64 // actions looked at in one round
	parallel    = 4  // incidents written at the same time
	firstDelay  = 2 * time.Second
	lastDelay   = 5 * time.Minute
	offlineWait = 10 * time.Second // before an action that found no network is tried again
)

// Run sends queued actions until ctx ends: when one is queued, when one becomes due
// and after Kick.
func (s *Service) Run(ctx context.Context) {
	for {
		if _, err := s.Flush(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("outbox", "err", err)
		}
		wait := time.Minute
		if at, err := s.cfg.Store.NextAt(ctx); err == nil && !at.IsZero() {
			wait = min(wait, max(at.Sub(s.cfg.Now()), 50*time.Millisecond))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-s.kick:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// Flush sends what can be sent now and returns how many actions were finished. Its
// error is the cache's; what became of each action is in the outbox.
func (s *Service) Flush(ctx context.Context) (finished int, err error) {
	s.flush.Lock()
	defer s.flush.Unlock()
	for ctx.Err() == nil && s.cfg.Online() {
		ready, err := s.cfg.Store.Ready(ctx, s.cfg.Now(), batch)
		if err != nil || len(ready) == 0 {
			return finished, err
		}
		done, err := s.round(ctx, ready)
		finished += done
		if err != nil || done == 0 {
			return finished, err // nothing moves now: no network, or all wait for a person
		}
	}
	return finished, ctx.Err()
}

// round sends one action of each incident, a few at a time.
func (s *Service) round(ctx context.Context, ready []Action) (finished int, err error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, parallel)
	var lost atomic.Bool
	for _, a := range ready {
		slots <- struct{}{}
		if lost.Load() {
			<-slots
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			state, offline, e := s.attempt(ctx, a)
			if offline {
				lost.Store(true)
			}
			mu.Lock()
			defer mu.Unlock()
			if e != nil && err == nil {
				err = e
			}
			if !state.Pending() {
				finished++
			}
		})
	}
	wg.Wait()
	return finished, err
}

// attempt sends one action once. Its error is the cache's only: then the action stays
// Sending and the next attempt reads back what happened.
// offline tells that there was no network for it.
func (s *Service) attempt(ctx context.Context, a Action) (state State, offline bool, err error) {
	remote, ok := s.remotes[a.Ref.Source]
	if !ok {
		state, err = s.park(ctx, a, a.Ref.Source.Label()+" is not connected; connect it and try again.")
		return state, false, err
	}
	a.State = Sending
	a.Attempts++
	if err := s.cfg.Store.Save(ctx, a, nil); err != nil {
		return a.State, false, err
	}
	ctx = app.WithPriority(ctx)
	var held *app.Pulled
	if a.Verb == Comment {
		held, err = s.comment(ctx, remote, &a)
	} else {
		held, err = s.fields(ctx, remote, &a)
	}
	if err != nil {
		offline = app.KindOf(err) == app.KindOffline
		state, err = s.failed(ctx, a, err)
		return state, offline, err
	}
	if a.State == Sending {
		a.State = Done
	}
	if !a.State.Pending() {
		a.Finished = s.cfg.Now().UTC()
	}
	a.NotBefore = time.Time{}
	// The effect is at the service: remember it even while shutting down.
	return a.State, false, s.cfg.Store.Save(context.WithoutCancel(ctx), a, held)
}

// fields brings field changes to the service.
func (s *Service) fields(ctx context.Context, remote app.Remote, a *Action) (*app.Pulled, error) {
	for range maxRereads {
		seen, err := remote.Get(ctx, a.Ref.ID)
		if err != nil {
			return nil, err
		}
		if seen.Incident.Status == app.StatusRedirected {
			return &seen, s.conflict(a, seen, []Drift{{Field: app.FieldRedirect, Theirs: seen.Incident.RedirectTo,
				Mine: a.Describe(), Who: seen.Incident.ModifiedBy, When: seen.Incident.Modified}},
				"This incident was merged into "+seen.Incident.RedirectTo+"; act on that one.")
		}
		p := planFor(*a, seen.Incident)
		if len(p.drift) > 0 {
			return &seen, s.conflict(a, seen, p.drift, "Somebody else changed the same field.")
		}
		if len(p.changed) == 0 {
			a.Reason = "The service already had it."
			if a.Attempts > 1 {
				a.Reason = "Confirmed by reading it back."
			}
			return &seen, nil
		}
		held, err := remote.Update(ctx, seen, p.want, p.changed)
		if app.KindOf(err) == app.KindConflict {
			continue // somebody was faster: read again and decide again
		}
		if err != nil {
			return nil, err
		}
		a.Reason = ""
		return &held, nil
	}
	return nil, app.E(app.KindConflict, "Others keep changing this incident; it will be tried again.", nil)
}

func (s *Service) conflict(a *Action, seen app.Pulled, drift []Drift, reason string) error {
	a.State, a.Drift, a.Theirs, a.Reason = Conflict, drift, seen.Incident.Fields, reason
	return nil
}

// comment brings a comment to the service exactly once. Where the service takes the
// client's id the id tells whether it is there; elsewhere the number of equal comments
// before the first send does, which is stored before anything is sent.
func (s *Service) comment(ctx context.Context, remote app.Remote, a *Action) (*app.Pulled, error) {
	have, err := remote.Comments(ctx, a.Ref.ID)
	if err != nil {
		return nil, err
	}
	equal := 0
	for _, c := range have {
		if strings.EqualFold(c.ID, a.ID) {
			a.Reason = "Confirmed by reading it back."
			return nil, nil
		}
		if strings.TrimSpace(c.Text) == strings.TrimSpace(a.Text) {
			equal++
		}
	}
	switch {
	case a.Ref.Source == app.Sentinel:
	case a.CommentsBefore < 0:
		a.CommentsBefore = equal
		if err := s.cfg.Store.Save(ctx, *a, nil); err != nil {
			return nil, err
		}
	case equal > a.CommentsBefore:
		a.Reason = "Confirmed by reading it back."
		return s.reread(ctx, remote, a)
	}
	if err := remote.AddComment(ctx, a.Ref.ID, app.Comment{ID: a.ID, Text: a.Text}); err != nil {
		return nil, err
	}
	a.Reason = ""
	return s.reread(ctx, remote, a)
}

// reread fetches the incident so that the service's own copy of a comment replaces the
// pending one; the comment is already there, so failing to read is no failure.
func (s *Service) reread(ctx context.Context, remote app.Remote, a *Action) (*app.Pulled, error) {
	if a.Ref.Source == app.Sentinel {
		return nil, nil // the pending row carries the service's own id
	}
	held, err := remote.Get(ctx, a.Ref.ID)
	if err != nil {
		s.cfg.Log.Info("comment sent, reading back failed", "incident", a.Ref.String(), "err", err)
		return nil, nil
	}
	return &held, nil
}

// failed decides what becomes of an action whose attempt failed.
func (s *Service) failed(ctx context.Context, a Action, cause error) (State, error) {
	ctx = context.WithoutCancel(ctx)
	s.cfg.Log.Info("action not sent", "seq", a.Seq, "verb", string(a.Verb), "attempt", a.Attempts, "err", cause)
	reason := app.Say(cause)
	switch app.KindOf(cause) {
	case app.KindNotFound:
		a.State, a.Finished = Discarded, s.cfg.Now().UTC()
		a.Reason = "Not sent: the incident no longer exists at " + a.Ref.Source.Label() + ". It was not created again."
		return a.State, s.cfg.Store.Gone(ctx, a)
	case app.KindPermission, app.KindInvalid:
		return s.park(ctx, a, reason)
	case app.KindCancelled:
		a.Attempts--
		return s.again(ctx, a, 0, "")
	case app.KindOffline, app.KindSignIn:
		// Waiting for a network or a person does not use attempts up.
		a.Attempts = min(a.Attempts, maxAttempts-1)
		return s.again(ctx, a, offlineWait, reason)
	}
	if a.Attempts >= maxAttempts {
		return s.park(ctx, a, fmt.Sprintf("Gave up after %d attempts. %s", a.Attempts, reason))
	}
	delay := s.delay(a.Attempts)
	if wait := app.RetryAfter(cause); wait > 0 {
		delay = wait
	}
	return s.again(ctx, a, delay, reason)
}

func (s *Service) delay(attempt int) time.Duration {
	return s.cfg.Jitter(min(lastDelay, firstDelay<<min(attempt-1, 10)))
}

func (s *Service) again(ctx context.Context, a Action, delay time.Duration, reason string) (State, error) {
	a.State, a.Reason = Queued, reason
	a.NotBefore = s.cfg.Now().UTC().Add(delay)
	if delay == 0 {
		a.NotBefore = time.Time{}
	}
	return a.State, s.cfg.Store.Save(ctx, a, nil)
}

// park keeps an action that cannot proceed; it blocks only its own incident.
func (s *Service) park(ctx context.Context, a Action, reason string) (State, error) {
	a.State, a.Reason = Failed, reason
	return a.State, s.cfg.Store.Save(context.WithoutCancel(ctx), a, nil)
}
