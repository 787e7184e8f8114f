package outbox

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"watchfloor/app"
)

// maxText is Sentinel's limit of a comment, in characters (sheet part A); Graph
// documents none and gets the same.
const maxText = 30_000

// Config wires a Service.
type Config struct {
	Store   Store
	Remotes []app.Remote
	// Actor decides; Tenant is where. Both are printed on each action.
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
}

// Service takes requests and brings them to their sources. Safe for concurrent use.
type Service struct {
	cfg     Config
	remotes map[app.SourceID]app.Remote
	kick    chan struct{}
	flush   sync.Mutex // one flush at a time
	holds   holds

	mu   sync.Mutex     // held while an action is taken for sending or settled by a person
	busy map[int64]bool // actions being sent, by Seq
}

// New returns a Service; call Run to have it send by itself, or Flush to send now.
func New(cfg Config) *Service {
	if cfg.Online == nil {
		cfg.Online = func() bool { return true }
	}
	if cfg.Jitter == nil {
		cfg.Jitter = func(d time.Duration) time.Duration { return d }
	}
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
// are durable; sending starts at once where that is possible.
func (s *Service) Do(ctx context.Context, r Request) (Action, error) {
	if err := check(r); err != nil {
		return Action{}, err
	}
	a, err := s.cfg.Store.Enqueue(ctx, Action{ID: s.cfg.NewID(), Request: r, Actor: s.cfg.Actor.Label(), Tenant: s.cfg.Tenant})
	if err == nil {
		s.Kick()
	}
	return a, err
}

func check(r Request) error {
	invalid := func(msg string) error { return app.E(app.KindInvalid, msg, nil) }
	switch r.Verb {
	case Comment:
		if strings.TrimSpace(r.Text) == "" {
			return invalid("The comment is empty.")
		}
		if len([]rune(r.Text)) > maxText {
			return invalid("The comment is longer than 30,000 characters, the most the services take. Shorten it or split it.")
		}
	case Close:
		if r.Want.Classification == app.Unclassified {
			return invalid("Choose what the incident turned out to be before closing it.")
		}
	case SetStatus:
		switch r.Want.Status {
		case app.StatusNew, app.StatusActive:
		case app.StatusClosed:
			return invalid("Close an incident with its classification.")
		default:
			return invalid("This status is set by the service only.")
		}
	case SetSeverity:
		if r.Want.Severity == app.SeverityUnknown {
			return invalid("Choose a severity: high, medium, low or informational.")
		}
	case Tag:
		if len(app.NormalTags(append(slices.Clone(r.AddTags), r.RemoveTags...))) == 0 {
			return invalid("Name a tag to add, or -tag to remove one.")
		}
	case Assign:
	default:
		return invalid("This action is not known.")
	}
	return nil
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
	return s.cfg.Store.Actions(ctx, limit, states...)
}

// Counts returns how many actions are unfinished, by state.
func (s *Service) Counts(ctx context.Context) (Counts, error) { return s.cfg.Store.CountActions(ctx) }

// Retry puts a failed action, or one that waits, back to be sent at once; a wait that
// its service asked for is kept.
func (s *Service) Retry(ctx context.Context, seq int64) error {
	return s.change(ctx, seq, func(a *Action) error {
		if a.Unreadable {
			return app.E(app.KindInvalid, "This action cannot be read by this version of Watchfloor, so it cannot be sent; it is kept.", nil)
		}
		if !a.State.Pending() || a.State == Conflict {
			return app.E(app.KindInvalid, "Only a queued or failed action can be tried again; settle a conflict by keeping theirs or yours.", nil)
		}
		a.State, a.Attempts, a.NotBefore, a.Reason = Queued, 0, time.Time{}, ""
		return nil
	})
}

// Discard gives an action up and takes its local effect back; for a conflict this
// keeps theirs. The action stays in the list. It is refused while the action is being
// sent; where an earlier try may have had its effect, the reason says so.
func (s *Service) Discard(ctx context.Context, seq int64) error {
	return s.change(ctx, seq, func(a *Action) error {
		if !a.State.Pending() {
			return app.E(app.KindInvalid, "This action is already finished.", nil)
		}
		switch {
		case a.State == Conflict:
			a.Reason = "Their change was kept."
		case !a.Sent.IsZero():
			a.Reason = "Discarded by the analyst; an earlier try may have reached the service, the next sync shows what it holds."
		default:
			a.Reason = "Discarded by the analyst."
		}
		a.State, a.Finished = Discarded, s.cfg.Now().UTC()
		return nil
	})
}

// KeepMine settles a conflict for the analyst's value: what the service holds now
// becomes the base, and the action is sent over it.
func (s *Service) KeepMine(ctx context.Context, seq int64) error {
	return s.change(ctx, seq, func(a *Action) error {
		if a.State == Conflict && len(a.Drift) > 0 && a.Drift[0].Field == app.FieldRedirect {
			return app.E(app.KindInvalid, "This incident was merged; act on the one it was merged into.", nil)
		}
		if a.State != Conflict {
			return app.E(app.KindInvalid, "This action has no conflict to settle.", nil)
		}
		a.Base, a.State, a.Attempts, a.NotBefore, a.Reason, a.Drift = a.Theirs, Queued, 0, time.Time{}, "", nil
		a.Sent = Sent{}
		return nil
	})
}

// change stores what a person decided about an action that is not being sent.
func (s *Service) change(ctx context.Context, seq int64, fn func(*Action) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy[seq] {
		return app.E(app.KindInvalid, "This action is being sent right now; try again in a moment.", nil)
	}
	a, err := s.cfg.Store.Action(ctx, seq)
	if err != nil {
		return err
	}
	if err := fn(&a); err != nil {
		return err
	}
	if err := s.cfg.Store.Save(ctx, a, nil); err != nil {
		return err
	}
	s.Kick()
	return nil
}
