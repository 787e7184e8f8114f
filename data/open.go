package data

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
	"watchfloor/data/vault"
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
	// Key seals the file; without it nothing is opened. It is copied.
	Key *vault.Key
	// VFS is the name of the one below the seal, "" the system's: tests put faults there.
	VFS string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Hub is told after each committed change; may be nil.
	Hub *app.Hub
	// Log receives causes; may be nil.
	Log *slog.Logger
	// DetailDays is for how long after its last change a closed incident's details
	// are read in the background; 0 means DefaultDetailDays.
	DetailDays int

	plain     bool // not sealed: figures are compared with it, and old caches written
	repairing bool // it is being built in the place of a damaged one
}

// DefaultDetailDays is used where Config.DetailDays is 0.
const DefaultDetailDays = 7

// Cache is an open cache file. See the package comment for its promises.
type Cache struct {
	cfg    Config
	write  *database // one connection, held by writer
	writer *writer
	read   *database
	once   sync.Once
	totals totals
	words  wordBook
	counts identityCounts
	high   highBook
	gather int // gatherLimit but in tests

	use       *use // nil while it is being built
	notice    string
	suspects  atomic.Bool
	reserve   reserve
	elsewhere atomic.Int64 // what dataVersion was last
}

// filled is cfg with its defaults.
func (cfg Config) filled() Config {
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
	return cfg
}

// openFiles opens the database, creating or migrating it.
func openFiles(ctx context.Context, cfg Config) (*Cache, error) {
	if err := cfg.prepare(ctx); err != nil {
		return nil, wrap(err)
	}
	c := &Cache{cfg: cfg, gather: gatherLimit}
	if err := c.connect(ctx); err != nil {
		_ = c.shut()
		return nil, wrap(err)
	}
	return c, nil
}

// connect opens the writer and the readers, and brings the schema up to date.
func (c *Cache) connect(ctx context.Context) (err error) {
	if c.write, err = c.cfg.openFile(c.cfg.Path, url.Values{"_journal_mode": {"WAL"}, "_cache_size": {writeCache}}); err != nil {
		return err
	}
	c.write.SetMaxOpenConns(1)
	c.write.SetConnMaxLifetime(0)
	if err := ours(ctx, c.write.DB); err != nil {
		return err
	}
	if err := migrate(ctx, c.write.DB, c.beforeMigration); err != nil {
		return err
	}
	if err := sign(ctx, c.write.DB); err != nil {
		return err
	}
	if c.read, err = c.cfg.openFile(c.cfg.Path, readOnly()); err != nil {
		return err
	}
	c.read.SetMaxOpenConns(readers)
	c.read.SetMaxIdleConns(readers)
	if c.writer, err = newWriter(ctx, c.write.DB); err != nil {
		return err
	}
	if c.cfg.repairing {
		return nil
	}
	return c.beginAudit(ctx)
}

// readOnly are the settings of a connection that only reads.
func readOnly() url.Values {
	return url.Values{"mode": {"ro"}, "_query_only": {"1"}, "_cache_size": {readCache}}
}

// Close ends all use of the cache; a transaction that runs ends first. Afterwards nothing
// in memory opens the file. Closing again does nothing.
func (c *Cache) Close() (err error) {
	c.once.Do(func() { err = wrap(c.use.close(c.shut)) })
	return err
}

func (c *Cache) shut() (err error) {
	if c.read != nil {
		_ = c.read.Close()
	}
	if c.writer != nil {
		c.writer.close()
	}
	if c.write != nil {
		err = c.write.Close()
	}
	return err
}
