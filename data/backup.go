package data

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
)

const (
	keptBackups = 3
	stamp       = "20060102T150405Z" // of files that carry a time in their name, UTC

	// roomLeft is what a backup leaves free on the disk, besides its own size.
	roomLeft = 256 << 20
)

// backupsDir is the folder of the backups of a cache.
func (cfg Config) backupsDir() string { return filepath.Join(filepath.Dir(cfg.Path), "backups") }

// backups lists the backups, the newest first.
func (cfg Config) backups() (paths []string) {
	names, _ := filepath.Glob(filepath.Join(cfg.backupsDir(), "cache-*.db"))
	slices.Sort(names)
	slices.Reverse(names)
	return names
}

// backedUp is when the newest backup was made, zero without one.
func (cfg Config) backedUp() time.Time {
	for _, path := range cfg.backups() {
		if at, ok := fileTime(path, "cache-"); ok {
			return at
		}
	}
	return time.Time{}
}

// fileTime reads the time in a file's name.
func fileTime(path, prefix string) (time.Time, bool) {
	name := strings.TrimPrefix(filepath.Base(path), prefix)
	if len(name) < len(stamp) {
		return time.Time{}, false
	}
	at, err := time.Parse(stamp, name[:len(stamp)])
	return at, err == nil
}

// errNoRoom says that a backup was not made because the disk is nearly full.
var errNoRoom = app.E(app.KindInvalid, "There is no room for a backup of the cache on this disk. Free some space; the cache itself is in order.", nil)

// writingPrefix begins the name of a backup that is being written.
const writingPrefix = "writing-"

// backup copies the cache as it is now to its folder of backups. It holds no lock that a
// writer waits for. The copy is written under another name, checked, made durable and
// then renamed, so that a backup that is there is whole.
func (cfg Config) backup(ctx context.Context) (path string, err error) {
	dir := cfg.backupsDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if free, ok := space(dir); ok && free < size(cfg.Path)+size(cfg.Path+"-wal")+roomLeft {
		return "", errNoRoom
	}
	tmp := filepath.Join(dir, writingPrefix+uuid.NewString()+".db")
	defer removeDatabase(tmp)
	if err := cfg.reseal(ctx, cfg, tmp); err != nil {
		return "", err
	}
	if err := cfg.sound(ctx, tmp); err != nil {
		return "", err
	}
	if err := syncFile(tmp); err != nil {
		return "", err
	}
	at := cfg.Now().UTC()
	for path = cfg.backupName(at); size(path) > 0; path = cfg.backupName(at) {
		at = at.Add(time.Second)
	}
	if err := renameDurably(tmp, path); err != nil {
		return "", err
	}
	for _, old := range cfg.backups()[min(keptBackups, len(cfg.backups())):] {
		if err := removeDatabase(old); err != nil {
			cfg.Log.Warn("an old backup stays", "err", err)
		}
	}
	return path, nil
}

func (cfg Config) backupName(at time.Time) string {
	return filepath.Join(cfg.backupsDir(), "cache-"+at.Format(stamp)+".db")
}

// sound checks every page of a database that nobody else uses.
func (cfg Config) sound(ctx context.Context, path string) error {
	db, err := cfg.openFile(path, readOnly())
	if err != nil {
		return err
	}
	defer db.Close()
	var says string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&says); err != nil {
		return err
	}
	if says != "ok" {
		return fmt.Errorf("%w: %s", errUnsound, says)
	}
	return nil
}

// beforeMigration makes a backup of a cache whose schema is about to change. Without room
// for one it goes on: each migration is whole or not there.
func (c *Cache) beforeMigration(ctx context.Context, at int64) error {
	if c.cfg.repairing {
		return nil
	}
	path, err := c.cfg.backup(ctx)
	if errors.Is(err, errNoRoom) {
		c.cfg.Log.Warn("no backup before the migration", "from", at, "err", err)
		return nil
	}
	if err == nil {
		c.cfg.Log.Info("backup before the migration", "from", at, "file", filepath.Base(path))
	}
	return err
}
