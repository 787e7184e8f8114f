package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"watchfloor/app"
)

// Config wires a Service.
type Config struct {
	Store   Store
	Remotes []app.Remote
	// Responders act on subjects.
	Responders []app.Responder
	// Expiry is how long a destructive deed may wait to be sent; 0 means DefaultExpiry.
	Expiry time.Duration
	// Actor decides; Tenant is where. Both are printed on each action. Rename changes them.
	Actor  app.Owner
	Tenant string
	// Online says whether sending is allowed now; nil means always.
	Online func() bool
	Now    func() time.Time
	// NewID makes the random GUID of an action.
	NewID func() string
	Log   *slog.Logger
	// Jitter spreads a delay; nil leaves it as it is.
	Jitter func(time.Duration) time.Duration
	// Grace is the time to undo: an action is not sent before it has passed. At most
	// maxGrace; 0 sends at once.
	Grace time.Duration
	// Owns says whether this process is the one that sends; nil means it is. In another
	// one an action that is being sent cannot be settled.
	Owns func() bool
	// ReadOnly is a sentence while nothing may be changed, which says how to end that; ""
	// otherwise. Then requests are refused with it (KindPermission) and nothing is sent:
	// what is queued waits, and what expires does. nil means never. It must be quick.
	ReadOnly func() string
	// Permit is asked before anything is sent for an action: a sentence says what the
	// sign-in lacks for it, and the action waits with it; "" lets it be tried. It may take
	// as long as a request does. nil lets all be tried.
	Permit func(ctx context.Context, verb Verb, at app.SourceID, on app.SubjectKind) string
}

// maxGrace bounds the time to undo, and with it what a clock set back can add to it.
const maxGrace = time.Minute

// DefaultExpiry is used where Config.Expiry is 0.
const DefaultExpiry = 15 * time.Minute

// Service takes requests and brings them to their sources. Safe for concurrent use.
type Service struct {
	cfg     Config
	remotes map[app.SourceID]app.Remote
	kick    chan struct{}
	flush   sync.Mutex // one flush at a time
	holds   holds

	names sync.RWMutex // guards Actor and Tenant

	mu   sync.Mutex     // held while an action is taken for sending or settled by a person
	busy map[int64]bool // actions being sent, by Seq
	ends time.Time      // when the next action expires, zero without one
}

// New returns a Service; call Run to have it send by itself, or Flush to send now.
func New(cfg Config) *Service {
	if cfg.Online == nil {
		cfg.Online = func() bool { return true }
	}
	if cfg.Jitter == nil {
		cfg.Jitter = func(d time.Duration) time.Duration { return d }
	}
	if cfg.Owns == nil {
		cfg.Owns = func() bool { return true }
	}
	if cfg.Expiry <= 0 {
		cfg.Expiry = DefaultExpiry
	}
	cfg.Grace = min(cfg.Grace, maxGrace)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{cfg: cfg, remotes: map[app.SourceID]app.Remote{}, kick: make(chan struct{}, 1), busy: map[int64]bool{}}
	for _, r := range cfg.Remotes {
		s.remotes[r.ID()] = r
	}
	return s
}

// Do queues a request. When it returns without error the action and its local effect
// are durable; sending starts as soon as the time to undo has passed.
func (s *Service) Do(ctx context.Context, r Request) (Action, error) {
	if err := s.check(ctx, r); err != nil {
		return Action{}, err
	}
	a, err := s.cfg.Store.Enqueue(ctx, s.action(r, ""))
	if err == nil {
		s.Kick()
	}
	return a, err
}

// action is a request as it is queued.
func (s *Service) action(r Request, batch string) Action {
	s.names.RLock()
	defer s.names.RUnlock()
	a := Action{ID: s.cfg.NewID(), Request: r, Batch: batch, Actor: s.cfg.Actor.Label(), Tenant: s.cfg.Tenant}
	if s.cfg.Grace > 0 {
		a.HeldUntil = s.cfg.Now().UTC().Add(s.cfg.Grace)
	}
	if Destructive(app.Deed(r.Verb)) {
		a.Expires = s.cfg.Now().UTC().Add(s.cfg.Expiry)
	}
	return a
}

// Rename changes who decides and what the tenant is called, for actions queued from now on.
func (s *Service) Rename(actor app.Owner, tenant string) {
	s.names.Lock()
	defer s.names.Unlock()
	s.cfg.Actor, s.cfg.Tenant = actor, tenant
}

// Kick asks Run to look at the outbox now.
func (s *Service) Kick() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// List returns actions, newest first.
func (s *Service) List(ctx context.Context, limit int, states ...State) ([]Action, error) {
	return s.explained(s.cfg.Store.Actions(ctx, limit, states...))
}

// ListOn returns the actions on a subject, newest first.
func (s *Service) ListOn(ctx context.Context, on app.Subject, limit int) ([]Action, error) {
	return s.explained(s.cfg.Store.SubjectActions(ctx, on, limit))
}

// Counts returns how many actions are unfinished, by state.
func (s *Service) Counts(ctx context.Context) (Counts, error) { return s.cfg.Store.CountActions(ctx) }
