package data

import (
	"context"
	"database/sql"
	"encoding/json"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Known implements outbox.Store.
func (c *Cache) Known(ctx context.Context, id int64) (k outbox.Known, err error) {
	err = c.view(ctx, func(q querier) error {
		k, err = q.known(id)
		return err
	})
	return k, err
}

// Lookup implements outbox.Store.
func (c *Cache) Lookup(ctx context.Context, ref app.Ref) (k outbox.Known, err error) {
	err = c.view(ctx, func(q querier) error {
		var id int64
		if err := q.one(`SELECT id FROM incident WHERE source = ? AND remote_id = ?`, []any{string(ref.Source), ref.ID}, &id); err != nil {
			return err
		}
		k, err = q.known(id)
		return err
	})
	return k, err
}

func (q querier) known(id int64) (k outbox.Known, err error) {
	if k.Incident, _, _, err = q.incident(id); err != nil {
		return k, err
	}
	var remote sql.NullString
	err = q.one(`SELECT x.raw, x.remote, i.deleted FROM incident_text x JOIN incident i ON i.id = x.incident_id WHERE x.incident_id = ?`,
		[]any{id}, &k.Raw, &remote, &k.Deleted)
	if k.Held = k.Incident.Fields; err == nil && remote.Valid {
		k.Held = app.Fields{}
		err = json.Unmarshal([]byte(remote.String), &k.Held)
	}
	return k, err
}
