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

// RetentionDays is the preference that says how many days after its closing an incident is
// kept; "0" is for ever.
const RetentionDays = "retention.days"

// DefaultRetentionDays is used where RetentionDays says nothing: a year and a month, so
// that a figure can be compared with the same month a year ago.
const DefaultRetentionDays = 400

func retentionOf(text string) time.Duration {
	days := 0
	if text == "" {
		days = DefaultRetentionDays
	}
	for _, r := range text {
		if r < '0' || r > '9' || days > 100_000 {
			days = DefaultRetentionDays
			break
		}
		days = days*10 + int(r-'0')
	}
	return time.Duration(min(days, 100_000)) * 24 * time.Hour
}
