package data

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"watchfloor/app"
)

// Every connection, the writer's and each of the readers', has the settings that
// durability rests on.
func TestGoal4EveryConnectionProvesItsSettings(t *testing.T) {
	cache, _ := newCache(t)
	want := map[string]string{
		"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "temp_store": "2",
		"secure_delete": "1", "trusted_schema": "0", "mmap_size": "0", "busy_timeout": "5000", "wal_autocheckpoint": "8000",
		"application_id": "1464224850",
	}
	if runtime.GOOS == "darwin" {
		want["fullfsync"], want["checkpoint_fullfsync"] = "1", "1"
	}
	conns := []*sql.Conn{cache.writer.conn}
	for range readers {
		c, err := cache.read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns = append(conns, c)
	}
	copied, err := cache.cfg.openFile(cache.cfg.Path, url.Values{"mode": {"ro"}}) // as backups are read
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	c, err := copied.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	conns = append(conns, c)
	for i, c := range conns {
		for name, value := range want {
			var got string
			if err := c.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if got != value {
				t.Errorf("connection %d: %s = %s, want %s", i, name, got, value)
			}
		}
	}
}

func TestReadersCannotWrite(t *testing.T) {
	cache, _ := newCache(t)
	if _, err := cache.read.ExecContext(t.Context(), "DELETE FROM incident"); err == nil {
		t.Fatal("a reader could write")
	}
}

func TestGoal28FilesArePrivate(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
	dir := filepath.Dir(cache.cfg.Path)
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("folder has mode %o", info.Mode().Perm())
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) < 2 {
		t.Fatalf("expected the database and its -wal, have %v", files)
	}
	for _, f := range files {
		if info, _ := os.Stat(f); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", filepath.Base(f), info.Mode().Perm())
		}
	}
}

func TestCacheOfANewerVersionIsRefusedAndLeftAlone(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
	path := cache.cfg.Path
	if err := cache.tx(t.Context(), func(x *tx) error {
		return x.exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	}); err != nil {
		t.Fatal(err)
	}
	cache.Close()
	before, _ := os.ReadFile(path)

	_, err := Open(t.Context(), Config{Key: testKey, Path: path})

	if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "newer Watchfloor (schema 999") {
		t.Fatalf("got %v", err)
	}
	after, _ := os.ReadFile(path)
	if string(before) != string(after) {
		t.Error("the refused file was changed")
	}
}

// Given a file that is no cache, then it is set aside as it is, and there is a new cache.
func TestGoal7AFileThatIsNoDatabaseIsSetAsideAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cache.db")
	text := strings.Repeat("these are not pages ", 500)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cache, err := Open(t.Context(), Config{Key: testKey, Path: path, Now: (&clock{noon}).now})
	if err != nil {
		t.Fatal(err)
	}
	defer cache.Close()
	if !strings.Contains(cache.Notice(), "cache.damaged-20260302T120000Z.db") {
		t.Errorf("notice: %s", cache.Notice())
	}
	if got, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cache.damaged-20260302T120000Z.db")); string(got) != text {
		t.Error("the file was changed")
	}
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
}

func TestADataFolderThatCannotBeMadeIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{Key: testKey, Path: filepath.Join(file, "cache.db")})
	if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "--home") {
		t.Fatalf("got %v", err)
	}
}

// A full disk is simulated with SQLite's own page limit: the same error code, at the
// same place.
func TestGoal3FullDiskIsSaidAndNothingIsHalfStored(t *testing.T) {
	cache, _ := newCache(t)
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
	if _, err := cache.writer.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	big := pulled(app.Sentinel, "2", func(in *app.Incident) { in.Description = strings.Repeat("x", 2<<20) })

	err := cache.StorePage(t.Context(), app.Sentinel, app.Page{Rows: []app.Pulled{pulled(app.Sentinel, "3"), big}})

	if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "disk is full") {
		t.Fatalf("got %v", err)
	}
	if rows := window(t, cache, ""); len(rows) != 1 || rows[0].Number != "1" {
		t.Errorf("a half page is visible: %v", rows)
	}
	if _, err := cache.writer.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 1073741823"); err != nil {
		t.Fatal(err)
	}
	storePage(t, cache, app.Sentinel, big)
	if rows := window(t, cache, ""); len(rows) != 2 {
		t.Errorf("after space was freed: %d rows", len(rows))
	}
}

func TestACancelledWriteChangesNothing(t *testing.T) {
	cache, _ := newCache(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := cache.StorePage(ctx, app.Sentinel, app.Page{Rows: []app.Pulled{pulled(app.Sentinel, "1")}})
	if app.KindOf(err) != app.KindCancelled {
		t.Fatalf("got %v", err)
	}
	if rows := window(t, cache, ""); len(rows) != 0 {
		t.Error("rows were stored")
	}
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1")) // the writer still works
}

func TestAFailedTransactionLeavesTheWriterUsable(t *testing.T) {
	cache, _ := newCache(t)
	boom := errors.New("boom")
	if err := cache.tx(t.Context(), func(*tx) error { return boom }); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	storePage(t, cache, app.Sentinel, pulled(app.Sentinel, "1"))
}
