package data

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"time"

	"watchfloor/data/vault"
)

// Rotate seals a cache that nobody has open with another key: a copy of it under the new
// key, checked and durable, takes its place in one step, so that a kill leaves the whole
// cache under one key or the other; vault.Fits tells which. Its backups are sealed with
// the old key and are replaced by one of the new. What was set aside as damaged keeps the
// old key.
func Rotate(ctx context.Context, cfg Config, to *vault.Key) error {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if err := cfg.keyed(); err != nil {
		return err
	}
	if err := (&use{path: cfg.Path}).note(leftUnknown); err != nil { // the log goes
		return unwritable(err)
	}
	if err := cfg.fold(ctx); err != nil {
		return wrap(err)
	}
	next := cfg
	next.Key = to
	made := cfg.Path + ".rotated"
	if err := removeDatabase(made); err != nil { // a rotation that was killed left it
		return unwritable(err)
	}
	defer removeDatabase(made)
	if err := cfg.reseal(ctx, next, made); err != nil {
		return wrap(err)
	}
	if err := next.sound(ctx, made); err != nil {
		return wrap(err)
	}
	if err := syncFile(made); err != nil {
		return unwritable(err)
	}
	if err := renameDurably(made, cfg.Path); err != nil {
		return unwritable(err)
	}
	return next.renewBackups(ctx)
}

// fold moves what is in the log into the database, so that no log of the old key is left
// beside the new one.
func (cfg Config) fold(ctx context.Context) error {
	db, err := cfg.openFile(cfg.Path, url.Values{"_journal_mode": {"WAL"}})
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	var busy, log, done int
	if err := db.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("the cache is in use: %d of %d frames were moved", done, log)
	}
	return nil
}

// reseal writes a copy of the cache to an empty file, sealed as next says.
func (cfg Config) reseal(ctx context.Context, next Config, to string) error {
	db, err := cfg.openFile(cfg.Path, url.Values{"mode": {"ro"}, "_cache_size": {readCache}})
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return next.copyInto(ctx, conn, to)
}

// renewBackups makes a backup of the present key and removes those of any other. Where
// there is no room for one, the old ones are of no use all the same.
func (cfg Config) renewBackups(ctx context.Context) error {
	had := cfg.backups()
	if len(had) == 0 {
		return nil
	}
	if _, err := cfg.backup(ctx); err != nil {
		cfg.Log.Warn("no backup after the key was changed", "err", err)
	}
	for _, path := range cfg.backups() {
		if fits, err := vault.Fits(path, cfg.Key); err == nil && fits {
			continue
		}
		if err := os.Remove(path); err != nil {
			return unwritable(err)
		}
	}
	return nil
}
