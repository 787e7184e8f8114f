package sync

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"watchfloor/app"
)

// Config wires an Engine.
type Config struct {
	Store   Store
	Remotes []app.Remote
	// Feeds are followed beside the remotes, each at its own pace; FeedStore keeps what
	// they bring.
	Feeds     []Feed
	FeedStore FeedStore
	Now       func() time.Time
	// Interval between the end of a run and the next; 0 means DefaultInterval.
	Interval time.Duration
	// Sweep is how often deleted incidents are looked for; 0 means DefaultSweep.
	Sweep time.Duration
	// Jitter spreads a delay so that many clients do not ask at once; nil leaves it.
	Jitter func(time.Duration) time.Duration
	// After is time.After; tests replace it.
	After func(time.Duration) <-chan time.Time
	Hub   *app.Hub
	Log   *slog.Logger
	// Recovered is called when a source answers again after there was no network.
	Recovered func()
}

// Defaults of Config.
const (
	DefaultInterval = time.Minute
	DefaultSweep    = time.Hour
)

// Engine follows the sources. Safe for concurrent use.
type Engine struct {
	cfg     Config
	sources []*follower // those of the remotes, then those of the feeds
	remotes []*casework

	mu      sync.Mutex
	choice  bool      // the analyst's offline switch
	since   time.Time // of the switch
	changed chan struct{}
}

// New returns an Engine at rest; Run starts it.
func New(cfg Config) *Engine {
	if cfg.Interval == 0 {
		cfg.Interval = DefaultInterval
	}
	if cfg.Sweep == 0 {
		cfg.Sweep = DefaultSweep
	}
	if cfg.Jitter == nil {
		cfg.Jitter = func(d time.Duration) time.Duration { return d }
	}
	if cfg.After == nil {
		cfg.After = time.After
	}
	if cfg.Hub == nil {
		cfg.Hub = &app.Hub{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Recovered == nil {
		cfg.Recovered = func() {}
	}
	e := &Engine{cfg: cfg, changed: make(chan struct{})}
	for _, r := range cfg.Remotes {
		f := followRemote(e, r)
		e.remotes, e.sources = append(e.remotes, f), append(e.sources, f.follower)
	}
	for _, feed := range cfg.Feeds {
		e.sources = append(e.sources, followFeed(e, feed).follower)
	}
	return e
}

// Run follows all sources until ctx ends.
func (e *Engine) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, f := range e.sources {
		wg.Go(func() { f.follow(ctx) })
	}
	wg.Wait()
}

// Once runs every source to its end, details included, and returns the first error. A
// source whose wait is not over is not asked: that is an error too. While the analyst
// chose to be offline it does nothing but say so.
func (e *Engine) Once(ctx context.Context) error {
	if e.State().OfflineByChoice {
		return app.E(app.KindOffline, "Watchfloor is switched offline; switch it online to sync.", nil)
	}
	var wg sync.WaitGroup
	errs := make([]error, len(e.sources))
	for i, f := range e.sources {
		wg.Go(func() { errs[i] = f.once(ctx) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if e.State().OfflineByChoice {
		return app.E(app.KindOffline, "Watchfloor was switched offline; the sync stopped.", nil)
	}
	return nil
}

// Refresh asks every source to run now; a wait asked for by the service is kept.
func (e *Engine) Refresh() {
	for _, f := range e.sources {
		f.kick()
	}
}

// SetOffline is the analyst's switch. Going offline interrupts what is being fetched.
func (e *Engine) SetOffline(offline bool) {
	e.mu.Lock()
	if e.choice == offline {
		e.mu.Unlock()
		return
	}
	e.choice, e.since = offline, e.cfg.Now().UTC()
	close(e.changed)
	e.changed = make(chan struct{})
	e.mu.Unlock()
	if !offline {
		for _, f := range e.sources {
			f.kick()
		}
		e.cfg.Recovered()
	}
	e.cfg.Hub.Publish(app.Event{Topic: app.TopicSync})
}

// Online reports whether sending makes sense now.
func (e *Engine) Online() bool { return !e.State().Offline() }

// switched returns the state of the offline switch and a channel that is closed when
// it changes.
func (e *Engine) switched() (offline bool, changed <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.choice, e.changed
}

// State returns the freshness of every source.
func (e *Engine) State() State {
	e.mu.Lock()
	s := State{OfflineByChoice: e.choice}
	if e.choice {
		s.OfflineSince = e.since
	}
	e.mu.Unlock()
	var judge silence
	for i, f := range e.sources {
		st, lost, heard := f.snapshot()
		if s.OfflineByChoice {
			st.Phase = Offline
		}
		s.Sources = append(s.Sources, st)
		judge.add(i < len(e.remotes), lost, heard)
	}
	if !s.OfflineByChoice {
		s.OfflineSince = judge.since()
	}
	return s
}

// Read fetches one incident and its details now, before background work.
func (e *Engine) Read(ctx context.Context, id int64) error {
	if e.State().OfflineByChoice {
		return app.E(app.KindOffline, "Offline: showing what the cache holds.", nil)
	}
	ref, err := e.cfg.Store.Ref(ctx, id)
	if err != nil {
		return err
	}
	for _, f := range e.remotes {
		if f.id == ref.Source {
			return f.read(app.WithPriority(ctx), id, ref)
		}
	}
	return app.E(app.KindInvalid, ref.Source.Label()+" is not connected.", nil)
}
