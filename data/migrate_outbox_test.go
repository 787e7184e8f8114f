package data

import (
	"context"
	"database/sql"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"watchfloor/app/outbox"
	"watchfloor/data/migrations"
)

// firstRelease is a cache as version 1 of the schema left it: two incidents; on the
// first one done and two waiting actions, on the second one that needs a person.
func firstRelease(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "cache.db")
	db := rawCache(t, path)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO incident (id, source, remote_id, number, title, severity, status, open, created, modified, stored, fingerprint, queued)
    VALUES (1, 'sentinel', 'a', '1', 'One', 3, 1, 1, 1, 1, 1, 0, 2), (2, 'defender', 'b', '2', 'Two', 3, 1, 1, 1, 1, 1, 0, 1)`,
		`INSERT INTO incident_text (incident_id) VALUES (1), (2)`,
		`INSERT INTO task (incident_id, remote_id, title, done) VALUES (1, 'k', 'call', 0)`,
		`INSERT INTO outbox (id, incident_id, source, remote_id, number, title, request, base, created, state, not_before)
    VALUES ('g1', 1, 'sentinel', 'a', '1', 'One', '{"IncidentID":1,"Verb":"severity","Want":{"Severity":2}}', '{}', 5, 'done', 0),
           ('g2', 1, 'sentinel', 'a', '1', 'One', '{"IncidentID":1,"Verb":"severity","Want":{"Severity":3}}', '{}', 6, 'sending', 0),
           ('g3', 1, 'sentinel', 'a', '1', 'One', '{"IncidentID":1,"Verb":"comment","Text":"x"}', '{}', 7, 'queued', 0),
           ('g4', 2, 'defender', 'b', '2', 'Two', 'of tomorrow', '{}', 8, 'failed', 0)`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func rawCache(t *testing.T, path string) *sql.DB {
	t.Helper()
	return testFile(t, path, nil).DB
}

func TestGoal6ACacheOfTheFirstReleaseKeepsItsActionsAndTheirOrder(t *testing.T) {
	c := &clock{noon}
	cache, err := Open(t.Context(), Config{Key: testKey, Path: firstRelease(t), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	ready, err := cache.Ready(t.Context(), noon, 10)
	if err != nil || len(ready) != 1 || ready[0].ID != "g2" || ready[0].Version != 1 {
		t.Fatalf("ready %+v, %v", ready, err)
	}
	a := ready[0]
	a.State = outbox.Done
	if err := cache.Save(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if ready, err = cache.Ready(t.Context(), noon, 10); err != nil || len(ready) != 1 || ready[0].ID != "g3" {
		t.Errorf("then %+v, %v", ready, err)
	}
	all, err := cache.Actions(t.Context(), 10)
	if err != nil || len(all) != 4 || !all[0].Unreadable {
		t.Errorf("%d kept, %v", len(all), err)
	}
	if k, err := cache.KnownTask(t.Context(), 1, "k"); err != nil || k.Title != "call" || k.ETag != "" || k.Pending {
		t.Errorf("%+v, %v", k, err)
	}
	if n, err := cache.CountActions(t.Context()); err != nil || n != (outbox.Counts{Queued: 1, Failed: 1}) {
		t.Errorf("%+v, %v", n, err)
	}
}

// Each migration is one transaction: ended at any of its statements, the cache is as it
// was, and the next start finishes the work.
func TestGoal6AMigrationEndedAnywhereLeavesTheOldCache(t *testing.T) {
	text, err := fs.ReadFile(migrations.FS, "00002_outbox.sql")
	if err != nil {
		t.Fatal(err)
	}
	statements := strings.SplitAfter(string(text), ";\n")
	first, err := fs.ReadFile(migrations.FS, "00001_cache.sql")
	if err != nil {
		t.Fatal(err)
	}
	old := folder(t, firstRelease(t))
	for n := range statements {
		path := place(t, old)
		db := rawCache(t, path)
		before := schemaOf(t, db)
		broken := slices.Clone(statements[:n+1])
		p, err := goose.NewProvider(goose.DialectSQLite3, db, fstest.MapFS{
			"00001_cache.sql":  {Data: first},
			"00002_outbox.sql": {Data: []byte(strings.Join(broken, "") + "\nSELECT the_power_fails;\n")},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Up(t.Context()); err == nil {
			t.Fatal("the migration did not end early")
		}
		if after := schemaOf(t, db); after != before {
			t.Errorf("after %d statements the schema is changed", n+1)
		}
		db.Close()
		cache, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: (&clock{noon}).now})
		if err != nil {
			t.Fatalf("after %d statements: %v", n+1, err)
		}
		if all, err := cache.Actions(t.Context(), 10); err != nil || len(all) != 4 {
			t.Errorf("after %d statements: %d actions, %v", n+1, len(all), err)
		}
		cache.Close()
	}
}

func schemaOf(t *testing.T, db *sql.DB) string {
	t.Helper()
	var text string
	if err := db.QueryRowContext(context.Background(), `SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master ORDER BY name)`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}
