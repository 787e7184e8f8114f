package cli

import (
	"context"
	"io"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
	"watchfloor/app/report"
	"watchfloor/app/report/paper"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
)

// Options say which cache and tenant a command works on.
type Options struct {
	// Home is the data folder; "" means the default of the operating system.
	Home string
	// Profile names the connected tenant to work on; "" means all of them.
	Profile string
	// Simulated works on the simulated tenant in this process instead of the
	// connected one. Incidents, Seed and At shape it.
	Simulated bool
	Incidents int
	Seed      int64
	// Faults the simulated tenant makes, as a person writes them; "" is none.
	Faults string
	// At stops the clock of program and tenant at this instant; zero lets it run.
	At time.Time
	// Debug has every call written to the log.
	Debug bool
}

// SimulateOptions are those of a simulated tenant that serves other processes.
type SimulateOptions struct {
	// Listen is a loopback address, host:port; port 0 picks a free one.
	Listen    string
	Incidents int
	Seed      int64
	At        time.Time
	Faults    string
	// CAFile is where the certificate authority is written; "" means ca.pem in Home.
	CAFile string
	Home   string
}

// Outbox is what commands need of the outbox.
type Outbox interface {
	// Do queues a request; it is durable when Do returns, and not sent yet.
	Do(ctx context.Context, r outbox.Request) (outbox.Action, error)
	// DoMany queues requests; the results are in their order.
	DoMany(ctx context.Context, rs []outbox.Request, progress func(done, total int)) ([]outbox.Result, error)
	List(ctx context.Context, limit int, states ...outbox.State) ([]outbox.Action, error)
	Counts(ctx context.Context) (outbox.Counts, error)
	// Retry queues a failed or conflicting action again.
	Retry(ctx context.Context, seq int64) error
	// Discard ends an action unsent: their value stays.
	Discard(ctx context.Context, seq int64) error
	// KeepMine settles a conflict by sending the action over their value.
	KeepMine(ctx context.Context, seq int64) error
	// Flush sends what can be sent now and returns how many actions were finished.
	// What became of each action, conflicts and no network included, is in List.
	Flush(ctx context.Context) (finished int, err error)
}

// Sync is what commands need of the pull engine.
type Sync interface {
	// Once pulls every source until it has caught up. State tells how far it is.
	Once(ctx context.Context) error
	State() sync.State
	SetOffline(offline bool)
	// Read fetches one incident with its details into the cache.
	Read(ctx context.Context, id int64) error
}

// Session is an open cache and everything on it.
type Session struct {
	Queue   triage.Queue
	Cases   triage.Cases
	Outbox  Outbox
	Sync    Sync
	Metrics metrics.History
	// Handover is read for hand-overs; Fonts may be nil.
	Handover report.HandoverStore
	Fonts    paper.Fonts
	// Identity and Posture read those places of the tenant in a slot; both may be nil and
	// may return nil.
	Identity func(slot int) identity.Reader
	Posture  func(slot int) posture.Reader
	// Me is who acts; Tenant names where.
	Me     app.Owner
	Tenant string
	// Roster tells which tenant a row belongs to; nil for a single one.
	Roster fleet.Roster
	// Home is the data folder in use.
	Home string
	// Sends reports that this process syncs and sends; false while a window that is
	// open on the folder does, and commands only read and queue.
	Sends bool
	// Checks are those of doctor that need an open cache: its settings, each source.
	Checks []Check
	// Audit are the audit logs, one of each tenant.
	Audit []AuditLog
	// Fleeting is nil where every cache stays.
	Fleeting *Fleeting
	Close    func() error
}

// AuditLog is the audit log of a tenant.
type AuditLog struct {
	Tenant string
	audit.Reader
}

// heads are the ends of the audit logs of the tenants named, of all without names.
func (s *Session) heads(ctx context.Context, names ...string) (out []report.AuditHead, err error) {
	for _, l := range s.Audit {
		if len(names) > 0 && !slices.Contains(names, l.Tenant) {
			continue
		}
		h, err := l.Head(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, report.AuditHead{Tenant: l.Tenant, Head: h})
	}
	return out, nil
}

// me is who acts on an incident: the same person may have another name in each tenant.
func (s *Session) me(incident int64) app.Owner {
	if s.Roster == nil {
		return s.Me
	}
	return s.Roster.Of(incident).Me
}

// Check is one line of doctor.
type Check struct {
	Name string
	// Run returns what it found in a few words, or an error whose sentence says what
	// to do; Warn makes a failure one that nothing depends on.
	Run func(ctx context.Context) (string, error)
}

// Deps is what main hands over. Open is needed by every command that reads the cache;
// a nil function makes its command say that this build does not have it.
type Deps struct {
	// Open opens the cache and its sources. Errors are *app.Error.
	Open func(ctx context.Context, o Options) (*Session, error)
	// Window opens the window and returns when it is closed.
	Window func(ctx context.Context, o Options) error
	// Simulate serves a simulated tenant until ctx ends and prints its settings, as
	// JSON of a profile.Draft, to out once it answers.
	Simulate func(ctx context.Context, o SimulateOptions, out io.Writer) error
	// Connector opens what connects tenants and looks after the connected ones.
	Connector func(ctx context.Context, o Options) (Connector, error)
	// Vault opens what looks after the keys of the caches.
	Vault func(ctx context.Context, o Options) (Vault, error)
	// Shots renders every screen of the session to PNG in dir and returns the file
	// names.
	Shots func(ctx context.Context, s *Session, dir string) ([]string, error)
	// Checks are those of doctor that need no cache, such as the keyring; nil means
	// none.
	Checks func(Options) []Check
	// Faults says what is wrong with faults as a person wrote them; nil accepts all.
	Faults func(string) error
	// DefaultHome is the data folder without --home.
	DefaultHome string
	// Now is the clock; nil means the real one. Local is the person's time zone; nil
	// means UTC.
	Now     func() time.Time
	Local   *time.Location
	Version string
	// Carried is the code in the program that is no Go module.
	Carried []Carried
	// Program is how the program was called, for lines to run next; "" means
	// watchfloor.
	Program string
	// In is standard input (a secret, answers, a comment from "-"); nil means empty. Asks
	// reports that a person is there to answer. Hidden reads a line without showing it;
	// nil where the terminal cannot.
	In     io.Reader
	Asks   bool
	Hidden func(ctx context.Context) (string, error)
	// Terminal reports that standard output is one; Columns is its width, 0 unknown;
	// Colour allows colours on it.
	Terminal bool
	Columns  int
	Colour   bool
	// Getenv reads the environment; nil means it is empty.
	Getenv func(string) string
	// Display reports whether a window can be opened here; nil means yes.
	Display func() bool
}
