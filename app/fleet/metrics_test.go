package fleet

import (
	"context"
	"slices"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// past is the history of a tenant with n incidents that have always been open.
type past struct {
	n     int
	since time.Time
}

func (p past) Flow(context.Context, time.Time, time.Time, *time.Location) ([]metrics.Day, error) {
	return []metrics.Day{{Created: [5]int{app.High: p.n}}}, nil
}
func (p past) AsOf(context.Context) (time.Time, error)  { return p.since, nil }
func (p past) Since(context.Context) (time.Time, error) { return p.since, nil }
func (p past) Ages(_ context.Context, at []time.Time) ([]metrics.Ages, error) {
	return slices.Repeat([]metrics.Ages{{4: p.n}}, len(at)), nil
}

func (p past) Acked(context.Context, time.Time, time.Time) ([]metrics.Lapse, error) {
	return make([]metrics.Lapse, p.n), nil
}

func (p past) Resolved(context.Context, time.Time, time.Time) ([]metrics.Lapse, error) {
	return make([]metrics.Lapse, 10*p.n), nil
}

func TestFiguresAreOfAllTenants(t *testing.T) {
	f := New(&app.Hub{})
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for i, n := range []int{3, 4} {
		f.Add(Member{Tenant: Tenant{Slot: i}, Metrics: past{n, day.AddDate(0, 0, i)}, Hub: &app.Hub{}})
	}
	ages, err := f.Ages(t.Context(), []time.Time{day, day})
	if err != nil || len(ages) != 2 || ages[1] != (metrics.Ages{4: 7}) {
		t.Errorf("open %v, %v", ages, err)
	}
	flow, err := f.Flow(t.Context(), day, day, time.UTC)
	if err != nil || len(flow) != 1 || flow[0].Created[app.High] != 7 {
		t.Errorf("created %v, %v, want 7", flow, err)
	}
	acked, _ := f.Acked(t.Context(), day, day)
	closed, _ := f.Resolved(t.Context(), day, day)
	if len(acked) != 7 || len(closed) != 70 {
		t.Errorf("%d acknowledged and %d closed, want 7 and 70", len(acked), len(closed))
	}
	if since, _ := f.Since(t.Context()); !since.Equal(day.AddDate(0, 0, 1)) {
		t.Errorf("watched since %v, want since the later tenant was", since)
	}
	if asOf, _ := f.AsOf(t.Context()); !asOf.Equal(day) {
		t.Errorf("as of %v, want that of the stalest tenant", asOf)
	}
}
