package data

import (
	"context"
	"errors"
	"time"
)

// backupEvery is how old the newest backup may become.
const backupEvery = 24 * time.Hour

// Care does what is to be done now and then while the cache is open, without keeping
// anybody waiting: the backup of the day, what is older than its retention, what was set
// aside long ago, the reserve for actions. It returns at once where nothing is due. Call
// it every few minutes at calm moments; one at a time.
func (c *Cache) Care(ctx context.Context) error {
	if err := c.takeRoom(); err != nil {
		c.cfg.Log.Warn("no reserve for actions", "err", err)
	}
	errs := []error{c.cfg.dropAside()}
	if age := c.cfg.Now().Sub(c.cfg.backedUp()); age >= backupEvery || age < 0 {
		errs = append(errs, c.Backup(ctx))
	}
	_, err := c.Retain(ctx)
	return wrap(errors.Join(append(errs, err)...))
}

// Backup copies the cache to its folder of backups, of which the three newest are kept. A
// disk that is nearly full is no error: the backup is left out, and the log says so.
func (c *Cache) Backup(ctx context.Context) error {
	path, err := c.cfg.backup(ctx)
	switch {
	case errors.Is(err, errNoRoom) || full(err):
		c.cfg.Log.Warn("no backup: the disk is nearly full")
		return nil
	case err != nil:
		return c.suspected(wrap(err))
	}
	c.cfg.Log.Info("backup", "bytes", size(path))
	return nil
}
