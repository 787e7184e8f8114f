package data

import (
	"context"
	"database/sql"
	"errors"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
)

// What data/vault answers, by SQLite's codes (https://www.sqlite.org/rescode.html).
const (
	pageDamaged = sqlite3.ErrNoExtended(10 | 32<<8) // SQLITE_IOERR_DATA: a page does not open
	notSealed   = sqlite3.ErrNoExtended(10 | 28<<8) // SQLITE_IOERR_AUTH: a page was not sealed
)

const damagedWords = "The cache file is damaged. Close Watchfloor and start it again: the file is set aside, the last backup is restored and unsent actions are brought over."

const diskWords = "The disk reported an error; nothing was changed. Check the disk and try again."

const unclearWords = "A part of the cache could not be read; nothing was changed. Close Watchfloor and start it again: it checks every page then and repairs what is damaged."

// wrap turns an error of SQLite into one that says what a person can do. It returns
// nil for nil and leaves *app.Error as it is.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	var known *app.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return app.E(app.KindCancelled, "Cancelled.", err)
	}
	if damaged(err) {
		return app.E(app.KindInvalid, damagedWords, err)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return app.E(app.KindNotFound, "This incident is not in the cache.", err)
	}
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch se.Code {
		case sqlite3.ErrFull:
			return app.E(app.KindInvalid, "The disk is full: nothing was lost, but nothing new can be stored. Free some space and try again.", err)
		case sqlite3.ErrReadonly, sqlite3.ErrPerm:
			return app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
		case sqlite3.ErrCantOpen:
			return app.E(app.KindInvalid, "The cache cannot be opened. Check that the data folder exists and can be written, or choose another with --home.", err)
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return app.E(app.KindInternal, "The cache was busy for too long. Try again.", err)
		case sqlite3.ErrIoErr:
			if se.ExtendedCode == notSealed {
				return app.E(app.KindInternal, "A page could not be encrypted, so nothing was stored; please report this.", err)
			}
			if unclear(err) {
				return app.E(app.KindInvalid, unclearWords, err)
			}
			return app.E(app.KindInvalid, diskWords, err)
		case sqlite3.ErrInterrupt:
			return app.E(app.KindCancelled, "Cancelled.", err)
		}
	}
	return app.E(app.KindInternal, "The cache reported an error; the log has the details.", err)
}
