package data

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// Ages implements metrics.History. Most incidents were created and perhaps closed, once;
// only of the others are the changes read.
func (c *Cache) Ages(ctx context.Context, at []time.Time) ([]metrics.Ages, error) {
	backlog := metrics.NewBacklog(at)
	if len(at) == 0 {
		return nil, nil
	}
	err := c.view(ctx, func(q querier) error {
		turned, err := q.turned()
		if err != nil {
			return err
		}
		for id, l := range turned {
			for _, s := range l.Spans() {
				backlog.Add(when(id), s)
			}
		}
		ids, closed, err := q.pairs(`SELECT id, closed_at FROM incident INDEXED BY incident_life
    WHERE shadow = 0 AND id < ? AND deleted = 0 AND status <> ? AND (status <> ? OR closed_at >= ?)`,
			micros(at[len(at)-1]), app.StatusRedirected, app.StatusClosed, micros(at[0]))
		for i, id := range ids {
			if turned[id] == nil {
				backlog.Add(when(id), metrics.Span{From: when(id), To: when(closed[i])})
			}
		}
		return err
	})
	return backlog.Ages, err
}

// turned reads the lives of incidents that were reopened, merged or deleted.
func (q querier) turned() (map[int64]*metrics.Life, error) {
	lives := map[int64]*metrics.Life{}
	const those = `(SELECT c.incident_id FROM change c WHERE ` + turned + `)`
	err := q.each(`SELECT id, closed_at, status, deleted FROM incident WHERE shadow = 0 AND id IN `+those, nil, func(scan func(...any) error) error {
		var id, closed int64
		l := &metrics.Life{}
		err := scan(&id, &closed, &l.Status, &l.Deleted)
		l.Created, l.ClosedAt = when(id), when(closed)
		lives[id] = l
		return err
	})
	if err != nil {
		return nil, err
	}
	return lives, q.each(`SELECT c.incident_id, c.at, c.field, c.was, c.now FROM change c
    WHERE c.incident_id IN `+those+` AND (c.field = 'deleted' OR c.field = 'status' AND `+took+`) ORDER BY c.incident_id, c.id`, nil,
		func(scan func(...any) error) error {
			var id, at int64
			var field string
			var s metrics.Step
			if err := scan(&id, &at, &field, &s.Was, &s.Now); err != nil {
				return err
			}
			s.At, s.Field = when(at), app.Field(field)
			if l := lives[id]; l != nil {
				l.Steps = append(l.Steps, s)
			}
			return nil
		})
}
