package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"

	"watchfloor/app"
	"watchfloor/app/audit"
	"watchfloor/app/outbox"
)

// localTables hold what no service has, or has no longer: what a person set or noted, and
// figures that are kept for ever.
var localTables = []string{"preference", "rec_local", "high_value", "score_series", "score_control", "score", "score_part", "assessment_day", "outbox_clock"}

// checked is up to which size every page of a backup is read again before it is restored;
// each was when it was made.
const checked = 256 << 20

// rebuild makes a cache of the newest good backup and of what can be read out of the file
// that was set aside. before is true where that file without its log is newer than any
// backup.
func (cfg Config) rebuild(ctx context.Context, aside string, before bool) (m mended, err error) {
	if size(cfg.Path) > 0 { // interrupted when all was done
		return m, nil
	}
	from := cfg.backups()
	if before {
		from = append([]string{aside}, from...)
	}
	own := cfg
	own.Path, own.repairing = cfg.building(), true
	c, err := own.firstGood(ctx, from, aside, &m)
	if err != nil {
		return m, err
	}
	w := &wreck{cfg: cfg, path: aside, whole: before}
	w.header, _ = os.ReadFile(cfg.keptHeader())
	if w.layout, err = c.layouts(ctx); err == nil {
		err = c.salvage(ctx, w, &m)
	}
	if err == nil {
		err = c.bringTables(ctx, w)
	}
	if err == nil {
		err = c.noteRestored(ctx, m)
	}
	if e := c.shut(); err == nil {
		err = e
	}
	if err != nil {
		return m, errors.Join(err, removeDatabase(own.Path))
	}
	return m, syncFile(own.Path)
}

// firstGood opens the first of some files that is in order, or an empty cache, at the
// place where the new one is built.
func (cfg Config) firstGood(ctx context.Context, from []string, aside string, m *mended) (*Cache, error) {
	for _, path := range append(from, "") {
		if err := removeDatabase(cfg.Path); err != nil {
			return nil, err
		}
		if path != "" {
			if err := copyFile(path, cfg.Path); err != nil {
				cfg.Log.Error("a backup cannot be copied", "file", path, "err", err)
				continue
			}
			if size(path) <= checked {
				if err := cfg.sound(ctx, cfg.Path); err != nil {
					cfg.Log.Error("a backup is damaged too", "file", path, "err", err)
					continue
				}
			}
		}
		c, err := openFiles(ctx, cfg)
		if err == nil {
			if err = c.probe(ctx, leftClosed); err != nil {
				_ = c.shut()
			}
		}
		if err == nil {
			if m.backup, _ = fileTime(path, "cache-"); path == aside {
				m.backup = cfg.Now().UTC()
			}
			return c, nil
		}
		if path == "" || ctx.Err() != nil {
			return nil, err
		}
		cfg.Log.Error("a backup cannot be restored", "file", path, "err", err)
	}
	return nil, app.E(app.KindInternal, "The cache could not be made anew.", nil)
}

// layouts are the columns of the tables that are salvaged.
func (c *Cache) layouts(ctx context.Context) (map[string][]string, error) {
	out := map[string][]string{}
	err := c.view(ctx, func(q querier) error {
		for _, table := range append(slices.Collect(maps.Keys(firstColumns)), localTables...) {
			err := q.each(`SELECT name FROM pragma_table_info(?) ORDER BY cid`, []any{table}, func(scan func(...any) error) error {
				var name string
				err := scan(&name)
				out[table] = append(out[table], name)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// salvage reads the wreck and brings it in. Where that fails, the backup has to do: what
// waits in it is held.
func (c *Cache) salvage(ctx context.Context, w *wreck, m *mended) error {
	before := w.whole
	if err := w.read(ctx); err != nil {
		return err
	}
	m.whole = w.whole
	w.whole, w.torn = w.whole || before, w.torn && !before
	err := c.bring(ctx, w, m)
	if err == nil || !refused(err) {
		return err
	}
	c.cfg.Log.Error("what was salvaged could not be stored", "err", err)
	*m = mended{backup: m.backup}
	return c.tx(ctx, func(t *tx) (err error) {
		m.held, err = t.hold(nil, heldReason)
		return err
	})
}

// refused reports that the cache does not take what it was given: trying again would not
// help, while with a full disk or a cancelled start it does.
func refused(err error) bool {
	var se sqlite3.Error
	return !errors.As(err, &se) && app.KindOf(err) == app.KindInternal || se.Code == sqlite3.ErrConstraint || se.Code == sqlite3.ErrMismatch
}

// bringTables copies small tables that only SQLite can read, as far as it can. What the
// damaged file calls its columns is not believed: those that this release has are taken.
func (c *Cache) bringTables(ctx context.Context, w *wreck) error {
	db, err := w.open()
	if err != nil {
		return nil //nolint:nilerr // the backup's have to do
	}
	defer db.Close()
	for _, table := range localTables {
		var all []cells
		if err := queryRows(ctx, db.DB, `SELECT * FROM `+table, func(r cells) error { all = append(all, r); return nil }); err != nil {
			c.cfg.Log.Info("a table of a damaged cache", "table", table, "err", err)
			continue
		}
		if err := c.tx(ctx, func(t *tx) error {
			for _, r := range all {
				names, marks, args := rowParts(w.layout[table], r)
				if len(names) == 0 {
					continue
				}
				if err := t.exec(fmt.Sprintf(`INSERT OR REPLACE INTO %s (%s) VALUES (%s)`, table, strings.Join(names, ", "), strings.Join(marks, ", ")), args...); err != nil { // #nosec G201 -- names of ours
					return err
				}
			}
			return nil
		}); err != nil {
			if !refused(err) {
				return err
			}
			c.cfg.Log.Info("a table of a damaged cache", "table", table, "err", err)
		}
	}
	return nil
}

// noteRestored tells the audit log what was done.
func (c *Cache) noteRestored(ctx context.Context, m mended) error {
	if err := c.beginAudit(ctx); err != nil {
		return err
	}
	reason := "The cache was damaged and made anew"
	if !m.backup.IsZero() {
		reason = "The cache was damaged; the backup of " + m.backup.Format("2006-01-02 15:04 UTC") + " was restored"
	}
	return c.Note(ctx, audit.Record{Event: audit.Restored, Reason: fmt.Sprintf("%s, with %s of the damaged file; %s held.", reason, count(m.actions, "waiting action"), count(m.held, "action"))})
}

func readFields(text string) (f app.Fields, ok bool) {
	ok = json.Unmarshal([]byte(text), &f) == nil
	return f, ok
}

func readRequest(text string) (r outbox.Request, ok bool) {
	ok = json.Unmarshal([]byte(text), &r) == nil
	return r, ok
}
