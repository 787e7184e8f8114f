package fleet

import (
	"context"
	"slices"
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

// Ages implements metrics.History: the sum of all tenants.
func (f *Fleet) Ages(ctx context.Context, at []time.Time) ([]metrics.Ages, error) {
	all, err := each(f, f.all(), func(m member) ([]metrics.Ages, error) { return m.Metrics.Ages(ctx, at) })
	if err != nil {
		return nil, err
	}
	sum := make([]metrics.Ages, len(at))
	for _, ages := range all {
		for i := range ages {
			for class, n := range ages[i] {
				sum[i][class] += n
			}
		}
	}
	return sum, nil
}

// Acked implements metrics.History: the incidents of all tenants.
func (f *Fleet) Acked(ctx context.Context, from, to time.Time) ([]metrics.Lapse, error) {
	all, err := each(f, f.all(), func(m member) ([]metrics.Lapse, error) { return m.Metrics.Acked(ctx, from, to) })
	return slices.Concat(all...), err
}

// Resolved implements metrics.History: the incidents of all tenants.
func (f *Fleet) Resolved(ctx context.Context, from, to time.Time) ([]metrics.Lapse, error) {
	all, err := each(f, f.all(), func(m member) ([]metrics.Lapse, error) { return m.Metrics.Resolved(ctx, from, to) })
	return slices.Concat(all...), err
}

// Since implements metrics.History: when the last tenant began to be watched. One that
// never held an incident hides none.
func (f *Fleet) Since(ctx context.Context) (time.Time, error) {
	times, err := each(f, f.all(), func(m member) (time.Time, error) { return m.Metrics.Since(ctx) })
	if err != nil || len(times) == 0 {
		return time.Time{}, err
	}
	return slices.MaxFunc(times, time.Time.Compare), nil
}
