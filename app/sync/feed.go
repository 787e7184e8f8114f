package sync

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/posture"
)

// Feed is a source of rows other than incidents. Safe for concurrent use; errors and
// cancellation as for app.Remote.
type Feed interface {
	ID() app.SourceID
	// Every is the time between runs.
	Every() time.Duration
	// Pull returns the page after cur; the zero Cursor starts the first run. A page may
	// repeat rows.
	Pull(ctx context.Context, cur app.Cursor) (FeedPage, error)
}

// FeedPage is stored, with its cursor, in one transaction.
type FeedPage struct {
	Identity identity.Batch
	Posture  posture.Batch
	Cursor   app.Cursor
	Done     bool // the last page of a run
	Rows     int  // for the progress
	// Lacks are parts that licence or rights do not open; they replace those of the run
	// before when Done.
	Lacks []app.Lack
}

// FeedStore keeps what feeds bring; every method is one transaction and durable.
type FeedStore interface {
	// StoreFeed stores a page and its cursor.
	StoreFeed(ctx context.Context, src app.SourceID, p FeedPage) error
}
