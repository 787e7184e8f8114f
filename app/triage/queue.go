package triage

import (
	"context"
	"time"

	"watchfloor/app"
)

// Row is one line of the queue: what the list shows, without details.
type Row struct {
	ID       int64
	Ref      app.Ref
	Number   string
	Twin     string // number of the same incident at the other product, "" without
	TwinRef  app.Ref
	Title    string
	Severity app.Severity
	Status   app.Status
	Owner    string // label; "" for nobody
	OwnerUPN string
	Score    *int
	// Weight is what the people and hosts it is about add to the score, and High why; 0
	// and "" where none of them is of high value.
	Weight int
	High   string
	// Entities is a short summary such as "3 hosts · 2 accounts"; "" when unknown.
	Entities          string
	Alerts            int // -1 unknown
	Created, Modified time.Time
	Tags              []string
	Queued            int  // actions waiting in the outbox
	Conflict          bool // an action needs the analyst
	Disagree          bool // the twins differ in status, severity or owner
	Deleted           bool // gone at the source; kept here
}

// Sort is the order of the queue.
type Sort string

// Orders. Every order is total: ties fall back to newest first.
const (
	ByCreated  Sort = "created"  // newest first
	BySeverity Sort = "severity" // worst severity first, newest first within
	ByModified Sort = "modified" // last changed first
	ByScore    Sort = "score"    // highest Rank first
)

// Query asks for a window of rows.
type Query struct {
	Filter Filter
	Sort   Sort
	// After continues behind this row (keyset paging); nil starts at the top.
	After *Row
	Limit int
	// Me is the UPN that owner:me stands for.
	Me string
	// Zone is what days of the filter are local to; nil means time.Local.
	Zone *time.Location
	// Until hides rows that the cache first stored after this time, so that new ones
	// wait behind their bar; zero shows all.
	Until time.Time
}

// Window is a run of rows in the order asked for.
type Window struct {
	Rows []Row
	More bool
}

// Counts are the figures around the list. Hidden counts open incidents the filter
// leaves out.
type Counts struct {
	Match, Total, Open int
	// Capped is true when Match stopped counting at its bound ("10,000+").
	Capped bool
}

// Queue serves rows of the cache. Safe for concurrent use; every call may take
// milliseconds and must not run on the UI goroutine.
type Queue interface {
	Window(ctx context.Context, q Query) (Window, error)
	Count(ctx context.Context, q Query) (Counts, error)
	// Arrived counts matching rows first stored after since ("7 new").
	Arrived(ctx context.Context, q Query, since time.Time) (int, error)
	// Row reads one row afresh by id.
	Row(ctx context.Context, id int64) (Row, error)
	// Find resolves a number or remote id to a row id; KindNotFound without one.
	Find(ctx context.Context, number string) (int64, error)
}

// Case is everything the incident page shows.
type Case struct {
	Row      Row
	Incident app.Incident
	// Twin is the same incident at the other product, nil without.
	Twin *app.Incident
	app.Details
	Changes []app.Change // newest first
	// Merged are incidents whose survivor this is; their comments and changes are
	// included above.
	Merged []app.Ref
	// DetailsAt is when details were last read from the source, zero if never.
	DetailsAt time.Time
	// Draft is an unfinished comment.
	Draft string
}

// Cases serves incident pages. Safe for concurrent use, not for the UI goroutine.
type Cases interface {
	Case(ctx context.Context, id int64) (Case, error)
	// Raw is the JSON of the incident as received, indented.
	Raw(ctx context.Context, id int64) (string, error)
	// SaveDraft stores an unfinished comment; "" removes it. It is durable when it returns.
	SaveDraft(ctx context.Context, id int64, text string) error
}
