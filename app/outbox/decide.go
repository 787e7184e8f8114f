package outbox

import (
	"cmp"
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
)

// Retry puts a failed action, or one that waits, back to be sent at once; a wait that
// its service asked for is kept. It ends the time to undo.
func (s *Service) Retry(ctx context.Context, seq int64) error {
	return s.change(ctx, seq, s.retry)
}

func (s *Service) retry(a *Action) error {
	if a.Unreadable {
		return app.E(app.KindInvalid, "This action cannot be read by this version of Watchfloor, so it cannot be sent; it is kept.", nil)
	}
	if !a.State.Pending() || a.State == Conflict {
		return app.E(app.KindInvalid, "Only a queued or failed action can be tried again; settle a conflict by keeping theirs or yours.", nil)
	}
	if a.Kind == app.KindExpired || a.expired(s.cfg.Now()) && a.Sent.IsZero() {
		return app.E(app.KindExpired, "This was decided more than "+minutes(s.cfg.Expiry)+" ago and is not sent any more. Check it again instead.", nil)
	}
	a.requeue()
	return nil
}

// requeue has the action sent as if it had never been tried, but for what earlier tries
// may have left at the service.
func (a *Action) requeue() {
	a.State, a.Attempts, a.NotBefore, a.HeldUntil, a.Reason, a.Kind = Queued, 0, time.Time{}, time.Time{}, "", ""
}

// Discard gives an action up and takes its local effect back; for a conflict this
// keeps theirs. The action stays in the list. It is refused while the action is being
// sent; where an earlier try may have had its effect, the reason says so.
func (s *Service) Discard(ctx context.Context, seq int64) error {
	return s.change(ctx, seq, func(a *Action) error {
		if !a.State.Pending() {
			return app.E(app.KindInvalid, "This action is already finished.", nil)
		}
		switch {
		case a.State == Conflict && a.redirected():
			a.Reason = "Dropped: the incident was merged, or its alerts moved, meanwhile."
		case a.State == Conflict:
			a.Reason = "Their change was kept."
		case !a.Sent.IsZero():
			a.Reason = "Discarded by the analyst; an earlier try may have reached the service, the next sync shows what it holds."
		default:
			a.Reason = "Discarded by the analyst."
		}
		s.drop(a)
		return nil
	})
}

func (s *Service) drop(a *Action) { a.State, a.Finished = Discarded, s.cfg.Now().UTC() }

// KeepMine settles a conflict for the analyst's value: what the service holds now
// becomes the base, and the action is sent over it.
func (s *Service) KeepMine(ctx context.Context, seq int64) error {
	return s.change(ctx, seq, func(a *Action) error {
		if err := a.inConflict(); err != nil {
			return err
		}
		a.keepMine()
		s.renew(a)
		return nil
	})
}

// inConflict refuses what only a conflict that can be settled allows.
func (a *Action) inConflict() error {
	switch {
	case a.State != Conflict:
		return app.E(app.KindInvalid, "This action has no conflict to settle.", nil)
	case a.redirected() && a.Verb.several():
		return app.E(app.KindInvalid, "One of these incidents was merged or its alerts moved elsewhere; discard this and decide again.", nil)
	case a.redirected():
		return app.E(app.KindInvalid, "This incident was merged; act on the one it was merged into.", nil)
	}
	return nil
}

// redirected reports that the conflict is about a merge by somebody else.
func (a *Action) redirected() bool { return len(a.Drift) > 0 && a.Drift[0].Field == app.FieldRedirect }

func (a *Action) keepMine() {
	if a.Verb.several() { // incidents closed meanwhile are joined all the same
		a.Closed = []string{a.Ref.ID}
		for _, o := range a.Others {
			a.Closed = append(a.Closed, o.ID)
		}
	}
	if !a.On.IsZero() {
		a.Seen = a.Found
	}
	a.Base, a.Drift, a.Sent = a.Theirs, nil, Sent{}
	a.requeue()
}

// change stores what a person decided about an action that is not being sent.
func (s *Service) change(ctx context.Context, seq int64, fn func(*Action) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.open(ctx, seq)
	if err != nil {
		return err
	}
	if err := fn(&a); err != nil {
		return err
	}
	if err := s.cfg.Store.Save(s.person(ctx), a); err != nil {
		return err
	}
	s.Kick()
	return nil
}

// person has what is stored under ctx recorded as decided by whoever sits here.
func (s *Service) person(ctx context.Context) context.Context {
	s.names.RLock()
	defer s.names.RUnlock()
	return audit.By(ctx, cmp.Or(s.cfg.Actor.Label(), "the analyst"))
}

// open reads an action to be changed by a person; refused while it is being sent. Call
// it while holding s.mu.
func (s *Service) open(ctx context.Context, seq int64) (Action, error) {
	sending := app.E(app.KindInvalid, "This action is being sent right now; try again in a moment.", nil)
	if s.busy[seq] {
		return Action{}, sending
	}
	a, err := s.cfg.Store.Action(ctx, seq)
	if err == nil && a.State == Sending && !s.cfg.Owns() {
		return Action{}, sending
	}
	return a, err
}

// seen is open for a decision about a version that was looked at.
func (s *Service) seen(ctx context.Context, seq, version int64) (Action, error) {
	a, err := s.open(ctx, seq)
	if err == nil && a.Version != version {
		s.Kick() // what the other window queued need not wait
		err = app.E(app.KindConflict, "This action was settled in another window meanwhile; look at it again.", nil)
	}
	return a, err
}
