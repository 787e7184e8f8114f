package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
)

// Posture reads the cache's posture.
func (c *Cache) Posture() posture.Reader { return postureView{c} }

type postureView struct{ c *Cache }

const scoreColumns = `s.model, s.scope, s.name, x.day, x.current, x.max, x.weight, x.averages, x.raw`

func scanScore(scan func(...any) error) (s posture.Score, err error) {
	var day int64
	var averages string
	if err := scan(&s.Model, &s.Scope, &s.ScopeName, &day, &s.Current, &s.Max, &s.Weight, &averages, &s.Raw); err != nil {
		return s, err
	}
	s.Day = dayAt(day)
	return s, json.Unmarshal([]byte(averages), &s.Averages)
}

// Latest implements posture.Reader. A day in the future is the latest only where there is
// no other.
func (v postureView) Latest(ctx context.Context) (out []posture.Score, err error) {
	err = v.c.view(ctx, func(q querier) error {
		today := dayOf(v.c.cfg.Now())
		out, err = rows(q, `SELECT `+scoreColumns+` FROM score_series s JOIN score x ON x.series = s.id AND x.day = coalesce(
    (SELECT max(day) FROM score WHERE series = s.id AND day <= ?), (SELECT min(day) FROM score WHERE series = s.id))
    ORDER BY s.model, s.name, s.scope`, today, scanScore)
		return err
	})
	return out, err
}

// History implements posture.Reader.
func (v postureView) History(ctx context.Context, m posture.Model, scope string, from, to time.Time) (out []posture.Score, err error) {
	err = v.c.view(ctx, func(q querier) error {
		return q.each(`SELECT `+scoreColumns+` FROM score_series s JOIN score x ON x.series = s.id
    WHERE s.model = ? AND s.scope = ? AND x.day >= ? AND x.day <= ? ORDER BY x.day`,
			[]any{string(m), azureKey(scope), dayOf(from), dayOf(to)}, func(scan func(...any) error) error {
				s, err := scanScore(scan)
				out = append(out, s)
				return err
			})
	})
	return out, err
}

// scoreOn is the score of the last day at or before day. Where the cache begins later, it
// is the first that there is.
func (q querier) scoreOn(m posture.Model, scope string, day time.Time) (s posture.Score, series int64, err error) {
	row := q.tx.QueryRowContext(q.ctx, `SELECT s.id, `+scoreColumns+` FROM score_series s JOIN score x ON x.series = s.id
    WHERE s.model = ? AND s.scope = ? AND x.day = coalesce((SELECT max(day) FROM score WHERE series = s.id AND day <= ?),
        (SELECT min(day) FROM score WHERE series = s.id))`, string(m), azureKey(scope), dayOf(day))
	s, err = scanScore(func(dest ...any) error { return row.Scan(append([]any{&series}, dest...)...) })
	if errors.Is(err, sql.ErrNoRows) {
		err = app.E(app.KindNotFound, "No score of "+m.Label()+" is kept for this scope yet.", err)
	}
	return s, series, err
}

func (q querier) parts(series int64, s posture.Score) (out []posture.Part, err error) {
	err = q.each(`SELECT c.control, c.name, p.current, p.max, p.healthy, p.unhealthy, p.not_applicable
    FROM score_part p JOIN score_control c ON c.id = p.control WHERE p.series = ? AND p.day = ? ORDER BY c.name, c.control`,
		[]any{series, dayOf(s.Day)}, func(scan func(...any) error) error {
			p := posture.Part{Model: s.Model, Scope: s.Scope, Day: s.Day}
			err := scan(&p.Control, &p.Name, &p.Current, &p.Max, &p.Healthy, &p.Unhealthy, &p.NotApplicable)
			out = append(out, p)
			return err
		})
	return out, err
}

// Parts implements posture.Reader.
func (v postureView) Parts(ctx context.Context, m posture.Model, scope string, day time.Time) (out []posture.Part, err error) {
	err = v.c.view(ctx, func(q querier) error {
		s, series, err := q.scoreOn(m, scope, day)
		if err != nil {
			return err
		}
		out, err = q.parts(series, s)
		return err
	})
	return out, err
}

// Waterfall implements posture.Reader.
func (v postureView) Waterfall(ctx context.Context, m posture.Model, scope string, from, to time.Time) (w posture.Waterfall, err error) {
	err = v.c.view(ctx, func(q querier) error {
		var parts [2][]posture.Part
		var scores [2]posture.Score
		for i, day := range []time.Time{from, to} {
			s, series, err := q.scoreOn(m, scope, day)
			if err != nil {
				return err
			}
			scores[i] = s
			if parts[i], err = q.parts(series, s); err != nil {
				return err
			}
		}
		w = posture.Explain(parts[0], parts[1], scores[0], scores[1])
		return nil
	})
	return w, err
}

// Controls implements posture.Reader, ordered by title; those that are gone are last.
func (v postureView) Controls(ctx context.Context, m posture.Model) (out []posture.Control, err error) {
	err = v.c.view(ctx, func(q querier) error {
		at := map[string]int{}
		err := q.each(`SELECT id, received, gone, title, grp, max, service, tier, user_impact, cost, remediation, url, threats, deprecated, state, note, who, changed, raw
    FROM control WHERE model = ? ORDER BY gone > 0, title, id`, []any{string(m)}, func(scan func(...any) error) error {
			c := posture.Control{Model: m}
			var id, threats string
			var gone, changed int64
			if err := scan(&id, &c.ID, &gone, &c.Title, &c.Group, &c.Max, &c.Service, &c.Tier, &c.UserImpact, &c.Cost, &c.Remediation, &c.URL,
				&threats, &c.Deprecated, &c.State, &c.Note, &c.By, &changed, &c.Raw); err != nil {
				return err
			}
			c.Gone, c.Changed = when(gone), when(changed)
			at[id] = len(out)
			out = append(out, c)
			return json.Unmarshal([]byte(threats), &out[len(out)-1].Threats)
		})
		if err != nil {
			return err
		}
		return q.each(`SELECT control, rec FROM control_rec WHERE model = ? ORDER BY control, ordinal`, []any{string(m)}, func(scan func(...any) error) error {
			var control, rec string
			err := scan(&control, &rec)
			if i, ok := at[control]; ok {
				out[i].Assessments = append(out[i].Assessments, rec)
			}
			return err
		})
	})
	return out, err
}
