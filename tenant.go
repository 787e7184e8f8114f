package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	appsync "watchfloor/app/sync"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
)

// tenant is a connected tenant of an open data folder: its profile, cache, clients and
// services. Background work runs only after start.
type tenant struct {
	profile profile.Profile // its name, colour and account behind mu: see about
	dir     string
	cache   *data.Cache
	clients *clients
	engine  *appsync.Engine
	outbox  *outbox.Service
	hub     *app.Hub
	log     *slog.Logger
	ask     *asking
	grants  *grants
	now     func() time.Time
	say     func(line string) // to the person
	key     *vault.Key        // of the cache, zeroed when it is closed
	place   keyslot.Place
	mu      sync.Mutex

	stop context.CancelFunc
	work sync.WaitGroup
}

// openTenant opens the cache of a profile and builds its services. It sends nothing. A
// sign-in that cannot be prepared, because a keyring is locked or a certificate has
// expired, leaves a tenant that can be read and acted on: its sources say why they are
// not asked.
func (s *session) openTenant(ctx context.Context, p profile.Profile, dir string, secret secretSource) (*tenant, error) {
	ask := &asking{}
	k, err := dial(dialling{profile: p, dir: dir, secret: secret, now: s.now, log: s.log, ask: ask.show, everywhere: s.everywhere})
	if err != nil {
		return nil, err
	}
	t, err := s.tenantOf(ctx, p, dir, k, ask)
	if err != nil {
		k.close()
	}
	return t, err
}

// tenantOf is openTenant with clients that are there already; ask is who their sign-in
// shows prompts to.
func (s *session) tenantOf(ctx context.Context, p profile.Profile, dir string, k *clients, ask *asking) (_ *tenant, err error) {
	t := &tenant{profile: p, dir: dir, clients: k, hub: &app.Hub{}, log: s.log, ask: ask, stop: func() {}}
	if t.key, t.place, err = s.cacheKey(ctx, p, dir); err != nil {
		return nil, err
	}
	t.cache, err = data.Open(ctx, data.Config{Path: filepath.Join(dir, "cache.db"), Key: t.key, Now: s.now, Hub: t.hub, Log: s.log})
	if err != nil {
		t.key.Zero()
		return nil, err
	}
	t.now, t.say = s.now, func(line string) { s.tellOf(t, line) }
	t.say(t.cache.Notice())
	t.engine = appsync.New(appsync.Config{
		Store: t.cache, Remotes: t.clients.remotes, Feeds: t.clients.feeds, FeedStore: t.cache, Now: s.now, Hub: t.hub, Log: s.log,
		Jitter: jitter, Interval: interval(s.sim != nil), Recovered: t.recovered,
	})
	t.grants = &grants{ask: t.may, now: s.now}
	t.outbox = outbox.New(outbox.Config{
		Store: t.cache, Remotes: t.clients.remotes, Responders: t.clients.responders, Actor: app.Owner{UPN: p.Account}, Tenant: p.Name, Grace: s.grace,
		Online: t.engine.Online, Owns: func() bool { return s.owner != nil }, Now: s.now, NewID: uuid.NewString, Log: s.log, Jitter: jitter,
		ReadOnly: t.mayNot, Permit: t.grants.lacks,
	})
	return t, nil
}

// asking shows a person what to do to sign in, while somebody waits for it.
type asking struct {
	who atomic.Pointer[func(profile.Prompt)]
}

func (a *asking) show(p profile.Prompt) {
	if ask := a.who.Load(); ask != nil && *ask != nil {
		(*ask)(p)
	}
}

// member is the tenant as the fleet knows it.
func (t *tenant) member() fleet.Member {
	m := fleet.Member{Tenant: t.shown(), Queue: t.cache, Cases: t.cache, Outbox: t.outbox, Sync: t.engine, Metrics: t.cache, Handover: t.cache, Hub: t.hub}
	p := t.about()
	if p.Identity {
		m.Identity = t.cache.Identity()
	}
	if p.Posture {
		m.Posture = t.cache.Posture()
	}
	return m
}

func (t *tenant) shown() fleet.Tenant {
	p := t.about()
	return fleet.Tenant{Slot: p.Slot, Name: p.Name, Colour: p.Colour, Me: app.Owner{UPN: p.Account}}
}

// about is the profile as it is now: a person may rename it at any time.
func (t *tenant) about() profile.Profile {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.profile
}

// rename gives the tenant another name, colour or account.
func (t *tenant) rename(p profile.Profile) {
	t.mu.Lock()
	t.profile.Name, t.profile.Colour, t.profile.Account = p.Name, p.Colour, p.Account
	t.mu.Unlock()
	t.outbox.Rename(app.Owner{UPN: p.Account}, p.Name)
}

// start lets the tenant sync and send by itself until close.
func (t *tenant) start() {
	ctx, cancel := context.WithCancel(context.Background())
	t.stop = cancel
	t.work.Go(func() { t.engine.Run(ctx) })
	t.work.Go(func() { t.outbox.Run(ctx) })
	t.work.Go(func() { t.startCare(ctx) })
	t.work.Go(func() { t.followUnsent(ctx) })
	t.work.Go(func() { t.followElsewhere(ctx) })
}

// recovered has queued actions follow at once when a source answers again.
func (t *tenant) recovered() {
	if _, err := t.outbox.Resume(context.Background()); err != nil {
		t.log.Warn("outbox", "err", err)
	}
}

// signIn asks the person to sign in; others only check that they can. What waited for
// it goes on at once.
func (t *tenant) signIn(ctx context.Context, ask func(profile.Prompt)) error {
	t.ask.who.Store(&ask)
	defer t.ask.who.Store(nil)
	account, err := t.clients.signIn(ctx)
	if err != nil {
		return err
	}
	if err := keepRecord(t.dir, account); err != nil {
		t.log.Warn("sign-in not remembered", "err", err)
	}
	t.engine.Refresh()
	t.grants.forget()
	_, err = t.outbox.Resume(ctx)
	return err
}

// waiting is how many actions have not reached their end.
func (t *tenant) waiting(ctx context.Context) (outbox.Counts, error) { return t.outbox.Counts(ctx) }

// close ends background work and closes the cache.
func (t *tenant) close() error {
	err := t.rest()
	t.clients.close()
	return err
}

// rest is close but for the clients: the cache is closed and its key zeroed.
func (t *tenant) rest() error {
	t.stop()
	t.work.Wait()
	t.noteUnsent()
	err := t.cache.Close()
	t.key.Zero()
	return err
}

func interval(simulated bool) time.Duration {
	if simulated {
		return 10 * time.Second
	}
	return 0
}
