package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/cli"
)

// The secret of a tenant ran out while an action waited. Another one takes its place: a
// wrong one changes nothing, the right one sends the action, and the next start has it.
func TestARenewedSecretSendsWhatWaited(t *testing.T) {
	_, home := tenantFor(t, 20)
	m := &program{home: home}
	s, err := m.openSession(t.Context(), cli.Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { s.close() }()
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	w, err := s.fleet.Window(t.Context(), triage.Query{Limit: 1})
	if err != nil || len(w.Rows) == 0 {
		t.Fatalf("%d rows, %v", len(w.Rows), err)
	}
	file := filepath.Join(s.first().dir, simulatedSecret)
	right, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("ran-out"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.close()
	if s, err = m.openSession(t.Context(), cli.Options{}, 0); err != nil {
		t.Fatal(err)
	}
	a, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: w.Rows[0].ID, Verb: outbox.Comment, Text: "waits"})
	if err != nil {
		t.Fatal(err)
	}
	c := newConnector(s)
	if err := c.Again(t.Context(), 0, nil); app.KindOf(err) != app.KindSignIn {
		t.Fatalf("the old secret signs in: %v", err)
	}
	if _, err := c.Renew(t.Context(), 0, "", "wrong"); app.KindOf(err) != app.KindSignIn {
		t.Errorf("a wrong secret: %v", err)
	}
	if kept, _ := os.ReadFile(file); string(kept) != "ran-out" {
		t.Errorf("a wrong secret was kept: %q", kept)
	}
	if warning, err := c.Renew(t.Context(), 0, "", string(right)); err != nil || warning != "" {
		t.Fatalf("%q, %v", warning, err)
	}
	if _, err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := s.fleet.List(t.Context(), 10)
	if err != nil || len(list) != 1 || list[0].Seq != a.Seq || list[0].State != outbox.Done {
		t.Errorf("the action: %+v, %v", list, err)
	}
	s.close()
	if s, err = m.openSession(t.Context(), cli.Options{}, 0); err != nil {
		t.Fatal(err)
	}
	if err := newConnector(s).Again(t.Context(), 0, nil); err != nil {
		t.Errorf("the next start: %v", err)
	}
}

func TestACertificateThatIsNoneIsRefusedInPlace(t *testing.T) {
	_, home := tenantFor(t, 5)
	s, err := (&program{home: home}).openSession(t.Context(), cli.Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.first().profile.Method = "certificate"
	_, err = newConnector(s).Renew(t.Context(), 0, filepath.Join(home, "none.pfx"), "")
	if err == nil || !strings.Contains(app.Say(err), "certificate file cannot be read") {
		t.Errorf("%v", err)
	}
}
