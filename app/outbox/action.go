package outbox

import (
	"slices"
	"strings"
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
	AddTask     Verb = "add task"      // TaskTitle, Text; the action's ID is the task's
	FinishTask  Verb = "complete task" // TaskID, TaskTitle
	Merge       Verb = "merge"         // With, Text
	MoveAlerts  Verb = "move alerts"   // Alerts, Into, Text
)

// Verbs on subjects: On, and Set where the deed sets values.
const (
	DismissRisk        = Verb(app.DismissRisk)
	ConfirmCompromised = Verb(app.ConfirmCompromised)
	ConfirmSafe        = Verb(app.ConfirmSafe)
	RevokeSessions     = Verb(app.RevokeSessions)
	DisableAccount     = Verb(app.DisableAccount)
	EnableAccount      = Verb(app.EnableAccount)
	SetControl         = Verb(app.SetControl)
	EditContact        = Verb(app.EditContact)
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

// Known reports one of the states above.
func (s State) Known() bool {
	switch s {
	case Queued, Sending, Done, Conflict, Failed, Discarded:
		return true
	}
	return false
}

// Request is what an analyst asks for.
type Request struct {
	IncidentID int64
	Verb       Verb
	Want       app.Fields // the fields in Fields() of the verb are meant
	AddTags    []string
	RemoveTags []string
	Text       string // of a comment, a task's description, the comment of a merge
	TaskID     string `json:",omitempty"`
	TaskTitle  string `json:",omitempty"`
	// With are the local ids of the incidents to merge with this one; Into is that of
	// the incident alerts move to, 0 for a new one. Both are of the same source.
	With   []int64  `json:",omitempty"`
	Into   int64    `json:",omitempty"`
	Alerts []string `json:",omitempty"` // remote ids
	// On is what the action concerns where that is no incident. IncidentID is 0 then, or
	// at a fleet fleet.Home of its slot.
	On app.Subject `json:",omitzero"`
	// Set are the values of SetControl and EditContact.
	Set app.Values `json:",omitempty"`
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
	// Others are the remote ids of With, or of Into, as they were when it was decided.
	Others []app.Ref
	// Closed are the remote ids of those involved in a merge or move that were closed
	// when it was decided: one that was closed since then is asked about.
	Closed []string
	// Batch is shared by actions that one form decided; "" for one decided alone.
	Batch string
	// Version counts the changes of this row: who settles an action names the version
	// that was looked at, so that two windows cannot settle it twice.
	Version int64
	// Saved is when that was, by this computer's clock.
	Saved time.Time
	// HeldUntil is when the time to undo ends; it is not sent before. Zero without one.
	HeldUntil time.Time
	// Title and Number name the incident on the Actions screen.
	Title, Number string
	// Base are the fields the analyst saw when deciding; Seen those of a subject, which
	// the store fills in from the cache, and Found what the service held of it last.
	Base  app.Fields
	Seen  app.Values
	Found app.Values
	// Expires is when an action that is not reversible by itself becomes void: it is
	// never sent after. Zero without.
	Expires time.Time
	// Actor and Tenant are who decided and where it applies.
	Actor, Tenant string
	Created       time.Time
	State         State
	// Attempts counts sends; NotBefore delays the next one.
	Attempts  int
	NotBefore time.Time
	// Reason says in words why the action is not done, or how it was done.
	Reason string
	// Kind is the kind of the last failure, "" without one.
	Kind app.Kind
	// Drift is what overlaps, when State is Conflict; Theirs are the service's fields
	// at that moment.
	Drift  []Drift
	Theirs app.Fields
	// CommentsBefore is the number of equal comments at the service before the first
	// send, for services without client-chosen ids; -1 before it was read.
	CommentsBefore int
	// Sent tells of a write that may have been applied without an answer.
	Sent     Sent
	Finished time.Time
	// Result is the remote id of the incident that a merge or move ended in, "" before.
	Result string
	// Unreadable marks a row that this version cannot read: it is shown and kept,
	// never sent and never rewritten.
	Unreadable bool
	// Raw is the request as stored, where it is unreadable: to be shown and exported.
	Raw string `json:",omitempty"`
}

// Sent remembers the incident as it was when a write left whose outcome is not known.
// It is stored before the write leaves, so a crash leaves it behind. The zero value
// says that there was no such write.
type Sent struct {
	At       time.Time
	ETag     string    `json:",omitempty"`
	Modified time.Time `json:",omitzero"`
}

// IsZero reports that no write is in doubt.
func (s Sent) IsZero() bool { return s.At.IsZero() }

// moved reports that the incident may have changed since the write left, by that
// write or by somebody else.
func (s Sent) moved(now app.Incident) bool {
	if s.ETag != "" && now.ETag != "" {
		return strong(s.ETag) != strong(now.ETag)
	}
	return s.Modified.IsZero() || !s.Modified.Equal(now.Modified)
}

// strong is an ETag without the mark of a weak one and without quotes.
func strong(etag string) string {
	return strings.Trim(strings.TrimPrefix(etag, "W/"), `"`)
}

// Undoable reports that the action can be taken back before it leaves.
func (a Action) Undoable(now time.Time) bool {
	return a.State == Queued && a.Attempts == 0 && a.Sent.IsZero() && now.Before(a.HeldUntil)
}

// maxSetBack is how far the clock may be set back before times that were noted with it
// count no more.
const maxSetBack = time.Minute

// due reports that the action may leave now. A wait that was noted by a clock that has
// since been set back is void; Store.Ready judges alike.
func (a Action) due(now time.Time) bool {
	return a.Saved.After(now.Add(maxSetBack)) || !a.NotBefore.After(now) && !a.HeldUntil.After(now)
}

// Involved are the local ids of all incidents that the request concerns, the main one
// first: it keeps its order among the actions on each. None for a subject.
func (r Request) Involved() []int64 {
	var ids []int64
	for _, id := range append([]int64{r.IncidentID}, append(slices.Clone(r.With), r.Into)...) {
		if id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// several reports that the verb concerns several incidents.
func (v Verb) several() bool { return v == Merge || v == MoveAlerts }

// Drift is one field that changed at the service in a way that overlaps an action.
type Drift struct {
	Field        app.Field
	Base         string
	Theirs, Mine string
	// Who and When are of their change, where the service says.
	Who  string
	When time.Time
}
