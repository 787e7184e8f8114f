package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	appsync "watchfloor/app/sync"
	"watchfloor/data"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// session is an open cache with its services. Background work runs only after start.
type session struct {
	home   string
	cache  *data.Cache
	engine *appsync.Engine
	outbox *outbox.Service
	tenant *tenant
	hub    *app.Hub
	log    *slog.Logger
	now    func() time.Time
	me     app.Owner

	owner  *flock.Flock // nil when another process syncs and sends
	locked error        // why the client secret cannot be had; nil when it is there
	sim    *simulator.Server
	stop   context.CancelFunc
	work   sync.WaitGroup
	logs   func()
	once   sync.Once
}

// openSession opens the cache of a data folder and builds its services.
func (m *program) openSession(ctx context.Context, o cli.Options, say func(string)) (_ *session, err error) {
	s := &session{home: o.Home, hub: &app.Hub{}, now: time.Now, stop: func() {}}
	if !o.At.IsZero() {
		s.now = func() time.Time { return o.At }
	}
	if s.home == "" {
		s.home = m.home
	}
	if o.Simulated {
		s.home = filepath.Join(s.home, "simulated")
	}
	if err := os.MkdirAll(s.home, 0o700); err != nil {
		return nil, app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
	}
	s.log, s.logs = openLog(s.home)
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err := s.own(); err != nil {
		return nil, err
	}
	p, secret, err := m.profileOf(ctx, s, o)
	if err != nil {
		return nil, err
	}
	if s.tenant, err = dial(p, secret, s.locked, s.now, s.log, say); err != nil {
		return nil, err
	}
	if s.cache, err = data.Open(ctx, data.Config{Path: s.path(), Now: s.now, Hub: s.hub, Log: s.log}); err != nil {
		return nil, err
	}
	s.me = app.Owner{UPN: p.Account}
	s.engine = appsync.New(appsync.Config{Store: s.cache, Remotes: s.tenant.remotes, Now: s.now, Hub: s.hub, Log: s.log,
		Jitter: jitter, Interval: interval(o.Simulated), Recovered: func() { s.outbox.Kick() }})
	s.outbox = outbox.New(outbox.Config{Store: s.cache, Remotes: s.tenant.remotes, Actor: s.me, Tenant: p.Name,
		Online: s.engine.Online, Now: s.now, NewID: uuid.NewString, Log: s.log, Jitter: jitter})
	return s, nil
}

func (s *session) path() string { return filepath.Join(s.home, "cache.db") }

// own takes the right to sync and send. Without it the session reads and queues.
func (s *session) own() error {
	lock := flock.New(filepath.Join(s.home, "owner.lock"), flock.SetPermissions(0o600))
	got, err := lock.TryLock()
	if err != nil {
		return app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
	}
	if got {
		s.owner = lock
	}
	return nil
}

// profileOf returns the profile to connect with: the stored one, or that of a simulated
// tenant started here. The cache of such a tenant is made anew, because the tenant is.
func (m *program) profileOf(ctx context.Context, s *session, o cli.Options) (profile.Draft, string, error) {
	if !o.Simulated {
		p, err := loadProfile(s.home)
		if err != nil || p.Method != "secret" {
			return p, "", err
		}
		secret, err := m.secrets.find(ctx, s.home, p)
		if err != nil { // the cache can be read and actions queued all the same
			s.locked = app.E(app.KindSignIn, app.Say(err), err)
		}
		return p, secret, nil
	}
	if s.owner == nil {
		return profile.Draft{}, "", secondInstance()
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(s.path() + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return profile.Draft{}, "", app.E(app.KindInvalid, "The cache of the simulated tenant cannot be renewed; check the permissions of the data folder.", err)
		}
	}
	live := 20 * time.Second
	if !o.At.IsZero() {
		live = 0
	}
	faults, err := faultsOf(o.Faults)
	if err != nil {
		return profile.Draft{}, "", err
	}
	sim, err := simulator.Start(context.WithoutCancel(ctx), simulator.Options{Incidents: o.Incidents, Seed: o.Seed, Now: s.now, Live: live, Log: s.log, Faults: faults})
	if err != nil {
		return profile.Draft{}, "", app.E(app.KindInternal, "The simulated tenant could not start; the log has the details.", err)
	}
	s.sim = sim
	settings := sim.Settings()
	ca := filepath.Join(s.home, "ca.pem")
	if err := replaceFile(ca, settings.CAPEM); err != nil {
		return profile.Draft{}, "", app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
	}
	p := simulatedProfile(settings, ca)
	return p, p.Secret, nil
}

func secondInstance() error {
	return app.E(app.KindInvalid, "Watchfloor is already open on this data folder. Use that window, close it first, or choose another folder with --home.", nil)
}

func interval(simulated bool) time.Duration {
	if simulated {
		return 10 * time.Second
	}
	return 0
}

// jitter spreads a delay by a tenth to either side.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.9 + 0.2*rand.Float64())) //nolint:gosec // spreads load, keeps no secret
}

// start lets the session sync and send by itself until close.
func (s *session) start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.work.Go(func() { s.engine.Run(ctx) })
	s.work.Go(func() { s.outbox.Run(ctx) })
}

// signIn asks the person to sign in where the profile is a person's.
func (s *session) signIn(ctx context.Context) error {
	if !s.tenant.person() {
		return nil
	}
	return s.tenant.credential.SignIn(ctx, s.tenant.scope)
}

// close ends background work and closes everything, in the reverse order of opening.
func (s *session) close() error {
	var err error
	s.once.Do(func() {
		s.stop()
		s.work.Wait()
		if s.cache != nil {
			err = s.cache.Close()
		}
		if s.tenant != nil {
			s.tenant.close()
		}
		if s.sim != nil {
			s.sim.Close()
		}
		if s.owner != nil {
			s.owner.Unlock()
		}
		s.logs()
	})
	return err
}
