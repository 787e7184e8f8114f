package wiring_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	appsync "watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/data"
)

// night is the source of a busy shift: so many incidents, of which each pull finds some
// changed, in pages of 200.
type night struct {
	*service
	changed int // by the next pull
	turn    int
}

func (n *night) Pull(_ context.Context, cur app.Cursor) (app.Page, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	left := n.changed
	if cur.Next != "" {
		left, _ = strconv.Atoi(cur.Next)
	}
	var p app.Page
	for i := 0; i < min(left, 200); i++ {
		n.turn++
		r := n.rows[strconv.Itoa(n.turn%n.numbers+1)]
		r.in.Severity = []app.Severity{app.Low, app.Medium, app.High}[n.turn/n.numbers%3]
		r.in.Title = fmt.Sprintf("Incident %s, seen %d times", r.in.Number, n.turn/n.numbers)
		n.touch(r, "rule")
		p.Rows = append(p.Rows, n.pulled(r))
	}
	left -= len(p.Rows)
	p.Total, p.Cursor, p.Done = -1, app.Cursor{Watermark: n.at}, left == 0
	if left > 0 {
		p.Cursor = app.Cursor{Watermark: cur.Watermark, Ahead: n.at, Next: strconv.Itoa(left)}
	}
	return p, nil
}

// burden is what a process uses.
type burden struct {
	rss, wal    int64 // bytes
	goroutines  int
	descriptors int
}

func weigh(t *testing.T, path string) (b burden) {
	t.Helper()
	debug.FreeOSMemory()
	status, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("memory and descriptors are read from /proc")
	}
	pages, err := strconv.ParseInt(string(bytes.Fields(status)[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	b = burden{rss: pages * int64(os.Getpagesize()), goroutines: runtime.NumGoroutine(), descriptors: len(open)}
	if info, err := os.Stat(path + "-wal"); err == nil {
		b.wal = info.Size()
	}
	return b
}

// Eight hours of a shift, as fast as the machine can: a million rows pulled, two thousand
// actions sent, an analyst who looks and searches, and a day's care. What the process
// uses does not grow.
func TestGoal10AShiftLeavesNothingBehind(t *testing.T) {
	const perPull = 1000
	pulls := dose(12, 1000)
	source := &night{service: newService(app.Sentinel), changed: perPull}
	for range 10 * perPull {
		source.add(app.Fields{Severity: app.Medium, Status: app.StatusNew})
	}
	now := dawn
	path := filepath.Join(t.TempDir(), "cache.db")
	cache, err := data.Open(t.Context(), data.Config{Key: testKey, Path: path, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	engine := appsync.New(appsync.Config{Store: cache, Remotes: []app.Remote{source}, FeedStore: cache, Now: func() time.Time { return now }})
	box := outbox.New(outbox.Config{
		Store: cache, Remotes: []app.Remote{source}, Actor: me, Tenant: "clinic", Online: func() bool { return true },
		Now: func() time.Time { return now }, NewID: uuid.NewString,
	})
	var warm, worst burden
	began := time.Now()

	for n := range pulls {
		now = dawn.Add(8 * time.Hour * time.Duration(n) / time.Duration(pulls))
		if err := engine.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		look(t, cache, box, n)
		if _, err := box.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n%(pulls/4) == 0 {
			if err := cache.Care(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if n < pulls/3 {
			continue
		}
		if n == pulls/3 {
			warm = weigh(t, path)
		}
		if n%(pulls/12+1) == 0 {
			b := weigh(t, path)
			worst = burden{max(worst.rss, b.rss), max(worst.wal, b.wal), max(worst.goroutines, b.goroutines), max(worst.descriptors, b.descriptors)}
		}
	}

	end := weigh(t, path)
	t.Logf("%d rows and %d actions in %v; warm %+v, end %+v, worst %+v", pulls*perPull, 2*pulls, time.Since(began).Round(time.Second), warm, end, worst)
	if end.rss > warm.rss*11/10 && dose(0, 1) == 1 { // a few pulls are not warm
		t.Errorf("memory grew from %d to %d MiB", warm.rss>>20, end.rss>>20)
	}
	if end.goroutines > warm.goroutines+2 || end.descriptors > warm.descriptors+2 {
		t.Errorf("goroutines or descriptors grew: %+v, %+v", warm, end)
	}
	if worst.wal >= 64<<20 {
		t.Errorf("the log grew to %d MiB", worst.wal>>20)
	}
	c, err := box.Counts(t.Context())
	if err != nil || c.Waiting() != 0 {
		t.Errorf("%d actions are left, %v", c.Waiting(), err)
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// look is an analyst who reads the queue, searches, opens an incident and acts twice.
func look(t *testing.T, cache *data.Cache, box *outbox.Service, n int) {
	t.Helper()
	for _, filter := range []string{"", "severity:high", fmt.Sprintf("seen %d", n%7)} {
		f, problems := triage.Parse(filter)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w, err := cache.Window(t.Context(), triage.Query{Filter: f, Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		if filter != "" {
			continue
		}
		for i := range 2 {
			id := w.Rows[(n+i)%len(w.Rows)].ID
			if _, err := cache.Case(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			r := outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: fmt.Sprintf("looked at it, %d-%d", n, i)}
			if _, err := box.Do(t.Context(), r); err != nil {
				t.Fatal(err)
			}
		}
	}
}
