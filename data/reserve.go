package data

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/mattn/go-sqlite3"
)

// reserveBytes is kept on the disk for actions: when it is full, nothing else that is
// stored is as important.
const reserveBytes = 1 << 20

// reserve is a file that is given up when an action does not fit on the disk. The zero
// value is one that was never made.
type reserve struct{ spent atomic.Bool }

func (c *Cache) reservePath() string { return c.cfg.Path + ".reserve" }

// full reports that there is no room on the disk.
func full(err error) bool {
	var se sqlite3.Error
	return errors.As(err, &se) && se.Code == sqlite3.ErrFull
}

// makeRoom gives the reserve up for an action and folds the log into the database, so that
// the log's own room is used again.
func (c *Cache) makeRoom(ctx context.Context) {
	if os.Remove(c.reservePath()) == nil {
		c.cfg.Log.Warn("the disk is full: the reserve for actions was given up")
	}
	c.reserve.spent.Store(true)
	if c.writer.acquire(ctx) != nil {
		return
	}
	defer c.writer.release()
	if _, err := c.writer.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		c.cfg.Log.Warn("the log could not be folded in", "err", err)
	}
}

// takeRoom makes the reserve where it is missing and there is room for it and as much
// again. It is filled with bytes, because a file system may keep empty ones nowhere.
func (c *Cache) takeRoom() error {
	path := c.reservePath()
	if size(path) == reserveBytes {
		c.reserve.spent.Store(false)
		return nil
	}
	if free, ok := space(filepath.Dir(path)); ok && free < 2*reserveBytes {
		return errNoRoom
	}
	b := make([]byte, reserveBytes)
	for i := range b {
		b[i] = byte(i*i>>8) | 1
	}
	if err := writeDurably(path, b); err != nil {
		return err
	}
	c.reserve.spent.Store(false)
	return nil
}

// roomForPull refuses to store what can be pulled again while the reserve is used up: the
// room that is left is for actions.
func (c *Cache) roomForPull() error {
	if !c.reserve.spent.Load() || c.takeRoom() == nil {
		return nil
	}
	return wrap(sqlite3.Error{Code: sqlite3.ErrFull})
}
