package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/unlock"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
)

// cheapKeys is a cost for tests that are not about the cost.
var cheapKeys = keyslot.Cost{Memory: 64, Passes: 1, Lanes: 1}

// answering gives these answers in turn and notes the questions.
type answering struct {
	answers []unlock.Answer
	asked   []*unlock.Need
}

func (a *answering) ask(_ context.Context, n *unlock.Need) (unlock.Answer, error) {
	a.asked = append(a.asked, n)
	if len(a.answers) == 0 {
		return unlock.Answer{}, n
	}
	next := a.answers[0]
	a.answers = a.answers[1:]
	return next, nil
}

// keySession is a session that owns its folder and opens nothing.
func keySession(r keyring, a *answering) *session {
	s := &session{log: slog.New(slog.DiscardHandler), now: time.Now, owner: &flock.Flock{}, secrets: secrets{chain: r}}
	s.keys.cost = cheapKeys
	if a != nil {
		s.keys.asks = a.ask
	}
	return s
}

var contoso = profile.Profile{ID: "contoso-example", Name: "Contoso", TenantID: "contoso.example", Method: profile.Device}

// sealedCache makes a file that could be a sealed cache, and says what is in it.
func sealedCache(t *testing.T, dir string) []byte {
	t.Helper()
	b := make([]byte, 8192)
	rand.Read(b)
	if err := os.WriteFile(filepath.Join(dir, cacheFile), b, 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// keyOf is the key that a session finds.
func keyOf(ctx context.Context, s *session, dir string) (*vault.Key, error) {
	k, _, err := s.cacheKey(ctx, contoso, dir)
	return k, err
}

func sameKey(t *testing.T, what string, got, want *vault.Key) {
	t.Helper()
	if got == nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
		t.Errorf("%s: another key came back", what)
	}
}

func TestGoal32TheKeyringKeepsTheKeyAndNothingElseDoes(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	k, err := keyOf(t.Context(), keySession(r, nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := keyOf(t.Context(), keySession(r, nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	sameKey(t, "the second start", again, k)
	if len(r.held) != 1 {
		t.Errorf("the keyring holds %d secrets", len(r.held))
	}
	for name, secret := range r.held {
		if secret != k.Encode() || !strings.HasPrefix(name, "cache/contoso-example/") {
			t.Errorf("%s is not the key", name)
		}
	}
	noKeyIn(t, dir, k)
}

// noKeyIn checks that no file of a folder holds the key.
func noKeyIn(t *testing.T, dir string, k *vault.Key) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, k.Bytes()) || bytes.Contains(b, []byte(k.Encode())) {
			t.Errorf("the key is in %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Two data folders of one user hold the same tenant: neither takes the other's key away.
func TestTwoDataFoldersDoNotShareAKey(t *testing.T) {
	r, one, two := newRing(), t.TempDir(), t.TempDir()
	k, err := keyOf(t.Context(), keySession(r, nil), one)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keyOf(t.Context(), keySession(r, nil), two); err != nil {
		t.Fatal(err)
	}
	again, err := keyOf(t.Context(), keySession(r, nil), one)
	if err != nil {
		t.Fatal(err)
	}
	sameKey(t, "the first folder", again, k)
}

// Without a keyring nothing is decided for the person: not a file, not a session.
func TestGoal32WithoutAKeyringThePersonIsAsked(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	r.broken = errors.New("no bus")
	_, err := keyOf(t.Context(), keySession(r, nil), dir)
	var need *unlock.Need
	if !errors.As(err, &need) || need.State != unlock.Choose || app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "passphrase") {
		t.Fatalf("nobody can be asked: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Fatalf("something was written all the same: %v", left)
	}

	a := &answering{answers: []unlock.Answer{{Do: unlock.Passphrase, Words: "short"}, {Do: unlock.Passphrase, Words: "four words that differ"}}}
	k, err := keyOf(t.Context(), keySession(r, a), dir)
	if err != nil || len(a.asked) != 2 || !strings.Contains(a.asked[1].Why, "at least 12") {
		t.Fatalf("%v after %d questions", err, len(a.asked))
	}
	noKeyIn(t, dir, k)

	a = &answering{answers: []unlock.Answer{{Do: unlock.Passphrase, Words: "four words that difer"}, {Do: unlock.Passphrase, Words: "four words that differ"}}}
	s := keySession(r, a)
	s.keys.guesses = &guesses{sleep: func(context.Context, time.Duration) error { return nil }}
	again, err := keyOf(t.Context(), s, dir)
	if err != nil || len(a.asked) != 2 || a.asked[0].State != unlock.Words || !strings.Contains(a.asked[1].Why, "not the passphrase") {
		t.Fatalf("the next start: %v after %d questions", err, len(a.asked))
	}
	sameKey(t, "the next start", again, k)
}

func TestGoal35WrongWordsAreSlowedDown(t *testing.T) {
	var waits []time.Duration
	g := &guesses{sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }}
	for range 10 {
		if err := g.wait(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		g.wrong("a")
	}
	if len(waits) != 9 || waits[0] != firstWait || waits[1] != 2*firstWait || waits[8] != longestWait {
		t.Errorf("waited %v", waits)
	}
	if err := g.wait(t.Context(), "b"); err != nil || len(waits) != 9 {
		t.Error("another cache waits too")
	}
	g.right("a")
	if err := g.wait(t.Context(), "a"); err != nil || len(waits) != 9 {
		t.Error("the right words do not end it")
	}
}

// A cache for this session only: its key is nowhere, and cache and key are gone after.
func TestGoal32ASessionsCacheEndsWithIt(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	r.broken = errors.New("no bus")
	s := keySession(r, &answering{answers: []unlock.Answer{{Do: unlock.Session}}})
	k, err := keyOf(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	sealedCache(t, dir)
	reopened, err := keyOf(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	sameKey(t, "reopened in the session", reopened, k)
	noKeyIn(t, dir, k)
	if err := s.keys.end(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, cacheFile)); !os.IsNotExist(err) {
		t.Errorf("the cache is still there: %v", err)
	}

	sealedCache(t, dir) // as a crash leaves it
	other := keySession(r, nil)
	other.owner = nil
	if _, err := keyOf(t.Context(), other, dir); app.KindOf(err) != app.KindInvalid {
		t.Errorf("beside a window: %v", err)
	}
	next, err := keyOf(t.Context(), keySession(r, nil), dir)
	if err != nil || bytes.Equal(next.Bytes(), k.Bytes()) {
		t.Errorf("the next session: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, cacheFile)); !os.IsNotExist(err) {
		t.Errorf("what the crash left is still there: %v", err)
	}
}

// The keyring was wiped, or another one took its place.
func TestGoal34AWipedKeyringLosesNothingSilently(t *testing.T) {
	wipe := map[string]func(*ring){
		"wiped": func(r *ring) { clear(r.held) },
		"another key": func(r *ring) {
			for name := range r.held {
				r.held[name] = vault.NewKey().Encode()
			}
		},
		"no key": func(r *ring) {
			for name := range r.held {
				r.held[name] = "secret"
			}
		},
	}
	for name, wipe := range wipe {
		t.Run(name, func(t *testing.T) {
			r, dir := newRing(), t.TempDir()
			k, err := keyOf(t.Context(), keySession(r, nil), dir)
			if err != nil {
				t.Fatal(err)
			}
			before := sealedCache(t, dir)
			if err := keyslot.WriteUnsent(dir, 7); err != nil {
				t.Fatal(err)
			}
			slots, _ := keyslot.Read(dir)
			phrase := keyslot.NewPhrase()
			if err := errors.Join(slots.SetPhrase(k, phrase, cheapKeys), slots.Write(dir)); err != nil {
				t.Fatal(err)
			}
			wipe(r)

			_, err = keyOf(t.Context(), keySession(r, nil), dir)
			var need *unlock.Need
			if !errors.As(err, &need) || need.State != unlock.Lost || !strings.Contains(app.Say(err), "7 unsent actions") || !need.Phrase {
				t.Fatalf("%v", err)
			}
			a := &answering{answers: []unlock.Answer{{Do: unlock.Phrase, Words: "0000"}, {Do: unlock.Phrase, Words: strings.ToLower(phrase.Groups())}}}
			got, err := keyOf(t.Context(), keySession(r, a), dir)
			if err != nil {
				t.Fatal(err)
			}
			sameKey(t, "by the recovery phrase", got, k)
			got, err = keyOf(t.Context(), keySession(r, nil), dir)
			if err != nil {
				t.Fatalf("it was not put back into the keyring: %v", err)
			}
			sameKey(t, "put back", got, k)

			wipe(r)
			a = &answering{answers: []unlock.Answer{{Do: unlock.Fresh}}}
			fresh, err := keyOf(t.Context(), keySession(r, a), dir)
			if err != nil || bytes.Equal(fresh.Bytes(), k.Bytes()) {
				t.Fatalf("afresh: %v", err)
			}
			aside, _ := filepath.Glob(filepath.Join(dir, lockedPrefix+"*"))
			if len(aside) != 1 {
				t.Fatalf("set aside: %v", aside)
			}
			kept, err := os.ReadFile(filepath.Join(aside[0], cacheFile))
			if err != nil || !bytes.Equal(kept, before) {
				t.Errorf("the old cache is not what it was: %v", err)
			}
			old, err := keyslot.Read(aside[0])
			if err != nil {
				t.Fatal(err)
			}
			got, err = old.WithPhrase(phrase)
			if err != nil {
				t.Fatal(err)
			}
			sameKey(t, "of the cache set aside", got, k)
		})
	}
}

// A locked keyring is no lost key: nothing is offered that would give the cache up.
func TestGoal34ALockedKeyringIsNotAWipedOne(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	k, err := keyOf(t.Context(), keySession(r, nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	sealedCache(t, dir)
	r.broken = errors.New("locked")
	var need *unlock.Need
	if _, err := keyOf(t.Context(), keySession(r, nil), dir); !errors.As(err, &need) || need.State != unlock.Waiting || need.Offers(unlock.Fresh) {
		t.Fatalf("%v", err)
	}
	a := &unlocking{ring: r}
	s := keySession(r, nil)
	s.keys.asks = a.ask
	got, err := keyOf(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	sameKey(t, "unlocked", got, k)
}

// unlocking is a person who unlocks the keyring and tries again.
type unlocking struct{ ring *ring }

func (u *unlocking) ask(context.Context, *unlock.Need) (unlock.Answer, error) {
	u.ring.broken = nil
	return unlock.Answer{Do: unlock.Again}, nil
}

// keys.json got lost or damaged: a sealed cache is never given a new key unasked.
func TestGoal34ACacheWithoutItsSlotsIsLeftAlone(t *testing.T) {
	for name, change := range map[string]func(string) error{
		"missing": os.Remove,
		"damaged": func(path string) error { return os.WriteFile(path, []byte("{"), 0o600) },
	} {
		r, dir := newRing(), t.TempDir()
		if _, err := keyOf(t.Context(), keySession(r, nil), dir); err != nil {
			t.Fatal(err)
		}
		before := sealedCache(t, dir)
		if err := change(filepath.Join(dir, keyslot.FileName)); err != nil {
			t.Fatal(err)
		}
		_, err := keyOf(t.Context(), keySession(r, nil), dir)
		var need *unlock.Need
		if !errors.As(err, &need) || need.State != unlock.Lost {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(filepath.Join(dir, cacheFile)); !bytes.Equal(now, before) {
			t.Errorf("%s: the cache was touched", name)
		}
	}
}

// The key of a real tenant never goes into a file, whatever keys.json claims.
func TestGoal32AChangedKeysFileDoesNotPutAKeyInAFile(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	k, err := keyOf(t.Context(), keySession(r, nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	slots, _ := keyslot.Read(dir)
	slots.Place = keyslot.Beside
	if err := slots.Write(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, keyslot.KeyFile), []byte(k.Encode()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyOf(t.Context(), keySession(r, nil), dir); app.KindOf(err) != app.KindInvalid {
		t.Errorf("%v", err)
	}
}

// Given a keyring that is locked, when a wrong recovery phrase is typed, then the key does
// not count as lost and nothing is offered that gives the cache up; the right one opens.
func TestGoal34AWrongPhraseBesideALockedKeyringLosesNothing(t *testing.T) {
	r, dir := newRing(), t.TempDir()
	k, err := keyOf(t.Context(), keySession(r, nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	sealedCache(t, dir)
	slots, _ := keyslot.Read(dir)
	phrase := keyslot.NewPhrase()
	if err := errors.Join(slots.SetPhrase(k, phrase, cheapKeys), slots.Write(dir)); err != nil {
		t.Fatal(err)
	}
	r.broken = errors.New("locked")
	a := &answering{answers: []unlock.Answer{{Do: unlock.Phrase, Words: keyslot.NewPhrase().Groups()}, {Do: unlock.Phrase, Words: phrase.Groups()}}}
	s := keySession(r, a)
	s.keys.guesses = &guesses{sleep: func(context.Context, time.Duration) error { return nil }}
	got, err := keyOf(t.Context(), s, dir)
	if err != nil || len(a.asked) != 2 {
		t.Fatalf("%v after %d questions", err, len(a.asked))
	}
	sameKey(t, "by the phrase", got, k)
	if n := a.asked[1]; n.State != unlock.Waiting || n.Why == "" || n.Offers(unlock.Fresh) || !n.Offers(unlock.Again) {
		t.Errorf("asked %s: %s", n.State, n.Why)
	}
}
