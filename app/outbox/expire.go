package outbox

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"watchfloor/app"
)

// expired reports that the action may not be sent any more. Where the clock is behind a
// time that it told before, nobody knows how much time has passed: that counts as too
// much.
func (a Action) expired(now time.Time) bool {
	return !a.Expires.IsZero() &&
		(!now.Before(a.Expires) || a.Saved.After(now.Add(maxSetBack)) || a.Created.After(now.Add(maxSetBack)))
}

// decided is when a person last decided on the action.
func (s *Service) decided(a *Action) time.Time {
	if at := a.Expires.Add(-s.cfg.Expiry); at.After(a.Created) {
		return at
	}
	return a.Created
}

// renew counts the time to send an action from now on: a person has just decided on it.
func (s *Service) renew(a *Action) {
	if !a.Expires.IsZero() {
		a.Expires = s.cfg.Now().UTC().Add(s.cfg.Expiry)
	}
}

// expire ends the time to send an action. It stays for a person.
func (s *Service) expire(a *Action) {
	a.Reason = "Not sent: older than " + minutes(s.cfg.Expiry) + ". Check again."
	if !a.Sent.IsZero() {
		a.Reason = "An earlier try did not arrive; not sent again: older than " + minutes(s.cfg.Expiry) + ". Check again."
	}
	a.State, a.Kind, a.Sent, a.NotBefore = Failed, app.KindExpired, Sent{}, time.Time{}
}

func minutes(d time.Duration) string {
	return fmt.Sprintf("%d min", int(d.Round(time.Minute)/time.Minute))
}

// void notes in the cache which actions have expired, online or not, so that no clock
// set back later brings them to life. After one was set back all that expire are taken
// for expired. A write whose outcome is not known is still read back.
func (s *Service) void(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends = time.Time{}
	waiting, err := s.cfg.Store.Expiring(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	now := s.cfg.Now()
	latest, err := s.cfg.Store.Clock(ctx, now)
	if err != nil {
		return err
	}
	back := latest.After(now.Add(maxSetBack))
	var over []Action
	for _, a := range waiting {
		switch {
		case s.busy[a.Seq]:
		case !back && !a.expired(now):
			if s.ends.IsZero() {
				s.ends = a.Expires
			}
		case a.Sent.IsZero():
			s.expire(&a)
			over = append(over, a)
		case a.Expires.After(a.Created):
			a.Expires = a.Created
			over = append(over, a)
		}
	}
	if len(over) == 0 {
		return nil
	}
	_, err = s.cfg.Store.SaveSubjects(ctx, over, nil)
	return err
}

// nextEnd is when the next action expires, zero without one.
func (s *Service) nextEnd() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ends
}

// Recheck has a person decide again on an action that has expired or failed, on what its
// service holds now, or offline on what the cache does. Where that is no longer what was
// seen, it becomes a conflict that shows the difference; else it is queued with its time
// to be sent renewed. KindNotFound where the subject is gone.
func (s *Service) Recheck(ctx context.Context, seq int64) (Action, error) {
	a, err := s.cfg.Store.Action(ctx, seq)
	if err == nil {
		err = a.recheckable()
	}
	if err != nil {
		return a, err
	}
	now, err := s.look(ctx, a)
	if err == nil {
		now.Values, err = s.pendingOver(ctx, a, now.Values)
	}
	if err != nil {
		return a, err
	}
	err = s.change(ctx, seq, func(x *Action) error {
		if x.Version != a.Version {
			return app.E(app.KindConflict, "This action was settled in another window meanwhile; look at it again.", nil)
		}
		drift := x.moved(now, x.Seen)
		x.requeue()
		s.renew(x)
		if x.Found = now.Values; len(drift) > 0 && !x.has(now.Values) {
			x.State, x.Drift, x.Reason = Conflict, drift, "It changed since this was decided."
		} else {
			x.Seen = x.refreshed(now.Values)
		}
		return nil
	})
	if err != nil {
		return a, err
	}
	return s.cfg.Store.Action(ctx, seq)
}

func (a Action) recheckable() error {
	switch {
	case a.On.IsZero():
		return app.E(app.KindInvalid, "Only an action on a person, workload, sign-in or setting can be checked again.", nil)
	case a.Unreadable:
		return app.E(app.KindInvalid, "This action cannot be read by this version of Watchfloor, so it cannot be sent; it is kept.", nil)
	case a.State != Failed:
		return app.E(app.KindInvalid, "Only an action that has expired or failed can be checked again; settle a conflict by keeping theirs or yours.", nil)
	case !a.Sent.IsZero():
		return app.E(app.KindInvalid, "An earlier try may have reached the service; it is read back first.", nil)
	}
	return nil
}

// pendingOver are values with the unfinished actions before a over them.
func (s *Service) pendingOver(ctx context.Context, a Action, v app.Values) (app.Values, error) {
	all, err := s.cfg.Store.SubjectActions(ctx, a.On, math.MaxInt32)
	for _, e := range slices.Backward(all) { // the oldest first
		if e.Seq < a.Seq && e.State.Pending() && !e.Unreadable {
			v = e.After(v)
		}
	}
	return v, err
}

// look reads the subject of an action afresh, or offline from the cache.
func (s *Service) look(ctx context.Context, a Action) (app.SubjectState, error) {
	d := app.Deed(a.Verb)
	if r, ok := s.responder(d, a.On.Kind); ok && s.cfg.Online() {
		states, err := r.Read(app.WithPriority(ctx), d, []app.Subject{a.On})
		switch {
		case err == nil && len(states) == 1 && states[0].Gone:
			return app.SubjectState{}, app.E(app.KindNotFound, "It no longer exists at "+a.Ref.Source.Label()+"; discard this action.", nil)
		case err == nil && len(states) == 1:
			return states[0], nil
		case app.KindOf(err) != app.KindOffline:
			return app.SubjectState{}, cmp.Or(err, error(errShort))
		}
	}
	v, _, err := s.cfg.Store.SubjectKnown(ctx, a.On)
	return app.SubjectState{Subject: a.On, Values: v}, err
}
