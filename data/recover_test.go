package data

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/data/vault"
)

// dose is how often a drill runs: ci, or release where WATCHFLOOR_SOAK is set.
func dose(ci, release int) int {
	if os.Getenv("WATCHFLOOR_SOAK") != "" {
		return release
	}
	return ci
}

// mutant is a damaged folder.
type mutant struct {
	what  string
	files map[string][]byte
}

// mutants damages the file of a cache in the ways that disks, people and attackers do.
func (l *lived) mutants(r *rand.Rand) (all []mutant) {
	good := l.files["cache.db"]
	last := len(good) / vault.PageBytes
	add := func(what string, b []byte) { all = append(all, mutant{what, with(l.files, "cache.db", b)}) }
	for i := range dose(6, 120) {
		b, at := bytes.Clone(good), r.IntN(len(good))
		if i < 2 {
			at = r.IntN(16) // the header
		}
		b[at] ^= 1 << r.IntN(8)
		add(fmt.Sprintf("bit %d flipped", at), b)
	}
	for i := range dose(4, 60) {
		b, n := bytes.Clone(good), r.IntN(last)+1
		if i == 0 {
			n = 1
		}
		clear(b[(n-1)*vault.PageBytes : n*vault.PageBytes])
		add(fmt.Sprintf("page %d zeroed", n), b)
	}
	for at := 0; at < min(len(good), 1<<20); at += dose(1<<18, 1<<12) {
		add(fmt.Sprintf("cut off at %d", at), bytes.Clone(good[:at]))
	}
	for range dose(3, 40) {
		b, x, y := bytes.Clone(good), r.IntN(last), r.IntN(last)
		copy(b[x*vault.PageBytes:], good[y*vault.PageBytes:(y+1)*vault.PageBytes])
		copy(b[y*vault.PageBytes:], good[x*vault.PageBytes:(x+1)*vault.PageBytes])
		add(fmt.Sprintf("pages %d and %d swapped", x+1, y+1), b)
	}
	return append(all,
		mutant{"closed, and a log of an earlier day put beside it", with(l.files, "cache.db-wal", l.early["cache.db-wal"])},
		mutant{"closed, and its own last log put back", with(l.files, "cache.db-wal", l.killed["cache.db-wal"])},
		mutant{"killed", l.killed},
		mutant{"killed, and the log taken away", with(l.killed, "cache.db-wal", nil)},
		mutant{"killed, and the log emptied", with(l.killed, "cache.db-wal", []byte{})},
	)
}

// Given a cache with unsent actions, when its file is damaged in whatever way, then the
// program starts within three seconds, shows nothing that is wrong, sends nothing again
// that was sent, and has the unsent actions wherever their pages can be read.
func TestGoal7EveryDamageIsRepairedAndNothingIsSentTwice(t *testing.T) {
	l := live(t)
	readable, salvaged := 0, 0
	var unsaved []string
	all := l.mutants(rand.New(rand.NewPCG(2026, 7))) //nolint:gosec // the same damage each time
	for _, m := range all {
		path := place(t, m.files)
		whole := l.readable(t, path)
		cache, k := l.use(t, m.what, path)
		if whole {
			readable++
			if k.lost == 0 && k.held == 0 {
				salvaged++
			} else {
				unsaved = append(unsaved, fmt.Sprintf("%s: %+v", m.what, k))
			}
		}
		cache.Close()
	}
	if salvaged*100 < readable*95 {
		t.Errorf("actions salvaged in %d of %d:\n%s", salvaged, readable, strings.Join(unsaved, "\n"))
	}
	t.Logf("%d mutants; all unsent actions salvaged in %d of the %d that leave their pages readable %v", len(all), salvaged, readable, unsaved)
}

// Given a damaged cache with a backup, then the person is told what happened, the damaged
// file stays for 14 days and goes then, and what was waiting is sent in its order.
func TestGoal7ThePersonIsToldAndTheFileIsKept(t *testing.T) {
	l := live(t)
	b := bytes.Clone(l.files["cache.db"])
	clear(b[:vault.PageBytes])
	path := place(t, with(l.files, "cache.db", b))
	l.clock.at = noon.Add(time.Hour)
	cache, _ := l.use(t, "page 1 zeroed", path)
	notice := cache.Notice()
	for _, part := range []string{"cache.damaged-20260302T130000Z.db", "for 14 days", "backup of 2 Mar 12:00", "waiting actions were brought over"} {
		if !strings.Contains(notice, part) {
			t.Errorf("the notice does not say %q: %s", part, notice)
		}
	}
	aside := filepath.Join(filepath.Dir(path), "cache.damaged-20260302T130000Z.db")
	if got, _ := os.ReadFile(aside); !bytes.Equal(got, b) {
		t.Error("the damaged file was changed")
	}
	if info, err := os.Stat(aside); err == nil && info.Mode().Perm() != 0o600 {
		t.Errorf("it has mode %o", info.Mode().Perm())
	}
	for _, c := range []struct {
		after time.Duration
		there bool
	}{{14*24*time.Hour - time.Minute, true}, {14 * 24 * time.Hour, false}} {
		l.clock.at = noon.Add(time.Hour + c.after)
		if err := cache.Care(t.Context()); err != nil {
			t.Fatal(err)
		}
		if exists(aside) != c.there {
			t.Errorf("after %v: kept is %v", c.after, exists(aside))
		}
	}
	cache.Close()
	if again := l.open(t, path); again.Notice() != "" {
		t.Errorf("told again: %s", again.Notice())
	}
}

// Given a recovery that is killed between any two of its steps, when the program starts
// again, then it ends as if it had not been.
func TestGoal7ARecoveryThatIsInterruptedGoesOn(t *testing.T) {
	l := live(t)
	b := bytes.Clone(l.files["cache.db"])
	clear(b[vault.PageBytes : 3*vault.PageBytes])
	files := with(l.files, "cache.db", b)
	aside := "cache.damaged-20260302T120000Z.db"
	for what, at := range map[string]map[string][]byte{
		"noted":             with(files, "cache.db.mending", []byte(aside)),
		"half set aside":    with(with(with(l.killed, "cache.db.mending", []byte(aside)), "cache.db-wal", nil), aside+"-wal", l.killed["cache.db-wal"]),
		"set aside":         with(with(with(files, "cache.db.mending", []byte(aside)), "cache.db", nil), aside, b),
		"half built":        with(with(with(with(files, "cache.db.mending", []byte(aside)), "cache.db", nil), aside, b), "cache.db.building", []byte("half")),
		"put in its place":  with(with(with(l.files, "cache.db.mending", []byte(aside)), aside, b), "cache.db", l.files["cache.db"]),
		"an unknown marker": with(files, "cache.db.mending", []byte("../../etc/passwd")),
	} {
		cache, k := l.use(t, what, place(t, at))
		if k.lost+k.held > 0 {
			t.Errorf("%s: %+v", what, k)
		}
		if exists(cache.cfg.mending()) || exists(cache.cfg.building()) {
			t.Errorf("%s: it is not finished", what)
		}
		cache.Close()
	}
}

// Given a backup with waiting actions and a cache of which nothing can be read, then these
// wait for a person: they may have been sent since.
func TestGoal7WhatOnlyABackupKnowsIsNotSentUnasked(t *testing.T) {
	l := live(t)
	path := place(t, with(l.files, "cache.db", bytes.Repeat([]byte("lost"), 1<<18)))
	cache := l.open(t, path)
	n, err := cache.CountActions(t.Context())
	if err != nil || n.Queued+n.Sending != 0 || n.Failed == 0 {
		t.Fatalf("%+v, %v", n, err)
	}
	if !strings.Contains(cache.Notice(), "may have been sent already") {
		t.Errorf("notice: %s", cache.Notice())
	}
	all, err := cache.Actions(t.Context(), 100, outbox.Failed)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.Sent.IsZero() || a.Verb == outbox.Comment && a.CommentsBefore < 0 {
			t.Errorf("it would not be read back: %+v", a)
		}
	}
}

// Given a file that is sealed with another key, or not at all, or of a newer release, then
// it is refused and nothing is set aside.
func TestGoal7AnotherKeyIsNoDamage(t *testing.T) {
	l := live(t)
	path := place(t, l.files)
	for what, cfg := range map[string]Config{"another key": {Key: vault.NewKey(), Path: path}} {
		_, err := Open(t.Context(), cfg)
		if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "another key") {
			t.Errorf("%s: %v", what, err)
		}
		if b, _ := os.ReadFile(path); !bytes.Equal(b, l.files["cache.db"]) {
			t.Errorf("%s: the file was changed", what)
		}
	}
	if cache, k := l.use(t, "its own key again", path); k.lost+k.held > 0 || cache.Notice() != "" {
		t.Errorf("%+v, %s", k, cache.Notice())
	}
}

// Given a cache whose process was killed, when its key is changed, then nothing is taken
// for lost although its log is gone.
func TestGoal27AKilledCacheKeepsItsActionsWhenItsKeyIsChanged(t *testing.T) {
	l := live(t)
	path := place(t, l.killed)
	next := vault.NewKey()
	if err := Rotate(t.Context(), Config{Key: testKey, Path: path, Now: l.clock.now}, next); err != nil {
		t.Fatal(err)
	}
	cache, err := Open(t.Context(), Config{Key: next, Path: path, Now: l.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	want := outbox.Counts{}
	for _, a := range l.actions {
		switch a.State {
		case outbox.Queued:
			want.Queued++
		case outbox.Sending:
			want.Sending++
		case outbox.Conflict:
			want.Conflict++
		case outbox.Failed:
			want.Failed++
		}
	}
	if n, err := cache.CountActions(t.Context()); err != nil || n != want || cache.Notice() != "" {
		t.Errorf("%+v, want %+v; %v %s", n, want, err, cache.Notice())
	}
}
