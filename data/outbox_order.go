package data

import "database/sql"

// The order of actions is kept in outbox_on, one row for each incident that an
// unfinished action concerns, and in outbox.blocked, which says that an earlier
// unfinished action concerns one of the same incidents. Both change in the transaction
// that queues or finishes an action, so that what is first need not be searched for.

// lineUp puts a new action behind the others on its incidents.
func (t *tx) lineUp(seq int64, incidents []int64) error {
	for _, id := range incidents {
		t.touch(id)
		if err := t.exec(`INSERT INTO outbox_on (incident_id, seq) VALUES (?,?)`, id, seq); err != nil {
			return err
		}
		if err := t.exec(`UPDATE incident SET queued = queued + 1 WHERE id = ?`, id); err != nil {
			return err
		}
	}
	return t.block(seq)
}

// block works out anew whether an action has to wait for an earlier one.
func (t *tx) block(seq int64) error {
	return t.exec(`UPDATE outbox SET blocked = EXISTS (SELECT 1 FROM outbox_on mine JOIN outbox_on o
    ON o.incident_id = mine.incident_id AND o.seq < mine.seq WHERE mine.seq = outbox.seq) WHERE seq = ?`, seq)
}

// lined lists the incidents that an unfinished action concerns.
func (t *tx) lined(seq int64) (incidents []int64, err error) {
	err = t.each(`SELECT incident_id FROM outbox_on WHERE seq = ? ORDER BY incident_id`, []any{seq}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		incidents = append(incidents, id)
		return err
	})
	return incidents, err
}

// leave takes a finished action out of its lines and lets the next ones forward.
func (t *tx) leave(seq int64, incidents []int64) error {
	if err := t.exec(`DELETE FROM outbox_on WHERE seq = ?`, seq); err != nil {
		return err
	}
	for _, id := range incidents {
		var next sql.NullInt64
		if err := t.one(`SELECT min(seq) FROM outbox_on WHERE incident_id = ?`, []any{id}, &next); err != nil {
			return err
		}
		if next.Valid {
			if err := t.block(next.Int64); err != nil {
				return err
			}
		}
	}
	return nil
}

// mark counts the pending actions of incidents anew.
func (t *tx) mark(incidents []int64) error {
	for _, id := range incidents {
		t.touch(id)
		if err := t.exec(`
UPDATE incident SET queued = (SELECT count(*) FROM outbox_on o WHERE o.incident_id = incident.id),
    conflict = EXISTS (SELECT 1 FROM outbox_on o JOIN outbox a ON a.seq = o.seq
        WHERE o.incident_id = incident.id AND a.state IN ('conflict', 'failed')) WHERE id = ?`, id); err != nil {
			return err
		}
	}
	return nil
}
