package data

import (
	"context"
	"database/sql"

	"watchfloor/app"
)

// querier is a read transaction bound to its context.
type querier struct {
	ctx context.Context
	tx  *sql.Tx
}

// view runs fn on one consistent snapshot of the cache.
func (c *Cache) view(ctx context.Context, fn func(querier) error) error {
	t, err := c.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return c.suspected(wrap(err))
	}
	defer t.Rollback()
	return c.suspected(wrap(fn(querier{ctx, t})))
}

func (q querier) one(query string, args []any, dest ...any) error {
	return q.tx.QueryRowContext(q.ctx, query, args...).Scan(dest...)
}

func (q querier) each(query string, args []any, fn func(scan func(...any) error) error) error {
	rs, err := q.tx.QueryContext(q.ctx, query, args...)
	if err != nil {
		return err
	}
	return drain(rs, fn)
}

// rows reads all rows of a query with one argument.
func rows[T any](q querier, query string, arg any, read func(scan func(...any) error) (T, error)) ([]T, error) {
	var out []T
	err := q.each(query, []any{arg}, func(scan func(...any) error) error {
		v, err := read(scan)
		out = append(out, v)
		return err
	})
	return out, err
}

// Check reports whether the file is sound, its indexes agree with its tables, the writer
// stores durably and the queued actions are in order. It reads the whole file.
func (c *Cache) Check(ctx context.Context) error {
	var sound, sync string
	// On a connection of its own: one that has used the full-text index before still holds
	// its old segments, and would call their absence damage.
	own, err := c.cfg.openFile(c.cfg.Path, readOnly())
	if err != nil {
		return wrap(err)
	}
	defer own.Close()
	if err := own.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&sound); err != nil {
		return c.suspected(wrap(err))
	}
	if err := c.writer.acquire(ctx); err != nil {
		return wrap(err)
	}
	err = c.writer.conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&sync)
	c.writer.release()
	switch {
	case err != nil:
		return wrap(err)
	case sound != "ok":
		c.cfg.Log.Error("the cache is damaged", "first", sound)
		return c.suspected(wrap(errUnsound))
	case sync != "2":
		return app.E(app.KindInternal, "The cache does not store durably; please report this.", nil)
	}
	return c.view(ctx, c.checkLines)
}
