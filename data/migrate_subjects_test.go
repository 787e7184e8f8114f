package data

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pressly/goose/v3"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/data/migrations"
)

// fourthRelease is a cache as version 4 of the schema left it: three incidents; a done
// action, two waiting in a line, a merge that waits for both, one that needs a person.
func fourthRelease(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "cache.db")
	db := rawCache(t, path)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 4); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO incident (id, source, remote_id, number, title, severity, status, open, created, modified, stored, fingerprint, queued, conflict)
    VALUES (1, 'defender', 'a', '1', 'One', 3, 1, 1, 1, 1, 1, 0, 3, 0), (2, 'defender', 'b', '2', 'Two', 3, 1, 1, 1, 1, 1, 0, 1, 0),
           (3, 'defender', 'c', '3', 'Three', 3, 1, 1, 1, 1, 1, 0, 1, 1)`,
		`INSERT INTO incident_text (incident_id) VALUES (1), (2), (3)`,
		`INSERT INTO outbox (seq, id, incident_id, source, remote_id, number, title, request, base, created, state, batch, version, saved, held_until, kind, blocked)
    VALUES (1, 'g1', 1, 'defender', 'a', '1', 'One', '{"IncidentID":1,"Verb":"assign","Want":{"Owner":{"UPN":"ana@clinic.example"}}}', '{}', 120000000, 'done', '', 3, 5, 0, '', 0),
           (2, 'g2', 1, 'defender', 'a', '1', 'One', '{"IncidentID":1,"Verb":"severity","Want":{"Severity":3}}', '{}', 6, 'sending', 'f', 2, 6, 0, 'offline', 0),
           (3, 'g3', 1, 'defender', 'a', '1', 'One', '{"IncidentID":1,"Verb":"comment","Text":"x"}', '{}', 7, 'queued', 'f', 1, 7, 9, '', 1),
           (4, 'g4', 1, 'defender', 'a', '1', 'One', '{"IncidentID":1,"Verb":"merge","With":[2]}', '{}', 8, 'queued', '', 1, 8, 0, '', 1),
           (5, 'g5', 3, 'defender', 'c', '3', 'Three', 'of tomorrow', '{}', 9, 'failed', '', 1, 9, 0, '', 0)`,
		`INSERT INTO outbox_on (incident_id, seq) VALUES (1, 2), (1, 3), (1, 4), (2, 4), (3, 5)`,
		`INSERT INTO change (incident_id, seen, at, who, field, was, now, origin) VALUES (1, 120000000, 120000000, 'ana', 'owner', '', 'ana', 'action')`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// Everything that waited still does, in its order and with all that is known of it; a
// merge keeps its place on both incidents; who acknowledged what is still found.
func TestGoal6ACacheOfTheFourthReleaseKeepsItsActionsAndTheirOrder(t *testing.T) {
	c := &clock{noon}
	cache, err := Open(t.Context(), Config{Key: testKey, Path: fourthRelease(t), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	if err := cache.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := cache.Actions(t.Context(), 10)
	if err != nil || len(all) != 5 || !all[0].Unreadable || all[0].IncidentID != 3 || all[4].Version != 3 || all[3].Kind != app.KindOffline || all[3].Batch != "f" {
		t.Fatalf("%+v, %v", all, err)
	}
	var order []string
	for range 3 {
		ready, err := cache.Ready(t.Context(), noon, 10)
		if err != nil || len(ready) != 1 {
			t.Fatalf("ready %+v, %v", ready, err)
		}
		order = append(order, ready[0].ID)
		ready[0].State = outbox.Done
		if err := cache.Save(t.Context(), ready[0]); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(order, " "); got != "g2 g3 g4" {
		t.Errorf("left in the order %s", got)
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if a, err := cache.Enqueue(t.Context(), outbox.Action{ID: "g6", Request: outbox.Request{IncidentID: 2, Verb: outbox.Comment, Text: "y"}}); err != nil || a.Seq != 6 {
		t.Errorf("the next one has the number %d, %v", a.Seq, err)
	}
	acked := func() (at int64, err error) {
		err = cache.view(t.Context(), func(q querier) error { return q.one(`SELECT acked_at FROM incident WHERE id = 1`, nil, &at) })
		return at, err
	}
	if at, err := acked(); at != 120_000_000 || err != nil {
		t.Errorf("acknowledged at %d, %v", at, err)
	}
	err = cache.tx(t.Context(), func(x *tx) error {
		if err := x.exec(`UPDATE outbox SET state = 'queued' WHERE seq = 1`); err != nil {
			return err
		}
		return x.exec(`UPDATE outbox SET state = 'discarded' WHERE seq = 1`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if at, err := acked(); at != 0 || err != nil {
		t.Errorf("taken back, it still acknowledged at %d, %v", at, err)
	}
}

// What refers to the table that is made anew is word for word what it was.
func TestTheViewAndTriggersOfTheOutboxAreAsBefore(t *testing.T) {
	path := fourthRelease(t)
	db := rawCache(t, path)
	const parts = `SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master WHERE name IN ('acknowledged', 'change_acknowledges', 'discard_acknowledges',
    'outbox_pending', 'outbox_state', 'outbox_front', 'outbox_due', 'outbox_batch', 'outbox_incident') ORDER BY name)`
	var before, after string
	if err := db.QueryRow(parts).Scan(&before); err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRow(parts).Scan(&after); err != nil || before != after || before == "" {
		t.Errorf("was\n%s\nis\n%s\n%v", before, after, err)
	}
}

// The table is made anew in one transaction: ended at any of its statements, the cache is
// as it was, and the next start finishes the work.
func TestGoal6MakingRoomForSubjectsEndedAnywhereLeavesTheOldCache(t *testing.T) {
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	texts := fstest.MapFS{}
	for _, name := range files[:5] {
		text, err := fs.ReadFile(migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = &fstest.MapFile{Data: text}
	}
	whole := string(texts["00005_subjects.sql"].Data)
	whole = whole[:strings.Index(whole, "-- +goose StatementBegin")] // whose statements hold semicolons
	statements := strings.SplitAfter(whole, ";\n")
	old := folder(t, fourthRelease(t))
	for n := range statements {
		path := place(t, old)
		db := rawCache(t, path)
		before := schemaOf(t, db)
		texts["00005_subjects.sql"] = &fstest.MapFile{Data: []byte(strings.Join(statements[:n+1], "") + "\nSELECT the_power_fails;\n")}
		p, err := goose.NewProvider(goose.DialectSQLite3, db, texts)
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
		if all, err := cache.Actions(t.Context(), 10); err != nil || len(all) != 5 {
			t.Errorf("after %d statements: %d actions, %v", n+1, len(all), err)
		}
		cache.Close()
	}
	if len(statements) < 15 {
		t.Error(fmt.Sprint("only ", len(statements), " statements"))
	}
}
