package fleet

import (
	"context"
	"time"

	"watchfloor/app/metrics"
)

// Flow implements metrics.Store: the sum of all tenants.
func (f *Fleet) Flow(ctx context.Context, from, to time.Time, loc *time.Location) ([]metrics.Day, error) {
	flows, err := each(f, f.all(), func(m member) ([]metrics.Day, error) { return m.Metrics.Flow(ctx, from, to, loc) })
	if err != nil || len(flows) == 0 {
		return nil, err
	}
	sum := flows[0]
	for _, flow := range flows[1:] {
		for i := range sum {
			for s := range sum[i].Created {
				sum[i].Created[s] += flow[i].Created[s]
				sum[i].Closed[s] += flow[i].Closed[s]
			}
		}
	}
	return sum, nil
}

// AsOf implements metrics.Store: the stalest tenant's.
func (f *Fleet) AsOf(ctx context.Context) (time.Time, error) {
	times, err := each(f, f.all(), func(m member) (time.Time, error) { return m.Metrics.AsOf(ctx) })
	if err != nil || len(times) == 0 {
		return time.Time{}, err
	}
	oldest := times[0]
	for _, t := range times[1:] {
		if t.Before(oldest) { // zero, never synced, is the oldest of all
			oldest = t
		}
	}
	return oldest, nil
}
