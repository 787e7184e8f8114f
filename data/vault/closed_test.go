package vault_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/data/vault"
)

// A file that is not sealed, is none of ours or has another key is refused in a sentence
// and left as it is.
func TestGoal25WhatIsNotSealedWithThisKeyIsRefused(t *testing.T) {
	dir, key := t.TempDir(), vault.NewKey()
	plain := filepath.Join(dir, "plain.db")
	db, err := sql.Open("sqlite3", plain)
	if err != nil {
		t.Fatal(err)
	}
	must(t, db, "CREATE TABLE r (s TEXT)")
	db.Close()
	other := filepath.Join(dir, "other.db")
	db = open(t, other, vault.NewKey())
	must(t, db, "CREATE TABLE r (s TEXT)")
	db.Close()
	foreign := filepath.Join(dir, "foreign.db")
	if err := os.WriteFile(foreign, bytes.Repeat([]byte("no pages "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		say            string
		plain, foreign bool
	}{
		plain:   {"in clear", true, false},
		other:   {"another key", false, false},
		foreign: {"not a cache of Watchfloor", false, true},
	} {
		before, _ := os.ReadFile(path)

		_, err := vault.Attach(path, key, "")

		var refused *vault.Refused
		if !errors.As(err, &refused) || refused.Plain != want.plain || refused.Foreign != want.foreign || !strings.Contains(app.Say(err), want.say) {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", filepath.Base(path))
		}
	}
	if _, err := vault.Attach(other, nil, ""); err == nil {
		t.Error("opened without a key")
	}
}

// Without the VFS, without the number of an attached file, or once that is closed,
// nothing is opened: no way leads to clear text.
func TestGoal25WithoutTheSealNothingIsOpened(t *testing.T) {
	if _, err := vault.Over("no such VFS"); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "does not start") {
		t.Errorf("a build without the VFS: %v", err)
	}
	path, key := filepath.Join(t.TempDir(), "c.db"), vault.NewKey()
	name, err := vault.Over("")
	if err != nil {
		t.Fatal(err)
	}
	try := func(q url.Values) error {
		db, err := sql.Open("sqlite3", "file:"+path+"?"+q.Encode())
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.Exec("CREATE TABLE IF NOT EXISTS r (s TEXT)")
		return err
	}
	if err := try(url.Values{"vfs": {name}}); err == nil {
		t.Error("opened without a number")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file was made")
	}
	f, err := vault.Attach(path, key, "")
	if err != nil {
		t.Fatal(err)
	}
	q := f.Query()
	if err := try(q); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := try(q); err == nil {
		t.Error("opened although it was closed")
	}
	if err := try(nil); err == nil {
		t.Error("opened by SQLite alone")
	}
}

// A database whose pages have no room for nonce and tag is never written: here SQLite is
// asked to leave another number of bytes free.
func TestGoal25PagesWithoutRoomForTheSealAreNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	f, err := vault.Attach(path, vault.NewKey(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	db := connect(t, path, f, "DELETE")
	defer db.Close()
	must(t, db, "PRAGMA page_size = 8192")
	if _, err := db.Exec("CREATE TABLE r (s TEXT)"); err == nil {
		t.Error("pages of another size were written")
	}
	if b, _ := os.ReadFile(path); bytes.Contains(b, []byte("SQLite format")) || bytes.Contains(b, []byte("CREATE TABLE")) {
		t.Error("clear text was written")
	}
}

// One bit flipped in any page is found when the page is read: no value comes back that
// was not stored.
func TestGoal26AFlippedBitIsFound(t *testing.T) {
	dir, key := t.TempDir(), vault.NewKey()
	path := filepath.Join(dir, "c.db")
	db := open(t, path, key)
	must(t, db, "CREATE TABLE r (id INTEGER PRIMARY KEY, s TEXT)")
	must(t, db, "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i+1 FROM n WHERE i < 5000) INSERT INTO r SELECT i, 'value ' || i || hex(zeroblob(400)) FROM n")
	must(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	db.Close()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a repeatable choice
	f, err := vault.Attach(path, key, "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	pages := len(good) / vault.PageBytes
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for range 1000 {
		page, bit := random.IntN(pages), random.IntN(vault.PageBytes*8)
		at := page*vault.PageBytes + bit/8
		flip(t, file, at, good[at]^(1<<(bit%8)))
		if _, err := f.Page(int64(page + 1)); err == nil {
			t.Errorf("bit %d of page %d: not found", bit, page+1)
		}
		flip(t, file, at, good[at])
	}

	// And as SQLite sees it: a wrong value never comes back.
	for range dose(60, 1000) {
		at := vault.PageBytes + random.IntN(len(good)-vault.PageBytes)
		flip(t, file, at, good[at]^1)
		db := connect(t, path, f, "WAL")
		wrong := -1
		err := db.QueryRow("SELECT count(*) FROM r WHERE s <> 'value ' || id || hex(zeroblob(400))").Scan(&wrong)
		if err == nil {
			t.Errorf("byte %d: every page was read and none was found changed", at)
		}
		db.Close()
		flip(t, file, at, good[at])
	}
}

func flip(t *testing.T, f *os.File, at int, b byte) {
	t.Helper()
	if _, err := f.WriteAt([]byte{b}, int64(at)); err != nil {
		t.Fatal(err)
	}
}

// A page of the log that is damaged while the database is open is an error too: it is
// not moved into the database as another page.
func TestGoal26ADamagedLogIsFoundWhileItIsInUse(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "c.db"), vault.NewKey()
	db := open(t, path, key)
	must(t, db, "CREATE TABLE r (s BLOB)")
	must(t, db, "INSERT INTO r VALUES (randomblob(40000))")
	must(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	must(t, db, "PRAGMA wal_autocheckpoint = 0")
	must(t, db, "UPDATE r SET s = randomblob(40000)") // pages of bytes alone
	was := text(t, db, "SELECT hex(s) FROM r")
	wal, err := os.OpenFile(path+"-wal", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer wal.Close()
	size, err := wal.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}
	good := make([]byte, size)
	if _, err := wal.ReadAt(good, 0); err != nil {
		t.Fatal(err)
	}
	const frame = 24 + vault.PageBytes
	for at := 32 + 24 + 100; at < len(good); at += frame {
		flip(t, wal, at, good[at]^1)
	}

	var busy, log, moved int
	if err := db.QueryRow("PRAGMA wal_checkpoint(FULL)").Scan(&busy, &log, &moved); err == nil {
		t.Errorf("%d of %d damaged pages were moved", moved, log)
	}

	// Nothing was: once the log is well again, so is the database.
	for at := 32 + 24 + 100; at < len(good); at += frame {
		flip(t, wal, at, good[at])
	}
	if got := text(t, db, "SELECT hex(s) FROM r"); got != was {
		t.Error("another value came back")
	}
	must(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if got := text(t, open(t, path, key), "SELECT hex(s) FROM r"); got != was {
		t.Error("another value was stored")
	}
}

// Pages that were swapped, repeated or taken from an older place do not open.
func TestGoal26AMovedPageIsFound(t *testing.T) {
	dir, key := t.TempDir(), vault.NewKey()
	path := filepath.Join(dir, "c.db")
	db := open(t, path, key)
	must(t, db, "CREATE TABLE r (s TEXT)")
	for range 30 {
		must(t, db, "INSERT INTO r VALUES (hex(randomblob(1500)))")
	}
	db.Close()
	good, _ := os.ReadFile(path)
	page := func(n int) []byte { return good[n*vault.PageBytes : (n+1)*vault.PageBytes] }
	bad := bytes.Clone(good)
	copy(bad[5*vault.PageBytes:], page(6))
	copy(bad[6*vault.PageBytes:], page(5))
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	db = open(t, path, key)
	var sum int
	if err := db.QueryRow("SELECT sum(length(s)) FROM r").Scan(&sum); err == nil {
		t.Error("swapped pages were read")
	}
}
