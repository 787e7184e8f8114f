package sync

import (
	"time"

	"watchfloor/app"
)

// Phase is what a source is doing now.
type Phase string

// Phases.
const (
	Idle      Phase = "idle"
	FirstPull Phase = "first pull"
	Updating  Phase = "updating"
	Reading   Phase = "reading details"
	Waiting   Phase = "waiting" // the service asked us to; Until says how long
	Offline   Phase = "offline"
	Failing   Phase = "failing" // Problem says why
)

// Status is how fresh one source is.
type Status struct {
	Source app.SourceID
	// Tenant names the tenant where several are connected, else it is "".
	Tenant string
	Phase  Phase
	// LastSuccess is when a run last ended well (local clock); zero if never.
	LastSuccess time.Time
	// Rows counts incidents of the run in progress; Total is how many there will be,
	// -1 unknown.
	Rows, Total int
	// DetailsDue counts incidents whose details are still to be read.
	DetailsDue int
	Until      time.Time
	// Problem is a sentence for a person, "" when well.
	Problem string
	Kind    app.Kind
	// Lacks are parts that the tenant's licence or this sign-in does not open.
	Lacks []app.Lack
}

// State is the engine's condition as the status line shows it.
type State struct {
	Sources []Status
	// OfflineByChoice is the analyst's switch; OfflineSince is set while no source
	// answers, or the switch is on.
	OfflineByChoice bool
	OfflineSince    time.Time
}

// Offline reports that nothing is sent or fetched now.
func (s State) Offline() bool { return !s.OfflineSince.IsZero() }

// Stale reports whether a source's last good run is too long ago to trust the screen.
func (s Status) Stale(now time.Time, after time.Duration) bool {
	return s.LastSuccess.IsZero() || now.Sub(s.LastSuccess) > after
}
