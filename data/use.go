package data

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/uuid"

	"watchfloor/app"
)

// use is this process's part in a cache: while anybody has one, nobody sets its files
// aside. It also notes how the file was left, so that a write-ahead log that was taken
// away, or put back from another day, is noticed: SQLite itself believes what it finds.
type use struct {
	path string // of the cache
	lock *flock.Flock
}

// left is how a cache file was left behind.
type left string

const (
	leftUnknown left = ""       // never opened by this release, or at a moment when the log comes or goes
	leftOpen    left = "open"   // the log is there: closing takes it away
	leftClosed  left = "closed" // there is no log
)

// patience is how long one process waits for another that mends the cache.
const patience = 20 * time.Second

const poll = 20 * time.Millisecond

// takePart takes part in a cache.
func takePart(ctx context.Context, path string) (*use, error) {
	u := &use{path: path, lock: flock.New(path+".lock", flock.SetPermissions(0o600))}
	return u, u.share(ctx)
}

func (u *use) share(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := u.lock.TryRLockContext(ctx, poll); err != nil {
		return app.E(app.KindInvalid, "The cache is being repaired by another Watchfloor, or its folder cannot be written. Try again in a moment.", err)
	}
	return nil
}

// alone waits until no other process uses the cache, or until another file has taken the
// place of was: then somebody else has repaired it. It gives the share up first: those who
// wait for one another would wait for ever.
func (u *use) alone(ctx context.Context, was os.FileInfo) (got bool, err error) {
	_ = u.lock.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience/10)
	defer cancel()
	again := time.NewTicker(poll)
	defer again.Stop()
	for {
		if got, err := u.lock.TryLock(); got || err != nil {
			return got, err
		}
		if now, err := os.Stat(u.path); err == nil && (was == nil || !os.SameFile(was, now)) && !exists(Config{Path: u.path}.mending()) {
			return false, nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return false, app.E(app.KindInvalid, "The cache file is damaged and open in another Watchfloor. Close that one and start again: it is repaired then.", ctx.Err())
		}
	}
}

// leave ends the use.
func (u *use) leave() {
	_ = u.lock.Unlock()
	_ = u.lock.Close()
}

// left reads how the cache was left; unknown where that cannot be told.
func (u *use) left() left {
	b, err := os.ReadFile(u.path + ".state")
	if s := left(b); err == nil && (s == leftOpen || s == leftClosed) {
		return s
	}
	return leftUnknown
}

// note stores how the cache is; durable when it returns.
func (u *use) note(s left) error {
	if u.left() == s {
		return nil
	}
	return writeDurably(u.path+".state", []byte(s))
}

// opened notes that the log is there from now on.
func (u *use) opened() error {
	if _, err := os.Stat(u.path + "-wal"); err != nil {
		return nil // a file of another journal mode
	}
	return u.note(leftOpen)
}

// close runs the closing of the database and notes, where this was the last one that had
// it open, that the log is gone.
func (u *use) close(closing func() error) error {
	defer u.leave()
	_ = u.lock.Unlock()
	last, _ := u.lock.TryLock()
	if last {
		_ = u.note(leftUnknown)
	} else {
		_, _ = u.lock.TryRLock()
	}
	err := closing()
	if !last {
		_ = u.lock.Unlock()
		last, _ = u.lock.TryLock() // the others closed at the same moment
	}
	if _, gone := os.Stat(u.path + "-wal"); err == nil && last && errors.Is(gone, fs.ErrNotExist) {
		if _, there := os.Stat(u.path); there == nil {
			_ = u.note(leftClosed)
		}
	}
	return err
}

// writeDurably replaces a small file; whoever reads it finds the old or the new one.
func writeDurably(path string, b []byte) error {
	tmp := path + ".new-" + uuid.NewString()
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = renameDurably(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp)
	}
	return err
}
