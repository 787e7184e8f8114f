package outbox

import (
	"context"
	"slices"

	"watchfloor/app"
)

// moveAlerts puts alerts into another incident exactly once: where they are is read
// before anything is sent.
func (s *Service) moveAlerts(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
	merger, ok := remote.(app.Merger)
	if !ok {
		return nil, s.able(a.Request, a.Ref.Source)
	}
	refused := false
	for range maxRereads {
		at, err := s.whereAlerts(ctx, remote, a)
		if err != nil {
			return nil, err
		}
		if at.done {
			a.Result, a.Reason = at.in, a.alreadySo()
			return at.held, nil
		}
		drift, why := a.overtaken(at.held)
		if why == "" && len(at.lost) > 0 {
			why = "Some of these alerts were moved elsewhere meanwhile; nothing was sent."
			drift = []Drift{{Field: app.FieldRedirect, Base: a.Number, Mine: a.Describe()}}
		}
		if why != "" {
			return at.held, s.conflict(a, at.held[0], drift, why)
		}
		var into string
		err = s.write(ctx, a, at.held[0].Incident, func() (err error) {
			into, err = merger.MoveAlerts(ctx, at.left, a.into(), a.Text)
			return err
		})
		if worthAnotherLook(err, &refused) {
			continue // read again what changed
		}
		if err != nil {
			return nil, err
		}
		a.Result, a.Reason = into, ""
		return s.readBack(ctx, remote, []string{a.Ref.ID}, into), nil
	}
	return nil, app.E(app.KindConflict, "Others keep changing these incidents; it will be tried again.", nil)
}

// into is the remote id of the incident that alerts move to, "" for a new one.
func (a *Action) into() string {
	if len(a.Others) == 0 {
		return ""
	}
	return a.Others[0].ID
}

// whereabouts of alerts that shall move.
type whereabouts struct {
	held []app.Pulled // the incident they are moved from, and the one they move to
	left []string     // alerts still to move
	lost []string     // alerts in neither
	done bool         // nothing is left to do
	in   string       // then where they are, "" where that is not known
}

func (s *Service) whereAlerts(ctx context.Context, remote app.Remote, a *Action) (at whereabouts, err error) {
	var there []string
	var target []app.Pulled
	if into := a.into(); into != "" {
		p, err := get(ctx, remote, a, a.Others[0])
		if err != nil {
			return at, err
		}
		if there, err = alertsIn(ctx, remote, p); err != nil {
			return at, err
		}
		target = []app.Pulled{p}
	}
	missing := func(in []string) []string {
		return slices.DeleteFunc(slices.Clone(a.Alerts), func(id string) bool { return slices.Contains(in, id) })
	}
	if at.left = missing(there); len(at.left) == 0 {
		at.done, at.in = true, a.into()
		at.held = s.with(ctx, remote, target, a.Ref.ID)
		return at, nil
	}
	source, err := remote.Get(ctx, a.Ref.ID)
	if err != nil {
		return at, err
	}
	here, err := alertsIn(ctx, remote, source)
	if err != nil {
		return at, err
	}
	at.held = append([]app.Pulled{source}, target...)
	if at.lost = missing(append(here, there...)); a.into() == "" && len(at.lost) == len(a.Alerts) && !a.Sent.IsZero() {
		at.done, at.in = true, source.Incident.RedirectTo // a new incident has them
	}
	return at, nil
}

// alertsIn lists the alerts of an incident just read.
func alertsIn(ctx context.Context, remote app.Remote, p app.Pulled) (ids []string, err error) {
	d := app.Details{}
	if p.Details != nil {
		d = *p.Details
	}
	if d.Alerts == nil {
		if d, err = remote.Details(ctx, p.Incident.Ref.ID); err != nil {
			return nil, err
		}
	}
	for _, a := range d.Alerts {
		ids = append(ids, a.ID)
	}
	return ids, nil
}
