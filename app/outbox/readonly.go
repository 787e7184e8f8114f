package outbox

import (
	"context"
	"time"

	"watchfloor/app"
)

// permitWait is how long an action waits that the sign-in may not do, before it is looked
// at again; Resume ends the wait.
const permitWait = 5 * time.Minute

// readOnly is why nothing may be changed now, "" where it may.
func (s *Service) readOnly() string {
	if s.cfg.ReadOnly == nil {
		return ""
	}
	return s.cfg.ReadOnly()
}

// refused is the error of a request while nothing may be changed, nil where it may.
func (s *Service) refused() error {
	if why := s.readOnly(); why != "" {
		return app.E(app.KindPermission, why, nil)
	}
	return nil
}

// explained has queued actions say that they wait for the switch. It is not stored: the
// switch may change at any time.
func (s *Service) explained(as []Action, err error) ([]Action, error) {
	why := s.readOnly()
	for i := range as {
		if why != "" && as[i].State == Queued && !as[i].Unreadable {
			as[i].Reason = why
		}
	}
	return as, err
}

// lacks is what the sign-in lacks for an action, "" where it may be tried.
func (s *Service) lacks(ctx context.Context, a *Action) string {
	if s.cfg.Permit == nil {
		return ""
	}
	return s.cfg.Permit(ctx, a.Verb, a.Ref.Source, a.On.Kind)
}

// withhold keeps an action that the sign-in may not do, unsent and with no attempt used.
func (s *Service) withhold(a *Action, why string) {
	s.again(a, permitWait, why)
	a.Kind = app.KindPermission
}

// stopped reports a write that this program itself kept from leaving, because the switch
// was turned while it was under way.
func (s *Service) stopped(cause error) bool {
	return s.readOnly() != "" && app.KindOf(cause) == app.KindPermission && !app.Answered(cause)
}
