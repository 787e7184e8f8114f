package data

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Given eight readers in two processes' worth of caches and one writer at full speed, then
// nobody is told that the database is locked.
func TestGoal9EightReadersAndAWriterNeverMeetALock(t *testing.T) {
	cache, _ := newCache(t)
	other, err := Open(t.Context(), Config{Key: testKey, Path: cache.cfg.Path, Now: cache.cfg.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(dose(2, 60))*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	var reads, writes atomic.Int64
	for i := range 8 {
		wg.Go(func() {
			c := []*Cache{cache, other}[i%2]
			for ctx.Err() == nil {
				if _, err := c.Window(ctx, triage.Query{}); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
				reads.Add(1)
			}
		})
	}
	for n := 0; ctx.Err() == nil; n++ {
		var rows []app.Pulled
		for i := range 20 {
			rows = append(rows, pulled(app.Sentinel, fmt.Sprint(i), func(in *app.Incident) {
				in.Title = fmt.Sprintf("version %d", n)
				in.Modified = noon.Add(time.Duration(n) * time.Second)
			}))
		}
		if err := cache.StorePage(ctx, app.Sentinel, app.Page{Rows: rows}); err != nil && ctx.Err() == nil {
			t.Error(err)
			break
		}
		writes.Add(1)
	}
	wg.Wait()
	if reads.Load() < 8 || writes.Load() < 2 {
		t.Errorf("%d reads and %d pages prove nothing", reads.Load(), writes.Load())
	}
	t.Logf("%d reads, %d pages", reads.Load(), writes.Load())
}

// Given two processes that find the same damaged cache at once, then one repairs it, both
// open it, and the actions are there once.
func TestGoal9ADamagedCacheIsRepairedByOneOfTwo(t *testing.T) {
	l := live(t)
	b := append([]byte{}, l.files["cache.db"]...)
	clear(b[:4096])
	path := place(t, with(l.files, "cache.db", b))
	var wg sync.WaitGroup
	var told atomic.Int64
	caches := make([]*Cache, 3)
	for i := range caches {
		wg.Go(func() {
			c, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: l.clock.now})
			if err != nil {
				t.Error(err)
				return
			}
			if caches[i] = c; c.Notice() != "" {
				told.Add(1)
			}
		})
	}
	wg.Wait()
	for _, c := range caches {
		if c != nil {
			c.Close()
		}
	}
	if aside, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "cache.damaged-*.db")); len(aside) != 1 || told.Load() != 1 {
		t.Errorf("set aside %d times, told %d times", len(aside), told.Load())
	}
	if _, k := l.use(t, "repaired by one of three", path); k.lost+k.held > 0 {
		t.Errorf("%+v", k)
	}
}
