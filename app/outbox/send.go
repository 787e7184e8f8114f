package outbox

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"watchfloor/app"
)

const (
	maxRereads = 4  // how often one attempt reads again after losing a race
	batch      = 64 // actions looked at in one round
	parallel   = 4  // incidents written at the same time
)

// confirmed is the reason of an action whose answer was lost.
const confirmed = "Confirmed by reading it back."

// Run sends queued actions until ctx ends: when one is queued, when one becomes due
// and after Kick.
func (s *Service) Run(ctx context.Context) {
	for {
		if _, err := s.Flush(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("outbox", "err", err)
		}
		timer := time.NewTimer(s.pause(ctx))
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

// pause is how long Run may sleep.
func (s *Service) pause(ctx context.Context) time.Duration {
	now, wait := s.cfg.Now(), time.Minute
	if at, err := s.cfg.Store.NextAt(ctx, now); err == nil && !at.IsZero() {
		wait = min(wait, at.Sub(now))
	}
	if at := s.holds.next(now); !at.IsZero() {
		wait = min(wait, at.Sub(now))
	}
	return max(wait, 50*time.Millisecond)
}

// Flush sends what can be sent now and returns how many actions were finished. Its
// error is the cache's; what became of each action is in the outbox.
func (s *Service) Flush(ctx context.Context) (finished int, err error) {
	s.flush.Lock()
	defer s.flush.Unlock()
	for ctx.Err() == nil && s.cfg.Online() {
		// Every attempt finishes its action, delays it or holds its source, so this ends.
		now := s.cfg.Now()
		ready, err := s.cfg.Store.Ready(ctx, now, batch, s.holds.at(now)...)
		if err != nil || len(ready) == 0 {
			return finished, err
		}
		done, err := s.round(ctx, ready)
		finished += done
		if err != nil {
			return finished, err
		}
	}
	return finished, ctx.Err()
}

// round sends one action of each incident, a few at a time.
func (s *Service) round(ctx context.Context, ready []Action) (finished int, err error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	slots := make(chan struct{}, parallel)
	for _, a := range ready {
		slots <- struct{}{}
		if ctx.Err() != nil || !s.cfg.Online() {
			break
		}
		if s.holds.holding(a.Ref.Source, s.cfg.Now()) {
			<-slots
			continue
		}
		wg.Go(func() {
			defer func() { <-slots }()
			state, e := s.attempt(ctx, a.Seq)
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

// begin takes an action for sending, so that nobody settles it meanwhile. ok is false
// when somebody did before.
func (s *Service) begin(ctx context.Context, seq int64) (a Action, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, err = s.cfg.Store.Action(ctx, seq); err != nil {
		return a, false, err
	}
	if a.State != Queued && a.State != Sending || a.NotBefore.After(s.cfg.Now()) {
		return a, false, nil
	}
	s.busy[seq] = true
	return a, true, nil
}

func (s *Service) end(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.busy, seq)
}

// attempt sends one action once. Its error is the cache's only: then the action stays
// as it was stored last and the next attempt reads back what happened.
func (s *Service) attempt(ctx context.Context, seq int64) (State, error) {
	a, ok, err := s.begin(ctx, seq)
	if !ok {
		return Queued, err
	}
	defer s.end(seq)
	remote, ok := s.remotes[a.Ref.Source]
	if !ok {
		return s.park(ctx, a, a.Ref.Source.Label()+" is not connected; connect it and try again.")
	}
	a.Attempts++
	ctx = app.WithPriority(ctx)
	send := s.fields
	if a.Verb == Comment {
		send = s.comment
	}
	held, err := send(ctx, remote, &a)
	var own cacheError
	if errors.As(err, &own) {
		return a.State, own.error
	}
	if err != nil {
		return s.failed(ctx, a, err)
	}
	if a.State != Conflict {
		a.State, a.Sent = Done, Sent{}
	}
	if !a.State.Pending() {
		a.Finished = s.cfg.Now().UTC()
	}
	a.NotBefore = time.Time{}
	// The effect is at the service: remember it even while shutting down.
	return a.State, s.cfg.Store.Save(context.WithoutCancel(ctx), a, held)
}

// cacheError is an error of the cache in the middle of an attempt.
type cacheError struct{ error }

// write calls send after noting in the cache that it may have an effect. The note
// stays until it is certain what became of it; of several writes the first counts.
func (s *Service) write(ctx context.Context, a *Action, seen app.Incident, send func() error) error {
	before := a.Sent
	a.State = Sending
	if a.Sent.IsZero() {
		a.Sent = Sent{At: s.cfg.Now().UTC(), ETag: seen.ETag, Modified: seen.Modified}
	}
	if err := s.cfg.Store.Save(ctx, *a, nil); err != nil {
		return cacheError{err}
	}
	err := send()
	var e *app.Error
	if errors.As(err, &e) && !e.MaybeApplied {
		a.Sent = before
	}
	return err
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
		if p.doubt {
			return &seen, s.conflict(a, seen, p.drift, "An earlier try may have arrived and been undone: the incident was changed since. Send it again only if that is right.")
		}
		if len(p.drift) > 0 {
			return &seen, s.conflict(a, seen, p.drift, "Somebody else changed the same field.")
		}
		if len(p.changed) == 0 {
			a.Reason = "The service already had it."
			if !a.Sent.IsZero() {
				a.Reason = confirmed
			}
			return &seen, nil
		}
		var held app.Pulled
		err = s.write(ctx, a, seen.Incident, func() (err error) {
			held, err = remote.Update(ctx, seen, p.want, p.changed)
			return err
		})
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
			a.Reason = confirmed
			return nil, nil
		}
		if sameText(c.Text, a.Text) {
			equal++
		}
	}
	switch {
	case a.Ref.Source == app.Sentinel:
	case a.CommentsBefore < 0:
		a.CommentsBefore = equal
	case equal > a.CommentsBefore:
		a.Reason = confirmed
		return s.reread(ctx, remote, a)
	}
	err = s.write(ctx, a, app.Incident{}, func() error {
		return remote.AddComment(ctx, a.Ref.ID, app.Comment{ID: a.ID, Text: a.Text})
	})
	if err != nil {
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
