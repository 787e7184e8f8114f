package data

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Given files that a killed start left half-written, then a start an hour later removes
// them, leaves younger ones to whoever writes them now, and touches nothing else.
func TestGoal8HalfWrittenFilesGoAtALaterStart(t *testing.T) {
	dir := t.TempDir()
	cfg := Config{Key: testKey, Path: filepath.Join(dir, "cache.db"), Now: (&clock{noon}).now}
	cache, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := cache.Care(t.Context()); err != nil { // makes a backup
		t.Fatal(err)
	}
	cache.Close()
	kept := []string{"cache.db", "cache.damaged-20260301T120000Z.db", "cache.dbx.new-1", "notes.new-year.txt", "new-cache.db", "backups/cache-20260301T120000Z.db", "backups/mine-writing-1.db"}
	gone := []string{"cache.db.new-1", "cache.db.new-1-wal", "cache.db.new-1-shm", "cache.db.state.new-2", "cache.db.reserve.new-3", ".new-4", "backups/writing-5.db", "backups/writing-5.db-journal"}
	young := []string{"cache.db.new-young", "backups/writing-young.db"}
	at := func(names []string, age time.Duration) {
		for _, name := range names {
			path := filepath.Join(dir, name)
			if !exists(path) {
				if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chtimes(path, noon, noon.Add(-age)); err != nil {
				t.Fatal(err)
			}
		}
	}
	at(kept, 48*time.Hour)
	at(gone, leftoverAge+time.Minute)
	at(young, leftoverAge-time.Minute)
	if err := os.Mkdir(filepath.Join(dir, "cache.db.new-folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if cache, err = Open(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	for _, name := range append(append(kept, young...), "cache.db.new-folder") {
		if !exists(filepath.Join(dir, name)) {
			t.Errorf("%s was removed", name)
		}
	}
	for _, name := range gone {
		if exists(filepath.Join(dir, name)) {
			t.Errorf("%s stays", name)
		}
	}
}
