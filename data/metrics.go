package data

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

var _ metrics.Store = (*Cache)(nil)

// Flow implements metrics.Store.
func (c *Cache) Flow(ctx context.Context, from, to time.Time, loc *time.Location) ([]metrics.Day, error) {
	var days []metrics.Day
	start := dayOf(from, loc)
	for d := start; !d.After(to); d = d.AddDate(0, 0, 1) {
		days = append(days, metrics.Day{Date: d})
	}
	if len(days) == 0 {
		return nil, nil
	}
	end := days[len(days)-1].Date.AddDate(0, 0, 1)
	index := make(map[string]int, len(days))
	for i, d := range days {
		index[d.Date.Format(time.DateOnly)] = i
	}
	tally := func(q querier, column string, into func(*metrics.Day) *[int(app.High) + 1]int) error {
		return q.each(`SELECT `+column+`, severity FROM incident WHERE `+column+` >= ? AND `+column+` < ? AND `+column+` > 0 AND shadow = 0 AND status <> ?`,
			[]any{micros(start), micros(end), app.StatusRedirected}, func(scan func(...any) error) error {
				var at int64
				var sev int
				if err := scan(&at, &sev); err != nil {
					return err
				}
				if i, ok := index[when(at).In(loc).Format(time.DateOnly)]; ok {
					into(&days[i])[max(0, min(sev, int(app.High)))]++
				}
				return nil
			})
	}
	err := c.view(ctx, func(q querier) error {
		if err := tally(q, "id", func(d *metrics.Day) *[int(app.High) + 1]int { return &d.Created }); err != nil {
			return err
		}
		return tally(q, "closed_at", func(d *metrics.Day) *[int(app.High) + 1]int { return &d.Closed })
	})
	return days, err
}

func dayOf(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, loc)
}

// AsOf implements metrics.Store.
func (c *Cache) AsOf(ctx context.Context) (time.Time, error) {
	var at int64
	err := c.view(ctx, func(q querier) error {
		return q.one(`SELECT coalesce(min(last_success), 0) FROM cursor`, nil, &at)
	})
	return when(at), err
}
