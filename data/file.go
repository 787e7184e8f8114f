package data

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/data/vault"
)

// database is an open database file. Once it is closed, nothing in memory opens it.
type database struct {
	*sql.DB
	sealed *vault.File // nil: plain
}

// openFile opens a database file with these DSN parameters, as the cache itself is opened;
// backups and files that were set aside are opened by it too.
func (cfg Config) openFile(path string, q url.Values) (*database, error) {
	sealed, err := cfg.attach(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(driverName, dsn(path, sealed, q))
	return &database{db, sealed}, err
}

func (d *database) Close() error {
	err := d.DB.Close()
	if d.sealed != nil {
		d.sealed.Close()
	}
	return err
}

func (cfg Config) attach(path string) (*vault.File, error) {
	if cfg.plain {
		return nil, nil
	}
	return vault.Attach(path, cfg.Key, cfg.VFS)
}

// copyInto writes a compact copy of what conn reads to a new file, by VACUUM INTO, sealed
// with the key of cfg. SQLite does not sync it: whoever relies on it does.
func (cfg Config) copyInto(ctx context.Context, conn *sql.Conn, path string) error {
	if err := private(path); err != nil {
		return err
	}
	sealed, err := cfg.attach(path)
	if err != nil {
		return err
	}
	if sealed != nil {
		defer sealed.Close()
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", dsn(path, sealed, nil))
	return err
}

// keyed refuses a cache without a key, before anything is touched.
func (cfg Config) keyed() error {
	if cfg.plain || cfg.Key != nil {
		return nil
	}
	_, err := vault.Attach(cfg.Path, nil, cfg.VFS)
	return err
}

// prepare makes the folder of the cache, and an empty cache where there is none.
func (cfg Config) prepare(ctx context.Context) error {
	if err := cfg.keyed(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(cfg.Path), 0o700); err != nil {
		return unwritable(err)
	}
	info, err := os.Stat(cfg.Path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return cfg.create(ctx)
	}
	return nil
}

// create makes an empty database beside its place and links it there whole: the salt of
// its key is in its first bytes, and of two processes that make it at once one must win.
func (cfg Config) create(ctx context.Context) error {
	made := cfg.Path + ".new-" + uuid.NewString()
	defer os.Remove(made)
	if err := private(made); err != nil {
		return err
	}
	db, err := cfg.openFile(made, url.Values{"_journal_mode": {"WAL"}})
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "PRAGMA user_version = 1") // writes the first page
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if info, err := os.Stat(cfg.Path); err == nil && info.Size() == 0 {
		_ = os.Remove(cfg.Path) // a start that was killed left it
	}
	err = os.Link(made, cfg.Path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(made, cfg.Path) // a file system without links
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return unwritable(err)
	}
	return nil
}

// private makes an empty file that only its owner can read: SQLite would make it readable
// by all, and -wal and -shm get the mode of the database.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- a path inside the data folder, or one the person chose
	if err != nil {
		return unwritable(err)
	}
	return f.Close()
}

func unwritable(err error) error {
	return app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
}

// dsn names a file to SQLite. It holds no secret: what is sealed is known by a number.
func dsn(path string, sealed *vault.File, q url.Values) string {
	all := url.Values{}
	if sealed != nil {
		all = sealed.Query()
	}
	for k, v := range q {
		all[k] = v
	}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: all.Encode()}
	return u.String()
}
