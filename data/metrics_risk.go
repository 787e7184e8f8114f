package data

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

var _ metrics.IdentitySource = identities{}

// RiskTurns implements metrics.IdentitySource. Workloads have turns too; they are left out.
func (r identities) RiskTurns(ctx context.Context, from time.Time) (out []metrics.RiskTurn, err error) {
	err = r.c.view(ctx, func(q querier) error {
		return q.each(`SELECT lower(t.subject), coalesce(nullif(u.upn, ''), u.name, ''), t.state, t.detail, t.who, t.at
    FROM risk_turn t LEFT JOIN risky_user u ON u.id = t.subject
    WHERE t.subject IN (SELECT subject FROM risk_turn WHERE at >= ?) AND t.subject NOT IN (SELECT id FROM workload)
    ORDER BY lower(t.subject), t.at, t.id`, []any{micros(from)}, func(scan func(...any) error) error {
			var t metrics.RiskTurn
			var at int64
			err := scan(&t.Subject, &t.Name, &t.State, &t.Detail, &t.By, &at)
			t.At = when(at)
			out = append(out, t)
			return err
		})
	})
	return out, err
}

// IdentityKnown implements metrics.IdentitySource.
func (r identities) IdentityKnown(ctx context.Context) (asOf, detections, turns time.Time, err error) {
	var at, first, turn int64
	err = r.c.view(ctx, func(q querier) error {
		return q.one(`SELECT coalesce((SELECT last_success FROM cursor WHERE source = ?), 0),
    coalesce((SELECT min(at) FROM detection WHERE at > 0), 0), coalesce((SELECT min(at) FROM risk_turn WHERE at > 0), 0)`,
			[]any{string(app.EntraRisk)}, &at, &first, &turn)
	})
	return when(at), when(first), when(turn), err
}
