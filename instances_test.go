package main

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// Given a folder with actions that wait, when two instances start at once, then exactly one
// of them owns the outbox, and what both try to send arrives once. Comments at Defender
// have no id of ours: sent twice they would be there twice.
func TestGoal9OfTwoInstancesOneOwnsTheOutbox(t *testing.T) {
	sim, home := tenantFor(t, 40)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	w, err := s.first().cache.Window(t.Context(), triage.Query{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, r := range w.Rows {
		if r.Ref.Source == app.Defender {
			ids = append(ids, r.ID)
		}
	}
	s.close()
	rounds := 10
	if os.Getenv("WATCHFLOOR_SOAK") != "" {
		rounds = 100
	}
	sent := map[app.Ref]int{}
	for n := range rounds {
		two := startTwo(t, home)
		owners := 0
		for _, s := range two {
			if s.owner != nil {
				owners++
			}
		}
		if owners != 1 {
			t.Fatalf("round %d: %d own the outbox", n, owners)
		}
		for i := range 2 {
			a, err := two[i].first().outbox.Do(t.Context(), outbox.Request{IncidentID: ids[n%len(ids)], Verb: outbox.Comment, Text: fmt.Sprintf("round %d of %d", n, i)})
			if err != nil {
				t.Fatal(err)
			}
			sent[a.Ref]++
		}
		var wg sync.WaitGroup
		for _, s := range two {
			wg.Go(func() {
				if _, err := (headlessOutbox{s.fleet, s}).Flush(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, s := range two {
			s.close()
		}
	}
	for ref, n := range sent {
		if got := len(mine(sim, string(ref.Source), ref.ID)); got != n {
			t.Errorf("%s: %d comments arrived, %d were written", ref, got, n)
		}
	}
}

// startTwo opens a folder in two sessions at the same moment.
func startTwo(t *testing.T, home string) (two [2]*session) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range two {
		wg.Go(func() {
			s, err := (&program{home: home}).openSession(t.Context(), cli.Options{Home: home}, 0)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { s.close() })
			two[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return two
}

// Given an action that waits, when two processes are told to send at once, then it arrives
// once.
func TestGoal9TwoProcessesSendOnce(t *testing.T) {
	sim, home := tenantFor(t, 60)
	s := openHere(t, home)
	if err := s.first().engine.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	id, err := s.first().cache.Find(t.Context(), untouched(t, sim, simulator.SourceDefender).ID)
	if err != nil {
		t.Fatal(err)
	}
	a, err := s.first().outbox.Do(t.Context(), outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: "once"})
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	var both []*exec.Cmd
	for range 2 {
		cmd := programCommand(home, "outbox", "flush")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		both = append(both, cmd)
	}
	for _, cmd := range both {
		if err := cmd.Wait(); err != nil {
			t.Errorf("a process failed: %v", err)
		}
	}
	if n := len(mine(sim, string(a.Ref.Source), a.Ref.ID)); n != 1 {
		t.Errorf("%d writes arrived", n)
	}
}
