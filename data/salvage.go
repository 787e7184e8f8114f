package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"watchfloor/app/outbox"
	"watchfloor/data/pages"
	"watchfloor/data/vault"
)

// cells is a row of a table, by column.
type cells map[string]any

func (r cells) text(column string) string  { s, _ := r[column].(string); return s }
func (r cells) number(column string) int64 { n, _ := r[column].(int64); return n }

// wreck is a cache that was set aside, and what could be read out of it.
type wreck struct {
	cfg    Config
	path   string
	header []byte              // of the sealed file, where a copy was kept
	layout map[string][]string // columns of tables, as this release has them
	torn   bool                // its newest part may be missing

	actions map[string]cells // by GUID, the newest version of each
	drafts  map[int64]string
	audit   map[int64][]byte
	whole   bool // every action was read
	tidy    bool // every draft was read
}

// firstColumns are how many columns tables had when they were new: rows that were stored
// then have no more.
var firstColumns = map[string]int{"outbox": 21, "incident": 37, "incident_text": 9, "draft": 2, "audit": 2}

// open opens the wreck for reading; what lies on the disk stays as it is.
func (w *wreck) open() (*database, error) {
	return w.cfg.openFile(w.path, url.Values{"mode": {"ro"}, "_query_only": {"1"}})
}

// read reads what cannot be pulled again: through SQLite where it can, and page by page
// where it cannot.
func (w *wreck) read(ctx context.Context) error {
	w.actions, w.drafts, w.audit = map[string]cells{}, map[int64]string{}, map[int64][]byte{}
	if db, err := w.open(); err == nil {
		w.whole, w.tidy = w.query(ctx, db.DB)
		_ = db.Close()
	}
	if err := ctx.Err(); err != nil || w.whole && w.tidy {
		return err
	}
	return w.scan(ctx, w.keep, "outbox", "draft", "audit")
}

// query reads through SQLite, each table as far as it goes.
func (w *wreck) query(ctx context.Context, db *sql.DB) (whole, tidy bool) {
	sound := func(table string) bool {
		var says string
		err := db.QueryRowContext(ctx, "PRAGMA quick_check('"+table+"')").Scan(&says)
		return err == nil && says == "ok"
	}
	keep := func(table string) func(cells) error {
		return func(r cells) error { w.keep(table, r); return nil }
	}
	whole = queryRows(ctx, db, `SELECT * FROM outbox ORDER BY seq`, keep("outbox")) == nil && sound("outbox")
	tidy = queryRows(ctx, db, `SELECT * FROM draft`, keep("draft")) == nil && sound("draft")
	if err := queryRows(ctx, db, `SELECT * FROM audit ORDER BY seq`, keep("audit")); err != nil {
		tidy = false
	}
	return whole, tidy
}

// queryRows calls fn with every row of a query, columns by name.
func queryRows(ctx context.Context, db *sql.DB, query string, fn func(cells) error, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	columns, err := rows.Columns()
	if err != nil {
		_ = rows.Close()
		return err
	}
	return drain(rows, func(scan func(...any) error) error {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := scan(into...); err != nil {
			return err
		}
		r := cells{}
		for i, c := range columns {
			r[c] = values[i]
		}
		return fn(r)
	})
}

// scan reads every page and calls keep with the rows that look like those of the tables.
func (w *wreck) scan(ctx context.Context, keep func(table string, r cells), tables ...string) error {
	size, reserved, opener := vault.PageBytes, 0, pages.Opener(nil)
	if !w.cfg.plain {
		images, err := vault.NewImages(w.header, w.cfg.Key)
		if err != nil {
			return nil // nothing of it can be opened: the backup has to do
		}
		defer images.Close()
		reserved, opener = vault.ReservedBytes, images.Open
	}
	f, err := pages.Open(w.path, size, reserved, opener)
	if err != nil {
		return nil //nolint:nilerr // there is no such file: nothing to read
	}
	defer f.Close()
	w.torn = w.torn || f.Torn()
	want := func(n int) bool {
		return slices.ContainsFunc(tables, func(t string) bool { return n >= firstColumns[t] && n <= len(w.layout[t]) })
	}
	_, err = pages.Scan(f, want, func(p pages.Row) error {
		for _, table := range tables {
			if n := len(p.Values); n < firstColumns[table] || n > len(w.layout[table]) {
				continue
			}
			r := cells{}
			for i, v := range p.Values {
				r[w.layout[table][i]] = v
			}
			if first := w.layout[table][0]; r[first] == nil { // the row's number stands for it
				r[first] = p.ID
				keep(table, r)
			}
		}
		return ctx.Err()
	})
	return err
}

// keep takes a row that can be one of the table.
func (w *wreck) keep(table string, r cells) {
	switch table {
	case "outbox":
		if known, seen := w.actions[r.text("id")]; isAction(r) && (!seen || known.number("version") < r.number("version")) {
			w.actions[r.text("id")] = r
		}
	case "draft":
		if text := r.text("text"); r.number("incident_id") > 0 && text != "" {
			w.drafts[r.number("incident_id")] = text
		}
	case "audit":
		if b, ok := r["record"].([]byte); ok && r.number("seq") > 0 {
			w.audit[r.number("seq")] = b
		}
	}
}

// isAction reports that values have the form of an action. What it asks for may be
// unreadable: it is kept all the same.
func isAction(r cells) bool {
	if !outbox.State(r.text("state")).Known() {
		return false
	}
	for _, column := range []string{"id", "source", "remote_id", "request", "base"} {
		if r.text(column) == "" {
			return false
		}
	}
	on := r.number("incident_id") != 0
	return r.number("seq") > 0 && r.number("created") > 0 && on == (r.text("subject_kind") == "")
}

// ordered are the actions by their numbers.
func (w *wreck) ordered() []cells {
	return slices.SortedFunc(maps.Values(w.actions), func(a, b cells) int { return int(a.number("seq") - b.number("seq")) })
}

// heads reads the rows of incidents in both their tables, by id; what cannot be read is
// left out.
func (w *wreck) heads(ctx context.Context, ids map[int64]bool) (heads, texts map[int64]cells) {
	heads, texts = map[int64]cells{}, map[int64]cells{}
	into := map[string]map[int64]cells{"incident": heads, "incident_text": texts}
	keep := func(table string, r cells) {
		id := r.number(w.layout[table][0])
		if ids[id] && (table != "incident" || r.text("source") != "" && r.text("remote_id") != "" && r.number("created") > 0) {
			into[table][id] = r
		}
	}
	if len(ids) == 0 {
		return heads, texts
	}
	if db, err := w.open(); err == nil {
		list, _ := json.Marshal(slices.Collect(maps.Keys(ids))) // numbers always marshal
		for table := range into {
			query := fmt.Sprintf(`SELECT * FROM %s WHERE %s IN (SELECT value FROM json_each(?))`, table, w.layout[table][0]) // #nosec G201 -- names of ours
			if err := queryRows(ctx, db.DB, query, func(r cells) error { keep(table, r); return nil }, string(list)); err != nil {
				w.cfg.Log.Info("incidents of a damaged cache", "err", err)
			}
		}
		_ = db.Close()
	}
	if len(heads) < len(ids) || len(texts) < len(ids) {
		if err := w.scan(ctx, keep, "incident", "incident_text"); err != nil {
			w.cfg.Log.Info("incidents of a damaged cache", "err", err)
		}
	}
	return heads, texts
}
