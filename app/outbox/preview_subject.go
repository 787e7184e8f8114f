package outbox

import (
	"context"

	"watchfloor/app"
)

// previewSubject is Preview of a request on a subject.
func (s *Service) previewSubject(ctx context.Context, r Request) ([]app.WireRequest, error) {
	v, _, err := s.cfg.Store.SubjectKnown(ctx, r.On)
	if err != nil {
		return nil, err
	}
	a := s.action(r, "")
	a.Ref, a.Seen = app.Ref{Source: SourceOf(r.On.Kind), ID: r.On.ID}, v
	return s.dryRunSubject(ctx, a)
}

// dryRunSubject has the responder say what it would send for an action; none where the
// subject is so already, as far as is known.
func (s *Service) dryRunSubject(ctx context.Context, a Action) ([]app.WireRequest, error) {
	d := app.Deed(a.Verb)
	r, ok := s.responder(d, a.On.Kind)
	if !ok {
		return nil, app.E(app.KindInvalid, a.Ref.Source.Label()+" is not connected; connect it and try again.", nil)
	}
	if a.has(a.Seen) {
		return nil, nil
	}
	dry, record := app.WithDryRun(ctx)
	err := r.Respond(dry, app.Response{Deed: d, Subjects: []app.Subject{a.On}, Set: a.Set})
	if err != nil && app.KindOf(err) != app.KindCancelled {
		return nil, err
	}
	return record.Requests(), ctx.Err()
}
