package outbox

import (
	"context"
	"strings"

	"watchfloor/app"
)

// comment brings a comment to the service exactly once. Where the service takes the
// client's id the id tells whether it is there; elsewhere the number of equal comments
// before the first send does, which is stored before anything is sent.
func (s *Service) comment(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
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
func (s *Service) reread(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
	if a.Ref.Source == app.Sentinel {
		return nil, nil // the pending row carries the service's own id
	}
	held, err := remote.Get(ctx, a.Ref.ID)
	if err != nil {
		s.cfg.Log.Info("comment sent, reading back failed", "incident", a.Ref.String(), "err", err)
		return nil, nil
	}
	return []app.Pulled{held}, nil
}
