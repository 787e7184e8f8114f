package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"watchfloor/app"
	"watchfloor/app/posture"
)

// Resources implements posture.Reader. At most 1000 rows come at once, 100 where no limit
// is named. Behind a resource that is gone meanwhile, the list goes on where it was.
func (v postureView) Resources(ctx context.Context, id, after string, limit int) (out []posture.Assessment, err error) {
	limit = min(cmp.Or(max(limit, 0), 100), 1000)
	err = v.c.view(ctx, func(q querier) error {
		rank, behind := -1, ""
		if after != "" {
			behind = azureKey(after)
			err := q.one(`SELECT rank FROM assessment WHERE rec = ? AND key = ?`, []any{azureKey(id), behind}, &rank)
			if errors.Is(err, sql.ErrNoRows) {
				rank = posture.RankUnhealthy
			} else if err != nil {
				return err
			}
		}
		return q.each(`SELECT rec, resource, source, subscription, title, code, cause, reason, first, changed, risk, factors, findings, raw
    FROM assessment INDEXED BY assessment_list WHERE gone = 0 AND rec = ? AND (rank, key) > (?, ?) ORDER BY rank, key LIMIT ?`,
			[]any{azureKey(id), rank, behind, limit}, func(scan func(...any) error) error {
				var a posture.Assessment
				var first, changed int64
				var factors string
				if err := scan(&a.ID, &a.Resource, &a.Source, &a.Subscription, &a.Title, &a.Code, &a.Cause, &a.Reason, &first, &changed,
					&a.Risk, &factors, &a.Findings, &a.Raw); err != nil {
					return err
				}
				a.First, a.Changed = when(first), when(changed)
				out = append(out, a)
				return json.Unmarshal([]byte(factors), &out[len(out)-1].Factors)
			})
	})
	return out, err
}

// Pins implements posture.Reader. The trend holds the last days calendar days (UTC) on
// which something was assessed.
func (v postureView) Pins(ctx context.Context, days int) ([]posture.Pinned, error) {
	out, at := make([]posture.Pinned, len(posture.Pins)), map[posture.Pin]*posture.Pinned{}
	for i, p := range posture.Pins {
		out[i].Pin, at[p] = p, &out[i]
	}
	err := v.c.view(ctx, func(q querier) error {
		now := v.c.cfg.Now()
		all, err := q.recommendations("", now)
		if err != nil {
			return err
		}
		of := map[string][]posture.Pin{}
		for _, r := range all {
			of[r.ID] = r.Pins
			for _, p := range r.Pins {
				at[p].Unhealthy += r.Unhealthy
			}
		}
		today := dayOf(now)
		return q.each(`SELECT day, rec, unhealthy FROM assessment_day WHERE day > ? AND day <= ? ORDER BY day`, []any{today - int64(max(days, 1)), today},
			func(scan func(...any) error) error {
				var day int64
				var rec string
				var n int
				err := scan(&day, &rec, &n)
				for _, p := range of[rec] {
					trend := &at[p].Trend
					if k := len(*trend); k == 0 || !(*trend)[k-1].Day.Equal(dayAt(day)) {
						*trend = append(*trend, posture.DayCount{Day: dayAt(day)})
					}
					(*trend)[len(*trend)-1].N += n
				}
				return err
			})
	})
	return out, err
}

// AlertHealth implements posture.Reader. An alert is covered where an incident of another
// source holds one with the same id of the product that raised it.
func (v postureView) AlertHealth(ctx context.Context) (h posture.Health, err error) {
	var since int64
	err = v.c.view(ctx, func(q querier) error {
		return q.one(`SELECT count(*), coalesce(sum(covered), 0), coalesce(min(created), 0) FROM (
    SELECT i.created, EXISTS (SELECT 1 FROM alert o JOIN incident j ON j.id = o.incident_id
        WHERE o.provider_id = a.provider_id AND o.provider_id <> '' AND j.source <> ?1 AND j.deleted = 0) AS covered
    FROM incident i JOIN alert a ON a.incident_id = i.id WHERE i.source = ?1 AND i.deleted = 0)`, []any{string(app.Cloud)}, &h.Alerts, &h.Covered, &since)
	})
	h.Alone, h.Since = h.Alerts-h.Covered, when(since)
	return h, err
}
