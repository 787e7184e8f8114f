package sync

import (
	"context"
	"time"

	"watchfloor/app"
)

// Store keeps what was pulled. The cache implements it; every method is one
// transaction and durable when it returns. Safe for concurrent use.
type Store interface {
	// Cursor returns where the pull of a source stands and when a run last ended well.
	Cursor(ctx context.Context, src app.SourceID) (cur app.Cursor, lastSuccess time.Time, err error)
	// StorePage stores the rows of a page with a Change for each field that differs,
	// and the page's cursor. Storing a page twice changes nothing.
	StorePage(ctx context.Context, src app.SourceID, p app.Page) error
	// Finish records that a run ended well at the given local time.
	Finish(ctx context.Context, src app.SourceID, at time.Time) error
	// DetailsDue lists incidents whose details must be read, newest first.
	DetailsDue(ctx context.Context, src app.SourceID, limit int) ([]Due, error)
	// DetailsDueCount counts them.
	DetailsDueCount(ctx context.Context, src app.SourceID) (int, error)
	// StoreDetails replaces the details of incidents, keyed by local id.
	StoreDetails(ctx context.Context, details map[int64]app.Details) error
	// StoreIncident stores one incident read afresh, details included where given.
	StoreIncident(ctx context.Context, p app.Pulled) error
	// Ref resolves a local id.
	Ref(ctx context.Context, id int64) (app.Ref, error)
	// OpenIDs lists the remote ids of a source's open incidents.
	OpenIDs(ctx context.Context, src app.SourceID) ([]string, error)
	// MarkGone records that an incident no longer exists at its source. Its row stays.
	MarkGone(ctx context.Context, ref app.Ref) error
}

// Due is an incident whose details must be read.
type Due struct {
	ID  int64
	Ref app.Ref
}
