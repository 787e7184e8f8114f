package identity

import (
	"context"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/report"
)

// Bounds of an export.
const (
	exportPage = 1000
	exportMost = 200_000
)

// Export reads all rows of what the open tab shows, at most 200,000, in its order. The
// returned function runs off the UI goroutine; it gives the list and a name for its file.
func (p *Presenter) Export() func(ctx context.Context) (string, report.List, error) {
	l, tab, r, now := p.list(), p.tab, p.reader(), p.d.Clock().Now
	q := l.query(tab)
	q.Limit = exportPage
	return func(ctx context.Context) (string, report.List, error) {
		name := [tabs]string{"users-at-risk", "workloads-at-risk", "sign-ins", "detections"}[tab]
		if r == nil {
			return name, report.List{}, nil
		}
		var rows []Row
		for len(rows) < exportMost {
			got, err := read(ctx, r, tab, q)
			if err != nil {
				return name, report.List{}, err
			}
			rows = append(rows, got.rows...)
			if got.next == "" || len(got.rows) == 0 {
				break
			}
			q.After = got.next
		}
		return name, listed(tab, rows, now), nil
	}
}

func listed(tab Tab, rows []Row, now time.Time) report.List {
	switch tab {
	case Users:
		return report.Users(each(rows, func(r Row) *identity.UserRow { return r.User }), now)
	case Workloads:
		return report.Workloads(each(rows, func(r Row) *identity.WorkloadRow { return r.Workload }), now)
	case SignIns:
		return report.SignInList(each(rows, func(r Row) *identity.SignInRow { return r.SignIn }), now)
	}
	return report.Detections(each(rows, func(r Row) *identity.Detection { return r.Detection }), now)
}

func each[T any](rows []Row, of func(Row) *T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = *of(r)
	}
	return out
}
