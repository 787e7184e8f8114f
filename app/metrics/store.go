package metrics

import (
	"context"
	"time"

	"watchfloor/app"
)

// Day counts what happened on one local calendar day, by severity; index with
// app.Severity.
type Day struct {
	// Date is the day's first instant in the time zone asked for.
	Date            time.Time
	Created, Closed [int(app.High) + 1]int
}

// Store reads the figures from the cache. Twins count once; merged and
// deleted incidents do not count. Closed is the moment the status became closed as the source dates it, the
// last one for an incident that was reopened.
type Store interface {
	// Flow returns one Day per calendar day of loc from the day of from to the day of
	// to, oldest first, without gaps.
	Flow(ctx context.Context, from, to time.Time, loc *time.Location) ([]Day, error)
	// AsOf is when the oldest source last synced well; zero if one never did.
	AsOf(ctx context.Context) (time.Time, error)
}

// History is a Store that also knows the past of incidents.
type History interface {
	Store
	// Ages counts incidents that were open just before each of the instants, which
	// ascend, by their age then. Incidents count up to the moment they were merged or
	// deleted. See Life.
	Ages(ctx context.Context, at []time.Time) ([]Ages, error)
	// Acked and Resolved return one Lapse for every incident that was acknowledged, or
	// closed for the last time, from from on and before to.
	Acked(ctx context.Context, from, to time.Time) ([]Lapse, error)
	Resolved(ctx context.Context, from, to time.Time) ([]Lapse, error)
	// Since is when the cache began to see changes; zero if it never held an incident.
	Since(ctx context.Context) (time.Time, error)
}

// Lapse is how long one incident waited: from its creation until At.
type Lapse struct {
	Severity app.Severity // today's
	At       time.Time
	Took     time.Duration
}
