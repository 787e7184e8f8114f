package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
)

// The secret cannot be had: what was pulled is readable, actions are queued and kept,
// and the sync says in words that the person must act.
func TestWithoutItsSecretTheCacheStillServes(t *testing.T) {
	sim, home := tenantFor(t, 60)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.close()
	if err := os.Remove(filepath.Join(filepath.Dir(cacheOf(t, home)), simulatedSecret)); err != nil {
		t.Fatal(err)
	}

	s = openHere(t, home)
	w, err := s.first().cache.Window(t.Context(), triage.Query{})
	if err != nil || len(w.Rows) == 0 {
		t.Fatalf("%d rows, err %v", len(w.Rows), err)
	}
	if err := s.first().engine.Once(t.Context()); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "connect it again") {
		t.Errorf("sync: %v", err)
	}
	a, err := s.first().outbox.Do(t.Context(), outbox.Request{IncidentID: w.Rows[0].ID, Verb: outbox.Comment, Text: "written without a secret"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.first().outbox.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, _ = s.first().cache.Action(t.Context(), a.Seq); a.State != outbox.Queued || !strings.Contains(a.Reason, "connect it again") {
		t.Errorf("the action is %s: %s", a.State, a.Reason)
	}
	if n := len(mine(sim, string(a.Ref.Source), a.Ref.ID)); n != 0 {
		t.Errorf("%d writes arrived", n)
	}
}

// The secret comes back, as from a keyring that was unlocked: signing in again is enough
// to go on.
func TestASecretThatCameBackNeedsNoRestart(t *testing.T) {
	_, home := tenantFor(t, 20)
	file := filepath.Join(filepath.Dir(cacheOf(t, home)), simulatedSecret)
	secret, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); app.KindOf(err) != app.KindSignIn {
		t.Fatalf("without its secret: %v", err)
	}
	if err := os.WriteFile(file, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.first().signIn(t.Context(), func(profile.Prompt) {}); err != nil {
		t.Fatal(err)
	}
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Errorf("after signing in again: %v", err)
	}
}
