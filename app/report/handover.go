package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
)

// Period is what a hand-over covers: from From on, To not included.
type Period struct{ From, To time.Time }

// ListLimit is how many rows a list of a hand-over has where no other number was asked
// for.
const ListLimit = 200

// HandoverStore reads what a hand-over tells, from one snapshot. Safe for concurrent
// use, not for the UI goroutine. The figures are of everything; each list has at most
// limit rows, ListLimit where limit is 0 or less.
type HandoverStore interface {
	Handover(ctx context.Context, p Period, limit int) (Handover, error)
}

// BySeverity counts incidents; index with app.Severity.
type BySeverity [int(app.High) + 1]int

// Total is the sum over all severities.
func (b BySeverity) Total() (n int) {
	for _, c := range b {
		n += c
	}
	return n
}

// Handover is what one shift leaves to the next. Twins count once, merged and deleted
// incidents do not count.
type Handover struct {
	Period
	Limit int // of each list
	// Arrived were created within the period; StillOpen are those of them that are open
	// now; Closed were closed within the period; OpenNow are all that are open, Unowned
	// those of them that nobody owns.
	Arrived, StillOpen, Closed, OpenNow, Unowned BySeverity
	// Classified counts Closed by classification.
	Classified map[app.Classification]int
	// Open is in order: what nobody owns first, then worst severity first, newest first
	// within.
	Open []OpenCase
	// ClosedCases is in order: last closed first.
	ClosedCases []ClosedCase
	// Waiting are actions that have not reached the service: conflicts and failures
	// first, oldest first within; Counts are their figures.
	Waiting []WaitingAction
	Counts  outbox.Counts
	Sources []SourceAge
}

// OpenCase is an incident that is open now. Tenant is "" where there is only one.
type OpenCase struct {
	Tenant string
	triage.Row
	Last *app.Comment // the last comment, nil without one
}

// ClosedCase is an incident that was closed within the period.
type ClosedCase struct {
	Tenant string
	triage.Row
	Classification app.Classification
	Determination  string
	At             time.Time
}

// WaitingAction is an action of the outbox.
type WaitingAction struct {
	Tenant string
	outbox.Action
}

// SourceAge is how fresh what one source told is.
type SourceAge struct {
	Tenant string
	Source app.SourceID
	// Synced is when a run last ended well, Newest the creation of its newest incident;
	// zero for never.
	Synced, Newest time.Time
}

// Silence is after how long a source counts as silent: no sync that ended well, or no
// new incident.
const (
	SyncSilence     = time.Hour
	IncidentSilence = 24 * time.Hour
)

// Join makes one hand-over of those of several tenants, which must be of the same
// period. names are the tenants', in the same order; each row then tells its own.
func Join(parts []Handover, names []string) Handover {
	if len(parts) == 0 {
		return Handover{}
	}
	out := Handover{Period: parts[0].Period, Limit: parts[0].Limit, Classified: map[app.Classification]int{}}
	for i, p := range parts {
		for s := range p.Arrived {
			out.Arrived[s] += p.Arrived[s]
			out.StillOpen[s] += p.StillOpen[s]
			out.Closed[s] += p.Closed[s]
			out.OpenNow[s] += p.OpenNow[s]
			out.Unowned[s] += p.Unowned[s]
		}
		for c, n := range p.Classified {
			out.Classified[c] += n
		}
		out.Counts.Queued += p.Counts.Queued
		out.Counts.Sending += p.Counts.Sending
		out.Counts.Conflict += p.Counts.Conflict
		out.Counts.Failed += p.Counts.Failed
		name := ""
		if len(parts) > 1 && i < len(names) {
			name = names[i]
		}
		for _, x := range p.Open {
			x.Tenant = name
			out.Open = append(out.Open, x)
		}
		for _, x := range p.ClosedCases {
			x.Tenant = name
			out.ClosedCases = append(out.ClosedCases, x)
		}
		for _, x := range p.Waiting {
			x.Tenant = name
			out.Waiting = append(out.Waiting, x)
		}
		for _, x := range p.Sources {
			x.Tenant = name
			out.Sources = append(out.Sources, x)
		}
	}
	slices.SortStableFunc(out.Open, func(a, b OpenCase) int {
		return cmp.Or(owned(a)-owned(b), cmp.Compare(b.Severity, a.Severity), b.Created.Compare(a.Created))
	})
	slices.SortStableFunc(out.ClosedCases, func(a, b ClosedCase) int { return b.At.Compare(a.At) })
	slices.SortStableFunc(out.Waiting, func(a, b WaitingAction) int {
		return cmp.Or(cmp.Compare(urgency(a.State), urgency(b.State)), a.Action.Created.Compare(b.Action.Created))
	})
	out.Open = cut(out.Open, out.Limit)
	out.ClosedCases = cut(out.ClosedCases, out.Limit)
	out.Waiting = cut(out.Waiting, out.Limit)
	return out
}

// owned orders incidents: what nobody has taken comes first.
func owned(x OpenCase) int {
	if x.Owner == "" {
		return 0
	}
	return 1
}

// urgency orders states: what a person must settle comes first.
func urgency(s outbox.State) int {
	switch s {
	case outbox.Conflict:
		return 0
	case outbox.Failed:
		return 1
	}
	return 2
}

func cut[T any](all []T, n int) []T {
	if n > 0 && len(all) > n {
		return all[:n]
	}
	return all
}
