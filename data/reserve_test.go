package data

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
	"watchfloor/app/sync"
)

// smallDisk is a folder on a disk of its own of so many MiB.
func smallDisk(t *testing.T, mib int) string {
	t.Helper()
	dir := t.TempDir()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("a disk of its own takes root on Linux")
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm,mode=700", mib), "tmpfs", dir).CombinedOutput(); err != nil { //nolint:gosec // a folder of this test
		t.Skipf("no disk of its own: %s", out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() }) //nolint:gosec,noctx // a folder of this test
	return dir
}

// Given a disk that is full to the last byte, then an action is still stored and is there
// after a restart, a pull is refused in words; and once there is room, both go on and the
// reserve is made again.
func TestGoal3AFullDiskStillTakesAnAction(t *testing.T) {
	dir := smallDisk(t, 16)
	cfg := Config{Key: testKey, Path: filepath.Join(dir, "home", "cache.db"), Now: (&clock{noon}).now}
	cache, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
	if err := cache.Care(t.Context()); err != nil {
		t.Fatal(err)
	}
	if size(cache.reservePath()) != reserveBytes {
		t.Fatal("there is no reserve")
	}
	fill, err := os.Create(filepath.Join(dir, "others"))
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = fill.Write(block)
	}
	fill.Close()
	pull := func(n int) error {
		return cache.StorePage(t.Context(), app.Sentinel, app.Page{Rows: []app.Pulled{pulled(app.Sentinel, fmt.Sprint("p", n), func(in *app.Incident) { in.Description = strings.Repeat("x", 1<<19) })}})
	}
	for n := range 8 { // the log has room from before
		if err = pull(n); err != nil {
			break
		}
	}
	if !strings.Contains(app.Say(err), "disk is full") {
		t.Fatalf("a pull on a full disk: %v", err)
	}
	id := find(t, cache, "1")
	acted := 0
	for n := range 8 {
		if _, err := cache.Enqueue(t.Context(), outbox.Action{ID: fmt.Sprint("g", n), Request: outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: strings.Repeat("say ", 50)}}); err != nil {
			t.Fatalf("action %d: %v", n, err)
		}
		acted++
		if err := pull(100 + n); cache.reserve.spent.Load() && !strings.Contains(app.Say(err), "disk is full") {
			t.Fatalf("a pull took the room of actions: %v", err)
		}
	}
	if !cache.reserve.spent.Load() {
		t.Error("the reserve was not needed: this proves nothing")
	}
	cache.Close()
	if cache, err = Open(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	if n, err := cache.CountActions(t.Context()); err != nil || n.Queued != acted {
		t.Errorf("%+v of %d, %v", n, acted, err)
	}
	if err := os.Remove(fill.Name()); err != nil {
		t.Fatal(err)
	}
	if err := pull(200); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := cache.Care(t.Context()); err != nil || size(cache.reservePath()) != reserveBytes {
		t.Errorf("no reserve again: %v", err)
	}
}

// Given a reserve that was given up and no room to make it again, then nothing that can be
// pulled again is stored, whatever it is about, and an action still is.
func TestGoal3NoPullTakesTheRoomOfActions(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
	id := find(t, cache, "1")
	if err := os.Mkdir(cache.reservePath(), 0o700); err != nil { // no reserve can be made there
		t.Fatal(err)
	}
	cache.reserve.spent.Store(true)
	for what, pull := range map[string]func() error{
		"incidents": func() error { return cache.StorePage(t.Context(), app.Sentinel, app.Page{}) },
		"details":   func() error { return cache.StoreDetails(t.Context(), map[int64]app.Details{id: {}}) },
		"people": func() error {
			return cache.StoreIdentity(t.Context(), identity.Batch{Users: []identity.User{{ID: "u"}}})
		},
		"posture":          func() error { return cache.StorePosture(t.Context(), posture.Batch{}) },
		"a page of a feed": func() error { return cache.StoreFeed(t.Context(), app.EntraRisk, sync.FeedPage{}) },
	} {
		if err := pull(); !strings.Contains(app.Say(err), "disk is full") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := cache.Enqueue(t.Context(), outbox.Action{ID: "g", Request: outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: "say"}}); err != nil {
		t.Error(err)
	}
	if err := os.Remove(cache.reservePath()); err != nil {
		t.Fatal(err)
	}
	if err := cache.StorePosture(t.Context(), posture.Batch{}); err != nil || cache.reserve.spent.Load() {
		t.Errorf("with room again: %v", err)
	}
}
