package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
	"watchfloor/data/vault"
)

var (
	// errUnsound says that a check of the pages found something wrong.
	errUnsound = errors.New("the pages contradict one another")
	// errForeign says that a file is no cache of Watchfloor.
	errForeign = errors.New("not a cache of Watchfloor")
	// errEmptied says that a file which was a cache has no content any more.
	errEmptied = errors.New("the cache has no content")
	// errStaleLog says that a write-ahead log lies beside a cache that was closed without
	// one.
	errStaleLog = errors.New("a write-ahead log of another time")
	// errHeader says that the first bytes of a sealed file are not quite as they were.
	errHeader = errors.New("the header is damaged")
	// errMending says that the recovery of the cache was interrupted.
	errMending = errors.New("the recovery was interrupted")
)

// damaged reports an error that means that the file itself is wrong, not the disk, the
// rights or the key it is opened with: only then is it set aside.
func damaged(err error) bool {
	for _, known := range []error{errUnsound, errForeign, errEmptied, errStaleLog, errHeader, errMending} {
		if errors.Is(err, known) {
			return true
		}
	}
	var sealed *vault.Refused
	if errors.As(err, &sealed) {
		return sealed.Foreign
	}
	var se sqlite3.Error
	return errors.As(err, &se) && (se.Code == sqlite3.ErrCorrupt || se.Code == sqlite3.ErrNotADB || se.ExtendedCode == pageDamaged)
}

// unclear reports an I/O error without further code, as the search index passes on that it
// could not read a page: it may be damage. SQLite names every failure of the disk itself.
func unclear(err error) bool {
	var se sqlite3.Error
	return errors.As(err, &se) && se.Code == sqlite3.ErrIoErr && se.ExtendedCode == sqlite3.ErrNoExtended(sqlite3.ErrIoErr)
}

// suspect is the name of the file that has the next start check every page.
func (cfg Config) suspect() string { return cfg.Path + ".suspect" }

// suspected notes for the next start that a page could not be read, or may not be
// readable. It returns err.
func (c *Cache) suspected(err error) error {
	if !damaged(err) && !unclear(err) || !c.suspects.CompareAndSwap(false, true) {
		return err
	}
	c.cfg.Log.Error("a page of the cache could not be read", "err", err)
	if e := os.WriteFile(c.cfg.suspect(), nil, 0o600); e != nil {
		c.cfg.Log.Error("the damage could not be noted", "err", e)
	}
	c.cfg.Hub.Publish(app.Event{Topic: app.TopicSync})
	return err
}

// Damaged reports that a page could not be read since the cache was opened.
func (c *Cache) Damaged() bool { return c.suspects.Load() }

const (
	// applicationID is in the header of every cache: "WFLR".
	applicationID = 0x57464c52
	// quickly is up to which size every page is checked after the program was killed.
	quickly = 64 << 20
)

// probe checks a cache that was just opened and migrated: that it is ours, that what
// cannot be pulled again can be read, and every page where there is reason to doubt them.
func (c *Cache) probe(ctx context.Context, was left) error {
	db := c.read
	for _, query := range []string{selectAction + "LIMIT 0", selectStored + "0"} {
		rows, err := db.QueryContext(ctx, query)
		if err != nil {
			if se := (sqlite3.Error{}); errors.As(err, &se) && se.Code == sqlite3.ErrError { // no such table or column
				return errors.Join(errForeign, err)
			}
			return err
		}
		_ = rows.Close()
	}
	checks := []string{"PRAGMA quick_check('outbox')", "PRAGMA quick_check('outbox_on')", "PRAGMA quick_check('draft')", "PRAGMA quick_check('cursor')"}
	_, err := os.Stat(c.cfg.suspect())
	doubted := err == nil
	if doubted || was == leftOpen && size(c.cfg.Path) <= quickly {
		checks = []string{"PRAGMA quick_check(1)"}
	}
	for _, query := range checks {
		var says string
		if err := db.QueryRowContext(ctx, query).Scan(&says); err != nil {
			return err
		}
		if says != "ok" {
			c.cfg.Log.Error("the cache is damaged", "first", says)
			return errUnsound
		}
	}
	if doubted {
		return os.Remove(c.cfg.suspect())
	}
	return nil
}

// ours refuses a database that another program made. One without tables is new.
func ours(ctx context.Context, db *sql.DB) error {
	var id int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil || id == applicationID {
		return err
	}
	var tables, mine int
	err := db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(name = 'goose_db_version'), 0) FROM sqlite_master WHERE type = 'table'`).Scan(&tables, &mine)
	if err == nil && (id != 0 || tables > 0 && mine == 0) {
		return errForeign
	}
	return err
}

// sign puts our number into the header of a cache that has none yet.
func sign(ctx context.Context, db *sql.DB) error {
	var id int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil || id == applicationID {
		return err
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)) // takes no argument
	return err
}
