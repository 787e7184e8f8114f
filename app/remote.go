package app

import (
	"context"
	"time"
)

// Remote is a source of incidents as the pull engine and the outbox see it. It is
// safe for concurrent use. Errors are *Error; every call ends within 200 ms of its
// context being cancelled.
type Remote interface {
	ID() SourceID

	// Pull returns the page after cur; the zero Cursor starts the first pull.
	//
	// The first pull runs newest first so that the queue is usable after its first
	// page. From then on pages hold incidents modified at or after the watermark
	// less an overlap, oldest first where the service can sort so. A page may repeat
	// rows, so committing one must be idempotent. Done is set on the last page of a
	// run; its cursor starts the next run.
	Pull(ctx context.Context, cur Cursor) (Page, error)

	// Get reads one incident afresh. KindNotFound: it was deleted.
	Get(ctx context.Context, id string) (Pulled, error)

	// Details reads everything beneath an incident.
	Details(ctx context.Context, id string) (Details, error)

	// Open lists the remote ids of all incidents that are not closed, to notice
	// deleted ones.
	Open(ctx context.Context) ([]string, error)

	// Update writes the changed fields of want over the incident that seen was just
	// read from; other fields keep the values in seen. KindConflict: it changed
	// since seen was read, nothing was written. Never creates an incident:
	// KindNotFound when it is gone.
	Update(ctx context.Context, seen Pulled, want Fields, changed []Field) (Pulled, error)

	// Comments reads the comments of one incident.
	Comments(ctx context.Context, id string) ([]Comment, error)

	// AddComment posts a comment. Where the service takes client-chosen ids
	// (Sentinel) c.ID is used and repeating the call has no further effect;
	// elsewhere the caller reads Comments before repeating.
	AddComment(ctx context.Context, id string, c Comment) error
}

// Merger is a Remote that can join incidents (Graph: mergeIncidents, moveAlerts; sheet
// part B). Neither call takes an id of the client, so the caller reads back before it
// repeats one: merged incidents are redirected, moved alerts are in another incident.
// KindInvalid: the service refuses the choice, or one of what was chosen is gone.
type Merger interface {
	// Merge joins incidents; the service chooses which survives and returns its id. The
	// others become redirected.
	Merge(ctx context.Context, ids []string, comment string) (survivor string, err error)
	// MoveAlerts puts alerts into the incident named, or into a new one where to is
	// empty, and returns the id of the incident they are in.
	MoveAlerts(ctx context.Context, alerts []string, to, comment string) (into string, err error)
}

// Tasker is a Remote whose incidents have tasks (Sentinel).
type Tasker interface {
	Tasks(ctx context.Context, id string) ([]Task, error)
	// PutTask adds the task with the client's id, or changes it where its ETag is that
	// of the task read before. Repeating the call has no further effect. KindConflict:
	// the task changed since. Never creates an incident, and never a task that has an
	// ETag: KindNotFound when it is gone.
	PutTask(ctx context.Context, id string, t Task) (Task, error)
}

// Limited is a Remote that cannot hold every field of an incident.
type Limited interface {
	// Lacks says in one sentence for a person why the source cannot hold the field
	// (FieldComment and FieldTask included), "" where it can.
	Lacks(f Field) string
}

// Cursor says where a pull stands. It is stored with the page it came with.
type Cursor struct {
	// Watermark is a time of the service's clock: everything modified before it is
	// in the cache. Zero during the first pull.
	Watermark time.Time
	// Ahead becomes the watermark when the run in progress ends.
	Ahead time.Time
	// Next continues a run (a nextLink); empty at the start of one.
	Next string
}

// First reports that the first pull has not ended.
func (c Cursor) First() bool { return c.Watermark.IsZero() }

// Page is a unit of the pull: it is stored, with its cursor, in one transaction.
type Page struct {
	Rows   []Pulled
	Cursor Cursor
	Done   bool
	// Total is how many rows the run will bring, -1 where the service does not say.
	Total int
	// Odd counts rows that were malformed and kept raw.
	Odd int
}

// Pulled is an incident as read from its source.
type Pulled struct {
	Incident Incident
	// Details come with the row where the source sends them (Graph); nil elsewhere.
	Details *Details
	// Raw is the JSON as received.
	Raw []byte
}
