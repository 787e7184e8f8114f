package data

import (
	"context"
	"time"

	"watchfloor/app"
)

const (
	retainEvery = 24 * time.Hour
	retainStep  = 100 // incidents that one transaction removes
)

// lastRetained is the preference that notes when retention ran last, in microseconds.
const lastRetained = "retention.last"

// Retain removes incidents that have been closed for longer than app.RetentionPref says, once
// a day: from the tables, from the search index and with the names of entities that no
// other incident has. Finished actions on them go too; the audit log keeps what was done.
// An incident stays while it, its twin or what was merged into it is open or younger, and
// while an action on it is unfinished or a comment is being written. It works in small
// transactions and goes on where it was interrupted.
func (c *Cache) Retain(ctx context.Context) (removed int, err error) {
	now := c.cfg.Now()
	keep, err := c.Preference(ctx, app.RetentionPref)
	if err != nil {
		return 0, err
	}
	last, err := c.Preference(ctx, lastRetained)
	if err != nil {
		return 0, err
	}
	age := time.Duration(app.Retention(keep)) * 24 * time.Hour
	if at, e := time.Parse(time.RFC3339, last); age == 0 || e == nil && now.Sub(at) < retainEvery && !at.After(now) {
		return 0, nil
	}
	for {
		n, err := c.retainSome(ctx, micros(now.Add(-age)))
		if err != nil {
			return removed, err
		}
		if removed += n; n == 0 {
			break
		}
	}
	if removed > 0 {
		c.cfg.Log.Info("incidents past their retention were removed", "incidents", removed)
		if err := c.forgetWords(ctx); err != nil {
			return removed, err
		}
	}
	return removed, c.SetPreference(ctx, lastRetained, now.UTC().Format(time.RFC3339))
}

// selectOld walks closed incidents, the oldest first. An incident goes together with its
// twin; what others were merged into stays as long as they do.
const selectOld = `SELECT i.id FROM incident i LEFT JOIN incident w ON w.id = i.twin_id
WHERE i.closed_at > 0 AND i.closed_at < ?1 AND i.open = 0 AND (w.id IS NULL OR w.open = 0 AND w.closed_at < ?1)
    AND NOT EXISTS (SELECT 1 FROM outbox_on l WHERE l.line IN (i.id, w.id))
    AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.incident_id IN (i.id, w.id))
    AND NOT EXISTS (SELECT 1 FROM incident m WHERE m.redirect_to <> '' AND m.source = i.source AND m.redirect_to = i.remote_id AND (m.open = 1 OR m.modified >= ?1))
ORDER BY i.closed_at LIMIT ?2`

// retainSome removes up to a hundred incidents with their twins.
func (c *Cache) retainSome(ctx context.Context, before int64) (n int, err error) {
	err = c.tx(ctx, func(t *tx) error {
		n = 0
		var ids []int64
		take := func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			ids = append(ids, id)
			return err
		}
		if err := t.each(selectOld, []any{before, retainStep}, take); err != nil {
			return err
		}
		for _, id := range ids {
			if err := t.removeIncident(id); err != nil {
				return err
			}
		}
		if n = len(ids); n > 0 {
			t.topics[app.TopicIncidents] = true
		}
		return nil
	})
	return n, err
}

// removeIncident removes an incident with all that belongs to it.
func (t *tx) removeIncident(id int64) error {
	var entities []int64
	err := t.each(`SELECT entity_id FROM incident_entity WHERE incident_id = ?1 UNION SELECT entity_id FROM evidence WHERE incident_id = ?1`,
		[]any{id}, func(scan func(...any) error) error {
			var e int64
			err := scan(&e)
			entities = append(entities, e)
			return err
		})
	if err != nil {
		return err
	}
	for _, query := range []string{
		`UPDATE incident SET twin_id = NULL WHERE twin_id = ?`,
		`DELETE FROM outbox WHERE incident_id = ?`, // finished: it stands in no line
		`DELETE FROM search WHERE rowid = ?`,
		`DELETE FROM incident WHERE id = ?`, // and what refers to it
	} {
		if err := t.exec(query, id); err != nil {
			return err
		}
	}
	for _, e := range entities {
		if err := t.forgetEntity(e); err != nil {
			return err
		}
	}
	return nil
}

// forgetEntity removes the name of an entity that no incident has any more.
func (t *tx) forgetEntity(id int64) error {
	const orphan = ` AND NOT EXISTS (SELECT 1 FROM incident_entity WHERE entity_id = ?1) AND NOT EXISTS (SELECT 1 FROM evidence WHERE entity_id = ?1)`
	if err := t.exec(`DELETE FROM entity_account WHERE entity_id = ?1`+orphan, id); err != nil {
		return err
	}
	t.cache.writer.entities, t.cache.writer.noted = nil, nil // they may name it
	return t.exec(`DELETE FROM entity WHERE id = ?1`+orphan, id)
}

// mergePages bounds what one transaction rewrites of the search index.
const mergePages = 500

// forgetWords has the search index rewrite the segments that still hold words of what was
// removed, a part at a time.
func (c *Cache) forgetWords(ctx context.Context) error {
	pages := -mergePages // the first step asks for all segments, the others go on
	for {
		var before, after int64
		err := c.tx(ctx, func(t *tx) error {
			const total = `SELECT total_changes()`
			if err := t.one(total, nil, &before); err != nil {
				return err
			}
			if err := t.exec(`INSERT INTO search (search, rank) VALUES ('merge', ?)`, pages); err != nil {
				return err
			}
			return t.one(total, nil, &after)
		})
		if err != nil || after-before < 2 { // fewer: there was nothing to do (sqlite.org/fts5.html)
			return err
		}
		pages = mergePages
	}
}
