package vault_test

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"watchfloor/data/vault"
	"watchfloor/data/vault/fault"
)

// Given transactions of three rows and an index of words, checkpoints among them, when
// the power is cut at every write with sectors and lengths lost at random, then every
// file opens, no acknowledged transaction is lost and none is half there.
func TestGoal2APowerCutAtAnyWriteLosesNothingAcknowledged(t *testing.T) {
	seeds := map[string]int{"WAL": 20, "DELETE": dose(4, 20)} // a cache never leaves WAL
	for _, mode := range []string{"WAL", "DELETE"} {
		t.Run(mode, func(t *testing.T) {
			dir, key := t.TempDir(), vault.NewKey()
			path := filepath.Join(dir, "c.db")
			begin(t, path, key, mode)
			disk, err := fault.Watch(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer disk.Close()
			f, err := vault.Attach(path, key, fault.VFS)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			db := connect(t, path, f, mode)
			defer db.Close()
			must(t, db, "PRAGMA synchronous=EXTRA") // or a journal whose removal was not synced undoes a commit
			must(t, db, "PRAGMA secure_delete=ON")
			disk.Mark("0")
			for batch := 1; batch <= dose(3, 60); batch++ {
				store(t, db, batch)
				disk.Mark(strconv.Itoa(batch))
				if mode == "WAL" && batch%3 == 0 {
					must(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
				}
			}

			images, err := disk.Crash(t.TempDir(), seeds[mode], 1, func(image string, seen []string, cut int) error {
				return sound(filepath.Join(image, "c.db"), key, seen)
			})
			if err != nil {
				t.Fatalf("after %d images: %v", images, err)
			}
			t.Logf("%d images", images)
		})
	}
}

// begin makes the database as a cache is made: elsewhere, and moved to its place whole.
func begin(t *testing.T, path string, key *vault.Key, mode string) {
	t.Helper()
	made := filepath.Join(t.TempDir(), "made.db")
	db := open(t, made, key)
	must(t, db, "PRAGMA journal_mode="+mode)
	must(t, db, "CREATE TABLE r (id INTEGER PRIMARY KEY, batch INTEGER, s TEXT)")
	must(t, db, "CREATE VIRTUAL TABLE f USING fts5(s)")
	db.Close()
	if err := os.Rename(made, path); err != nil {
		t.Fatal(err)
	}
}

func store(t *testing.T, db *sql.DB, batch int) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		s := fmt.Sprintf("batch%d %s", batch, strings.Repeat("words of an incident ", 60))
		if _, err := tx.Exec("INSERT INTO r (batch, s) VALUES (?, ?)", batch, s); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec("INSERT INTO f (s) VALUES (?)", s); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tx.Exec("DELETE FROM r WHERE batch = ?", batch-4); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// sound opens what a power cut left and compares it with what was acknowledged.
func sound(path string, key *vault.Key, seen []string) error {
	f, err := vault.Attach(path, key, "")
	if err != nil {
		return fmt.Errorf("with %v acknowledged: %w", seen, err)
	}
	defer f.Close()
	q := f.Query()
	q.Set("_synchronous", "OFF") // the image is thrown away
	db, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		return fmt.Errorf("with %v acknowledged: integrity_check: %q %w", seen, said, err)
	}
	acked := 0
	if len(seen) > 0 {
		acked, _ = strconv.Atoi(seen[len(seen)-1])
	}
	var newest, words int
	if err := db.QueryRow("SELECT ifnull(max(batch), 0), (SELECT count(*) FROM f) FROM r").Scan(&newest, &words); err != nil {
		return err
	}
	if newest < acked || words != newest*3 {
		return fmt.Errorf("batch %d was acknowledged; %d is the newest, with %d texts", acked, newest, words)
	}
	rows, err := db.Query("SELECT batch, count(*) FROM r GROUP BY batch")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var batch, n int
		if err := rows.Scan(&batch, &n); err != nil {
			return err
		}
		if n != 3 {
			return fmt.Errorf("batch %d has %d rows", batch, n)
		}
	}
	return rows.Err()
}

// Given a workload, when each of its operations fails once, or from then on, then what
// was acknowledged is there afterwards, nothing is half there, and every failure is an
// error.
func TestGoal3AFailureOfAnyOperationIsSaidAndLosesNothing(t *testing.T) {
	for _, code := range []struct {
		name   string
		code   int
		sticky bool
	}{{"full once", fault.Full, false}, {"full", fault.Full, true}, {"error once", fault.IOError, false}, {"error", fault.IOError, true}} {
		t.Run(code.name, func(t *testing.T) {
			for n := 1; ; n += dose(5, 1) {
				if ran := failing(t, n, code.code, code.sticky); ran < n {
					t.Logf("%d operations", ran)
					return
				}
			}
		})
	}
}

// failing runs the workload with the n-th operation failing, and returns how many there
// were.
func failing(t *testing.T, n, code int, sticky bool) int {
	t.Helper()
	dir, key := t.TempDir(), vault.NewKey()
	path := filepath.Join(dir, "c.db")
	begin(t, path, key, "WAL")
	disk, err := fault.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	f, err := vault.Attach(path, key, fault.VFS)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	db := connect(t, path, f, "WAL")
	must(t, db, "PRAGMA wal_autocheckpoint = 20")
	failed := 0
	disk.FailWhen(func(i int, op fault.Op) int {
		if code == fault.Full && op != fault.Write {
			return 0 // only a write finds that the disk is full
		}
		if i < n || i > n && !sticky && failed > 0 {
			return 0
		}
		failed++
		return code
	})
	seen := []string{"0"}
	for batch := 1; batch <= 4; batch++ {
		err := attempt(db, batch)
		if err == nil {
			seen = append(seen, strconv.Itoa(batch))
		} else if failed == 0 {
			t.Fatalf("operation %d was to fail, and without it: %v", n, err)
		}
		if err != nil {
			break
		}
	}
	ran := disk.Count()
	disk.FailWhen(nil)
	db.Close()
	if err := sound(path, key, seen); err != nil {
		t.Fatalf("operation %d failed: %v", n, err)
	}
	return ran
}

func attempt(db *sql.DB, batch int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for range 3 {
		s := fmt.Sprintf("batch%d %s", batch, strings.Repeat("words of an incident ", 60))
		if _, err := tx.Exec("INSERT INTO r (batch, s) VALUES (?, ?)", batch, s); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO f (s) VALUES (?)", s); err != nil {
			return err
		}
	}
	return tx.Commit()
}
