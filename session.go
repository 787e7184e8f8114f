package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/profile"
	"watchfloor/app/unlock"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// session is an open data folder with its connected tenants. Background work runs only
// after start.
type session struct {
	home    string
	store   profiles.Store
	secrets secrets
	keys    keyKeeping
	fleet   *fleet.Fleet
	hub     *app.Hub
	log     *slog.Logger
	now     func() time.Time
	grace   time.Duration // the time to undo an action before it is sent

	owner   *flock.Flock // nil when another process syncs and sends
	sim     *simulator.Server
	damaged []string // sentences about profiles that could not be read
	told    notices
	logs    func()
	once    sync.Once

	mu      sync.Mutex
	tenants []*tenant
	running bool
	closed  bool
	closing []func()          // before the tenants
	resting []resting         // tenants of a locked session
	prefs   map[string]string // what the window has read or set
}

// openSession opens a data folder and its tenants. One without any is KindNotFound, with
// the session still open where the caller can connect one.
func (m *program) openSession(ctx context.Context, o cli.Options, grace time.Duration) (_ *session, err error) {
	s := &session{home: o.Home, hub: &app.Hub{}, now: time.Now, grace: grace}
	s.keys.asks, s.keys.patience, s.keys.cost, s.keys.guesses = m.asks, m.patience, m.keyCost, &m.guesses
	s.secrets, _ = m.secrets.session(nil)
	s.fleet = fleet.New(s.hub)
	if !o.At.IsZero() {
		s.now = func() time.Time { return o.At }
	}
	if s.home == "" {
		s.home = m.home
	}
	if o.Simulated {
		s.home = filepath.Join(s.home, "simulated")
	}
	if err := makeHome(s.home); err != nil {
		return nil, err
	}
	s.store = profiles.In(s.home)
	s.log, s.logs = openLog(s.home, o.Debug)
	if m.listens != nil {
		m.listens(s.log)
	}
	defer func() {
		if err != nil {
			_ = s.close()
		}
	}()
	if err := s.own(); err != nil {
		return nil, err
	}
	if o.Simulated {
		return s, s.simulate(ctx, o)
	}
	if s.owner != nil {
		if err := s.store.Adopt(); err != nil {
			return nil, err
		}
	}
	list, damaged, err := s.store.List()
	if err != nil {
		return nil, err
	}
	s.damaged = damaged
	if list, err = named(list, o.Profile); err != nil {
		return nil, err
	}
	var ambiguous bool
	if s.secrets, ambiguous = m.secrets.session(list); ambiguous {
		s.log.Warn("the secret of the environment is not used: several tenants need one; choose a profile")
	}
	return s, s.openAll(ctx, list)
}

// openAll opens stored profiles. One that cannot be opened leaves the others at work;
// it is an error where it is the only one.
func (s *session) openAll(ctx context.Context, list []profile.Profile) error {
	s.keys.several = len(list) > 1
	for _, p := range list {
		err := s.openStored(ctx, p)
		var need *unlock.Need
		switch {
		case err == nil:
		case len(list) == 1 || errors.As(err, &need) && s.asker(ctx) != nil:
			return err
		default:
			s.log.Error("tenant not opened", "slot", p.Slot, "err", err)
			s.damaged = append(s.damaged, p.Name+" could not be opened. "+app.Say(err))
		}
	}
	return nil
}

// named leaves the profile of a name; "" leaves all.
func named(list []profile.Profile, name string) ([]profile.Profile, error) {
	if name == "" {
		return list, nil
	}
	p, err := profile.Find(list, name)
	return []profile.Profile{p}, err
}

// noTenant is the error of a command that needs one.
func (s *session) noTenant() error {
	if len(s.open()) > 0 {
		return nil
	}
	if len(s.damaged) > 0 {
		return app.E(app.KindInvalid, s.damaged[0], nil)
	}
	return app.E(app.KindNotFound, "No tenant is connected yet. Connect one with watchfloor connect, or look around with --simulated.", nil)
}

// openStored opens a stored profile and takes it into the fleet. A secret that cannot be
// had leaves the cache readable and actions queued.
func (s *session) openStored(ctx context.Context, p profile.Profile) error {
	dir := s.store.Dir(p.ID)
	t, err := s.openTenant(ctx, p, dir, s.secretOf(p, dir))
	if err != nil {
		return err
	}
	return s.take(t)
}

// secretOf finds the secret of a stored profile when it is needed.
func (s *session) secretOf(p profile.Profile, dir string) secretSource {
	return func(ctx context.Context) (string, error) { return s.secrets.find(ctx, dir, p) }
}

// take adds an open tenant, at work when the session is. One that comes too late, after
// close, is closed.
func (s *session) take(t *tenant) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_ = t.close()
		return errClosed()
	}
	s.tenants = append(slices.Clone(s.tenants), t)
	if s.running {
		t.start()
	}
	s.mu.Unlock()
	if s.first() == t {
		s.inherit(t)
	} else {
		s.sameRetention(t)
	}
	s.fleet.Add(t.member())
	return nil
}

func errClosed() error {
	return app.E(app.KindCancelled, "Watchfloor is being closed.", nil)
}

// drop closes a tenant and lets it go.
func (s *session) drop(t *tenant) error {
	s.fleet.Remove(t.profile.Slot)
	was := s.first()
	s.mu.Lock()
	s.tenants = slices.DeleteFunc(slices.Clone(s.tenants), func(x *tenant) bool { return x == t })
	s.mu.Unlock()
	if now := s.first(); now != nil && now != was {
		s.inherit(now)
	}
	return t.close()
}

// open are the tenants, in order of their slots.
func (s *session) open() []*tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tenants
}

// first is the tenant that also keeps what belongs to none: the window's small settings.
// It is nil where no tenant is connected.
func (s *session) first() *tenant {
	if all := s.open(); len(all) > 0 {
		return all[0]
	}
	return nil
}

// at is the tenant of a slot.
func (s *session) at(slot int) (*tenant, error) {
	for _, t := range s.open() {
		if t.profile.Slot == slot {
			return t, nil
		}
	}
	return nil, app.E(app.KindNotFound, "This tenant is no longer connected.", nil)
}

// rename gives a tenant another name, colour or account.
func (s *session) rename(t *tenant, p profile.Profile) {
	t.rename(p)
	s.fleet.Rename(t.shown())
}

// signIn has each person sign in whose remembered sign-in does not do; ask shows what to
// do. It is for commands: a window asks only when it is told to.
func (s *session) signIn(ctx context.Context, ask func(tenant string, p profile.Prompt)) error {
	for _, t := range s.open() {
		if !t.profile.Method.Person() {
			continue
		}
		err := t.clients.credential.Resume(ctx, t.clients.scope)
		if app.KindOf(err) == app.KindSignIn {
			err = t.signIn(ctx, func(p profile.Prompt) { ask(t.about().Name, p) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// own takes the right to sync and send. Without it the session reads and queues.
func (s *session) own() error {
	lock := flock.New(filepath.Join(s.home, "owner.lock"), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return unwritable(err)
	}
	if got {
		s.owner = lock
	}
	return nil
}

func secondInstance() error {
	return app.E(app.KindInvalid, "Watchfloor is already open on this data folder. Use that window, close it first, or choose another folder with --home.", nil)
}

// jitter spreads a delay by a tenth to either side.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.9 + 0.2*rand.Float64())) // #nosec G404 -- spreads load, keeps no secret
}

// start lets every tenant sync and send by itself until close; after close it does
// nothing.
func (s *session) start() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.running {
		return
	}
	s.running = true
	for _, t := range s.tenants {
		t.start()
	}
}

// atClose has f run when the session closes.
func (s *session) atClose(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = append(s.closing, f)
}

// close ends background work and closes everything, in the reverse order of opening.
func (s *session) close() error {
	var err error
	s.once.Do(func() {
		s.mu.Lock()
		s.closed = true
		closing := s.closing
		s.mu.Unlock()
		for _, f := range closing {
			f()
		}
		for _, t := range s.open() {
			if e := t.close(); err == nil {
				err = e
			}
		}
		s.endRest()
		if e := s.keys.end(); err == nil {
			err = e
		}
		if s.sim != nil {
			_ = s.sim.Close()
		}
		if s.owner != nil {
			_ = s.owner.Unlock()
		}
		s.logs()
	})
	return err
}
