package triage

import (
	"fmt"
	"time"

	"watchfloor/app"
)

// Targets are the times allowed to acknowledge an incident, by severity; no entry
// means no clock.
type Targets map[app.Severity]time.Duration

// DefaultTargets are used until a team sets its own.
var DefaultTargets = Targets{
	app.High: 30 * time.Minute, app.Medium: 4 * time.Hour, app.Low: 24 * time.Hour,
}

// AckClock says how long is left to acknowledge a new incident, negative when late.
// ok is false when no clock runs: it is acknowledged or its severity has no target.
func (t Targets) AckClock(r Row, now time.Time) (left time.Duration, ok bool) {
	target, has := t[r.Severity]
	if !has || r.Status != app.StatusNew {
		return 0, false
	}
	return r.Created.Add(target).Sub(now), true
}

// Span is a length of time in one unit, for dense rows: "45s", "12m", "5h", "3d".
// Negative lengths are shown without sign.
func Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}
