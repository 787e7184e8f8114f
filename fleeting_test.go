package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/data/keyslot"
	"watchfloor/integrations/simulator"
)

// severalHere is an open session with two simulated tenants.
func severalHere(t *testing.T) *session {
	t.Helper()
	_, home := tenantFor(t, 5)
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
	d.Slot, d.Name, d.Identity, d.Posture = 1, "Research campus", false, false
	connectTo(t, home, d)
	s := openHere(t, home)
	if len(s.open()) != 2 {
		t.Fatalf("%d tenants are open", len(s.open()))
	}
	return s
}

// Of two tenants, one whose cache ends with the process: only it is named, and only its
// actions are counted as what ends unsent.
func TestGoal32WhatEndsWithTheProcessIsNamedAndCounted(t *testing.T) {
	s := severalHere(t)
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.fleeting() != nil || s.ending() {
		t.Fatal("a cache that stays is said to end")
	}
	s.open()[1].place = keyslot.Session
	f := s.fleeting()
	if f == nil || !s.ending() || len(f.Tenants) != 1 || f.Tenants[0] != "Research campus" {
		t.Fatalf("%+v", f)
	}
	w, err := s.fleet.Window(t.Context(), triage.Query{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, row := range w.Rows {
		if _, err := s.fleet.Do(t.Context(), outbox.Request{IncidentID: row.ID, Verb: outbox.Tag, AddTags: []string{"seen"}}); err != nil {
			t.Fatal(err)
		}
		if s.fleet.Of(row.ID).Name == "Research campus" {
			want++
		}
	}
	if n, err := f.Unsent(t.Context()); err != nil || n != want || want == 0 || want == len(w.Rows) {
		t.Errorf("%d of %d actions end, want %d, %v", n, len(w.Rows), want, err)
	}
}

// What is chosen for the retention holds for every tenant that is open, and for one that
// is connected later.
func TestGoal30TheRetentionThatIsChosenHoldsForEveryTenant(t *testing.T) {
	s := severalHere(t)
	later := s.open()[1]
	prefs{s}.Set(app.RetentionPref, "90")
	prefs{s}.Set("theme", "light")
	kept := func(n int, key string) string {
		v, err := s.open()[n].cache.Preference(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if kept(0, app.RetentionPref) != "90" || kept(1, app.RetentionPref) != "90" || kept(0, "theme") != "light" || kept(1, "theme") != "" {
		t.Errorf("%q and %q days", kept(0, app.RetentionPref), kept(1, app.RetentionPref))
	}
	p, dir := later.about(), later.dir
	if err := s.drop(later); err != nil {
		t.Fatal(err)
	}
	prefs{s}.Set(app.RetentionPref, "0")
	again, err := s.openTenant(t.Context(), p, dir, s.secretOf(p, dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.take(again); err != nil {
		t.Fatal(err)
	}
	if got := kept(1, app.RetentionPref); got != "0" {
		t.Errorf("a tenant that came later keeps %q days", got)
	}
}
