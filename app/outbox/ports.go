package outbox

import (
	"context"
	"time"

	"watchfloor/app"
)

// Store keeps the actions. The cache implements it; every method is one transaction
// and durable when it returns. Safe for concurrent use.
type Store interface {
	// Enqueue stores the request, in the words of the incident's source (Request.For),
	// with its local effect and its Change rows, and returns the action with Seq, Ref
	// and Base filled.
	Enqueue(ctx context.Context, a Action) (Action, error)
	// Actions lists actions, newest first; states limits them, none means all.
	Actions(ctx context.Context, limit int, states ...State) ([]Action, error)
	// Action reads one action; KindNotFound without it.
	Action(ctx context.Context, seq int64) (Action, error)
	// CountActions counts unfinished actions by state.
	CountActions(ctx context.Context) (Counts, error)
	// Ready returns the first unfinished action of each incident that is Queued or
	// Sending and whose NotBefore has passed, in order of Seq; none of the held sources.
	Ready(ctx context.Context, now time.Time, limit int, held ...app.SourceID) ([]Action, error)
	// NextAt is the earliest NotBefore behind now among actions that wait, zero
	// without one.
	NextAt(ctx context.Context, now time.Time) (time.Time, error)
	// Save stores the changed state of an action; with remote, the incident as the
	// service now holds it in the same transaction. When the action was discarded,
	// later ones are rebased (Rebase). Of an unreadable action only the state changes.
	Save(ctx context.Context, a Action, remote *app.Pulled) error
	// Gone marks the incident as deleted at its source and saves the action.
	Gone(ctx context.Context, a Action) error
}

// Counts are the figures of the status line.
type Counts struct{ Queued, Sending, Conflict, Failed int }

// Waiting is the number of actions that have not reached the service.
func (c Counts) Waiting() int { return c.Queued + c.Sending }
