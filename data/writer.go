package data

import (
	"context"
	"database/sql"

	"watchfloor/app"
	"watchfloor/app/identity"
)

// writer is the one connection that changes the cache. Its statements are prepared
// once; queries are constants, so their number is bounded.
type writer struct {
	turn   chan struct{} // holds one token; taken while a transaction runs
	closed chan struct{}
	conn   *sql.Conn
	stmts  map[string]*sql.Stmt
	// entities remembers ids of entities by kind and key; nil is empty.
	entities map[entityKey]int64
	// words are ids of identity_word, noted the names of accounts that are stored.
	words map[wordKey]int64
	noted map[int64]identity.Key
}

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{turn: make(chan struct{}, 1), closed: make(chan struct{}), conn: conn, stmts: map[string]*sql.Stmt{}}
	w.turn <- struct{}{}
	return w, nil
}

// acquire waits for the turn to write, or for ctx.
func (w *writer) acquire(ctx context.Context) error {
	select {
	case <-w.closed:
		return app.E(app.KindInternal, "The cache is closed.", nil)
	default:
	}
	select {
	case <-w.closed:
		return app.E(app.KindInternal, "The cache is closed.", nil)
	case <-w.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) release() { w.turn <- struct{}{} }

// statement returns the prepared statement of a query; call it while holding the turn.
func (w *writer) statement(query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = s
	return s, nil
}

// close waits for the running transaction and keeps the turn, so that none follows.
func (w *writer) close() {
	<-w.turn
	close(w.closed)
	for _, s := range w.stmts {
		_ = s.Close()
	}
	_ = w.conn.Close()
}

// tx is one write transaction; now is its single reading of the clock. Its statements
// are short and not interrupted one by one (the driver would start a goroutine for
// each); long work asks alive between them.
type tx struct {
	cache   *Cache
	ctx     context.Context
	now     int64              // microseconds
	touched map[int64]bool     // incidents to name in the event
	topics  map[app.Topic]bool // what to publish after the commit
	stale   map[int64]*words   // incidents whose text must be indexed again; nil: to be read
	draft   bool               // it stores what a person is writing
}

// tx runs fn in one immediate transaction and publishes what it touched once it is
// durable.
func (c *Cache) tx(ctx context.Context, fn func(*tx) error) error {
	t, err := c.try(ctx, fn)
	if full(err) && t.vital() {
		c.makeRoom(ctx)
		t, err = c.try(ctx, fn)
	}
	if err != nil {
		return c.suspected(wrap(err))
	}
	c.publish(t)
	return nil
}

// try is tx without what follows. fn may be run again after it failed.
func (c *Cache) try(ctx context.Context, fn func(*tx) error) (*tx, error) {
	if err := c.writer.acquire(ctx); err != nil {
		return nil, err
	}
	t := &tx{cache: c, ctx: ctx, now: micros(c.cfg.Now()), touched: map[int64]bool{}, topics: map[app.Topic]bool{}, stale: map[int64]*words{}}
	return t, c.run(t, fn)
}

// vital reports that the transaction stores what a person decided, for which the reserve
// is kept.
func (t *tx) vital() bool { return t != nil && (t.topics[app.TopicOutbox] || t.draft) }

func (c *Cache) run(t *tx, fn func(*tx) error) (err error) {
	defer c.writer.release()
	if err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			c.writer.entities, c.writer.words, c.writer.noted = nil, nil, nil // they may name rows that are rolled back
			if rb := t.exec("ROLLBACK"); rb != nil {
				c.cfg.Log.Debug("rollback", "err", rb) // SQLite has already rolled back after a full disk
			}
		}
	}()
	if err := fn(t); err != nil {
		return err
	}
	if err := t.reindex(); err != nil {
		return err
	}
	if err := t.ctx.Err(); err != nil {
		return err
	}
	return t.exec("COMMIT")
}

// alive returns an error once the caller has given up.
func (t *tx) alive() error { return t.ctx.Err() }

// exec runs a statement that returns nothing.
func (t *tx) exec(query string, args ...any) error {
	s, err := t.cache.writer.statement(query)
	if err != nil {
		return err
	}
	_, err = s.Exec(args...)
	return err
}

// insert runs a statement and returns the new row's id.
func (t *tx) insert(query string, args ...any) (int64, error) {
	s, err := t.cache.writer.statement(query)
	if err != nil {
		return 0, err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// one reads a single row; sql.ErrNoRows when there is none.
func (t *tx) one(query string, args []any, dest ...any) error {
	s, err := t.cache.writer.statement(query)
	if err != nil {
		return err
	}
	return s.QueryRow(args...).Scan(dest...)
}

// each calls fn for every row; fn must not use the same query.
func (t *tx) each(query string, args []any, fn func(scan func(...any) error) error) error {
	s, err := t.cache.writer.statement(query)
	if err != nil {
		return err
	}
	rows, err := s.Query(args...)
	if err != nil {
		return err
	}
	return drain(rows, fn)
}

func drain(rows *sql.Rows, fn func(scan func(...any) error) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
