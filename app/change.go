package app

import "time"

// Change records that one field of an incident went from one value to another. The
// cache writes it in the transaction that stores the new value, so the history is
// exactly what the cache has seen.
type Change struct {
	IncidentID int64
	// Seen is when this cache learned of it; At is when it happened at the source
	// (its last-modified time), the only one to calculate with.
	Seen, At time.Time
	// Who is the person or service, "" where the source does not say.
	Who      string
	Field    Field
	From, To string
	// Origin says how it was learned: from a pull, or by an action of this client.
	Origin Origin
}

// Origin of a Change.
type Origin string

// Origins.
const (
	OriginPull   Origin = "pull"
	OriginAction Origin = "action"
)

// Field names a part of an incident, in conflicts, changes and the outbox.
type Field string

// Fields that changes are recorded for.
const (
	FieldCreated        Field = "created" // the incident was first seen
	FieldTitle          Field = "title"
	FieldDescription    Field = "description"
	FieldSeverity       Field = "severity"
	FieldStatus         Field = "status"
	FieldOwner          Field = "owner"
	FieldClassification Field = "classification"
	FieldDetermination  Field = "determination"
	FieldClosingNote    Field = "closing note"
	FieldTags           Field = "tags"
	FieldComment        Field = "comment"
	FieldTask           Field = "task"
	FieldRedirect       Field = "merged into"
	FieldDeleted        Field = "deleted"
)
