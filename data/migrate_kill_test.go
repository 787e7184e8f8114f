package data

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"watchfloor/data/migrations"
	"watchfloor/data/vault"
)

// victim tells the test binary, run as a process of its own, which cache to open.
const victim = "WATCHFLOOR_MIGRATION_VICTIM"

// TestMigrationVictim is what gets killed; by itself it does nothing.
func TestMigrationVictim(t *testing.T) {
	path := os.Getenv(victim)
	if path == "" {
		t.Skip("only as a process of its own")
	}
	raw, err := base64.StdEncoding.DecodeString(os.Getenv(victim + "_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := vault.KeyFrom(raw)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("begun")
	if _, err := Open(t.Context(), Config{Key: key, Path: path}); err != nil {
		t.Fatal(err)
	}
	fmt.Println("opened")
}

// released is a cache as a released version of the schema left it, with rows of its time.
func released(t *testing.T, version int64, incidents int) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "home", "cache.db")
	db := testFile(t, path, url.Values{"_journal_mode": {"WAL"}})
	p, err := goose.NewProvider(goose.DialectSQLite3, db.DB, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	const series = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) `
	for _, q := range []string{
		`INSERT INTO incident (id, source, remote_id, number, title, severity, status, open, created, modified, stored, fingerprint, queued)
    ` + series + `SELECT i, 'sentinel', 'r' || i, i, 'Incident ' || i, i % 4, 1, 1, i, i, i, i, i % 10 = 0 FROM n`,
		`INSERT INTO incident_text (incident_id, description) ` + series + `SELECT i, hex(randomblob(100)) FROM n`,
		`INSERT INTO search (rowid, title, description, entities, comments) ` + series + `SELECT i, 'Incident ' || i, '', '', '' FROM n`,
		`INSERT INTO comment (incident_id, remote_id, text, created) ` + series + `SELECT i, 'c', 'word ' || i, i FROM n`,
		`INSERT INTO change (incident_id, seen, at, field, origin) ` + series + `SELECT i, i, i, 'status', 'pull' FROM n`,
		`INSERT INTO outbox (id, incident_id, source, remote_id, number, title, request, base, created, state)
    ` + series + `SELECT 'g' || i, i, 'sentinel', 'r' || i, i, 'Incident ' || i, json_object('IncidentID', i, 'Verb', 'comment', 'Text', 'say ' || i), '{}', i,
        CASE WHEN i % 10 = 0 THEN 'queued' ELSE 'done' END FROM n`,
	} {
		if _, err := db.Exec(q, incidents); err != nil {
			t.Fatal(err)
		}
	}
	lines := map[bool]string{true: "line", false: "incident_id"}[version >= 5]
	if version >= 2 {
		if _, err := db.Exec(`INSERT INTO outbox_on (` + lines + `, seq) SELECT incident_id, seq FROM outbox WHERE state = 'queued'`); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	return path
}

// Given a cache of each released schema, when the process that migrates it is killed at any
// moment, then the next start opens it with every row, and a backup from before the first
// change is there.
func TestGoal6AMigrationKilledAtAnyMomentLosesNothing(t *testing.T) {
	incidents, kills := dose(5_000, 50_000), dose(1, 50)
	r := rand.New(rand.NewPCG(6, 6)) //nolint:gosec // moments, no secrets
	newest := newestVersion(t)
	early := 0
	for version := int64(1); version < newest; version++ {
		from := released(t, version, incidents)
		files := folder(t, from)
		span := 400 * time.Millisecond
		for range kills {
			path := place(t, files)
			if done, took := killOpening(t, path, time.Duration(r.Int64N(int64(span)))); !done {
				early++
			} else if took < span {
				span = max(took, 50*time.Millisecond)
			}
			cache, err := Open(t.Context(), Config{Key: testKey, Path: path})
			if err != nil {
				t.Fatalf("from %d: %v", version, err)
			}
			for _, table := range []string{"incident", "incident_text", "comment", "change", "outbox"} {
				var n int
				if err := cache.read.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n != incidents {
					t.Errorf("from %d: %s has %d rows, %v", version, table, n, err)
				}
			}
			if rows := window(t, cache, fmt.Sprint("incident ", incidents-1)); len(rows) == 0 {
				t.Errorf("from %d: the search finds nothing", version)
			}
			if err := cache.Check(t.Context()); err != nil {
				t.Errorf("from %d: %v", version, err)
			}
			if len(cache.cfg.backups()) == 0 || cache.Notice() != "" {
				t.Errorf("from %d: %d backups; %s", version, len(cache.cfg.backups()), cache.Notice())
			}
			cache.Close()
		}
	}
	t.Logf("%d of %d killed before they were done", early, int(newest-1)*kills)
}

func newestVersion(t *testing.T) (newest int64) {
	t.Helper()
	db := testFile(t, filepath.Join(t.TempDir(), "v.db"), nil)
	p, err := goose.NewProvider(goose.DialectSQLite3, db.DB, migrations.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range p.ListSources() {
		newest = max(newest, s.Version)
	}
	return newest
}

// killOpening has another process open a cache and kills it some time after it has begun;
// done is true where that was too late.
func killOpening(t *testing.T, path string, after time.Duration) (done bool, took time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMigrationVictim$") //nolint:gosec // this binary
	cmd.Env = append(os.Environ(), victim+"="+path, victim+"_KEY="+base64.StdEncoding.EncodeToString(testKey.Bytes()))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b := make([]byte, 4096)
		var said []byte
		for {
			n, err := out.Read(b)
			if was := len(said); was == 0 && n > 0 {
				close(began)
			}
			if said = append(said, b[:n]...); err != nil {
				done = len(said) > len("begun\n")
				return
			}
		}
	}()
	select {
	case <-began:
	case <-ended:
		cmd.Wait()
		t.Fatal("the victim did not begin")
	}
	start := time.Now()
	kill := time.AfterFunc(after, func() { cmd.Process.Kill() })
	<-ended
	kill.Stop()
	cmd.Wait()
	return done, time.Since(start)
}
