package outbox

import (
	"context"
	"slices"

	"watchfloor/app"
)

// Reverse is the request that puts back what a done action changed. ok is false where
// there is none: the action is not done, changed nothing, cannot be reversed (comments,
// tasks, merges, moves; of deeds those on risk and sessions, as Words says), or somebody
// changed the same again since.
func (s *Service) Reverse(ctx context.Context, seq int64) (r Request, ok bool, err error) {
	a, err := s.cfg.Store.Action(ctx, seq)
	if err != nil || a.State != Done || a.Unreadable {
		return Request{}, false, err
	}
	if !a.On.IsZero() {
		return s.reverseSubject(ctx, a)
	}
	if r, ok = a.reverse(); !ok {
		return Request{}, false, nil
	}
	k, err := s.cfg.Store.Known(ctx, a.IncidentID)
	if err != nil || k.Deleted || k.merged() {
		return Request{}, false, err
	}
	mine := a.Apply(a.Base)
	for _, f := range a.compared(a.Base) {
		if f == app.FieldTags {
			r = r.stillTagged(k.Incident.Tags)
			continue
		}
		if !already(a.Ref.Source, k.Incident.Fields, mine, f) {
			return Request{}, false, nil
		}
	}
	return r, check(r) == nil, nil
}

// reverse is the request that leads from what the action made of its base back to it.
func (a Action) reverse() (Request, bool) {
	r := Request{IncidentID: a.IncidentID, Verb: a.Verb}
	mine := a.Apply(a.Base)
	same := func(f app.Field) bool { return Equal(mine, a.Base, f) }
	switch a.Verb {
	case Assign:
		r.Want.Owner = a.Base.Owner
		return r, !same(app.FieldOwner)
	case SetSeverity:
		r.Want.Severity = a.Base.Severity
		return r, !same(app.FieldSeverity)
	case Tag:
		for _, t := range a.AddTags {
			if !hasTag(a.Base.Tags, t) && hasTag(mine.Tags, t) {
				r.RemoveTags = append(r.RemoveTags, t)
			}
		}
		for _, t := range a.Base.Tags {
			if !hasTag(mine.Tags, t) {
				r.AddTags = append(r.AddTags, t)
			}
		}
		return r, len(r.AddTags)+len(r.RemoveTags) > 0
	case SetStatus, Close:
		if !slices.ContainsFunc(a.compared(a.Base), func(f app.Field) bool { return !same(f) }) {
			return r, false
		}
		if r.Verb, r.Want.Status = SetStatus, a.Base.Status; a.Base.Status == app.StatusClosed {
			r.Verb = Close
			r.Want = app.Fields{
				Status: app.StatusClosed, Classification: a.Base.Classification,
				Determination: a.Base.Determination, ClosingNote: a.Base.ClosingNote,
			}
		}
		return r, true
	}
	return r, false
}

// stillTagged leaves out of a request on tags what has no effect any more.
func (r Request) stillTagged(tags []string) Request {
	r.AddTags = slices.DeleteFunc(r.AddTags, func(t string) bool { return hasTag(tags, t) })
	r.RemoveTags = slices.DeleteFunc(r.RemoveTags, func(t string) bool { return !hasTag(tags, t) })
	return r
}

// reverseSubject is Reverse of an action on a subject.
func (s *Service) reverseSubject(ctx context.Context, a Action) (Request, bool, error) {
	r := Request{On: a.On, Verb: a.Verb}
	switch a.Verb {
	case DisableAccount:
		r.Verb = EnableAccount
	case EnableAccount:
		r.Verb = DisableAccount
	case SetControl, EditContact:
		r.Set = app.Values{}
		for p, v := range a.Set {
			if was, known := a.Seen[p]; known && !SameProperty(p, was, v) {
				r.Set[p] = was
			}
		}
	default:
		return Request{}, false, nil
	}
	now, found, err := s.cfg.Store.SubjectKnown(ctx, a.On)
	if err != nil || !found || !a.has(now) || a.has(a.Seen) || r.has(now) {
		return Request{}, false, err
	}
	return r, check(r) == nil, nil
}
