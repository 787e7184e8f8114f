package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/app/unlock"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/data/vault"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// Locked: the cache is closed, its key zeroed, nothing works on; unlocked, the place is as
// it was, within a second.
func TestGoal35LockClosesTheCacheAndZeroesItsKey(t *testing.T) {
	_, home := tenantFor(t, 40)
	s := openHere(t, home)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	w := &windowed{program: &program{}, session: s}
	one := s.first()
	row := firstRow(t, s)
	if err := one.cache.SaveDraft(t.Context(), row.ID, "half a thought"); err != nil {
		t.Fatal(err)
	}
	prefs{s}.Set("queue.filter", "sev:high")
	s.start()

	l := w.lockUp()
	eventually(t, 10*time.Second, "the tenant is still there", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.resting) == 1 })
	if !bytes.Equal(one.key.Bytes(), make([]byte, vault.KeyBytes)) {
		t.Error("the key is still in memory")
	}
	if _, err := one.cache.Window(t.Context(), triage.Query{}); err == nil {
		t.Error("the cache still answers")
	}
	if got, _ := s.fleet.Window(t.Context(), triage.Query{}); len(got.Rows) != 0 {
		t.Error("the window still gets rows")
	}
	began := time.Now()
	again, err := l.Unlock(t.Context(), unlock.Answer{Do: unlock.Again})
	if err != nil || again.Queue == nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	t.Logf("unlocked in %v", took)
	if took > 5*time.Second { // a second is promised; tests share the machine
		t.Errorf("unlocking took %v", took)
	}
	if k, err := again.Cases.Case(t.Context(), row.ID); err != nil || k.Draft != "half a thought" {
		t.Errorf("the draft is %q, %v", k.Draft, err)
	}
	if got := again.Prefs.Get("queue.filter"); got != "sev:high" {
		t.Errorf("the filter is %q", got)
	}
	if !s.running || s.first() == one {
		t.Error("work does not go on")
	}
	if _, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: row.ID, Verb: outbox.Comment, Text: "after the lock"}); err != nil {
		t.Error(err)
	}
}

// A cache sealed by a passphrase: locked, the wrong one is told, the right one opens.
func TestGoal35APassphraseUnlocks(t *testing.T) {
	_, home := tenantFor(t, 10)
	dir := filepath.Dir(cacheOf(t, home))
	k := vault.NewKey()
	slots := keyslot.New("x", keyslot.Passphrase, k)
	phrase := keyslot.NewPhrase()
	if err := errors.Join(slots.SetPassphrase(k, "four words that differ", cheapKeys), slots.SetPhrase(k, phrase, cheapKeys), slots.Write(dir)); err != nil {
		t.Fatal(err)
	}
	m := &program{home: home, keyCost: cheapKeys}
	m.guesses.sleep = func(context.Context, time.Duration) error { return nil }
	w := &windowed{program: m, o: cli.Options{Home: home}, painted: make(chan struct{})}
	first, err := w.first(t.Context())
	t.Cleanup(func() { w.close() })
	if err != nil || first.Lock == nil || first.Queue != nil || first.Lock.Need.State != unlock.Words {
		t.Fatalf("the start does not ask: %+v, %v", first.Lock, err)
	}
	try := func(l func(context.Context, unlock.Answer) (err error)) {
		t.Helper()
		var need *unlock.Need
		if err := l(t.Context(), unlock.Answer{Do: unlock.Passphrase, Words: "three words that differ"}); !errors.As(err, &need) || need.Why == "" {
			t.Fatalf("a wrong one: %v", err)
		}
		if err := l(t.Context(), unlock.Answer{Do: unlock.Passphrase, Words: "four words that differ"}); err != nil {
			t.Fatalf("the right one: %v", err)
		}
	}
	try(func(ctx context.Context, a unlock.Answer) error { _, err := first.Lock.Unlock(ctx, a); return err })
	l := w.lockUp()
	if l.Need.State != unlock.Words || !l.Need.Offers(unlock.Phrase) {
		t.Fatalf("locked, it asks %+v", *l.Need)
	}
	try(func(ctx context.Context, a unlock.Answer) error { _, err := l.Unlock(ctx, a); return err })
	l = w.lockUp()
	if _, err := l.Unlock(t.Context(), unlock.Answer{Do: unlock.Phrase, Words: phrase.Groups()}); err != nil {
		t.Errorf("by the recovery phrase: %v", err)
	}

	m.passphrase = "four words that differ" // of the environment
	l = w.lockUp()
	if _, err := l.Unlock(t.Context(), unlock.Answer{Do: unlock.Again}); err != nil {
		t.Errorf("by the environment: %v", err)
	}
}

// The whole folder of a tenant was copied; then the tenant is forgotten. Nothing of it is
// left, and the copy opens no more.
func TestGoal29AForgottenTenantOpensNowhere(t *testing.T) {
	r := newRing()
	m := &program{home: t.TempDir(), secrets: secrets{chain: r}}
	p := application("", profile.Secret, "")
	p.Name, p.Defender = "Contoso", true
	p = connectTo(t, m.home, profile.Draft{Profile: p})
	s, err := m.openSession(t.Context(), cli.Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	dir := s.store.Dir(p.ID)
	for name, size := range map[string]int{"backup-1.db": 4096, lockedPrefix + "20260101T000000Z/" + cacheFile: 4096} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, make([]byte, size), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	old := keyslot.New(p.ID, keyslot.Keyring, vault.NewKey())
	if err := errors.Join(old.Write(filepath.Join(dir, lockedPrefix+"20260101T000000Z")), r.Keep(t.Context(), old.Name, "k")); err != nil {
		t.Fatal(err)
	}
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}

	began := time.Now()
	if err := newConnector(s).Remove(t.Context(), p.Slot); err != nil {
		t.Fatal(err)
	}
	t.Logf("forgotten in %v", time.Since(began))
	if len(r.held) != 0 {
		t.Errorf("the keyring still holds %d items", len(r.held))
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder is still there: %v", err)
	}
	var need *unlock.Need
	if _, _, err := s.cacheKey(t.Context(), p, copied); !errors.As(err, &need) || need.State != unlock.Lost {
		t.Errorf("the copy: %v", err)
	}
	if _, err := data.Open(t.Context(), data.Config{Path: filepath.Join(copied, cacheFile), Key: vault.NewKey()}); app.KindOf(err) == "" {
		t.Error("the copy opens with any key")
	}
}

// Two tenants, one of them sealed by a passphrase that nobody knows: the other opens.
func TestGoal34OneLockedTenantLeavesTheOthersAtWork(t *testing.T) {
	_, home := tenantFor(t, 10)
	sim, err := simulator.Start(context.Background(), simulator.Options{Incidents: 5, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	ca := filepath.Join(home, "ca2.pem")
	if err := os.WriteFile(ca, sim.Settings().CAPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	d := simulatedDraft(sim.Settings(), ca)
	d.Name, d.Identity, d.Posture = "Sealed", false, false
	sealed := connectTo(t, home, d)
	m := &program{home: home, keyCost: cheapKeys}
	k := vault.NewKey()
	slots := keyslot.New(sealed.ID, keyslot.Passphrase, k)
	dir := filepath.Join(home, "profiles", sealed.ID)
	if err := errors.Join(slots.SetPassphrase(k, "four words that differ", cheapKeys), slots.Write(dir)); err != nil {
		t.Fatal(err)
	}
	s, err := m.openSession(t.Context(), cli.Options{Home: home}, 0)
	if err != nil || len(s.open()) != 1 || len(s.damaged) != 1 {
		t.Fatalf("where nobody can be asked: %v", err)
	}
	s.close()

	w := &windowed{program: m, o: cli.Options{Home: home}, painted: make(chan struct{})}
	t.Cleanup(func() { w.close() })
	first, err := w.first(t.Context())
	if err != nil || first.Lock == nil || !first.Lock.Need.Offers(unlock.Skip) {
		t.Fatalf("%+v, %v", first.Lock, err)
	}
	got, err := first.Lock.Unlock(t.Context(), unlock.Answer{Do: unlock.Skip})
	if err != nil || got.Queue == nil || len(w.session.open()) != 1 {
		t.Errorf("%v", err)
	}
}
