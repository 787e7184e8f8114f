package audit

import (
	"context"
	"time"
)

// Event is what a record tells.
type Event string

// Events of an action, in the order they may come.
const (
	Queued    Event = "queued"    // decided and stored
	Held      Event = "held"      // the same, not sent before Until: the time to undo
	Undone    Event = "undone"    // taken back in that time
	Sending   Event = "sending"   // a write is about to leave
	Waiting   Event = "waiting"   // that try ended without effect, or in doubt; tried again from Until
	Done      Event = "done"      // the service holds it
	Conflict  Event = "conflict"  // not sent: somebody else changed the same
	Settled   Event = "settled"   // a person decided about the conflict
	Retried   Event = "retried"   // a person had it tried again
	Parked    Event = "parked"    // not sent; it waits for a person
	Expired   Event = "expired"   // not sent: too old
	Discarded Event = "discarded" // given up, by a person or because what it concerns is gone
)

// Events of the log and of the program.
const (
	Genesis  Event = "genesis"  // the first record; Reason says what was there before it
	Unlocked Event = "unlocked" // the cache was opened by its key after it had been locked
	Locked   Event = "locked"
	Setting  Event = "setting"  // a setting that decides what may be done; Changes say which
	Restored Event = "restored" // the cache was set back to a copy, or made anew
)

// Version of the format, in each record.
const Version = 1

// Record is one line of the log. Empty fields are left out of it.
type Record struct {
	// Seq counts from 1 without a gap; Prev is the hash of the line before, zero at the
	// first. Head.Next sets both.
	Seq  int64
	Prev Hash
	// At is when it happened by this computer's clock, ServiceAt by the service's, zero
	// where that is not known. Both to the microsecond.
	At        time.Time
	ServiceAt time.Time
	Event     Event
	// By is the person who decided this, "" where Watchfloor did it by itself.
	By     string
	Tenant string
	// Kind, Source, ID and Name say what it is about: an incident or a subject, the source
	// it is of, its id there and what people call it.
	Kind, Source, ID, Name string
	// Action is the GUID of the action, Number its number in the outbox, Verb what it does
	// and State how it stands after the event.
	Action string
	Number int64
	Verb   string
	State  string
	// Until is when a time that this event began ends.
	Until time.Time
	// Changes are exactly what is asked for, or at a conflict what overlaps.
	Changes []Change
	// Reason is the sentence that people are shown.
	Reason string
}

// Change is one value that is set. Theirs and Who are of a change by somebody else that
// overlaps it.
type Change struct {
	Field, From, To, Theirs, Who string
}

// Log takes records about what is no action; those of actions are written with them.
type Log interface {
	// Note appends a record and returns when it is durable. It sets Seq, Prev and At.
	Note(ctx context.Context, r Record) error
}

// Reader reads a log in the order it was written.
type Reader interface {
	// Head is the end of the log as it is now, without checking it.
	Head(ctx context.Context) (Head, error)
	// Lines calls fn for each line with its place, from 1. The line is fn's to keep.
	Lines(ctx context.Context, fn func(seq int64, line []byte) error) error
}

type person struct{}

// By has what is stored under ctx recorded as decided by a person.
func By(ctx context.Context, who string) context.Context {
	return context.WithValue(ctx, person{}, who)
}

// PersonOf is who decides under ctx, "" where nobody does.
func PersonOf(ctx context.Context) string {
	who, _ := ctx.Value(person{}).(string)
	return who
}
