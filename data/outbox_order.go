package data

import "database/sql"

// The order of actions is kept in outbox_on, one row for each incident or subject that an
// unfinished action concerns (its line: the incident's id, or the subject's below zero),
// and in outbox.blocked, which says that an earlier unfinished action stands in one of the
// same lines. Both change in the transaction that queues or finishes an action, so that
// what is first need not be searched for.

// lineUp puts a new action behind the others in its lines.
func (t *tx) lineUp(seq int64, lines []int64) error {
	for _, id := range lines {
		if err := t.exec(`INSERT INTO outbox_on (line, seq) VALUES (?,?)`, id, seq); err != nil {
			return err
		}
		if id < 0 {
			continue
		}
		t.touch(id)
		if err := t.exec(`UPDATE incident SET queued = queued + 1 WHERE id = ?`, id); err != nil {
			return err
		}
	}
	return t.block(seq)
}

// block works out anew whether an action has to wait for an earlier one.
func (t *tx) block(seq int64) error {
	return t.exec(`UPDATE outbox SET blocked = EXISTS (SELECT 1 FROM outbox_on mine JOIN outbox_on o
    ON o.line = mine.line AND o.seq < mine.seq WHERE mine.seq = outbox.seq) WHERE seq = ?`, seq)
}

// lined lists the lines that an unfinished action stands in.
func (t *tx) lined(seq int64) (lines []int64, err error) {
	err = t.each(`SELECT line FROM outbox_on WHERE seq = ? ORDER BY line`, []any{seq}, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		lines = append(lines, id)
		return err
	})
	return lines, err
}

// leave takes a finished action out of its lines and lets the next ones forward.
func (t *tx) leave(seq int64, lines []int64) error {
	if err := t.exec(`DELETE FROM outbox_on WHERE seq = ?`, seq); err != nil {
		return err
	}
	for _, id := range lines {
		var next sql.NullInt64
		if err := t.one(`SELECT min(seq) FROM outbox_on WHERE line = ?`, []any{id}, &next); err != nil {
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

// mark counts the pending actions of the incidents among lines anew.
func (t *tx) mark(lines []int64) error {
	for _, id := range lines {
		if id < 0 {
			continue
		}
		t.touch(id)
		if err := t.exec(`
UPDATE incident SET queued = (SELECT count(*) FROM outbox_on o WHERE o.line = incident.id),
    conflict = EXISTS (SELECT 1 FROM outbox_on o JOIN outbox a ON a.seq = o.seq
        WHERE o.line = incident.id AND a.state IN ('conflict', 'failed')) WHERE id = ?`, id); err != nil {
			return err
		}
	}
	return nil
}
