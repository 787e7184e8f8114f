package pages_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"watchfloor/data/pages"
)

// sample is a database with rows of every kind of value, on more than one level of its
// tree and over several pages a row; part of it is in the log only.
func sample(t testing.TB) (path string, rows int) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite3", path+"?_journal_mode=WAL")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	defer db.Close()
	for _, q := range []string{
		`PRAGMA page_size = 4096`, `PRAGMA wal_autocheckpoint = 0`,
		`CREATE TABLE x (id INTEGER PRIMARY KEY, n INTEGER, r REAL, s TEXT, b BLOB)`, `CREATE TABLE y (a, b)`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	put := func(from, to int) {
		for i := from; i < to; i++ {
			long := strings.Repeat(fmt.Sprint("text ", i), 1+i%700)
			if _, err := db.Exec(`INSERT INTO x VALUES (?,?,?,?,?)`, i, ints[i%len(ints)], float64(i)/4, long, []byte(long)[:i%9]); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(1, 400)
	if _, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	put(400, 600)
	if _, err := db.Exec(`UPDATE x SET s = 'renewed' WHERE id = 7`); err != nil {
		t.Fatal(err)
	}
	// As after a kill: the log is not folded in.
	to := filepath.Join(t.TempDir(), "b.db")
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+end, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to, 599
}

var ints = []int64{0, 1, -1, 127, -128, 1 << 15, -(1 << 23), 1 << 31, 1 << 47, -(1 << 62)}

func five(n int) bool { return n == 5 }

func collect(t testing.TB, path string) map[int64][]any {
	t.Helper()
	f, err := pages.Open(path, 4096, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := map[int64][]any{}
	if _, err := pages.Scan(f, five, func(r pages.Row) error { got[r.ID] = r.Values; return nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

// Given a file that was left by a kill, when its pages are read one by one, then every row
// comes as SQLite would give it, the changed one in its newest version.
func TestGoal7PagesGiveEveryRowAsItWasWritten(t *testing.T) {
	path, rows := sample(t)
	got := collect(t, path)
	if len(got) != rows {
		t.Fatalf("%d rows of %d", len(got), rows)
	}
	for id, v := range got {
		i := int(id)
		long := strings.Repeat(fmt.Sprint("text ", i), 1+i%700)
		want := long
		if i == 7 {
			want = "renewed"
		}
		r := float64(i) / 4
		if v[0] != nil || v[1] != ints[i%len(ints)] || number(v[2]) != r || v[3] != want || !bytes.Equal(v[4].([]byte), []byte(long)[:i%9]) {
			t.Errorf("row %d: %.100v", i, v)
		}
	}
}

// number is a REAL, which SQLite stores as a whole number where it is one.
func number(v any) float64 {
	if n, whole := v.(int64); whole {
		return float64(n)
	}
	return v.(float64)
}

// Given a file with damaged pages, then the rows of all the others are still there.
func TestGoal7ADamagedPageTakesOnlyItsOwnRows(t *testing.T) {
	path, rows := sample(t)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[:4096]) // the first: SQLite opens nothing
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := collect(t, path); len(got) != rows {
		t.Errorf("%d rows of %d without the first page", len(got), rows)
	}
}

// Whatever a file holds, reading it ends and takes no more memory than it has bytes.
func TestGoal7NoPageMakesTheReaderPanicOrLoop(t *testing.T) {
	path, _ := sample(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // the same damage each time
	for range 60 {
		b := bytes.Clone(good)
		for range 200 {
			b[r.IntN(len(b))] = byte(r.IntN(256))
		}
		if err := os.WriteFile(path, b[:r.IntN(len(b))+1], 0o600); err != nil {
			t.Fatal(err)
		}
		collect(t, path)
	}
}

// one is a source of a single page.
type one []byte

func (one) Pages() uint32                     { return 2 }
func (one) Usable() int                       { return 4096 }
func (o one) ReadPage(uint32) ([]byte, error) { return o, nil }

func FuzzScan(f *testing.F) {
	f.Add([]byte{0x0d, 0, 0, 0, 1, 0x0f, 0xf0, 0, 0x0f, 0xf0})
	f.Add(bytes.Repeat([]byte{0x0d, 0xff}, 2048))
	f.Fuzz(func(t *testing.T, b []byte) {
		page := make([]byte, 4096)
		copy(page, b)
		if _, err := pages.Scan(one(page), func(int) bool { return true }, func(pages.Row) error { return nil }); err != nil {
			t.Error(err)
		}
	})
}
