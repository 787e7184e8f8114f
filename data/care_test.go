package data

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// rowsOf counts the rows of every table and hashes what they hold, by the name of the table.
func rowsOf(t testing.TB, path string) map[string]string {
	t.Helper()
	db := testFile(t, path, url.Values{"mode": {"ro"}})
	var tables []string
	if err := queryRows(t.Context(), db.DB, `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search' AND name NOT LIKE 'search\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`,
		func(r cells) error { tables = append(tables, r.text("name")); return nil }); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, table := range tables {
		var lines []string
		if err := queryRows(t.Context(), db.DB, `SELECT * FROM `+table, func(r cells) error { lines = append(lines, fmt.Sprint(r)); return nil }); err != nil {
			t.Fatal(err)
		}
		out[table] = fmt.Sprint(len(lines), " ", fingerprint([]byte(strings.Join(lines, "\n"))))
	}
	return out
}

// Given a backup, when it takes the place of the cache, then every table holds the rows of
// the source, and the search finds the same incidents.
func TestGoal8ARestoredBackupHoldsWhatItsSourceHeld(t *testing.T) {
	l := live(t)
	path := place(t, l.files)
	cache := l.open(t, path)
	found := len(window(t, cache, "incident"))
	if err := cache.Backup(t.Context()); err != nil {
		t.Fatal(err)
	}
	cache.Close()
	backups := cache.cfg.backups()
	if len(backups) != 2 {
		t.Fatalf("%v", backups)
	}
	if info, err := os.Stat(backups[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	want := rowsOf(t, path)
	b, err := os.ReadFile(backups[0])
	if err != nil {
		t.Fatal(err)
	}
	restored := place(t, map[string][]byte{"cache.db": b})
	again := l.open(t, restored)
	if n := len(window(t, again, "incident")); n != found || n == 0 {
		t.Errorf("the search finds %d, before %d", n, found)
	}
	again.Close()
	got := rowsOf(t, restored)
	for table, rows := range want {
		if got[table] != rows {
			t.Errorf("%s: %s, in the source %s", table, got[table], rows)
		}
	}
}

// Given a cache that is open for days, then it is backed up every day, three backups are
// kept, and each is sealed.
func TestGoal8ThreeBackupsAreKept(t *testing.T) {
	cache, clock := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1", func(in *app.Incident) { in.Title = "canary" }))
	for day := range 5 {
		clock.at = noon.Add(time.Duration(day) * 24 * time.Hour)
		for range 2 { // the second has nothing to do
			if err := cache.Care(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, _ := filepath.Glob(filepath.Join(cache.cfg.backupsDir(), "*"))
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(f))
		if b, err := os.ReadFile(f); err != nil || bytes.Contains(b, []byte("canary")) || bytes.HasPrefix(b, []byte("SQLite format")) {
			t.Errorf("%s is not sealed, %v", f, err)
		}
	}
	if got := strings.Join(names, " "); got != "cache-20260304T120000Z.db cache-20260305T120000Z.db cache-20260306T120000Z.db" {
		t.Errorf("kept %s", got)
	}
}

// Given incidents that were closed long ago, when their retention ends, then they are gone
// from every table and from the search, with names nobody else has; what is open, younger,
// waited for or written about stays.
func TestGoal30IncidentsPastTheirRetentionAreGone(t *testing.T) {
	cache, clock := newCache(t)
	long := noon.Add(-500 * 24 * time.Hour)
	entity := func(name string) app.Entity { return app.Entity{Kind: "host", Key: name, Name: name} }
	put := func(id string, closed time.Time, hosts ...string) {
		p := pulled(app.Sentinel, id, func(in *app.Incident) {
			in.Title, in.Created, in.Modified = "zebra"+id, long.Add(-time.Hour), long
			if !closed.IsZero() {
				in.Status, in.Modified = app.StatusClosed, closed
			}
		})
		p.Details = &app.Details{Comments: []app.Comment{{ID: "c" + id, Text: "giraffe" + id, Created: long}}}
		for _, h := range hosts {
			p.Details.Entities = append(p.Details.Entities, entity(h))
		}
		storePage(t, cache, app.Sentinel, p)
	}
	for i := range 150 {
		put(fmt.Sprint("old", i), long, fmt.Sprint("okapi", i), "shared")
	}
	put("young", noon.Add(-10*24*time.Hour), "shared")
	put("open", time.Time{}, "okapi7")
	put("waited", long, "heron")
	put("written", long)
	put("acted", long)
	enqueue := func(id string) outbox.Action {
		a, err := cache.Enqueue(t.Context(), outbox.Action{ID: "g" + id, Request: outbox.Request{IncidentID: find(t, cache, id), Verb: outbox.Comment, Text: "lemur" + id}})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	enqueue("waited")
	if err := cache.SaveDraft(t.Context(), find(t, cache, "written"), "half a"); err != nil {
		t.Fatal(err)
	}
	done := enqueue("acted")
	done.State, done.Finished = outbox.Done, noon
	if err := cache.Save(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	if blocksWith(t, cache, "old1") == 0 {
		t.Fatal("the words are not in the index to begin with")
	}
	if n, err := cache.Retain(t.Context()); err != nil || n != 151 {
		t.Fatalf("%d removed, %v", n, err)
	}
	for _, word := range []string{"zebraold3", "giraffeold3", "okapi3", "zebraacted"} {
		if rows := window(t, cache, word); len(rows) != 0 {
			t.Errorf("the search still finds %s", word)
		}
	}
	for _, id := range []string{"young", "open", "waited", "written"} {
		if rows := window(t, cache, "zebra"+id); len(rows) != 1 {
			t.Errorf("%s is gone", id)
		}
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	for what, query := range map[string]string{
		"names":    `SELECT count(*) FROM entity WHERE name LIKE 'okapi%' AND name <> 'okapi7'`,
		"comments": `SELECT count(*) FROM comment WHERE text LIKE 'giraffeold%'`, "actions": `SELECT count(*) FROM outbox WHERE request LIKE '%lemuracted%'`,
		"changes": `SELECT count(*) FROM change WHERE incident_id NOT IN (SELECT id FROM incident)`,
	} {
		var n int
		if err := cache.read.QueryRowContext(t.Context(), query).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d %s are left, %v", n, what, err)
		}
	}
	if n := blocksWith(t, cache, "old1"); n != 0 {
		t.Errorf("%d pages of the search index still hold words", n)
	}
	put("late", long)
	if n, err := cache.Retain(t.Context()); err != nil || n != 0 {
		t.Errorf("a second run that day: %d, %v", n, err)
	}
	clock.at = noon.Add(24 * time.Hour)
	if n, err := cache.Retain(t.Context()); err != nil || n != 1 {
		t.Errorf("the next day: %d, %v", n, err)
	}
}

// blocksWith counts the blocks of the search index that hold a part of a word; terms that
// begin alike share their beginning.
func blocksWith(t *testing.T, cache *Cache, part string) (n int) {
	t.Helper()
	if err := cache.read.QueryRowContext(t.Context(), `SELECT count(*) FROM search_data WHERE instr(block, ?) > 0`, []byte(part)).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Given a setting of 0, then nothing is ever removed; what cannot be read is the default.
func TestGoal30RetentionCanBeSwitchedOff(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1", func(in *app.Incident) {
		in.Status, in.Created, in.Modified = app.StatusClosed, noon.Add(-9e3*24*time.Hour), noon.Add(-9e3*24*time.Hour)
	}))
	if err := cache.SetPreference(t.Context(), app.RetentionPref, "0"); err != nil {
		t.Fatal(err)
	}
	if n, err := cache.Retain(t.Context()); err != nil || n != 0 {
		t.Fatalf("%d, %v", n, err)
	}
	for text, days := range map[string]int{"": 400, "0": 0, "30": 30, "100000": 100000, "100001": 400, "-1": 400, "+1": 400, "a year": 400, "99999999999": 400} {
		if got := app.Retention(text); got != days {
			t.Errorf("%q is %v", text, got)
		}
	}
}
