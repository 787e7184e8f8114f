package data

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/posture"
)

var _ metrics.PostureSource = postureView{}

// Lines implements metrics.PostureSource.
func (v postureView) Lines(ctx context.Context, from, to time.Time) (out []posture.Score, err error) {
	err = v.c.view(ctx, func(q querier) error {
		return q.each(`SELECT s.model, s.scope, s.name, x.day, x.current, x.max, x.weight FROM score_series s JOIN score x ON x.series = s.id
    WHERE x.day >= ? AND x.day <= ? ORDER BY s.model, s.name, s.scope, x.day`, []any{dayOf(from), dayOf(to)}, func(scan func(...any) error) error {
			var s posture.Score
			var day int64
			err := scan(&s.Model, &s.Scope, &s.ScopeName, &day, &s.Current, &s.Max, &s.Weight)
			s.Day = dayAt(day)
			out = append(out, s)
			return err
		})
	})
	return out, err
}

// PostureKnown implements metrics.PostureSource.
func (v postureView) PostureKnown(ctx context.Context) (asOf, since time.Time, err error) {
	var at int64
	var day *int64
	err = v.c.view(ctx, func(q querier) error {
		if err := q.one(`SELECT coalesce(min(last_success), 0) FROM cursor WHERE source IN (?,?)`, []any{string(app.CloudPosture), string(app.M365Score)}, &at); err != nil {
			return err
		}
		return q.one(`SELECT min(day) FROM score`, nil, &day)
	})
	if day != nil {
		since = dayAt(*day)
	}
	return when(at), since, err
}
