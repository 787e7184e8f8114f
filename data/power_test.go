package data

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/data/vault/fault"
)

// shift is a cache at work: pages of three incidents, and after each an action, of which
// every third is given up. Each acknowledged step is told.
type shift struct {
	cache *Cache
	box   *outbox.Service
	ids   int
}

func onShift(c *Cache) *shift {
	s := &shift{cache: c}
	s.box = outbox.New(outbox.Config{Store: c, Now: c.cfg.Now, NewID: func() string {
		s.ids++
		return fmt.Sprintf("00000000-0000-4000-8000-%012d", s.ids)
	}})
	return s
}

// step stores page n and queues action n. told is given what came back as done.
func (s *shift) step(t *testing.T, n int, told func(string)) error {
	var rows []app.Pulled
	for i := range 3 {
		rows = append(rows, pulled(app.Sentinel, fmt.Sprint(n*10+i), func(in *app.Incident) { in.Description = strings.Repeat("what was seen ", 40) }))
	}
	page := app.Page{Rows: rows, Done: true, Cursor: app.Cursor{Next: fmt.Sprint(n)}}
	if err := s.cache.StorePage(t.Context(), app.Sentinel, page); err != nil {
		return err
	}
	told(fmt.Sprint("page ", n))
	a, err := s.box.Do(t.Context(), outbox.Request{IncidentID: find(t, s.cache, fmt.Sprint(n*10)), Verb: outbox.Comment, Text: fmt.Sprint("comment ", n)})
	if err != nil {
		return err
	}
	told("queued " + a.ID)
	if n%3 == 0 {
		if err := s.box.Discard(t.Context(), a.Seq); err != nil {
			return err
		}
		told("given up " + a.ID)
	}
	return nil
}

// sealedImage is a database file as a crash left it, opened without what an opened cache
// does besides.
func sealedImage(t *testing.T, path string) *database {
	t.Helper()
	db, err := Config{Path: path, Key: testKey}.openFile(path, url.Values{"_journal_mode": {"WAL"}})
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA synchronous = OFF"); err != nil { // it is thrown away
		t.Fatal(err)
	}
	return db
}

// agree compares a file that a crash left with what was acknowledged before it.
func agree(t *testing.T, path string, seen []string) error {
	t.Helper()
	db := sealedImage(t, path)
	defer db.Close()
	var sound string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		return fmt.Errorf("integrity_check: %q, %v", sound, err)
	}
	var n, halves, unindexed int
	var cursor string
	if err := db.QueryRow(`SELECT count(*), (SELECT coalesce(max(json_extract(cursor, '$.Next')), '') FROM cursor), (SELECT count(*) FROM incident) - (SELECT count(*) FROM search) FROM incident`).Scan(&n, &cursor, &unindexed); err != nil {
		return err
	}
	if err := db.QueryRow(`SELECT count(*) FROM (SELECT CAST(number AS INTEGER) / 10 AS page FROM incident GROUP BY page HAVING count(*) <> 3)`).Scan(&halves); err != nil {
		return err
	}
	if halves != 0 || unindexed != 0 || n > 0 && cursor != fmt.Sprint(n/3) {
		return fmt.Errorf("%d incidents, cursor %q, %d half pages, %d not indexed", n, cursor, halves, unindexed)
	}
	states := map[string]string{}
	rows, err := db.Query("SELECT id, state FROM outbox")
	if err != nil {
		return err
	}
	if err := drain(rows, func(scan func(...any) error) error {
		var id, state string
		err := scan(&id, &state)
		states[id] = state
		return err
	}); err != nil {
		return err
	}
	for _, what := range seen {
		switch word, id, _ := strings.Cut(what, " "); word {
		case "page":
			if id > cursor && len(id) >= len(cursor) {
				return fmt.Errorf("page %s was acknowledged, the cursor is %q", id, cursor)
			}
		case "queued":
			if states[id] == "" {
				return fmt.Errorf("action %s was acknowledged and is lost", id)
			}
		case "given":
			if id = strings.TrimPrefix(id, "up "); states[id] != string(outbox.Discarded) {
				return fmt.Errorf("action %s was given up and is %q", id, states[id])
			}
		}
	}
	return nil
}

// Given pages and actions, when the power is cut at any write and sectors and lengths
// that were not synced are lost at random, then the cache is sound, no page is half
// there, the cursor is never ahead, and no acknowledged action is lost.
func TestGoal2APowerCutLosesNoPageAndNoAction(t *testing.T) {
	path := freshPath(t)
	dir := filepath.Dir(path)
	first, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: (&clock{noon}).now}) // what an opened cache makes once
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	disk, err := fault.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	cache, err := Open(t.Context(), Config{Key: testKey, Path: path, VFS: fault.VFS, Now: (&clock{noon}).now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	s := onShift(cache)
	for n := 1; n <= dose(3, 40); n++ {
		if err := s.step(t, n, disk.Mark); err != nil {
			t.Fatal(err)
		}
		if n%2 == 0 {
			if _, err := cache.writer.conn.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
				t.Fatal(err)
			}
		}
	}
	beside, _ := filepath.Glob(filepath.Join(dir, "cache.db.*"))

	images := 0
	n, err := disk.Crash(t.TempDir(), dose(4, 20), dose(3, 1), func(image string, seen []string, cut int) error {
		if err := agree(t, filepath.Join(image, "cache.db"), seen); err != nil {
			return fmt.Errorf("cut %d: %w", cut, err)
		}
		if images++; images%50 != 0 {
			return nil
		}
		return startsAfter(t, image, beside, seen)
	})
	if err != nil {
		t.Fatalf("after %d images: %v", n, err)
	}
	t.Logf("%d images", n)
}

// startsAfter opens a cache as the program does after a power cut, with what lay beside
// it: it is not taken for damaged, and its actions are there.
func startsAfter(t *testing.T, image string, beside, seen []string) error {
	t.Helper()
	for _, f := range beside {
		b, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(image, filepath.Base(f)), b, 0o600); err != nil {
			return err
		}
	}
	// The folder was synced when "open" was noted, after the log was made.
	wal, err := os.OpenFile(filepath.Join(image, "cache.db-wal"), os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	wal.Close()
	c, err := Open(t.Context(), Config{Key: testKey, Path: filepath.Join(image, "cache.db"), Now: (&clock{noon}).now})
	if err != nil {
		return err
	}
	defer c.Close()
	if notice := c.Notice(); notice != "" {
		return fmt.Errorf("a power cut was taken for damage: %s", notice)
	}
	queued := slices.DeleteFunc(slices.Clone(seen), func(s string) bool { return !strings.HasPrefix(s, "queued ") })
	all, err := c.Actions(t.Context(), 1000)
	if err == nil && len(all) < len(queued) {
		err = fmt.Errorf("%d actions, %d were acknowledged", len(all), len(queued))
	}
	return err
}

// Given a disk that is full or fails at the k-th operation, once or from then on, then
// each failure is said in a sentence, nothing is half stored, and when the disk is well
// again the same cache goes on.
func TestGoal3AFailingDiskIsSaidAndLosesNothing(t *testing.T) {
	for _, c := range []struct {
		name   string
		code   int
		sticky bool
	}{{"full once", fault.Full, false}, {"full for good", fault.Full, true}, {"error once", fault.IOError, false}, {"error for good", fault.IOError, true}} {
		t.Run(c.name, func(t *testing.T) {
			tried := 0
			for k := 1; ; k += dose(23, 1) {
				if !failsAt(t, k, c.code, c.sticky) {
					t.Logf("%d of %d operations failed", tried, k)
					return
				}
				tried++
			}
		})
	}
}

// failsAt has the k-th operation of a shift fail; false when there were fewer.
func failsAt(t *testing.T, k, code int, sticky bool) bool {
	t.Helper()
	path := freshPath(t)
	disk, err := fault.Watch(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	cache, err := Open(t.Context(), Config{Key: testKey, Path: path, VFS: fault.VFS, Now: (&clock{noon}).now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	if _, err := cache.writer.conn.ExecContext(t.Context(), "PRAGMA wal_autocheckpoint = 40"); err != nil {
		t.Fatal(err)
	}
	hit := false
	disk.FailWhen(func(i int, op fault.Op) int {
		if code == fault.Full && op != fault.Write || i < k || hit && !sticky {
			return 0
		}
		hit = true
		return code
	})
	s := onShift(cache)
	var seen []string
	failed := 0
	for n := 1; n <= 2; n++ {
		if err := s.step(t, n, func(what string) { seen = append(seen, what) }); err != nil {
			failed++
			if kind := app.KindOf(err); kind != app.KindInvalid && kind != app.KindInternal || strings.Contains(app.Say(err), "SQL") {
				t.Errorf("operation %d: not for a person: %v", k, err)
			}
			break
		}
	}
	disk.FailWhen(nil)
	if failed > 0 {
		if err := s.step(t, 2, func(string) {}); err != nil && !strings.Contains(err.Error(), "UNIQUE") {
			t.Errorf("operation %d failed; afterwards: %v", k, err)
		}
	}
	cache.Close()
	if err := agreeAfterFailure(t, path, seen); err != nil {
		t.Errorf("operation %d failed: %v", k, err)
	}
	return hit
}

func agreeAfterFailure(t *testing.T, path string, seen []string) error {
	t.Helper()
	actions := slices.DeleteFunc(slices.Clone(seen), func(s string) bool { return strings.HasPrefix(s, "page ") })
	db := sealedImage(t, path)
	defer db.Close()
	var sound string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		return fmt.Errorf("integrity_check: %q, %v", sound, err)
	}
	var halves, queued int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM (SELECT CAST(number AS INTEGER) / 10 AS page FROM incident GROUP BY page HAVING count(*) <> 3)), (SELECT count(*) FROM outbox)`).Scan(&halves, &queued); err != nil {
		return err
	}
	if halves != 0 || queued < len(actions) {
		return fmt.Errorf("%d half pages; %d actions, of %v", halves, queued, actions)
	}
	return nil
}
