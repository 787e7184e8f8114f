package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/unlock"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
)

// asker puts a question about the key of a cache to a person and waits for the answer. An
// *unlock.Need as its error means that nobody answered.
type asker func(ctx context.Context, n *unlock.Need) (unlock.Answer, error)

// keyKeeping is what a session needs to find the keys of its caches. Its zero value asks
// nobody.
type keyKeeping struct {
	asks     asker         // nil where nobody can be asked
	patience time.Duration // for the keyring; 0 is as long as the keyring takes
	cost     keyslot.Cost  // of new wraps; zero is keyslot.DefaultCost
	guesses  *guesses
	several  bool // more than one profile is to be opened

	mu   sync.Mutex
	kept map[string]*vault.Key // of caches that end with this process, by folder
}

// cacheKey finds the key of a profile's cache, or makes one for a new cache, asking the
// person where that takes one, and tells where it is kept. It never falls back to a place
// that was not chosen. The key is the caller's own.
func (s *session) cacheKey(ctx context.Context, p profile.Profile, dir string) (*vault.Key, keyslot.Place, error) {
	if k := s.keys.ofSession(dir); k != nil {
		return k, keyslot.Session, nil
	}
	h := s.holder(p, dir)
	asks := s.asker(ctx)
	var a unlock.Answer
	for {
		k, err := h.find(ctx, a)
		var need *unlock.Need
		if !errors.As(err, &need) {
			if err == nil && h.place == keyslot.Session {
				s.keys.keep(dir, k)
			}
			return k, h.place, err
		}
		need.Others = s.keys.several
		s.log.Info("the key of a cache is asked for", "tenant", p.ID, "state", string(need.State), "why", need.Why)
		if asks == nil {
			return nil, h.place, need
		}
		if a, err = asks(ctx, need); err != nil {
			return nil, h.place, err
		}
		if a.Do == unlock.Skip {
			return nil, h.place, app.E(app.KindSignIn, "It stays closed, because its key was not given.", nil)
		}
	}
}

type askerKey struct{}

// withAsker has questions that come up in ctx asked by a.
func withAsker(ctx context.Context, a asker) context.Context {
	return context.WithValue(ctx, askerKey{}, a)
}

// asker is who is asked, nil where nobody is there.
func (s *session) asker(ctx context.Context) asker {
	if a, ok := ctx.Value(askerKey{}).(asker); ok {
		return a
	}
	return s.keys.asks
}

func (s *session) holder(p profile.Profile, dir string) *keyHolder {
	h := &keyHolder{chain: s.secrets.chain, profile: p, dir: dir, cost: s.keys.cost, now: s.now, log: s.log, owner: s.owner != nil, patience: s.keys.patience, guesses: s.keys.guesses}
	if h.cost == (keyslot.Cost{}) {
		h.cost = keyslot.DefaultCost
	}
	if h.guesses == nil {
		h.guesses = &guesses{}
	}
	return h
}

// ofSession is a copy of the key of a cache that ends with this process, nil of another.
func (k *keyKeeping) ofSession(dir string) *vault.Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := k.kept[dir]; key != nil {
		return key.Copy()
	}
	return nil
}

func (k *keyKeeping) keep(dir string, key *vault.Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[string]*vault.Key{}
	}
	k.kept[dir] = key.Copy()
}

// end destroys the keys of caches that end with this process, and the caches.
func (k *keyKeeping) end() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var all error
	for dir, key := range k.kept {
		key.Zero()
		all = errors.Join(all, removeCache(dir))
	}
	k.kept = nil
	return all
}

// keyHolder knows the ways to the key of one cache.
type keyHolder struct {
	chain    keyring
	profile  profile.Profile
	dir      string
	cost     keyslot.Cost
	now      func() time.Time
	log      *slog.Logger
	owner    bool // this process may make, move and remove
	patience time.Duration
	guesses  *guesses
	place    keyslot.Place // where the key was found or put
}

// find returns the key, after an answer where one was given. An *unlock.Need says what to
// ask.
func (h *keyHolder) find(ctx context.Context, a unlock.Answer) (*vault.Key, error) {
	slots, err := keyslot.Read(h.dir)
	k, need := h.seek(ctx, slots, err, a)
	if err == nil && slots.Next != nil && need == nil && a.Do != unlock.Fresh {
		return h.settleRotation(ctx, slots, k, a)
	}
	return k, need
}

func (h *keyHolder) seek(ctx context.Context, slots keyslot.Slots, err error, a unlock.Answer) (*vault.Key, error) {
	h.place = slots.Place
	fresh := a.Do == unlock.Fresh || app.KindOf(err) == app.KindNotFound && !h.sealed()
	switch {
	case !h.owner && (fresh || slots.Place == keyslot.Session):
		return nil, secondInstance()
	case a.Do == unlock.Fresh:
		if err := h.setAside(); err != nil {
			return nil, err
		}
		return h.create(ctx, unlock.Answer{})
	case app.KindOf(err) == app.KindNotFound && h.sealed():
		return nil, h.need(unlock.Lost, slots, "Where the key is kept ("+keyslot.FileName+") is missing.")
	case app.KindOf(err) == app.KindNotFound:
		return h.create(ctx, a)
	case err != nil && h.sealed():
		return nil, h.need(unlock.Lost, slots, app.Say(err))
	case err != nil:
		return nil, err
	}
	if a.Do == unlock.Passphrase || a.Do == unlock.Phrase {
		return h.byWords(ctx, slots, a)
	}
	switch slots.Place {
	case keyslot.Beside:
		return h.beside(slots)
	case keyslot.Session:
		return h.newSession()
	case keyslot.Passphrase:
		return nil, h.need(unlock.Words, slots, "")
	}
	return h.fromKeyring(ctx, slots)
}

func (h *keyHolder) need(state unlock.State, s keyslot.Slots, why string) *unlock.Need {
	n := &unlock.Need{
		Profile: h.profile.ID, Tenant: h.profile.Name, State: state, Why: why,
		Passphrase: s.ByPassphrase != nil, Phrase: s.ByPhrase != nil,
	}
	n.Unsent, n.Known = keyslot.Unsent(h.dir)
	return n
}

// sealed reports that a cache is there that only a key opens. One of an older version, in
// clear, is not: opening refuses it by itself.
func (h *keyHolder) sealed() bool {
	f, err := os.Open(filepath.Join(h.dir, cacheFile))
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 16)
	n, _ := f.Read(head)
	return n > 0 && string(head[:n]) != "SQLite format 3\x00"
}

const cacheFile = "cache.db"

// create makes the key of a new cache and puts it where it is found again.
func (h *keyHolder) create(ctx context.Context, a unlock.Answer) (*vault.Key, error) {
	k := vault.NewKey()
	slots := keyslot.New(h.profile.ID, keyslot.Keyring, k)
	defer func() { h.place = slots.Place }()
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, unwritable(err)
	}
	switch {
	case h.profile.Simulated():
		slots.Place = keyslot.Beside
		if err := keyslot.WriteBeside(h.dir, k, true); err != nil {
			return nil, err
		}
	case a.Do == unlock.Session:
		slots.Place = keyslot.Session
	case a.Do == unlock.Passphrase:
		if weak := unlock.Weak(a.Words); weak != "" {
			return nil, h.need(unlock.Choose, keyslot.Slots{}, weak)
		}
		slots.Place = keyslot.Passphrase
		if err := slots.SetPassphrase(k, a.Words, h.cost); err != nil {
			return nil, err
		}
	default:
		if err := h.keep(ctx, slots.Name, k); err != nil {
			return nil, h.need(unlock.Choose, keyslot.Slots{}, app.Say(err))
		}
	}
	return k, slots.Write(h.dir)
}

// keep puts a key into the keyring and reads it back: a key that cannot be read again is
// no key.
func (h *keyHolder) keep(ctx context.Context, name string, k *vault.Key) error {
	if h.chain == nil {
		return app.E(app.KindPermission, "There is no keyring here.", nil)
	}
	ctx, done := h.patiently(ctx)
	defer done()
	if err := h.chain.Keep(ctx, name, k.Encode()); err != nil {
		return err
	}
	if back, err := h.chain.Get(ctx, name); err != nil || back != k.Encode() {
		return app.E(app.KindPermission, "The system's keyring did not keep what it was given.", err)
	}
	return nil
}

func (h *keyHolder) patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	if h.patience == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, h.patience)
}

func (h *keyHolder) fromKeyring(ctx context.Context, slots keyslot.Slots) (*vault.Key, error) {
	if h.chain == nil {
		return nil, h.need(unlock.Waiting, slots, "There is no keyring here.")
	}
	ctx, done := h.patiently(ctx)
	defer done()
	kept, err := h.chain.Get(ctx, slots.Name)
	switch {
	case app.KindOf(err) == app.KindNotFound:
		return nil, h.need(unlock.Lost, slots, "The system's keyring no longer has the key.")
	case err != nil:
		h.log.Warn("keyring", "err", err)
		return nil, h.need(unlock.Waiting, slots, keyringSays(err))
	}
	k, err := vault.ParseKey(kept)
	if err != nil || !slots.Opens(k) {
		return nil, h.need(unlock.Lost, slots, "The system's keyring holds another key under this name.")
	}
	return k, nil
}

// keyringSays is what is wrong with the keyring, without what only concerns secrets of an
// application.
func keyringSays(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "The system's keyring does not answer; it may wait for its password in another window."
	}
	return "The system's keyring is locked or cannot be used."
}

func (h *keyHolder) beside(slots keyslot.Slots) (*vault.Key, error) {
	k, err := keyslot.ReadBeside(h.dir, h.profile.Simulated())
	opens := err == nil && (slots.Opens(k) || slots.Next != nil && slots.Next.Opens(k))
	if app.KindOf(err) == app.KindNotFound || err == nil && !opens {
		return nil, h.need(unlock.Lost, slots, "The key file of the simulated tenant is missing or another one.")
	}
	return k, err
}

// newSession begins a cache that ends with the process. What an earlier session left
// behind, after a crash, cannot be opened by anybody and goes.
func (h *keyHolder) newSession() (*vault.Key, error) {
	if err := removeCache(h.dir); err != nil {
		return nil, err
	}
	k := vault.NewKey()
	return k, keyslot.New(h.profile.ID, keyslot.Session, k).Write(h.dir)
}

// removeCache deletes the cache of a session that is over.
func removeCache(dir string) error {
	names, err := cacheFiles(dir)
	for _, name := range names {
		if name != keyslot.FileName { // what was chosen holds for the next session too
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, name)))
		}
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// byWords opens a wrap and puts a key that had got lost back into the keyring.
func (h *keyHolder) byWords(ctx context.Context, slots keyslot.Slots, a unlock.Answer) (*vault.Key, error) {
	if err := h.guesses.wait(ctx, slots.Name); err != nil {
		return nil, err
	}
	k, err := open(slots, a)
	if err != nil {
		if app.KindOf(err) == app.KindSignIn {
			h.guesses.wrong(slots.Name)
		}
		return nil, h.need(h.stateOf(ctx, slots), slots, app.Say(err))
	}
	h.guesses.right(slots.Name)
	if slots.Place == keyslot.Keyring && h.owner {
		if err := h.keep(ctx, slots.Name, k); err != nil {
			h.log.Warn("the key was recovered and not put back", "err", err)
		}
	}
	return k, nil
}

// stateOf is what a person is asked after words that opened nothing. A keyring that is only
// locked is no lost key, and one that answers again is worth another try.
func (h *keyHolder) stateOf(ctx context.Context, slots keyslot.Slots) unlock.State {
	switch slots.Place {
	case keyslot.Passphrase:
		return unlock.Words
	case keyslot.Keyring:
		k, err := h.fromKeyring(ctx, slots)
		var need *unlock.Need
		if errors.As(err, &need) {
			return need.State
		}
		k.Zero()
		return unlock.Waiting
	}
	return unlock.Lost
}

func open(slots keyslot.Slots, a unlock.Answer) (*vault.Key, error) {
	if a.Do == unlock.Passphrase {
		return slots.WithPassphrase(a.Words)
	}
	phrase, err := keyslot.ParsePhrase(a.Words)
	if err != nil {
		return nil, err
	}
	return slots.WithPhrase(phrase)
}

// guesses slows down whoever tries words: each wrong one doubles the wait, up to half a
// minute.
type guesses struct {
	mu    sync.Mutex
	count map[string]int
	// sleep waits; nil is the real one.
	sleep func(context.Context, time.Duration) error
}

const (
	firstWait   = 250 * time.Millisecond
	longestWait = 30 * time.Second
)

func (g *guesses) wait(ctx context.Context, name string) error {
	g.mu.Lock()
	n, sleep := g.count[name], g.sleep
	g.mu.Unlock()
	if n == 0 {
		return nil
	}
	d := longestWait
	if n <= 7 {
		d = min(d, firstWait<<(n-1))
	}
	if sleep != nil {
		return sleep(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *guesses) wrong(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.count == nil {
		g.count = map[string]int{}
	}
	g.count[name]++
}

func (g *guesses) right(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.count, name)
}
