package main

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/profile"
	"watchfloor/app/unlock"
	"watchfloor/data/keyslot"
	"watchfloor/ui"
)

// resting is a tenant of a locked session: all that is left of it. What it signs in with
// stays only where signing in again would take the person.
type resting struct {
	profile profile.Profile
	dir     string
	clients *clients // nil where they were closed
	ask     *asking
}

// lock ends all work, closes the caches and zeroes their keys. The session keeps its
// folder, so that no other process sends meanwhile, and a simulated tenant goes on.
func (s *session) lock() error {
	s.mu.Lock()
	open := s.tenants
	s.tenants = nil
	s.mu.Unlock()
	var all error
	for _, t := range open {
		s.fleet.Remove(t.profile.Slot)
		r := resting{profile: t.about(), dir: t.dir, ask: t.ask}
		if t.clients.credential.SessionOnly() != "" {
			r.clients = t.clients
		}
		t.record(audit.Record{Event: audit.Locked})
		all = errors.Join(all, t.rest())
		if r.clients == nil {
			t.clients.close()
		}
		s.mu.Lock()
		s.resting = append(s.resting, r)
		s.mu.Unlock()
	}
	return all
}

// unlock opens what lock closed: every tenant or none. Questions go to the asker of ctx.
// One that cannot be opened for another reason than its key is left out and named.
func (s *session) unlock(ctx context.Context) error {
	s.mu.Lock()
	list := slices.Clone(s.resting)
	s.mu.Unlock()
	s.keys.several = len(list) > 1
	var opened []*tenant
	for _, r := range list {
		t, err := s.wake(ctx, r)
		var need *unlock.Need
		switch {
		case err == nil:
			opened = append(opened, t)
		case errors.As(err, &need) || len(list) == 1 || app.KindOf(err) == app.KindCancelled:
			for _, t := range opened {
				_ = t.rest() // its clients are used again
			}
			return err
		default:
			s.log.Error("tenant not opened", "tenant", r.profile.ID, "err", err)
			s.mu.Lock()
			s.damaged = append(s.damaged, r.profile.Name+" could not be opened. "+app.Say(err))
			s.mu.Unlock()
		}
	}
	s.mu.Lock()
	s.resting = nil
	s.mu.Unlock()
	for _, t := range opened {
		if err := s.take(t); err != nil {
			return err
		}
		t.record(audit.Record{Event: audit.Unlocked})
	}
	return nil
}

func (s *session) wake(ctx context.Context, r resting) (*tenant, error) {
	if r.clients != nil {
		return s.tenantOf(ctx, r.profile, r.dir, r.clients, r.ask)
	}
	secret := s.secretOf(r.profile, r.dir)
	if s.sim != nil {
		secret = given(s.sim.Settings().ClientSecret)
	}
	return s.openTenant(ctx, r.profile, r.dir, secret)
}

// endRest closes what a locked session still held.
func (s *session) endRest() {
	s.mu.Lock()
	list := s.resting
	s.resting = nil
	s.mu.Unlock()
	for _, r := range list {
		if r.clients != nil {
			r.clients.close()
		}
	}
}

// replies answers the questions of one opening with what a person said so far: words are
// tried on every cache that takes some, other answers are for the cache that was asked
// about.
type replies struct {
	words []string
	given map[string]unlock.Answer
	left  map[string]bool // profiles that stay closed
	tried map[string]int
	used  map[string]bool
	last  *unlock.Need
}

// newReplies begins with the passphrase of the environment, where there is one.
func (m *program) newReplies() *replies {
	r := &replies{tried: map[string]int{}, used: map[string]bool{}}
	if m.passphrase != "" {
		r.words = []string{m.passphrase}
	}
	return r
}

// hear takes the answer to the last question and begins another opening.
func (r *replies) hear(a unlock.Answer) {
	r.tried, r.used = map[string]int{}, map[string]bool{}
	if r.given == nil {
		r.given, r.left = map[string]unlock.Answer{}, map[string]bool{}
	}
	clear(r.given)
	switch {
	case a.Do == unlock.Passphrase && (r.last == nil || r.last.State != unlock.Choose):
		r.words = append(r.words, a.Words)
	case r.last == nil || a.Do == unlock.Again:
	case a.Do == unlock.Skip:
		r.left[r.last.Profile] = true
	default:
		r.given[r.last.Profile] = a
	}
}

// ask is an asker.
func (r *replies) ask(_ context.Context, n *unlock.Need) (unlock.Answer, error) {
	if r.left[n.Profile] {
		return unlock.Answer{Do: unlock.Skip}, nil
	}
	if i := r.tried[n.Profile]; n.Passphrase && n.State != unlock.Waiting && i < len(r.words) {
		r.tried[n.Profile]++
		return unlock.Answer{Do: unlock.Passphrase, Words: r.words[len(r.words)-1-i]}, nil
	}
	if a, ok := r.given[n.Profile]; ok && !r.used[n.Profile] {
		r.used[n.Profile] = true
		return a, nil
	}
	if r.tried[n.Profile] > 0 && r.last != nil && r.last.Profile == n.Profile && len(r.words) > 0 {
		r.words = r.words[:len(r.words)-1] // it opened nothing
	}
	r.last = n
	return unlock.Answer{}, n
}

// lockUp is the window's side of locking.
func (w *windowed) lockUp() *ui.Lock {
	w.mu.Lock()
	s := w.session
	w.mu.Unlock()
	need := s.keys.firstNeed(s.open())
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		if err := s.lock(); err != nil {
			s.log.Error("locking", "err", err)
		}
		debug.FreeOSMemory() // what was shown is not kept longer than it must
	}()
	r := w.newReplies()
	r.last = need
	return &ui.Lock{Need: need, Unlock: func(ctx context.Context, a unlock.Answer) (ui.Services, error) {
		select {
		case <-closed:
		case <-ctx.Done():
			return ui.Services{}, ctx.Err()
		}
		r.hear(a)
		if err := s.unlock(withAsker(ctx, r.ask)); err != nil {
			return ui.Services{}, err
		}
		if err := s.noTenant(); err != nil {
			return w.bare(s), nil
		}
		return w.services(s), nil
	}}
}

// firstNeed is what a locked window asks: words where a cache takes some, else nothing.
func (k *keyKeeping) firstNeed(open []*tenant) *unlock.Need {
	for _, t := range open {
		if t.place == keyslot.Passphrase {
			p := t.about()
			n := &unlock.Need{Profile: p.ID, Tenant: p.Name, State: unlock.Words, Passphrase: true}
			slots, err := keyslot.Read(t.dir)
			n.Phrase = err == nil && slots.ByPhrase != nil
			n.Unsent, n.Known = keyslot.Unsent(t.dir)
			return n
		}
	}
	return &unlock.Need{State: unlock.Idle}
}

// askedFirst are the services of a window whose caches cannot be opened before a question
// is answered.
func (w *windowed) askedFirst(need *unlock.Need, r *replies) ui.Services {
	return ui.Services{Now: time.Now, Lock: &ui.Lock{Need: need, Unlock: func(ctx context.Context, a unlock.Answer) (ui.Services, error) {
		r.hear(a)
		s, err := w.openSession(withAsker(ctx, r.ask), w.o, timeToUndo)
		if err != nil {
			return ui.Services{}, err
		}
		return w.use(s)
	}}}
}

// startPatience is how long the first picture waits for a keyring; then it asks.
const startPatience = 1500 * time.Millisecond
