package outbox

import (
	"context"

	"watchfloor/app"
)

// maxRedirects bounds how many merges in a row are followed.
const maxRedirects = 8

// Follow does an action on the incident that its own was merged into: the action is
// discarded, and the same request queued there, in one transaction. A survivor that the
// cache does not hold is read first. KindInvalid where the action waits for anything
// but that, KindConflict where version is no longer that of the action.
func (s *Service) Follow(ctx context.Context, seq, version int64) (Action, error) {
	a, err := s.followable(ctx, seq, version)
	if err != nil {
		return Action{}, err
	}
	to, err := s.survivor(ctx, app.Ref{Source: a.Ref.Source, ID: a.Drift[0].Theirs})
	if err != nil {
		return Action{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a, err = s.seen(ctx, seq, version); err != nil {
		return Action{}, err
	}
	r := a.Request
	r.IncidentID = to.Incident.ID
	a.Reason = "Done on incident " + to.Incident.Number + " instead, which this one was merged into."
	s.drop(&a)
	next, err := s.cfg.Store.Replace(s.person(ctx), a, s.action(r, a.Batch))
	if err != nil {
		return Action{}, err
	}
	s.Kick()
	return next, nil
}

// followable reads an action and refuses one that Follow is not for.
func (s *Service) followable(ctx context.Context, seq, version int64) (Action, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.seen(ctx, seq, version)
	switch {
	case err != nil:
		return a, err
	case a.State != Conflict || !a.redirected():
		return a, app.E(app.KindInvalid, "The incident of this action was not merged.", nil)
	case a.Verb.several() || a.Drift[0].Theirs == "":
		return a, app.E(app.KindInvalid, "This concerns several incidents: discard it and decide again.", nil)
	}
	return a, nil
}

// survivor is the incident at the end of a chain of merges.
func (s *Service) survivor(ctx context.Context, ref app.Ref) (Known, error) {
	for range maxRedirects {
		k, err := s.cfg.Store.Lookup(ctx, ref)
		if app.KindOf(err) == app.KindNotFound {
			k, err = s.fetch(ctx, ref)
		}
		switch {
		case err != nil:
			return k, err
		case k.Deleted:
			return k, app.E(app.KindNotFound, "Incident "+ref.ID+", which it was merged into, was deleted too; discard this action.", nil)
		case !k.merged():
			return k, nil
		case k.Incident.RedirectTo == "":
			return k, app.E(app.KindInvalid, "Incident "+ref.ID+" was merged, but the service does not say into which one; act on that one by hand.", nil)
		}
		ref.ID = k.Incident.RedirectTo
	}
	return Known{}, app.E(app.KindInvalid, "These incidents were merged into one another in a circle; act on the right one by hand.", nil)
}

// fetch reads an incident that the cache does not hold and stores it.
func (s *Service) fetch(ctx context.Context, ref app.Ref) (Known, error) {
	remote, ok := s.remotes[ref.Source]
	if !ok {
		return Known{}, app.E(app.KindInvalid, ref.Source.Label()+" is not connected; connect it and try again.", nil)
	}
	p, err := remote.Get(app.WithPriority(ctx), ref.ID)
	if app.KindOf(err) == app.KindNotFound {
		return Known{}, app.E(app.KindNotFound, "Incident "+ref.ID+", which it was merged into, no longer exists; discard this action.", err)
	}
	if err != nil {
		return Known{}, err
	}
	if err := s.cfg.Store.StoreIncident(ctx, p); err != nil {
		return Known{}, err
	}
	return s.cfg.Store.Lookup(ctx, ref)
}
