package data

import (
	"database/sql"
	"errors"
	"hash/fnv"
	"strconv"

	"watchfloor/app/posture"
)

// recScope is a recommendation in a subscription.
type recScope struct{ rec, subscription string }

// recount stores assessments and notes whose counts changed with them.
type recount struct {
	t     *tx
	pairs map[recScope]bool
	recs  map[string]bool // seen or changed: their count of the day is written
}

func (r *recount) put(a posture.Assessment) error {
	rec, res, print := azureKey(a.ID), azureKey(a.Resource), assessmentPrint(a)
	r.recs[rec] = true
	var id, was int64
	var gone bool
	var subscription string
	err := r.t.one(`SELECT id, print, gone > 0, subscription FROM assessment WHERE rec = ? AND key = ?`, []any{rec, res}, &id, &was, &gone, &subscription)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if kind := posture.ResourceType(a.Resource); kind != "" {
			if err := r.t.exec(`INSERT OR IGNORE INTO rec_type (rec, type) VALUES (?,?)`, rec, kind); err != nil {
				return err
			}
		}
	case err != nil:
		return err
	case was == print && !gone:
		return r.t.exec(`UPDATE assessment SET seen = ? WHERE id = ?`, r.t.now, id)
	default:
		r.pairs[recScope{rec, subscription}] = true // it may have moved
	}
	r.pairs[recScope{rec, azureKey(a.Subscription)}] = true
	return r.t.exec(`INSERT INTO assessment (rec, key, subscription, rank, print, seen, first, changed, risk_rank, risk, findings,
    resource, source, title, code, cause, reason, factors, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
    ON CONFLICT (rec, key) DO UPDATE SET subscription = excluded.subscription, rank = excluded.rank, print = excluded.print, seen = excluded.seen,
    gone = 0, first = excluded.first, changed = excluded.changed, risk_rank = excluded.risk_rank, risk = excluded.risk,
    findings = CASE WHEN excluded.findings < 0 THEN findings ELSE excluded.findings END, resource = excluded.resource, source = excluded.source,
    title = excluded.title, code = excluded.code, cause = excluded.cause, reason = excluded.reason, factors = excluded.factors, raw = excluded.raw`,
		rec, res, azureKey(a.Subscription), a.Rank(), print, r.t.now, micros(a.First), micros(a.Changed), posture.RiskRank(a.Risk), a.Risk, max(a.Findings, -1),
		a.Resource, a.Source, a.Title, a.Code, a.Cause, a.Reason, asList(a.Factors), orNone(a.Raw))
}

// assessmentPrint tells whether anything of an assessment changed.
func assessmentPrint(a posture.Assessment) int64 {
	h := fnv.New64a()
	for _, s := range append([]string{
		a.Resource, a.Source, a.Subscription, a.Title, a.Code, a.Cause, a.Reason, a.Risk, string(a.Raw),
		strconv.FormatInt(micros(a.First), 10), strconv.FormatInt(micros(a.Changed), 10), strconv.Itoa(a.Findings),
	}, a.Factors...) {
		_, _ = h.Write([]byte(s))
		_, _ = h.Write([]byte{0})
	}
	return int64(h.Sum64()) // #nosec G115 -- a hash, not a number
}

// findings stores a count of sub-assessments; one of a result that is not here is told to
// the log only, the next pull brings it again.
func (r *recount) findings(c posture.Count) error {
	var id int64
	err := r.t.one(`SELECT id FROM assessment WHERE rec = ? AND key = ?`, []any{azureKey(c.ID), azureKey(c.Resource)}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		r.t.cache.cfg.Log.Debug("findings of a result that is not in the cache", "recommendation", c.ID)
		return nil
	}
	if err != nil {
		return err
	}
	return r.t.exec(`UPDATE assessment SET findings = ? WHERE id = ?`, max(c.N, 0), id)
}

// sweep marks results of a subscription that were not seen since began as gone.
func (r *recount) sweep(subscription string, began int64) error {
	err := r.t.each(`SELECT DISTINCT rec FROM assessment WHERE gone = 0 AND subscription = ? AND seen < ?`, []any{subscription, began},
		func(scan func(...any) error) error {
			var rec string
			err := scan(&rec)
			r.pairs[recScope{rec, subscription}], r.recs[rec] = true, true
			return err
		})
	if err != nil {
		return err
	}
	return r.t.exec(`UPDATE assessment SET gone = ? WHERE gone = 0 AND subscription = ? AND seen < ?`, r.t.now, subscription, began)
}

// finish counts again what changed, and writes the counts of the day.
func (r *recount) finish() error {
	for p := range r.pairs {
		if err := r.t.alive(); err != nil {
			return err
		}
		if err := r.count(p); err != nil {
			return err
		}
	}
	for rec := range r.recs {
		if err := r.t.exec(`INSERT OR REPLACE INTO assessment_day (day, rec, unhealthy)
    SELECT ?, ?, coalesce(sum(unhealthy), 0) FROM rec_count WHERE rec = ?`, floorDiv(r.t.now, microsADay), rec, rec); err != nil {
			return err
		}
	}
	return nil
}

func (r *recount) count(p recScope) error {
	if err := r.t.exec(`DELETE FROM rec_count WHERE rec = ? AND subscription = ?`, p.rec, p.subscription); err != nil {
		return err
	}
	return r.t.exec(`INSERT INTO rec_count (rec, subscription, healthy, unhealthy, not_applicable, odd, first, risk_rank, risk, title)
    SELECT ?1, ?2, coalesce(sum(rank = 2), 0), coalesce(sum(rank = 0), 0), coalesce(sum(rank = 3), 0), coalesce(sum(rank = 1), 0),
        coalesce(min(CASE WHEN rank = 0 THEN coalesce(nullif(changed, 0), nullif(first, 0)) END), 0), coalesce(max(CASE WHEN rank = 0 THEN risk_rank END), 0),
        coalesce(substr(max(CASE WHEN rank = 0 THEN risk_rank || risk END), 2), ''),
        coalesce((SELECT title FROM assessment WHERE gone = 0 AND rec = ?1 AND subscription = ?2 LIMIT 1), '')
    FROM assessment INDEXED BY assessment_count WHERE gone = 0 AND rec = ?1 AND subscription = ?2 HAVING count(*) > 0`, p.rec, p.subscription)
}
