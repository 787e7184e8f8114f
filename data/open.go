package data

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
)

const (
	driverName = "watchfloor-sqlite3"
	readers    = 4 // connections of the read pool

	// Page caches of a connection in KiB, negative as SQLite wants them; the system
	// caches the file besides. The writer's holds what a week's sign-ins change in their
	// indexes, so that a pull takes the same time whatever else is kept.
	writeCache = "-20000"
	readCache  = "-3000"
)

// pragmas are set on every connection when it opens and read back by a test.
// busy_timeout comes first so that the others wait for a second process.
var pragmas = []string{
	"busy_timeout = 5000",
	"synchronous = FULL",
	"foreign_keys = ON",
	"temp_store = MEMORY",
	"secure_delete = ON",
	"trusted_schema = OFF",
	"mmap_size = 0",
	"wal_autocheckpoint = 8000", // 32 MiB: a thousand sign-ins change pages all over their week
}

func init() {
	sql.Register(driverName, &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		all := pragmas
		if runtime.GOOS == "darwin" {
			all = append(all[:len(all):len(all)], "fullfsync = ON", "checkpoint_fullfsync = ON")
		}
		for _, p := range all {
			if _, err := c.Exec("PRAGMA "+p, nil); err != nil {
				return fmt.Errorf("pragma %s: %w", p, err)
			}
		}
		return nil
	}})
}

// Config says where the cache lives and who serves it.
type Config struct {
	// Path of the database file; its folder is made with mode 0700, the file 0600.
	Path string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Hub is told after each committed change; may be nil.
	Hub *app.Hub
	// Log receives causes; may be nil.
	Log *slog.Logger
	// DetailDays is for how long after its last change a closed incident's details
	// are read in the background; 0 means DefaultDetailDays.
	DetailDays int
}

// DefaultDetailDays is used where Config.DetailDays is 0.
const DefaultDetailDays = 7

// Cache is an open cache file. See the package comment for its promises.
type Cache struct {
	cfg    Config
	write  *sql.DB // one connection, held by writer
	writer *writer
	read   *sql.DB
	once   sync.Once
	totals totals
	words  wordBook
	counts identityCounts
	high   highBook
	gather int // gatherLimit but in tests
}

// Open opens the cache, creating or migrating it. A cache of a newer Watchfloor is
// refused and left untouched.
func Open(ctx context.Context, cfg Config) (*Cache, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Hub == nil {
		cfg.Hub = &app.Hub{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.DetailDays == 0 {
		cfg.DetailDays = DefaultDetailDays
	}
	if err := precreate(cfg.Path); err != nil {
		return nil, err
	}
	c := &Cache{cfg: cfg, gather: gatherLimit}
	var err error
	if c.write, err = cfg.openFile(cfg.Path, url.Values{"_journal_mode": {"WAL"}, "_cache_size": {writeCache}}); err != nil {
		return nil, wrap(err)
	}
	c.write.SetMaxOpenConns(1)
	c.write.SetConnMaxLifetime(0)
	if err := migrate(ctx, c.write); err != nil {
		c.write.Close()
		return nil, wrap(err)
	}
	if c.read, err = cfg.openFile(cfg.Path, readOnly()); err != nil {
		c.write.Close()
		return nil, wrap(err)
	}
	c.read.SetMaxOpenConns(readers)
	c.read.SetMaxIdleConns(readers)
	if c.writer, err = newWriter(ctx, c.write); err != nil {
		c.read.Close()
		c.write.Close()
		return nil, wrap(err)
	}
	return c, nil
}

// readOnly are the settings of a connection that only reads.
func readOnly() url.Values {
	return url.Values{"mode": {"ro"}, "_query_only": {"1"}, "_cache_size": {readCache}}
}

// openFile opens a database file the way the cache itself is opened; backups and files
// that were set aside are opened by it too.
func (cfg Config) openFile(path string, q url.Values) (*sql.DB, error) {
	return sql.Open(driverName, dsn(path, q))
}

// copyInto writes a compact copy of what conn reads to a new file, by VACUUM INTO.
func (cfg Config) copyInto(ctx context.Context, conn *sql.Conn, path string) error {
	_, err := conn.ExecContext(ctx, "VACUUM INTO ?", dsn(path, nil))
	return err
}

func dsn(path string, q url.Values) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: q.Encode()}
	return u.String()
}

// precreate makes the folder and the file private before SQLite would make them
// readable by others (it creates files 0644; -wal and -shm follow the database).
func precreate(path string) error {
	say := func(err error) error {
		return app.E(app.KindInvalid, "The data folder cannot be written. Check its permissions, or choose another with --home.", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return say(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return say(err)
	}
	return f.Close()
}

// Close ends all use of the cache; a transaction that runs ends first. Closing again
// does nothing.
func (c *Cache) Close() (err error) {
	c.once.Do(func() {
		c.read.Close()
		c.writer.close()
		err = wrap(c.write.Close())
	})
	return err
}
