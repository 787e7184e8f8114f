package data

import (
	"context"
	"errors"
	"time"

	"watchfloor/app/outbox"
)

// park stores of waiting actions that this release cannot read that they wait for a
// person: so lists, counts and what incidents show say the same of them. What the rows
// hold of the actions stays byte for byte.
func (c *Cache) park(ctx context.Context) error {
	var broken []outbox.Action
	err := c.view(ctx, func(q querier) error {
		return q.each(selectAction+`WHERE seq IN (SELECT seq FROM outbox_on) AND state NOT IN ('failed', 'done', 'discarded') ORDER BY seq`, nil,
			func(scan func(...any) error) error {
				a, err := scanAction(scan)
				if err == nil && a.Unreadable {
					broken = append(broken, a)
				}
				return err
			})
	})
	if err != nil || len(broken) == 0 {
		return err
	}
	return c.tx(ctx, func(t *tx) error {
		for _, a := range broken {
			_, err := t.saveAction(a, time.Time{})
			if errors.Is(err, errMoved) { // somebody who opened it at this moment was faster
				continue
			}
			if err != nil {
				return err
			}
			lines, err := t.lined(a.Seq)
			if err != nil {
				return err
			}
			if err := t.mark(lines); err != nil {
				return err
			}
		}
		return nil
	})
}
