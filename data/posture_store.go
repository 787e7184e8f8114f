package data

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
)

var _ posture.Store = (*Cache)(nil)

// StorePosture implements posture.Store.
func (c *Cache) StorePosture(ctx context.Context, b posture.Batch) error {
	if err := c.roomForPull(); err != nil {
		return err
	}
	return c.tx(ctx, func(t *tx) error { return t.storePosture(b) })
}

// storePosture puts all rows of a batch, then marks as gone what its Whole lists do not
// hold.
func (t *tx) storePosture(b posture.Batch) error {
	recs := recount{t: t, pairs: map[recScope]bool{}, recs: map[string]bool{}}
	for _, step := range []func() error{
		func() error { return t.putScores(b.Scores, b.Parts) },
		func() error { return every(t, b.Controls, t.putControl) },
		func() error { return every(t, b.Metas, t.putMeta) },
		func() error { return every(t, b.Assessments, recs.put) },
		func() error { return every(t, b.Counts, recs.findings) },
		func() error { return every(t, b.Standards, t.putStandard) },
		func() error { return every(t, b.Requirements, t.putRequirement) },
		func() error { return every(t, b.Contacts, t.putContact) },
		func() error { return every(t, b.Whole, func(w posture.Whole) error { return t.sweep(w, &recs) }) },
		recs.finish,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	if len(b.Scores)+len(b.Parts)+len(b.Controls)+len(b.Metas)+len(b.Assessments)+len(b.Counts)+len(b.Standards)+len(b.Requirements)+len(b.Contacts)+len(b.Whole) > 0 {
		t.topics[app.TopicPosture] = true
	}
	return nil
}

// every calls put for each row while the caller waits.
func every[T any](t *tx, rows []T, put func(T) error) error {
	for _, r := range rows {
		if err := t.alive(); err != nil {
			return err
		}
		if err := put(r); err != nil {
			return err
		}
	}
	return nil
}

const microsADay = 24 * 60 * 60 * 1_000_000

// dayOf is a time's day as stored: days since 1970 in UTC.
func dayOf(t time.Time) int64 { return floorDiv(t.Unix(), 24*60*60) }

func floorDiv(a, b int64) int64 {
	if a < 0 && a%b != 0 {
		return a/b - 1
	}
	return a / b
}

// dayAt is the midnight, in UTC, of a stored day.
func dayAt(n int64) time.Time { return time.Unix(n*24*60*60, 0).UTC() }

// finite replaces what is no number, which the cache cannot hold, by 0; the row's JSON
// has what was received.
func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// azureKey is an id of Azure as it is compared: case does not matter there.
func azureKey(id string) string { return strings.ToLower(strings.TrimSpace(id)) }

// asJSON is v as text; strings, numbers and lists of them always marshal.
func asJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// putScores stores scores and contributions. A score that comes with contributions
// replaces those of its day; contributions that come alone join them.
func (t *tx) putScores(scores []posture.Score, parts []posture.Part) error {
	type on struct{ series, day int64 }
	with := map[on]bool{}
	ids := map[posture.Part]int64{} // by model and scope
	series := func(m posture.Model, scope string) (int64, error) {
		k := posture.Part{Model: m, Scope: scope}
		if id, ok := ids[k]; ok {
			return id, nil
		}
		id, err := t.series(m, scope)
		ids[k] = id
		return id, err
	}
	for _, p := range parts {
		id, err := series(p.Model, p.Scope)
		if err != nil {
			return err
		}
		with[on{id, dayOf(p.Day)}] = true
	}
	err := every(t, scores, func(s posture.Score) error {
		id, err := series(s.Model, s.Scope)
		if err != nil {
			return err
		}
		if s.ScopeName != "" {
			if err := t.exec(`UPDATE score_series SET name = ? WHERE id = ? AND name <> ?`, s.ScopeName, id, s.ScopeName); err != nil {
				return err
			}
		}
		if with[on{id, dayOf(s.Day)}] {
			if err := t.exec(`DELETE FROM score_part WHERE series = ? AND day = ?`, id, dayOf(s.Day)); err != nil {
				return err
			}
		}
		averages := []posture.Average{}
		for _, a := range s.Averages {
			averages = append(averages, posture.Average{Basis: a.Basis, Score: finite(a.Score)})
		}
		return t.exec(`INSERT OR REPLACE INTO score (series, day, current, max, weight, averages, raw) VALUES (?,?,?,?,?,?,?)`,
			id, dayOf(s.Day), finite(s.Current), finite(s.Max), finite(s.Weight), asJSON(averages), orNone(s.Raw))
	})
	if err != nil {
		return err
	}
	return every(t, parts, func(p posture.Part) error {
		id, err := series(p.Model, p.Scope)
		if err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO score_control (model, control, name) VALUES (?,?,?)
    ON CONFLICT (model, control) DO UPDATE SET name = excluded.name WHERE excluded.name NOT IN ('', name)`,
			string(p.Model), p.Control, p.Name); err != nil {
			return err
		}
		return t.exec(`INSERT OR REPLACE INTO score_part (series, day, control, current, max, healthy, unhealthy, not_applicable)
    SELECT ?, ?, id, ?, ?, ?, ?, ? FROM score_control WHERE model = ? AND control = ?`,
			id, dayOf(p.Day), finite(p.Current), finite(p.Max), p.Healthy, p.Unhealthy, p.NotApplicable, string(p.Model), p.Control)
	})
}

// series is the id of a model's scores of a scope.
func (t *tx) series(m posture.Model, scope string) (id int64, err error) {
	if err := t.exec(`INSERT OR IGNORE INTO score_series (model, scope) VALUES (?,?)`, string(m), azureKey(scope)); err != nil {
		return 0, err
	}
	err = t.one(`SELECT id FROM score_series WHERE model = ? AND scope = ?`, []any{string(m), azureKey(scope)}, &id)
	return id, err
}

// orNone is JSON as stored: never NULL.
func orNone(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
