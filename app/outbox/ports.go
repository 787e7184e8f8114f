package outbox

import (
	"context"
	"time"

	"watchfloor/app"
)

// Store keeps the actions. The cache implements it; every method is one transaction
// and durable when it returns. Safe for concurrent use, by several processes too.
type Store interface {
	// Enqueue stores the request, in the words of the incident's source (Request.For),
	// with its local effect and its Change rows, and returns the action with Seq, Ref,
	// Others, Closed and Base filled.
	Enqueue(ctx context.Context, a Action) (Action, error)
	// EnqueueMany is Enqueue of several in one transaction. One that is refused has its
	// error at its index and leaves nothing behind; the other error is the cache's, and
	// then nothing is stored.
	EnqueueMany(ctx context.Context, as []Action) ([]Action, []error, error)
	// Replace ends old as Save does and stores next as Enqueue does.
	Replace(ctx context.Context, old, next Action) (Action, error)
	// Actions lists actions, newest first; states limits them, none means all.
	Actions(ctx context.Context, limit int, states ...State) ([]Action, error)
	// Action reads one action; KindNotFound without it.
	Action(ctx context.Context, seq int64) (Action, error)
	// BatchActions lists the actions of a batch, oldest first.
	BatchActions(ctx context.Context, id string) ([]Action, error)
	// CountActions counts unfinished actions by state.
	CountActions(ctx context.Context) (Counts, error)
	// Ready returns actions that are Queued or Sending and due, in order of Seq: of each
	// incident only the first unfinished one, and one on several incidents only where it
	// is the first on each; none of the held sources.
	Ready(ctx context.Context, now time.Time, limit int, held ...app.SourceID) ([]Action, error)
	// NextAt is the earliest time behind now at which one of those becomes due, zero
	// without one.
	NextAt(ctx context.Context, now time.Time) (time.Time, error)
	// Save stores the changed state of an action, with incidents as the service now
	// holds them. It raises the version of the row; KindConflict where that is no longer
	// a.Version, and nothing is stored. When the action was discarded, later ones are
	// rebased (Rebase). Of an unreadable action only the state changes.
	Save(ctx context.Context, a Action, held ...app.Pulled) error
	// SaveMany is Save of several. Those whose version moved are left alone; it returns
	// the numbers of the others.
	SaveMany(ctx context.Context, as []Action) (saved []int64, err error)
	// SaveSubjects is SaveMany of actions on subjects, with what their service holds of
	// some of the subjects now, by the action's number: the cached rows are brought to
	// that. Later actions on the subject of one that is done count on it (Forward).
	SaveSubjects(ctx context.Context, as []Action, states map[int64]app.SubjectState) (saved []int64, err error)
	// Expiring lists the queued and sending actions that expire, the next first.
	Expiring(ctx context.Context) ([]Action, error)
	// Clock notes what the clock tells, and returns the latest time noted before, give or
	// take half a minute.
	Clock(ctx context.Context, now time.Time) (latest time.Time, err error)
	// SubjectKnown reads what the cache holds of a subject.
	SubjectKnown(ctx context.Context, on app.Subject) (v app.Values, found bool, err error)
	// SubjectActions lists the actions on a subject, newest first.
	SubjectActions(ctx context.Context, on app.Subject, limit int) ([]Action, error)
	// Gone marks an incident as deleted at its source and saves the action.
	Gone(ctx context.Context, a Action, incident app.Ref) error

	// Known reads what the cache holds of an incident; KindNotFound without it.
	Known(ctx context.Context, id int64) (Known, error)
	// Lookup is Known by remote id.
	Lookup(ctx context.Context, ref app.Ref) (Known, error)
	// KnownTask reads one task of an incident; KindNotFound without it.
	KnownTask(ctx context.Context, id int64, task string) (app.Task, error)
	// StoreIncident stores an incident as its service holds it.
	StoreIncident(ctx context.Context, p app.Pulled) error
}

// Known is an incident as the cache holds it: the fields as shown, with pending actions
// applied, and the JSON as received.
type Known struct {
	app.Pulled
	// Held are the fields as the service holds them.
	Held    app.Fields
	Deleted bool
}

// merged reports that the incident was merged into another.
func (k Known) merged() bool {
	return k.Incident.Status == app.StatusRedirected || k.Incident.RedirectTo != ""
}

// Counts are the figures of the status line.
type Counts struct{ Queued, Sending, Conflict, Failed int }

// Waiting is the number of actions that have not reached the service.
func (c Counts) Waiting() int { return c.Queued + c.Sending }
