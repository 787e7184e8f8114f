package wiring_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Tasks, moves and merges through a network that loses every seventh answer (goal 11):
// the service ends with exactly one effect of each.
func TestGoal11TasksMovesAndMergesHaveOneEffect(t *testing.T) {
	bad := func(seed uint64) func(string, bool) trouble {
		dice := rand.New(rand.NewPCG(seed, 11))
		var turn sync.Mutex
		return func(string, bool) trouble {
			turn.Lock()
			defer turn.Unlock()
			switch n := dice.IntN(100); {
			case n < 15:
				return lost
			case n < 20:
				return busy
			}
			return fine
		}
	}
	done := func(t *testing.T, f *floor, n int) {
		t.Helper()
		all := f.actions()
		for _, a := range all {
			if a.State != outbox.Done {
				t.Fatalf("%s is %s: %s", a.Describe(), a.State, a.Reason)
			}
		}
		if len(all) != n {
			t.Fatalf("%d actions, want %d", len(all), n)
		}
	}
	t.Run("tasks", func(t *testing.T) {
		t.Parallel()
		s := newService(app.Sentinel)
		var remotes []string
		for range 10 {
			remotes = append(remotes, s.add(fresh()))
		}
		f := newFloor(t, s)
		f.pull()
		s.upsets = bad(1)
		for range 8 {
			for _, remote := range remotes {
				id := f.id(s, remote)
				a := f.do(addTask(id, fmt.Sprint("task of ", id)))
				f.do(finish(id, app.Task{ID: a.ID, Title: a.TaskTitle}))
			}
			f.settle()
		}
		done(t, f, 160)
		if len(s.writes) != 160 {
			t.Errorf("%d effects", len(s.writes))
		}
		for _, remote := range remotes {
			if k := s.rows[remote].tasks; len(k) != 8 || slices.ContainsFunc(k, func(t app.Task) bool { return !t.Done }) {
				t.Errorf("%s has %d tasks", remote, len(k))
			}
		}
	})
	t.Run("moves", func(t *testing.T) {
		t.Parallel()
		f, s, remotes, ids := several(t, 10)
		s.upsets = bad(2)
		fresh := 0
		for n := range 16 { // to and fro, and now and then to a new incident
			for i := 0; i < len(ids); i += 2 {
				from, to := i+n%2, i+1-n%2
				f.do(move(ids[from], ids[to], remotes[i]+"a"))
				if n < 2 {
					f.do(move(ids[from], 0, remotes[from]+"b"))
					fresh++
				}
			}
			f.settle()
		}
		done(t, f, 80+fresh)
		if len(s.writes) != 80+fresh || len(s.rows) != 10+fresh {
			t.Errorf("%d effects, %d incidents", len(s.writes), len(s.rows))
		}
	})
	t.Run("merges", func(t *testing.T) {
		t.Parallel()
		const n = 80
		f, s, _, ids := several(t, 2*n)
		s.upsets = bad(3)
		for i := range n {
			f.do(merge(ids[2*i+1], ids[2*i]))
		}
		f.settle()
		done(t, f, n)
		if got := strings.Join(s.writes, "\n"); len(s.writes) != n || strings.Contains(got, "move") {
			t.Errorf("%d merges", len(s.writes))
		}
	})
}
