package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"watchfloor/app"
	"watchfloor/app/unlock"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
)

// rotating is a cache of a real tenant with a key in a ring.
func rotating(t *testing.T) (r *ring, s *session, dir string, cfg data.Config) {
	t.Helper()
	r, dir = newRing(), t.TempDir()
	s = keySession(r, nil)
	k, err := keyOf(t.Context(), s, dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg = data.Config{Path: filepath.Join(dir, cacheFile), Key: k}
	c, err := data.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.SetPreference(t.Context(), "theme", "light"), c.Close()); err != nil {
		t.Fatal(err)
	}
	return r, s, dir, cfg
}

// stillOpens checks that the cache opens with the key that is found.
func stillOpens(t *testing.T, what string, s *session, dir string) *vault.Key {
	t.Helper()
	k, err := keyOf(t.Context(), s, dir)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	c, err := data.Open(t.Context(), data.Config{Path: filepath.Join(dir, cacheFile), Key: k})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	defer c.Close()
	if v, err := c.Preference(t.Context(), "theme"); v != "light" || err != nil {
		t.Errorf("%s: what was in it is %q, %v", what, v, err)
	}
	slots, err := keyslot.Read(dir)
	if err != nil || slots.Next != nil || !slots.Opens(k) {
		t.Errorf("%s: the rotation is not settled: %v", what, err)
	}
	return k
}

func TestGoal27ARotatedCacheOpensWithItsNewKeyAlone(t *testing.T) {
	r, s, dir, cfg := rotating(t)
	if err := s.holder(contoso, dir).rotate(t.Context(), cfg, ""); err != nil {
		t.Fatal(err)
	}
	k := stillOpens(t, "rotated", s, dir)
	if bytes.Equal(k.Bytes(), cfg.Key.Bytes()) || len(r.held) != 1 {
		t.Errorf("the keyring holds %d keys", len(r.held))
	}
	if _, err := data.Open(t.Context(), cfg); app.KindOf(err) == "" {
		t.Error("the old key still opens it")
	}
}

// The process is killed at each step that leaves something behind.
func TestGoal27ARotationThatWasKilledIsSettledAtTheNextStart(t *testing.T) {
	for name, sealed := range map[string]bool{"before the cache was sealed anew": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			_, s, dir, cfg := rotating(t)
			to := vault.NewKey()
			slots, err := keyslot.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			next := keyslot.New(contoso.ID, keyslot.Keyring, to)
			slots.Next = &next
			if err := errors.Join(s.holder(contoso, dir).keep(t.Context(), next.Name, to), slots.Write(dir)); err != nil {
				t.Fatal(err)
			}
			if sealed {
				if err := data.Rotate(t.Context(), cfg, to); err != nil {
					t.Fatal(err)
				}
			}
			k := stillOpens(t, name, s, dir)
			if bytes.Equal(k.Bytes(), to.Bytes()) != sealed {
				t.Error("the other key was taken")
			}
			stillOpens(t, "and again", s, dir)
		})
	}
}

// The key of a simulated tenant is beside its cache, and is replaced there.
func TestGoal27AKeyBesideItsCacheIsRotated(t *testing.T) {
	_, home := tenantFor(t, 10)
	s := openHere(t, home)
	dir := s.first().dir
	before := keyBeside(t, dir)
	v := vaultKeys{s}
	if _, err := v.NewPhrase(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if err := v.Rotate(t.Context(), 0, ""); err != nil {
		t.Fatal(err)
	}
	after := keyBeside(t, dir)
	if bytes.Equal(before.Bytes(), after.Bytes()) || len(s.open()) != 1 {
		t.Error("the key is the old one, or the tenant is not open again")
	}
	if keys := v.Keys(); len(keys) != 1 || keys[0].Phrase || keys[0].Place != "file" {
		t.Errorf("%+v: the old recovery phrase is still offered", keys)
	}
	s.close()
	if again := openHere(t, home); len(again.open()) != 1 {
		t.Error("the next start does not open it")
	}
}

// The key moves behind a passphrase, is rotated there, and moves back.
func TestGoal34AKeyMovesBetweenItsPlaces(t *testing.T) {
	r, s, dir, _ := rotating(t)
	one := &tenant{profile: contoso, dir: dir, place: keyslot.Keyring}
	var err error
	if one.key, err = keyOf(t.Context(), s, dir); err != nil {
		t.Fatal(err)
	}
	s.tenants = []*tenant{one}
	v := vaultKeys{s}
	phrase, err := v.NewPhrase(t.Context(), 0)
	if err != nil || v.TryPhrase(t.Context(), 0, phrase) != nil || v.TryPhrase(t.Context(), 0, keyslot.NewPhrase().Groups()) == nil {
		t.Fatalf("the recovery phrase: %v", err)
	}
	if err := v.ToPassphrase(t.Context(), 0, "four words that differ"); err != nil || len(r.held) != 0 {
		t.Fatalf("%v; the keyring still holds %d", err, len(r.held))
	}
	words := &answering{answers: []unlock.Answer{{Do: unlock.Passphrase, Words: "four words that differ"}}}
	if got, err := keyOf(t.Context(), keySession(r, words), dir); err != nil || !bytes.Equal(got.Bytes(), one.key.Bytes()) {
		t.Fatalf("behind the passphrase: %v", err)
	}
	r.broken = errors.New("no bus")
	if err := v.ToKeyring(t.Context(), 0); app.KindOf(err) != app.KindPermission {
		t.Errorf("into no keyring: %v", err)
	}
	r.broken = nil
	if err := v.ToKeyring(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	stillOpens(t, "back in the keyring", keySession(r, nil), dir)
}
