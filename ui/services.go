package ui

import (
	"context"
	"log/slog"
	"time"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/ui/queue"
	"watchfloor/ui/reports"
	"watchfloor/ui/settings"
	"watchfloor/ui/trends"
)

// Outbox takes and lists actions. Safe for concurrent use; not for the UI goroutine.
type Outbox interface {
	Do(ctx context.Context, r outbox.Request) (outbox.Action, error)
	List(ctx context.Context, limit int, states ...outbox.State) ([]outbox.Action, error)
	Counts(ctx context.Context) (outbox.Counts, error)
	// Retry queues a failed action again; Discard gives an action up.
	Retry(ctx context.Context, seq int64) error
	Discard(ctx context.Context, seq int64) error

	// DoMany queues what one form decided; Undo takes back what has not left, Reverse
	// is what puts a done action back.
	DoMany(ctx context.Context, rs []outbox.Request, progress func(done, total int)) ([]outbox.Result, error)
	Undo(ctx context.Context, seqs ...int64) (int, error)
	Reverse(ctx context.Context, seq int64) (outbox.Request, bool, error)
	// Preview, PreviewAction and, for a conflict settled so, PreviewSettled are the exact
	// requests; nothing is sent.
	Preview(ctx context.Context, r outbox.Request) ([]app.WireRequest, error)
	PreviewAction(ctx context.Context, seq int64) ([]app.WireRequest, error)
	PreviewSettled(ctx context.Context, seq int64, choices []outbox.Choice) ([]app.WireRequest, error)
	// Settle and Follow settle a conflict as it was shown: by its version.
	Settle(ctx context.Context, seq, version int64, choices []outbox.Choice) error
	Follow(ctx context.Context, seq, version int64) (outbox.Action, error)
	BatchOf(ctx context.Context, id string) (outbox.Batch, []outbox.Action, error)
	RetryBatch(ctx context.Context, id string) (int, error)
	// Recheck has a person decide again on an action on a subject that expired or failed.
	Recheck(ctx context.Context, seq int64) (outbox.Action, error)
}

// Sync is the pull engine. State returns at once; the other calls may take a moment
// and run elsewhere.
type Sync interface {
	State() sync.State
	Refresh()
	SetOffline(on bool)
	// Read fetches the details of one incident now.
	Read(ctx context.Context, incidentID int64) error
}

// Prefs remembers small things between starts. Get is called while the window is
// built; Set on a goroutine of its own, one call at a time.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Start is offered where no tenant is connected yet. Both functions run off the UI
// goroutine and return the services to go on with; say shows a line meanwhile. Opened is
// called after Connector.Save and returns the services of the first profile.
type Start struct {
	Simulate func(ctx context.Context, say func(string)) (Services, error)
	Opened   func(ctx context.Context) (Services, error)
}

// Services are what the window works with. Queue nil means that there is no tenant
// yet: then Start is shown. Exports, Trends, Start, Connector, Prefs, Log and After may
// be nil.
type Services struct {
	Queue   triage.Queue
	Cases   triage.Cases
	Outbox  Outbox
	Sync    Sync
	Trends  trends.Source
	Exports reports.Source
	// Identity and Posture read those places of the tenant in a slot of the roster, 0 for
	// a single one. Both may be nil, and may return nil: then the place says so.
	Identity func(slot int) identity.Reader
	Posture  func(slot int) posture.Reader
	// Portal opens pages of Microsoft's portals; nil where there is no browser.
	Portal Portal
	Hub    *app.Hub
	Prefs  Prefs
	Start  *Start
	// Emptied returns the services to go on with when the last tenant was removed. It
	// returns at once; nil where the last one stays.
	Emptied func() Services
	// Guard keeps tenants from being changed; nil where nothing does.
	Guard Guard
	// Lock has the window show nothing but its question; all else but Prefs may be nil.
	Lock *Lock
	// LockUp begins to close caches and to forget their keys, and returns at once what to
	// show; nil where the window cannot be locked.
	LockUp func() *Lock
	// LocksAlong reports that the window is told when the system locks its screen.
	LocksAlong bool
	// Ending reports that what is in a cache ends when the window is closed, because its
	// key is nowhere else; nil means that nothing does. It returns at once.
	Ending func() bool
	// Connector serves the guided dialog, the settings page and signing in again.
	Connector Connector

	Now func() time.Time
	// Zone is the analyst's time zone; nil means time.Local.
	Zone *time.Location
	// Me and Tenant are those of a single tenant; with several Roster has them.
	Me     app.Owner
	Tenant string
	// Roster tells which tenant a row or an action belongs to; nil for a single one.
	Roster fleet.Roster
	// Profile are lines for the settings page: what is connected, where the data is.
	Profile []settings.Fact
	// Views replace queue.DefaultViews, Targets triage.DefaultTargets, where not empty.
	Views   []queue.View
	Targets triage.Targets

	// Poster runs a function on the UI goroutine; nil means fyne.Do. Go starts a job
	// elsewhere; nil means a goroutine. After runs a function later, on any
	// goroutine; nil means time.AfterFunc. Tests and pictures inject all three.
	Poster func(func())
	Go     func(func())
	After  func(d time.Duration, f func())
	Log    *slog.Logger
}

type noPrefs map[string]string

func (p noPrefs) Get(k string) string { return p[k] }
func (p noPrefs) Set(string, string)  {}
