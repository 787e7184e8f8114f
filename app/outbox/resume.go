package outbox

import (
	"context"
	"math"
	"time"

	"watchfloor/app"
)

// Resume sends at once what waited for a network, for somebody to sign in or for a
// permission: who calls it knows that it is there, or wants to know. Waits that a service
// asked for are kept. It returns how many actions no longer wait.
func (s *Service) Resume(ctx context.Context) (n int, err error) {
	s.holds.lift()
	defer s.Kick()
	queued, err := s.cfg.Store.Actions(ctx, math.MaxInt32, Queued)
	if err != nil {
		return 0, err
	}
	var waiting []int64
	for _, a := range queued {
		if waits(a, s.cfg.Now()) {
			waiting = append(waiting, a.Seq)
		}
	}
	return s.changeMany(ctx, waiting, func(a *Action) bool {
		if !waits(*a, s.cfg.Now()) {
			return false
		}
		a.NotBefore, a.Reason, a.Kind = time.Time{}, "", ""
		return true
	})
}

// waits reports an action that is late only because no answer came, nobody was signed in
// or a permission was missing. A wait that the service asked for has the source held besides.
func waits(a Action, now time.Time) bool {
	return a.State == Queued && !a.Unreadable && a.NotBefore.After(now) && (a.Kind == app.KindOffline || a.Kind == app.KindSignIn || a.Kind == app.KindPermission)
}
