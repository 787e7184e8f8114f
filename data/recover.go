package data

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"time"

	"watchfloor/data/vault"
)

const (
	asidePrefix = "cache.damaged-"
	asideKept   = 14 * 24 * time.Hour
)

// Open opens the cache, creating, migrating or repairing it. A cache of a newer Watchfloor
// and one that is sealed with another key are refused and left untouched. A file that is
// damaged, or no cache, is set aside and kept for two weeks; the newest good backup takes
// its place, and what was queued is brought over: Notice says so.
func Open(ctx context.Context, cfg Config) (*Cache, error) {
	cfg = cfg.filled()
	if err := cfg.keyed(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(cfg.Path), 0o700); err != nil {
		return nil, unwritable(err)
	}
	u, err := takePart(ctx, cfg.Path)
	if err != nil {
		return nil, err
	}
	was, _ := os.Stat(cfg.Path)
	c, err := openSound(ctx, cfg, u)
	if damaged(err) {
		c, err = mend(ctx, cfg, u, was, err)
	}
	if err != nil {
		u.leave()
		return nil, err
	}
	cfg.dropLeftovers()
	return c, nil
}

// openSound opens a cache; the error of one that must be repaired satisfies damaged.
func openSound(ctx context.Context, cfg Config, u *use) (*Cache, error) {
	was := u.left()
	if err := lookAt(cfg, was); err != nil {
		return nil, err
	}
	lost := was == leftOpen && size(cfg.Path) > 0 && !exists(cfg.Path+"-wal")
	if lost || was != leftOpen {
		if err := u.note(leftUnknown); err != nil {
			return nil, wrap(err)
		}
	}
	c, err := openFiles(ctx, cfg)
	if err != nil {
		return nil, wrap(cfg.doubted(err))
	}
	c.use = u
	err = c.probe(ctx, was)
	if err == nil && lost {
		err = c.logLost(ctx)
	}
	if err == nil {
		err = u.opened()
	}
	if err == nil {
		err = cfg.keepHeader()
	}
	if err != nil {
		_ = c.shut()
		return nil, wrap(cfg.doubted(err))
	}
	if err := c.park(ctx); err != nil { // the next start tries again
		cfg.Log.Warn("unreadable actions are counted as they were", "err", err)
	}
	return c, nil
}

// lookAt judges a cache by its files alone, before SQLite takes part in what they say.
func lookAt(cfg Config, was left) error {
	if exists(cfg.mending()) {
		return errMending
	}
	there := size(cfg.Path) > 0
	switch {
	case !there && was != leftUnknown && (exists(cfg.Path) || len(cfg.backups()) > 0):
		return errEmptied
	case there && was == leftClosed && size(cfg.Path+"-wal") > 0:
		return errStaleLog
	}
	return cfg.lookAtHeader()
}

// keptHeader is a copy of the first bytes of the sealed file: without them no page of it
// could be opened.
func (cfg Config) keptHeader() string { return cfg.Path + ".header" }

func (cfg Config) keepHeader() error {
	if cfg.plain {
		return nil
	}
	now, err := vault.Header(cfg.Path)
	if err != nil {
		return err
	}
	if kept, err := os.ReadFile(cfg.keptHeader()); err == nil && bytes.Equal(kept, now) {
		return nil
	}
	return writeDurably(cfg.keptHeader(), now)
}

// flipped is up to how many bits a header may differ from its copy to be the same,
// damaged. One of another key differs in about half of its bits.
const flipped = 16

// lookAtHeader tells a header that was damaged from that of another key, which is refused
// and left alone.
func (cfg Config) lookAtHeader() error {
	if cfg.plain {
		return nil
	}
	now, err := vault.Header(cfg.Path)
	if err != nil {
		return nil //nolint:nilerr // opening it says what is wrong
	}
	kept, err := os.ReadFile(cfg.keptHeader())
	if err != nil || bytes.Equal(kept, now) || vault.HeaderFits(now, cfg.Key) || !vault.HeaderFits(kept, cfg.Key) {
		return nil //nolint:nilerr // nothing to compare with
	}
	n := 0
	for i := range now {
		n += bits.OnesCount8(now[i] ^ kept[i])
	}
	if n <= flipped {
		return errHeader
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// logLost holds what was queued where the write-ahead log of a cache that was not closed
// has gone: it told what was sent.
func (c *Cache) logLost(ctx context.Context) error {
	var held int
	err := c.tx(ctx, func(t *tx) (err error) {
		held, err = t.hold(nil, "The newest part of the cache was lost, so this may have been sent already. Look at what the service holds before trying again.")
		return err
	})
	if held > 0 {
		c.notice = fmt.Sprintf("The newest part of the cache is missing (cache.db-wal was removed). %s may have been sent already: look at Actions before trying again.", count(held, "action"))
		c.cfg.Log.Warn("the write-ahead log is missing", "held", held)
	}
	return err
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// mending is the file that is there from before the damaged file is set aside until
// another has taken its place. It holds the name of the former.
func (cfg Config) mending() string { return cfg.Path + ".mending" }

// mend repairs a cache that nobody else uses; was is its file as it was found. Each of its steps can be interrupted: the
// next start goes on, and starts over what it built, until the result is in place.
func mend(ctx context.Context, cfg Config, u *use, was os.FileInfo, cause error) (*Cache, error) {
	got, err := u.alone(ctx, was)
	if err != nil {
		return nil, wrap(err)
	}
	if !got {
		if err := u.share(ctx); err != nil {
			return nil, err
		}
		return openSound(ctx, cfg, u)
	}
	if c, err := openSound(ctx, cfg, u); err == nil || !damaged(err) { // somebody was faster
		if err != nil {
			return nil, err
		}
		_ = u.lock.Unlock()
		if err = u.share(ctx); err != nil {
			_ = c.shut()
			return nil, err
		}
		return c, nil
	}
	cfg.Log.Error("the cache is damaged and is repaired", "err", cause)
	aside, err := cfg.setAside()
	if err != nil {
		return nil, wrap(err)
	}
	done, err := cfg.rebuild(ctx, aside, errors.Is(cause, errStaleLog))
	if err != nil {
		return nil, wrap(err)
	}
	if err := cfg.putBack(u); err != nil {
		return nil, wrap(err)
	}
	_ = u.lock.Unlock()
	if err := u.share(ctx); err != nil {
		return nil, err
	}
	c, err := openSound(ctx, cfg, u)
	if err == nil {
		c.notice = done.notice(filepath.Base(aside))
		cfg.Log.Warn("the cache was repaired", "aside", filepath.Base(aside), "backup", done.backup, "actions", done.actions, "held", done.held, "drafts", done.drafts)
	}
	return c, err
}

// setAside moves the files of the cache to names that say when. The log goes first and the
// database last, so that it is there under its new name exactly when all have moved.
func (cfg Config) setAside() (aside string, err error) {
	if b, err := os.ReadFile(cfg.mending()); err == nil && filepath.Base(string(b)) == string(b) && strings.HasPrefix(string(b), asidePrefix) {
		aside = filepath.Join(filepath.Dir(cfg.Path), string(b))
	} else {
		at := cfg.Now().UTC()
		for aside = ""; aside == "" || exists(aside) || exists(aside+"-wal"); at = at.Add(time.Second) {
			aside = filepath.Join(filepath.Dir(cfg.Path), asidePrefix+at.Format(stamp)+".db")
		}
		if err := writeDurably(cfg.mending(), []byte(filepath.Base(aside))); err != nil {
			return "", err
		}
	}
	if exists(aside) { // interrupted later than this
		return aside, nil
	}
	for _, end := range append(companions, "") {
		if err := os.Rename(cfg.Path+end, aside+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, syncFolder(filepath.Dir(cfg.Path))
}

// building is where the repaired cache is made.
func (cfg Config) building() string { return cfg.Path + ".building" }

// putBack makes the repaired file the cache.
func (cfg Config) putBack(u *use) error {
	if exists(cfg.building()) {
		if err := u.note(leftUnknown); err != nil {
			return err
		}
		if err := renameDurably(cfg.building(), cfg.Path); err != nil {
			return err
		}
	}
	_ = os.Remove(cfg.suspect())
	if err := os.Remove(cfg.mending()); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(cfg.Path))
}

// mended is what a repair came to.
type mended struct {
	backup  time.Time // of the backup that was restored; zero without one
	actions int       // unfinished ones brought over from the damaged file
	held    int       // those that may have been sent since the backup
	drafts  int
	whole   bool // every action of the damaged file could be read
}

func (m mended) notice(aside string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The cache was damaged; it is kept as %s for 14 days.", aside)
	if m.backup.IsZero() {
		b.WriteString(" There was no backup: everything is pulled afresh")
	} else {
		fmt.Fprintf(&b, " The backup of %s was restored, what changed since is pulled again", m.backup.Format("2 Jan 15:04 UTC"))
	}
	switch {
	case m.actions > 0:
		fmt.Fprintf(&b, ", and %s brought over.", cmp.Or(map[bool]string{true: "1 waiting action was"}[m.actions == 1], fmt.Sprintf("%d waiting actions were", m.actions)))
	case m.whole:
		b.WriteString("; no action was waiting.")
	default:
		b.WriteString("; the waiting actions in it could not all be read.")
	}
	if m.held > 0 {
		fmt.Fprintf(&b, " %s may have been sent already and waits for you in Actions.", count(m.held, "action"))
	}
	return b.String()
}

// Notice is a sentence for a person about what was done to open the cache, "" where there
// is nothing to say.
func (c *Cache) Notice() string { return c.notice }

// dropAside removes files that were set aside more than two weeks ago.
func (cfg Config) dropAside() error {
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(cfg.Path), asidePrefix+"*.db"))
	for _, path := range names {
		at, ok := fileTime(path, asidePrefix)
		if !ok || cfg.Now().Sub(at) < asideKept {
			continue
		}
		if err := removeDatabase(path); err != nil {
			return err
		}
		cfg.Log.Info("a damaged cache was removed after two weeks", "file", filepath.Base(path))
	}
	return nil
}
