package identity

import (
	"context"
	"time"
)

// Query asks for a window of a list.
type Query struct {
	Filter Filter
	// Sort is the column's key, "" for the list's own order; Down reverses it.
	Sort string
	Down bool
	// After continues behind the row with this cursor; "" begins.
	After string
	Limit int // 0 means 100
}

// Filter is a parsed filter line. The zero value matches all.
type Filter struct {
	Terms []Term
	Words []string // each must occur somewhere in the row's text
}

// Term is one condition. Its meaning by key is documented at Parse.
type Term struct {
	Key string
	// Op is ":" (one of Values), "<" or ">" (times, ages, numbers).
	Op     string
	Values []string
	Not    bool
}

// Window is a part of a list. Next continues it, "" at its end. Total counts all rows
// that match, at most CountLimit; Hidden those that the filter leaves out, likewise.
type Window[T any] struct {
	Rows          []T
	Next          string
	Total, Hidden int
}

// CountLimit bounds counting: a total of this is shown as "more than".
const CountLimit = 10_000

// UserRow is a user at risk as the list shows it.
type UserRow struct {
	User
	Detections int
	// High is why the person matters, "" otherwise; Roles are directory roles.
	High   string
	Roles  []string
	Queued int // unfinished actions of this client
}

// WorkloadRow is a workload at risk as the list shows it.
type WorkloadRow struct {
	Workload
	Detections, Queued int
}

// SignInRow is a sign-in as the list shows it.
type SignInRow struct {
	SignIn
	High   string
	Queued int
}

// Heat is the table of detections by type and country.
type Heat struct {
	Types, Countries []string // most frequent first; "" is a missing country
	Count            [][]int  // by type, then country
	N                int
	From, To         time.Time
}

// Kept tells how far back the cache goes.
type Kept struct {
	SignIns, Detections, Turns Span
	// Bytes the rows take, about; Budget is the most they may (0: no bound).
	Bytes, Budget int64
}

// Span is the age of what is kept of one kind.
type Span struct {
	Since time.Time // zero without rows
	Rows  int
}

// Key finds a person: any of its parts, the strongest first.
type Key struct{ ObjectID, UPN, SID, SAM string }

// Person is everything about one account, joined.
type Person struct {
	Account Account
	User    *User // nil where Entra ID Protection does not list it
	High    []HighValue
	// Conflicts are sentences about names that point at several accounts, or parts that
	// disagree.
	Conflicts  []string
	Turns      []Turn      // newest first
	Detections []Detection // newest first, at most 200
	SignIns    []SignIn    // newest first, at most 200
	Incidents  []Mention   // newest first
	Actions    []Done      // of this client, newest first
}

// Mention is an incident that names the person.
type Mention struct {
	IncidentID    int64
	Number, Title string
	Severity      string
	Status        string
	Created       time.Time
	// By is the join that found it: object id, UPN, SID, on-premises name.
	By string
}

// Done is what this client did to the person.
type Done struct {
	Seq      int64
	What     string
	State    string
	At       time.Time
	Finished time.Time
	Reason   string
}

// Reader reads the identities of one tenant from its cache. Safe for concurrent use; not
// for the UI goroutine.
type Reader interface {
	Users(ctx context.Context, q Query) (Window[UserRow], error)
	Workloads(ctx context.Context, q Query) (Window[WorkloadRow], error)
	SignIns(ctx context.Context, q Query) (Window[SignInRow], error)
	Detections(ctx context.Context, q Query) (Window[Detection], error)
	// Heat counts detections of the filter by type and country, at most top of each and
	// the rest as "other".
	Heat(ctx context.Context, f Filter, top int) (Heat, error)
	// SignIn reads one sign-in; KindNotFound without it.
	SignIn(ctx context.Context, id string) (SignInRow, error)
	// Person joins what is known of an account; KindNotFound where nothing is.
	Person(ctx context.Context, k Key) (Person, error)
	// EntityKey is the key of an account entity of an incident.
	EntityKey(ctx context.Context, incidentID int64, entityKey string) (Key, error)
	Kept(ctx context.Context) (Kept, error)
	// Import replaces the high-value list of an origin and returns how many it holds.
	Import(ctx context.Context, origin string, list []HighValue) (int, error)
	HighValue(ctx context.Context) ([]HighValue, error)
}

// Store takes what a pull brings; every method is one transaction. Rows of a page that
// are already there are replaced; what the page does not name stays.
type Store interface {
	StoreIdentity(ctx context.Context, b Batch) error
	// Trim removes the oldest rows beyond the budget, and returns how many.
	Trim(ctx context.Context, budget int64) (int, error)
}
