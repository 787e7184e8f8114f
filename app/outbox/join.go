package outbox

import (
	"context"
	"fmt"
	"slices"

	"watchfloor/app"
)

// otherGone says that an incident other than the action's own no longer exists.
type otherGone struct {
	ref app.Ref
	error
}

func (e otherGone) Unwrap() error { return e.error }

// get reads one of the incidents of a merge or move.
func get(ctx context.Context, remote app.Remote, a *Action, ref app.Ref) (app.Pulled, error) {
	p, err := remote.Get(ctx, ref.ID)
	if ref != a.Ref && app.KindOf(err) == app.KindNotFound {
		err = otherGone{ref, err}
	}
	return p, err
}

// merge joins the incidents of an action exactly once: incidents that were merged are
// redirected, which is read before anything is sent.
func (s *Service) merge(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
	merger, ok := remote.(app.Merger)
	if !ok {
		return nil, s.able(a.Request, a.Ref.Source)
	}
	ids := []string{a.Ref.ID}
	for _, o := range a.Others {
		ids = append(ids, o.ID)
	}
	refused := false
	for range maxRereads {
		var held []app.Pulled
		for _, ref := range append([]app.Ref{a.Ref}, a.Others...) {
			p, err := get(ctx, remote, a, ref)
			if err != nil {
				return nil, err
			}
			held = append(held, p)
		}
		if into := mergedInto(held); into != "" {
			a.Result, a.Reason = into, a.alreadySo()
			return s.with(ctx, remote, held, into), nil
		}
		if drift, why := a.overtaken(held); why != "" {
			return held, s.conflict(a, held[0], drift, why)
		}
		var into string
		err := s.write(ctx, a, held[0].Incident, func() (err error) {
			into, err = merger.Merge(ctx, ids, a.Text)
			return err
		})
		if worthAnotherLook(err, &refused) {
			continue // read again which of them changed
		}
		if err != nil {
			return nil, err
		}
		a.Result, a.Reason = into, ""
		return s.readBack(ctx, remote, ids, into), nil
	}
	return nil, app.E(app.KindConflict, "Others keep changing these incidents; it will be tried again.", nil)
}

// worthAnotherLook reports that a refusal may come from what others did since the
// incidents were read: the service does not say which one it is about. One that stays
// after another look counts.
func worthAnotherLook(err error, refused *bool) bool {
	switch app.KindOf(err) {
	case app.KindConflict, app.KindNotFound:
		return true
	case app.KindInvalid:
		again := !*refused
		*refused = true
		return again
	}
	return false
}

// mergedInto is the incident that all of them are merged into, "" where they are not.
func mergedInto(held []app.Pulled) string {
	to := map[string]string{}
	for _, p := range held {
		to[p.Incident.Ref.ID] = p.Incident.RedirectTo
	}
	end := func(id string) string {
		for range len(held) {
			if to[id] == "" {
				break
			}
			id = to[id]
		}
		return id
	}
	into := end(held[0].Incident.Ref.ID)
	for _, p := range held {
		if end(p.Incident.Ref.ID) != into {
			return ""
		}
	}
	return into
}

// overtaken says in words what others did to incidents of a merge or move since it was
// decided: merged one elsewhere, or closed one.
func (a *Action) overtaken(held []app.Pulled) (drift []Drift, why string) {
	for _, p := range held {
		in := p.Incident
		d := Drift{Base: in.Number, Mine: a.Describe(), Who: in.ModifiedBy, When: in.Modified}
		switch {
		case in.Status == app.StatusRedirected || in.RedirectTo != "":
			d.Field, d.Theirs = app.FieldRedirect, in.RedirectTo
			return []Drift{d}, fmt.Sprintf("Incident %s was merged into %s meanwhile; nothing was sent.", in.Number, in.RedirectTo)
		case in.Status == app.StatusClosed && !slices.Contains(a.Closed, in.Ref.ID):
			d.Field, d.Theirs = app.FieldStatus, fmt.Sprintf("%s of incident %s", in.Status, in.Number)
			drift = append(drift, d)
			if why == "" {
				why = fmt.Sprintf("Incident %s was closed meanwhile; nothing was sent.", in.Number)
			}
		}
	}
	return drift, why
}

// readBack reads incidents after they were joined, those named and the one they ended
// in. What they are is at the service already, so failing to read is no failure.
func (s *Service) readBack(ctx context.Context, remote app.Remote, ids []string, into string) (held []app.Pulled) {
	for _, id := range ids {
		p, err := remote.Get(ctx, id)
		if err != nil {
			s.cfg.Log.Info("joined, reading back failed", "incident", id, "err", err)
			continue
		}
		held = append(held, p)
	}
	return s.with(ctx, remote, held, into)
}

// with adds one incident to those read, where it is not among them.
func (s *Service) with(ctx context.Context, remote app.Remote, held []app.Pulled, id string) []app.Pulled {
	if id == "" || slices.ContainsFunc(held, func(p app.Pulled) bool { return p.Incident.Ref.ID == id }) {
		return held
	}
	p, err := remote.Get(ctx, id)
	if err != nil {
		s.cfg.Log.Info("joined, reading back failed", "incident", id, "err", err)
		return held
	}
	return append(held, p)
}
