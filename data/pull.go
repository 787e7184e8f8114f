package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"watchfloor/app"
	"watchfloor/app/sync"
)

var _ sync.Store = (*Cache)(nil)

// Cursor implements sync.Store.
func (c *Cache) Cursor(ctx context.Context, src app.SourceID) (app.Cursor, time.Time, error) {
	var cur app.Cursor
	var last int64
	err := c.view(ctx, func(q querier) error {
		var text string
		err := q.one(`SELECT cursor, last_success FROM cursor WHERE source = ?`, []any{string(src)}, &text, &last)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &cur)
	})
	return cur, when(last), err
}

// StorePage implements sync.Store.
func (c *Cache) StorePage(ctx context.Context, src app.SourceID, p app.Page) error {
	if err := c.roomForPull(); err != nil {
		return err
	}
	cur, err := json.Marshal(p.Cursor)
	if err != nil {
		return wrap(err)
	}
	return c.tx(ctx, func(t *tx) error {
		for _, row := range p.Rows {
			if err := t.alive(); err != nil {
				return err
			}
			if _, err := t.store(row, nil); err != nil {
				return err
			}
		}
		t.topics[app.TopicSync] = true
		return t.exec(`INSERT INTO cursor (source, cursor) VALUES (?,?) ON CONFLICT (source) DO UPDATE SET cursor = excluded.cursor`,
			string(src), string(cur))
	})
}

// store puts one incident and, where they came with it, its details.
func (t *tx) store(p app.Pulled, skip []app.Field) (int64, error) {
	id, how, err := t.put(p, skip)
	if err != nil || p.Details == nil || how == unchanged {
		return id, err
	}
	return id, t.putInline(id, *p.Details, how == inserted)
}

// Finish implements sync.Store.
func (c *Cache) Finish(ctx context.Context, src app.SourceID, at time.Time) error {
	return c.tx(ctx, func(t *tx) error {
		t.topics[app.TopicSync] = true
		return t.exec(`UPDATE cursor SET last_success = ? WHERE source = ?`, micros(at), string(src))
	})
}

// DetailsDue implements sync.Store.
func (c *Cache) DetailsDue(ctx context.Context, src app.SourceID, limit int) (due []sync.Due, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.each(`SELECT id, remote_id FROM incident WHERE source = ? AND details_due = 1 ORDER BY id DESC LIMIT ?`,
			[]any{string(src), limit}, func(scan func(...any) error) error {
				d := sync.Due{Ref: app.Ref{Source: src}}
				err := scan(&d.ID, &d.Ref.ID)
				due = append(due, d)
				return err
			})
	})
	return due, err
}

// DetailsDueCount implements sync.Store.
func (c *Cache) DetailsDueCount(ctx context.Context, src app.SourceID) (n int, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.one(`SELECT count(*) FROM incident WHERE source = ? AND details_due = 1`, []any{string(src)}, &n)
	})
	return n, err
}

// StoreDetails implements sync.Store.
func (c *Cache) StoreDetails(ctx context.Context, details map[int64]app.Details) error {
	if err := c.roomForPull(); err != nil {
		return err
	}
	return c.tx(ctx, func(t *tx) error {
		for id, d := range details {
			if err := t.putDetails(id, d); err != nil {
				return err
			}
			if err := t.staleTwin(id); err != nil {
				return err
			}
		}
		t.topics[app.TopicSync] = true
		return nil
	})
}

// staleTwin has the incident that stands in for a shadow indexed again: its text
// includes the shadow's. The shown row also borrows a summary it lacks.
func (t *tx) staleTwin(id int64) error {
	var twin sql.NullInt64
	if err := t.one(`SELECT twin_id FROM incident WHERE id = ? AND shadow = 1`, []any{id}, &twin); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	}
	if twin.Valid {
		t.touch(twin.Int64)
		t.reword(twin.Int64)
	}
	return nil
}

// StoreIncident implements sync.Store.
func (c *Cache) StoreIncident(ctx context.Context, p app.Pulled) error {
	return c.tx(ctx, func(t *tx) error {
		_, err := t.store(p, nil)
		return err
	})
}

// Ref implements sync.Store.
func (c *Cache) Ref(ctx context.Context, id int64) (ref app.Ref, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.one(`SELECT source, remote_id FROM incident WHERE id = ?`, []any{id}, &ref.Source, &ref.ID)
	})
	return ref, err
}

// OpenIDs implements sync.Store.
func (c *Cache) OpenIDs(ctx context.Context, src app.SourceID) (ids []string, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.each(`SELECT remote_id FROM incident WHERE source = ? AND open = 1 AND deleted = 0`, []any{string(src)},
			func(scan func(...any) error) error {
				var id string
				err := scan(&id)
				ids = append(ids, id)
				return err
			})
	})
	return ids, err
}

// MarkGone implements sync.Store.
func (c *Cache) MarkGone(ctx context.Context, ref app.Ref) error {
	return c.tx(ctx, func(t *tx) error { return t.markGone(ref) })
}

func (t *tx) markGone(ref app.Ref) error {
	old, err := t.load(ref)
	if err != nil || old == nil || old.deleted {
		return err
	}
	if err := t.change(old.id, t.now, "", app.FieldDeleted, "no", "yes", app.OriginPull); err != nil {
		return err
	}
	t.touch(old.id)
	if old.twin.Valid { // the other product still has it: show that row again
		if err := t.exec(`UPDATE incident SET shadow = 0, twin_id = NULL WHERE id = ?`, old.twin.Int64); err != nil {
			return err
		}
		if err := t.weigh(old.twin.Int64); err != nil {
			return err
		}
		t.touch(old.twin.Int64)
		t.reword(old.twin.Int64)
	}
	return t.exec(`UPDATE incident SET deleted = 1, details_due = 0, twin_id = NULL, shadow = 0 WHERE id = ?`, old.id)
}
