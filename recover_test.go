package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watchfloor/app/outbox"
	"watchfloor/app/triage"
)

// Given a tenant with an action that waits and a cache file that was damaged, when the
// folder is opened again, then the person is told, the action is still there, and the
// service receives it once.
func TestGoal7ADamagedTenantOpensAndSendsOnceWhatWaited(t *testing.T) {
	sim, home := tenantFor(t, 40)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.first().cache.Care(t.Context()); err != nil {
		t.Fatal(err)
	}
	w, err := s.first().cache.Window(t.Context(), triage.Query{})
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.first().outbox.Do(t.Context(), outbox.Request{IncidentID: w.Rows[0].ID, Verb: outbox.Comment, Text: "before the damage"})
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	path := cacheOf(t, home)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[4096:8192])
	clear(b[:4096])
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}

	s = openHere(t, home)
	var told []string
	s.told.to(func(line string) { told = append(told, line) })
	if len(told) != 1 || !strings.Contains(told[0], "cache.damaged-") || !strings.Contains(told[0], "1 waiting action was brought over") {
		t.Errorf("told %q", told)
	}
	if _, err := s.first().outbox.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := s.first().cache.Action(t.Context(), a.Seq); err != nil || got.ID != a.ID || got.State != outbox.Done {
		t.Errorf("%s: %s, %v", got.State, got.Reason, err)
	}
	if n := len(mine(sim, string(a.Ref.Source), a.Ref.ID)); n != 1 {
		t.Errorf("%d writes arrived", n)
	}
}

// Given a window that stays open, then its cache is backed up when its first pulls are
// over, and not again that day.
func TestGoal8AnOpenCacheIsBackedUpAtACalmMoment(t *testing.T) {
	_, home := tenantFor(t, 5)
	s := openHere(t, home)
	tn := s.first()
	backups := func() int {
		names, _ := filepath.Glob(filepath.Join(tn.dir, "backups", "cache-*.db"))
		return len(names)
	}
	var now atomic.Int64 // minutes
	tn.now = func() time.Time { return time.Date(2026, 3, 2, 8, int(now.Load()), 0, 0, time.UTC) }
	ctx, cancel := context.WithCancel(t.Context())
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(done)
		tn.care(ctx, ticks, func(string) {})
	}()
	tick := func(after time.Duration) {
		now.Add(int64(after / time.Minute))
		ticks <- tn.now()
		ticks <- tn.now() // the one before is done
	}
	tick(time.Minute)
	if n := backups(); n != 0 {
		t.Errorf("%d backups before the first pull has caught up", n)
	}
	tick(firstCare)
	if n := backups(); n != 1 {
		t.Errorf("%d backups after the first care", n)
	}
	tick(careEvery)
	if n := backups(); n != 1 {
		t.Errorf("%d backups on the first day", n)
	}
	cancel()
	<-done
}
