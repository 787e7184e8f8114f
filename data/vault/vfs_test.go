package vault_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/data/vault"
)

// open opens a sealed database on one connection; the file is closed with the test.
func open(t testing.TB, path string, key *vault.Key) *sql.DB {
	t.Helper()
	f, err := vault.Attach(path, key, "")
	if err != nil {
		t.Fatal(err)
	}
	db := connect(t, path, f, "WAL")
	t.Cleanup(f.Close)
	t.Cleanup(func() { db.Close() })
	return db
}

func connect(t testing.TB, path string, f *vault.File, journal string) *sql.DB {
	t.Helper()
	q := f.Query()
	q.Set("_journal_mode", journal)
	q.Set("_synchronous", "FULL")
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

func must(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func text(t testing.TB, db *sql.DB, query string, args ...any) string {
	t.Helper()
	var s string
	if err := db.QueryRow(query, args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

const canary = "CANARY-finance-server-compromised"

// Given rows, an index over their words and a rollback journal, when all files beside the
// database are searched, then nothing of the rows is in them, and all of it comes back.
func TestGoal24NothingOfARowIsInAFile(t *testing.T) {
	for _, mode := range []string{"WAL", "DELETE"} {
		t.Run(mode, func(t *testing.T) {
			dir := t.TempDir()
			key, path := vault.NewKey(), filepath.Join(dir, "c.db")
			db := open(t, path, key)
			must(t, db, "PRAGMA journal_mode="+mode)
			must(t, db, "CREATE TABLE r (id INTEGER PRIMARY KEY, s TEXT)")
			must(t, db, "CREATE VIRTUAL TABLE f USING fts5(s)")
			seen := map[string]bool{}
			for i := range 12 {
				tx, err := db.Begin()
				if err != nil {
					t.Fatal(err)
				}
				for j := range 20 {
					s := fmt.Sprintf("%s %d %s", canary, i, strings.Repeat("mail@bank.example ", j*20))
					if _, err := tx.Exec("INSERT INTO r (s) VALUES (?)", s); err != nil {
						t.Fatal(err)
					}
					if _, err := tx.Exec("INSERT INTO f (s) VALUES (?)", s); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := tx.Exec("UPDATE r SET s = s || ' changed' WHERE id % 7 = ?", i%7); err != nil {
					t.Fatal(err)
				}
				search(t, dir, seen)
				if err := tx.Commit(); err != nil {
					t.Fatal(err)
				}
				search(t, dir, seen)
			}
			if got := text(t, db, "PRAGMA integrity_check"); got != "ok" {
				t.Fatal(got)
			}
			must(t, db, "VACUUM")
			db.Close()
			search(t, dir, seen)
			want := map[string]string{"WAL": "c.db-wal", "DELETE": "c.db-journal"}[mode]
			if !seen["c.db"] || !seen[want] {
				t.Errorf("only %v were searched", seen)
			}

			again := open(t, path, key)
			if n := text(t, again, "SELECT count(*) FROM f WHERE f MATCH 'compromised'"); n != "240" {
				t.Errorf("%s rows came back", n)
			}
		})
	}
}

func search(t *testing.T, dir string, seen map[string]bool) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			continue // a journal that has just gone
		}
		seen[filepath.Base(name)] = true
		for _, s := range []string{"CANARY", "compromised", "bank.example", "SQLite format", "CREATE TABLE"} {
			if bytes.Contains(b, []byte(s)) {
				t.Fatalf("%q is in %s", s, filepath.Base(name))
			}
		}
	}
}

// What SQLite would spill into temporary files stays in memory: the folder for them is
// one that cannot be written.
func TestTemporaryDataStaysInMemory(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("SQLITE_TMPDIR", "/proc/nowhere")
	t.Setenv("TMPDIR", "/proc/nowhere")
	db := open(t, filepath.Join(dir, "c.db"), vault.NewKey())
	must(t, db, "PRAGMA temp_store = FILE")
	must(t, db, "PRAGMA cache_size = 10")
	must(t, db, "CREATE TABLE r (s TEXT)")
	must(t, db, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i+1 FROM n WHERE i < 20000) INSERT INTO r SELECT hex(randomblob(100)) FROM n")
	must(t, db, "CREATE TEMP TABLE big AS SELECT s FROM r ORDER BY s DESC")
	if n := text(t, db, "SELECT count(DISTINCT s) FROM big"); n != "20000" {
		t.Errorf("%s rows", n)
	}
	must(t, db, "CREATE UNIQUE INDEX u ON r (s)")
	if _, err := db.Exec("UPDATE r SET s = CASE WHEN rowid = 20000 THEN (SELECT s FROM r WHERE rowid = 1) ELSE s || 'x' END"); err == nil {
		// a statement journal undoes a statement of many pages
		t.Log("nothing clashed")
	}
	if got := text(t, db, "PRAGMA integrity_check"); got != "ok" {
		t.Error(got)
	}
}

// A second connection, a reader and another file of the same key do not disturb one
// another, and pages of one file are of no use in another.
func TestEachFileHasAKeyOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	key := vault.NewKey()
	var paths []string
	for _, name := range []string{"a.db", "b.db"} {
		path := filepath.Join(dir, name)
		db := open(t, path, key)
		must(t, db, "CREATE TABLE r (s TEXT)")
		must(t, db, "INSERT INTO r VALUES (?)", name)
		db.Close()
		paths = append(paths, path)
	}
	a, _ := os.ReadFile(paths[0])
	b, _ := os.ReadFile(paths[1])
	copy(b[vault.PageBytes:], a[vault.PageBytes:2*vault.PageBytes])
	if err := os.WriteFile(paths[1], b, 0o600); err != nil {
		t.Fatal(err)
	}
	db := open(t, paths[1], key)
	var s string
	if err := db.QueryRow("SELECT s FROM r").Scan(&s); err == nil {
		t.Errorf("a page of another file was read: %q", s)
	}
}

// VACUUM INTO a file of another key is how keys are changed.
func TestACopyCanHaveAnotherKey(t *testing.T) {
	dir := t.TempDir()
	before, after := vault.NewKey(), vault.NewKey()
	db := open(t, filepath.Join(dir, "a.db"), before)
	must(t, db, "CREATE TABLE r (s TEXT)")
	must(t, db, "INSERT INTO r VALUES (?)", canary)
	path := filepath.Join(dir, "b.db")
	f, err := vault.Attach(path, after, "")
	if err != nil {
		t.Fatal(err)
	}
	must(t, db, "VACUUM INTO ?", "file:"+path+"?"+f.Query().Encode())
	f.Close()
	search(t, dir, map[string]bool{})

	if got := text(t, open(t, path, after), "SELECT s FROM r"); got != canary {
		t.Errorf("got %q", got)
	}
	if _, err := vault.Attach(path, before, ""); err == nil {
		t.Error("the old key still opens the copy")
	}
}

func TestPagesCanBeReadWithoutSQLite(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "a.db"), vault.NewKey()
	db := open(t, path, key)
	must(t, db, "CREATE TABLE r (s TEXT)")
	must(t, db, "INSERT INTO r VALUES (?)", canary)
	db.Close()
	f, err := vault.Attach(path, key, "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	first, err := f.Page(1)
	if err != nil || !bytes.HasPrefix(first, []byte("SQLite format 3\x00")) {
		t.Fatalf("page 1: %v", err)
	}
	second, err := f.Page(2)
	if err != nil || !bytes.Contains(second, []byte(canary)) {
		t.Errorf("page 2: %v", err)
	}
	if _, err := f.Page(3); err != io.EOF {
		t.Errorf("past the end: %v", err)
	}
}
