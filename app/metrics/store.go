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

// Store reads the figures from the cache. Twins count once; merged incidents do not
// count. Closed is the moment the status became closed as the source dates it, the
// last one for an incident that was reopened.
type Store interface {
	// Flow returns one Day per calendar day of loc from the day of from to the day of
	// to, oldest first, without gaps.
	Flow(ctx context.Context, from, to time.Time, loc *time.Location) ([]Day, error)
	// AsOf is when the oldest source last synced well; zero if one never did.
	AsOf(ctx context.Context) (time.Time, error)
}
