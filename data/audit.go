package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"watchfloor/app/audit"
	"watchfloor/app/outbox"
)

var (
	_ audit.Log    = (*Cache)(nil)
	_ audit.Reader = (*Cache)(nil)
)

// beginAudit writes the first record of a log that has none: of a new cache, and of one
// that is older than the log.
func (c *Cache) beginAudit(ctx context.Context) error {
	head, err := c.Head(ctx)
	if err != nil || head.Count > 0 {
		return err
	}
	return c.tx(ctx, func(t *tx) error {
		head, err := t.auditHead()
		if err != nil || head.Count > 0 { // somebody who opened it at this moment was faster
			return err
		}
		var actions int64
		if err := t.one(`SELECT count(*) FROM outbox`, nil, &actions); err != nil {
			return err
		}
		reason := "The log of a new cache begins."
		if actions > 0 {
			reason = fmt.Sprintf("The log begins; %d actions are older than it.", actions)
		}
		return t.audit(audit.Record{Event: audit.Genesis, Reason: reason})
	})
}

// Note implements audit.Log.
func (c *Cache) Note(ctx context.Context, r audit.Record) error {
	return c.tx(ctx, func(t *tx) error { return t.audit(r) })
}

const selectAuditHead = `SELECT seq, record FROM audit ORDER BY seq DESC LIMIT 1`

// headOf makes the head of the row that a query read.
func headOf(seq int64, line []byte, err error) (audit.Head, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Head{}, nil
	}
	if err != nil {
		return audit.Head{}, err
	}
	return audit.Head{Count: seq, Hash: audit.Sum(line)}, nil
}

// Head implements audit.Reader.
func (c *Cache) Head(ctx context.Context) (h audit.Head, err error) {
	err = c.view(ctx, func(q querier) error {
		var seq int64
		var line []byte
		found := q.one(selectAuditHead, nil, &seq, &line)
		h, err = headOf(seq, line, found)
		return err
	})
	return h, err
}

// Lines implements audit.Reader. All lines are of one moment.
func (c *Cache) Lines(ctx context.Context, fn func(seq int64, line []byte) error) error {
	return c.view(ctx, func(q querier) error {
		return q.each(`SELECT seq, record FROM audit ORDER BY seq`, nil, func(scan func(...any) error) error {
			var seq int64
			var line []byte
			if err := scan(&seq, &line); err != nil {
				return err
			}
			return fn(seq, line)
		})
	})
}

func (t *tx) auditHead() (audit.Head, error) {
	var seq int64
	var line []byte
	err := t.one(selectAuditHead, nil, &seq, &line)
	return headOf(seq, line, err)
}

// audit appends a record within the transaction that does what it tells.
func (t *tx) audit(r audit.Record) error {
	head, err := t.auditHead()
	if err != nil {
		return err
	}
	r.At = when(t.now)
	line, next := head.Next(r)
	return t.exec(`INSERT INTO audit (seq, record) VALUES (?,?)`, next.Count, line)
}

// auditSaved records what became of an action that is stored anew; before is its row so
// far, served when its service did so, zero where that is not known.
func (t *tx) auditSaved(before, a outbox.Action, served time.Time) error {
	r, ok := a.Became(before, audit.PersonOf(t.ctx))
	if !ok {
		return nil
	}
	if r.ServiceAt.IsZero() {
		r.ServiceAt = served
	}
	return t.audit(r)
}
