package outbox

import (
	"maps"
	"time"

	"watchfloor/app"
)

// weigh compares what the analyst saw with what the service holds of a subject now, and
// reports whether the deed is still to be sent; where not, the action says why.
func (s *Service) weigh(a *Action, now app.SubjectState) (send bool) {
	before := a.Found // as it was before a write whose outcome is not known
	a.Found = now.Values
	switch {
	case now.Gone:
		s.drop(a)
		a.Found = before
		a.Reason = "Not sent: it no longer exists at " + a.Ref.Source.Label() + ". It was not created again."
		if !a.Sent.IsZero() {
			a.Reason = "An earlier try may have arrived; meanwhile it no longer exists at " + a.Ref.Source.Label() + ". It was not created again."
		}
		return false
	case s.done(a, before, now.Values):
		a.Reason = a.alreadySo()
		a.State = Done
		return false
	case a.expired(s.cfg.Now()):
		s.expire(a)
		return false
	}
	reason := "It changed since this was decided."
	drift := a.moved(now, a.Seen)
	if !a.Sent.IsZero() {
		reason = "An earlier try may have arrived and been undone: it was changed since. Send it again only if that is right."
		drift = a.moved(now, before)
	}
	if len(drift) > 0 {
		a.State, a.Drift, a.Reason = Conflict, drift, reason
		return false
	}
	return true
}

// done reports that nothing is left to do. Sessions are revoked where they were after the
// decision, by anybody; after a lost answer, where they were since the write.
func (s *Service) done(a *Action, before, now app.Values) bool {
	if a.Verb != RevokeSessions {
		return a.has(now)
	}
	from := moment(now[app.PropSessionsFrom])
	if a.Sent.IsZero() {
		clock := s.cfg.Now()
		return from.After(s.decided(a)) && from.After(moment(a.Seen[app.PropSessionsFrom])) && !from.After(clock)
	}
	if was := moment(before[app.PropSessionsFrom]); !was.IsZero() {
		return from.After(was)
	}
	return from.After(a.Sent.At)
}

// moved lists the watched properties that are neither as before nor as wanted.
func (a *Action) moved(now app.SubjectState, before app.Values) (drift []Drift) {
	want := a.wanted()
	for _, p := range a.watched() {
		was, seen := before[p]
		is, known := now.Values[p]
		mine, named := want[p]
		if !seen || !known || SameProperty(p, was, is) || named && p != app.PropRiskLevel && SameProperty(p, is, mine) {
			continue
		}
		d := Drift{Field: app.Field(p), Base: PropertyText(p, was), Theirs: PropertyText(p, is), Mine: a.Describe(), Who: now.By, When: now.Modified}
		if named {
			d.Mine = PropertyText(p, mine)
		}
		drift = append(drift, d)
	}
	return drift
}

// refreshed is what was seen, with newer values over it.
func (a *Action) refreshed(now app.Values) app.Values {
	out := maps.Clone(a.Seen)
	if out == nil {
		out = app.Values{}
	}
	maps.Copy(out, now)
	return out
}

// note marks an action as about to be written.
func (s *Service) note(a *Action) (before Sent) {
	before = a.Sent
	a.State = Sending
	if a.Sent.IsZero() {
		a.Sent = Sent{At: s.cfg.Now().UTC().Truncate(time.Microsecond)}
	}
	return before
}
