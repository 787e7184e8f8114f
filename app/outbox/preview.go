package outbox

import (
	"context"

	"watchfloor/app"
)

// Preview returns the writes that a request would send now, from what the cache holds.
// Nothing is sent and nothing queued; none where the service has it already. Before an
// action is really sent the incident is read again, so what others change until then is
// not in it.
func (s *Service) Preview(ctx context.Context, r Request) ([]app.WireRequest, error) {
	if err := s.means(ctx, r); err != nil {
		return nil, err
	}
	if r.Verb.IsDeed() {
		return s.previewSubject(ctx, r)
	}
	k, err := s.cfg.Store.Known(ctx, r.IncidentID)
	if err != nil {
		return nil, err
	}
	if k.Deleted {
		return nil, app.E(app.KindNotFound, "This incident was deleted at its source; nothing can be changed.", nil)
	}
	a := s.action(r.For(k.Incident.Source), "")
	a.Ref, a.Base = k.Incident.Ref, k.Incident.Fields
	for _, id := range r.Involved()[1:] {
		o, err := s.cfg.Store.Known(ctx, id)
		if err != nil {
			return nil, err
		}
		a.Others = append(a.Others, o.Incident.Ref)
	}
	return s.dryRun(ctx, a, k)
}

// PreviewAction is Preview of an action in the outbox, with the ids it will use.
func (s *Service) PreviewAction(ctx context.Context, seq int64) ([]app.WireRequest, error) {
	a, err := s.cfg.Store.Action(ctx, seq)
	switch {
	case err != nil:
		return nil, err
	case a.Unreadable:
		return nil, app.E(app.KindInvalid, "This action cannot be read by this version of Watchfloor, so it cannot be shown; it is kept.", nil)
	case !a.State.Pending():
		return nil, app.E(app.KindInvalid, "This action is finished; nothing will be sent.", nil)
	case !a.On.IsZero():
		return s.dryRunSubject(ctx, a)
	}
	k, err := s.cfg.Store.Known(ctx, a.IncidentID)
	if err != nil {
		return nil, err
	}
	return s.dryRun(ctx, a, k)
}

// PreviewSettled is PreviewAction of a conflict as if it were settled so: none where all
// of theirs is kept, KindInvalid where the choices make no sense.
func (s *Service) PreviewSettled(ctx context.Context, seq int64, choices []Choice) ([]app.WireRequest, error) {
	a, err := s.cfg.Store.Action(ctx, seq)
	if err == nil {
		err = a.inConflict()
	}
	if err != nil {
		return nil, err
	}
	send, err := a.settle(choices)
	if err != nil || !send {
		return nil, err
	}
	if !a.On.IsZero() {
		a.Seen = a.Found
		return s.dryRunSubject(ctx, a)
	}
	k, err := s.cfg.Store.Known(ctx, a.IncidentID)
	if err != nil {
		return nil, err
	}
	a.Base = a.Theirs
	return s.dryRun(ctx, a, k)
}

// dryRun has the remote say what it would send for an action.
func (s *Service) dryRun(ctx context.Context, a Action, k Known) ([]app.WireRequest, error) {
	remote, ok := s.remotes[a.Ref.Source]
	if !ok {
		return nil, app.E(app.KindInvalid, a.Ref.Source.Label()+" is not connected; connect it and try again.", nil)
	}
	if err := s.able(a.Request, a.Ref.Source); err != nil {
		return nil, err
	}
	dry, record := app.WithDryRun(ctx)
	if err := s.rehearse(dry, remote, a, k); err != nil && app.KindOf(err) != app.KindCancelled {
		return nil, err
	}
	return record.Requests(), ctx.Err()
}

func (s *Service) rehearse(ctx context.Context, remote app.Remote, a Action, k Known) (err error) {
	switch a.Verb {
	case Comment:
		return remote.AddComment(ctx, a.Ref.ID, app.Comment{ID: a.ID, Text: a.Text})
	case AddTask:
		_, err = remote.(app.Tasker).PutTask(ctx, a.Ref.ID, app.Task{ID: a.ID, Title: a.TaskTitle, Description: a.Text})
		return err
	case FinishTask:
		task, err := s.cfg.Store.KnownTask(ctx, a.IncidentID, a.TaskID)
		if err != nil {
			return err
		}
		task.Done = true
		_, err = remote.(app.Tasker).PutTask(ctx, a.Ref.ID, task)
		return err
	case Merge:
		ids := []string{a.Ref.ID}
		for _, o := range a.Others {
			ids = append(ids, o.ID)
		}
		_, err = remote.(app.Merger).Merge(ctx, ids, a.Text)
		return err
	case MoveAlerts:
		_, err = remote.(app.Merger).MoveAlerts(ctx, a.Alerts, a.into(), a.Text)
		return err
	}
	a.Sent = Sent{} // no doubt: what the analyst decided is shown
	now := k.Incident
	now.Fields = a.Base
	p := planFor(a, now)
	if len(p.changed) == 0 {
		return nil
	}
	seen := k.Pulled
	seen.Incident.Fields = k.Held
	_, err = remote.Update(ctx, seen, p.want, p.changed)
	return err
}
