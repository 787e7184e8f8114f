package outbox

import (
	"context"
	"errors"
	"time"

	"watchfloor/app"
)

// maxRereads is how often one attempt reads again after losing a race.
const maxRereads = 4

// confirmed is the reason of an action whose answer was lost.
const confirmed = "Confirmed by reading it back."

// alreadySo is the reason of an action that found nothing left to do.
func (a *Action) alreadySo() string {
	if a.Sent.IsZero() {
		return "The service already had it."
	}
	return confirmed
}

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
	for _, at := range []time.Time{s.holds.next(now), s.nextEnd()} {
		if !at.IsZero() {
			wait = min(wait, at.Sub(now))
		}
	}
	return max(wait, 50*time.Millisecond)
}

// begin takes an action for sending, so that nobody settles it meanwhile. ok is false
// when somebody did before.
func (s *Service) begin(ctx context.Context, seq int64) (a Action, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, err = s.cfg.Store.Action(ctx, seq); err != nil {
		return a, false, err
	}
	if a.State != Queued && a.State != Sending || !a.due(s.cfg.Now()) || s.readOnly() != "" {
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

// attempt sends one action once and returns it as it is then; taken is false where
// somebody else settled it first. Its error is the cache's only: then the action stays
// as it was stored last and the next attempt reads back what happened.
func (s *Service) attempt(ctx context.Context, seq int64) (a Action, taken bool, err error) {
	a, ok, err := s.begin(ctx, seq)
	if !ok {
		return a, false, err
	}
	defer s.end(seq)
	err = s.send(ctx, &a)
	if app.KindOf(err) == app.KindConflict { // changed in another window before it left
		s.cfg.Log.Info("action settled elsewhere", "seq", seq)
		return a, false, nil
	}
	return a, true, err
}

func (s *Service) send(ctx context.Context, a *Action) error {
	remote, ok := s.remotes[a.Ref.Source]
	if !ok {
		return s.park(ctx, a, a.Ref.Source.Label()+" is not connected; connect it and try again.")
	}
	if why := s.lacks(ctx, a); why != "" {
		s.withhold(a, why)
		return s.save(ctx, a)
	}
	a.Attempts++
	ctx = app.WithPriority(ctx)
	began := s.cfg.Now()
	held, err := s.way(a.Verb)(ctx, remote, a)
	var own cacheError
	if errors.As(err, &own) {
		return own.error
	}
	if err != nil {
		return s.failed(ctx, a, began, err)
	}
	s.holds.well(a.Ref.Source)
	if a.State != Conflict && a.State != Discarded {
		a.State, a.Sent = Done, Sent{}
	}
	if !a.State.Pending() {
		a.Finished = s.cfg.Now().UTC()
	}
	a.NotBefore, a.Kind = time.Time{}, ""
	// The effect is at the service: remember it even while shutting down.
	return s.save(context.WithoutCancel(ctx), a, held...)
}

// way is how a verb is brought to a service. It returns incidents as the service holds
// them afterwards; with State Conflict or Discarded nothing was sent, and the reason
// says why.
func (s *Service) way(v Verb) func(context.Context, app.Remote, *Action) ([]app.Pulled, error) {
	switch v {
	case Comment:
		return s.comment
	case AddTask:
		return s.addTask
	case FinishTask:
		return s.finishTask
	case Merge:
		return s.merge
	case MoveAlerts:
		return s.moveAlerts
	}
	return s.fields
}

// save stores an action that is being sent; a then is the row as stored.
func (s *Service) save(ctx context.Context, a *Action, held ...app.Pulled) error {
	err := s.cfg.Store.Save(ctx, *a, held...)
	if err == nil {
		a.Version++
	}
	return err
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
	if err := s.save(ctx, a); err != nil {
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
func (s *Service) fields(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
	for range maxRereads {
		seen, err := remote.Get(ctx, a.Ref.ID)
		if err != nil {
			return nil, err
		}
		if seen.Incident.Status == app.StatusRedirected {
			return []app.Pulled{seen}, s.conflict(a, seen, []Drift{{
				Field: app.FieldRedirect, Theirs: seen.Incident.RedirectTo,
				Mine: a.Describe(), Who: seen.Incident.ModifiedBy, When: seen.Incident.Modified,
			}},
				"This incident was merged into "+seen.Incident.RedirectTo+"; act on that one.")
		}
		p := planFor(*a, seen.Incident)
		if p.doubt {
			return []app.Pulled{seen}, s.conflict(a, seen, p.drift, "An earlier try may have arrived and been undone: the incident was changed since. Send it again only if that is right.")
		}
		if len(p.drift) > 0 {
			return []app.Pulled{seen}, s.conflict(a, seen, p.drift, "Somebody else changed the same field.")
		}
		if len(p.changed) == 0 {
			a.Reason = a.alreadySo()
			return []app.Pulled{seen}, nil
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
		return []app.Pulled{held}, nil
	}
	return nil, app.E(app.KindConflict, "Others keep changing this incident; it will be tried again.", nil)
}

func (s *Service) conflict(a *Action, seen app.Pulled, drift []Drift, reason string) error {
	a.State, a.Drift, a.Theirs, a.Reason = Conflict, drift, seen.Incident.Fields, reason
	return nil
}
