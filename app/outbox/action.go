package outbox

import (
	"time"

	"watchfloor/app"
)

// Verb is what an action does.
type Verb string

// Verbs.
const (
	Assign      Verb = "assign" // Want.Owner; the zero Owner unassigns
	SetStatus   Verb = "status"
	SetSeverity Verb = "severity"
	Tag         Verb = "tag" // AddTags, RemoveTags
	Close       Verb = "close"
	Comment     Verb = "comment"
)

// State is where an action stands.
type State string

// States. Queued and Sending are pending; Conflict and Failed wait for a person and
// block later actions on the same incident; Done and Discarded are final.
const (
	Queued    State = "queued"
	Sending   State = "sending"
	Done      State = "done"
	Conflict  State = "conflict"
	Failed    State = "failed"
	Discarded State = "discarded"
)

// Pending reports that the action's local effect is shown over the remote value.
func (s State) Pending() bool { return s != Done && s != Discarded }

// Request is what an analyst asks for.
type Request struct {
	IncidentID int64
	Verb       Verb
	Want       app.Fields // the fields in Fields() of the verb are meant
	AddTags    []string
	RemoveTags []string
	Text       string // of a comment
}

// Action is a request in the outbox.
type Action struct {
	// Seq orders all actions of a cache, from 1.
	Seq int64
	// ID is a random GUID, made before the first send; it is the resource id of a
	// Sentinel comment.
	ID string
	Request
	Ref app.Ref
	// Title and Number name the incident on the Actions screen.
	Title, Number string
	// Base are the fields the analyst saw when deciding.
	Base app.Fields
	// Actor and Tenant are who decided and where it applies.
	Actor, Tenant string
	Created       time.Time
	State         State
	// Attempts counts sends; NotBefore delays the next one.
	Attempts  int
	NotBefore time.Time
	// Reason says in words why the action is not done, or how it was done.
	Reason string
	// Drift is what overlaps, when State is Conflict; Theirs are the service's fields
	// at that moment.
	Drift  []Drift
	Theirs app.Fields
	// CommentsBefore is the number of equal comments at the service before the first
	// send, for services without client-chosen ids; -1 before it was read.
	CommentsBefore int
	Finished       time.Time
}

// Drift is one field that changed at the service in a way that overlaps an action.
type Drift struct {
	Field        app.Field
	Base         string
	Theirs, Mine string
	// Who and When are of their change, where the service says.
	Who  string
	When time.Time
}
