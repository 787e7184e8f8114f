package data

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
	"watchfloor/data/vault"
)

// Which errors mean that a page may be damaged, however they are passed on, and which are
// the disk's own; and that a person is told what helps.
func TestGoal7AnErrorOfAPageIsToldFromOneOfTheDisk(t *testing.T) {
	io := func(extended int) error {
		return fmt.Errorf("search: %w", sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: sqlite3.ErrNoExtended(extended)})
	}
	for _, c := range []struct {
		what     string
		err      error
		suspects bool
		says     string
	}{
		{"a page that does not open", io(10 | 32<<8), true, "The cache file is damaged. Close Watchfloor and start it again"},
		{"what the search index passes on", io(10), true, "start it again: it checks every page then"},
		{"a read that the disk refuses", io(10 | 1<<8), false, "The disk reported an error"},
		{"a write that the disk refuses", io(10 | 3<<8), false, "The disk reported an error"},
		{"a page that is not sealed", io(10 | 28<<8), false, "could not be encrypted"},
	} {
		cache, _ := newCache(t)
		err := cache.view(t.Context(), func(querier) error { return c.err })
		if cache.Damaged() != c.suspects || exists(cache.cfg.suspect()) != c.suspects || !strings.Contains(app.Say(err), c.says) {
			t.Errorf("%s: suspected %v, noted %v, %s", c.what, cache.Damaged(), exists(cache.cfg.suspect()), app.Say(err))
		}
	}
}

// Given a damaged page that no start looks at, when a bare I/O error was met in between,
// then the next start finds the page and repairs the cache.
func TestGoal7AnUnclearErrorHasTheNextStartCheckEveryPage(t *testing.T) {
	l := live(t)
	good := l.files["cache.db"]
	for n := len(good) / vault.PageBytes; n > 1; n-- {
		b := bytes.Clone(good)
		b[n*vault.PageBytes-100] ^= 1
		path := place(t, with(l.files, "cache.db", b))
		cache := l.open(t, path)
		notice := cache.Notice()
		_ = cache.suspected(sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: 10})
		cache.Close()
		if notice != "" { // this page was met at once
			continue
		}
		cache = l.open(t, path)
		defer cache.Close()
		if !strings.Contains(cache.Notice(), "The cache was damaged") {
			t.Errorf("page %d: %q", n, cache.Notice())
		}
		return
	}
	t.Fatal("every page is looked at by every start: this proves nothing")
}

// Given an I/O error at the start though every page opens, then the disk is named: starting
// once more is no advice.
func TestGoal7AnUnclearErrorOfASoundFileIsTheDisks(t *testing.T) {
	l := live(t)
	cfg := Config{Key: testKey, Path: place(t, l.files)}.filled()
	err := cfg.doubted(wrap(sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: 10}))
	if damaged(err) || !strings.HasPrefix(app.Say(wrap(err)), "The disk reported an error") {
		t.Errorf("%v: %s", damaged(err), app.Say(err))
	}
	b := bytes.Clone(l.files["cache.db"])
	b[len(b)-100] ^= 1
	cfg.Path = place(t, with(l.files, "cache.db", b))
	if err := cfg.doubted(wrap(sqlite3.Error{Code: sqlite3.ErrIoErr, ExtendedCode: 10})); !damaged(err) {
		t.Errorf("a page that does not open is no damage: %v", err)
	}
}
