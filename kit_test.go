package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"watchfloor/app/profile"
	"watchfloor/data"
	"watchfloor/data/keyslot"
	"watchfloor/data/profiles"
	"watchfloor/data/vault"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// tenantFor starts a simulated tenant and connects a fresh data folder to it, for its
// incidents alone.
func tenantFor(t testing.TB, incidents int) (sim *simulator.Server, home string) {
	t.Helper()
	sim, err := simulator.Start(context.Background(), simulator.Options{Incidents: incidents})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	noneCreated(t, sim)
	home = t.TempDir()
	ca := filepath.Join(home, "ca.pem")
	if err := os.WriteFile(ca, sim.Settings().CAPEM, 0o600); err != nil {
		t.Fatal(err)
	}
	d := simulatedDraft(sim.Settings(), ca)
	d.Identity, d.Posture = false, false
	connectTo(t, home, d)
	return sim, home
}

// connectTo stores a profile as the connector does, without asking the tenant.
func connectTo(t testing.TB, home string, d profile.Draft) profile.Profile {
	t.Helper()
	store := profiles.In(home)
	p, err := store.Add(d.Profile)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := (secrets{}).keep(t.Context(), store.Dir(p.ID), d); !kept {
		t.Fatal(err)
	}
	return p
}

// cacheOf is the cache of the only tenant of a data folder.
func cacheOf(t testing.TB, home string) string {
	t.Helper()
	store := profiles.In(home)
	list, _, err := store.List()
	if err != nil || len(list) != 1 {
		t.Fatalf("%d tenants, %v", len(list), err)
	}
	return filepath.Join(store.Dir(list[0].ID), "cache.db")
}

// programCommand is Watchfloor as another process.
func programCommand(home string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], append([]string{"--home", home}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// openHere opens a session on a data folder in this process.
func openHere(t testing.TB, home string) *session {
	t.Helper()
	m := &program{home: home}
	s, err := m.openSession(t.Context(), cli.Options{Home: home}, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.close() })
	return s
}

// keyBeside is the key of a simulated tenant's cache.
func keyBeside(t testing.TB, dir string) *vault.Key {
	t.Helper()
	k, err := keyslot.ReadBeside(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// peek opens the cache of a running program beside it.
func peek(t *testing.T, home string) *data.Cache {
	t.Helper()
	c, err := data.Open(t.Context(), data.Config{Path: cacheOf(t, home), Key: keyBeside(t, filepath.Dir(cacheOf(t, home)))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// eventually polls until ok, and fails with what when the time is over.
func eventually(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	poll := time.NewTicker(25 * time.Millisecond)
	defer poll.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("after %v: %s", limit, what)
		case <-poll.C:
		}
	}
}

// mine are the writes of an incident that this client made, in order.
func mine(sim *simulator.Server, source, id string) []simulator.Write {
	all := slices.Clone(sim.Writes(source, id))
	return slices.DeleteFunc(all, func(w simulator.Write) bool { return w.Method == "EDIT" || w.Method == "TWIN" })
}

// untouched picks an open, unassigned incident without twin of a source.
func untouched(t *testing.T, sim *simulator.Server, source string, not ...string) simulator.Stored {
	t.Helper()
	for ref := range sim.All() {
		if ref.Source != source || slices.Contains(not, ref.ID) {
			continue
		}
		st, ok := sim.DefenderIncident(ref.ID)
		if source == simulator.SourceSentinel {
			st, ok = sim.SentinelIncident(ref.ID)
		}
		open := slices.Contains([]string{"New", "Active", "active", "inProgress"}, st.Status)
		if ok && open && st.Twin == "" && st.RedirectTo == "" && st.Severity != "" && len(st.Comments) < 50 {
			return st
		}
	}
	t.Fatalf("the tenant has no open incident of %s left", source)
	return simulator.Stored{}
}

func unfinished(t *testing.T, c *data.Cache) int {
	t.Helper()
	n, err := c.CountActions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n.Queued + n.Sending + n.Conflict + n.Failed
}

// lockedBuffer collects a program's output.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
