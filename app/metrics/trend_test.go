package metrics

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
)

func flow(start time.Time, totals ...int) []Day {
	days := make([]Day, len(totals))
	for i, n := range totals {
		days[i].Date = start.AddDate(0, 0, i)
		days[i].Created[app.High] = n
		days[i].Closed[app.Low] = n / 2
	}
	return days
}

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func TestMedianNeedsSevenCompleteDays(t *testing.T) {
	days := flow(monday, 1, 9, 2, 8, 3, 7, 4, 100, 5)
	asOf := monday.AddDate(0, 0, 8).Add(9 * time.Hour) // the ninth day is running
	got := NewTrend(days, len(days), asOf, time.UTC)
	for i, want := range []float64{-1, -1, -1, -1, -1, -1, 4, 7, -1} {
		m := got.Points[i].CreatedMedian
		if (m == nil) != (want < 0) || m != nil && *m != want {
			t.Errorf("day %d: median %v, want %v", i+1, show(m), want)
		}
	}
	if got.Points[8].Complete || !got.Points[7].Complete {
		t.Error("the running day is not complete and the day before is")
	}
}

func show(f *float64) any {
	if f == nil {
		return "none"
	}
	return *f
}

// A cache that last synced on Wednesday knows nothing final of Thursday, whatever the
// calendar says.
func TestStaleDaysAreNotComplete(t *testing.T) {
	days := flow(monday, 5, 5, 5, 5)
	got := NewTrend(days, 4, monday.AddDate(0, 0, 3), time.UTC)
	complete := []bool{}
	for _, p := range got.Points {
		complete = append(complete, p.Complete)
	}
	if want := []bool{true, true, true, false}; !slices.Equal(complete, want) {
		t.Errorf("complete %v, want %v", complete, want)
	}
	for _, p := range NewTrend(days, 4, time.Time{}, time.UTC).Points {
		if p.Complete {
			t.Error("a cache that never synced has no complete day")
		}
	}
}

func TestOnlyTheLastDaysAreShownAndCounted(t *testing.T) {
	days := flow(monday, 1, 1, 1, 1, 1, 1, 10, 20)
	got := NewTrend(days, 2, monday.AddDate(0, 0, 8), time.UTC)
	if len(got.Points) != 2 || got.Created != 30 || got.Closed != 15 {
		t.Errorf("%d points, %d created, %d closed; want 2, 30, 15", len(got.Points), got.Created, got.Closed)
	}
	if m := got.Points[0].CreatedMedian; m == nil || *m != 1 {
		t.Errorf("the first shown median uses the days before it: got %v, want 1", show(m))
	}
}

// On the day clocks go forward a day has 23 hours; it is complete after them.
func TestShortDayOfSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zone database on this machine")
	}
	spring := time.Date(2026, 3, 29, 0, 0, 0, 0, berlin)
	days := []Day{{Date: spring}}
	if !NewTrend(days, 1, spring.Add(23*time.Hour), berlin).Points[0].Complete {
		t.Error("23 hours after midnight the short day has ended")
	}
	if NewTrend(days, 1, spring.Add(23*time.Hour-time.Second), berlin).Points[0].Complete {
		t.Error("a second earlier it has not")
	}
}

// "Local" tells a reader elsewhere nothing, so the offset is named.
func TestZoneIsNamedForAReaderElsewhere(t *testing.T) {
	for want, loc := range map[string]*time.Location{
		"UTC": time.UTC, "Europe/Berlin": time.FixedZone("Europe/Berlin", 3600), "Local (UTC+05:30)": time.FixedZone("Local", 19800),
	} {
		if got := NewTrend(nil, 1, monday, loc).Zone; got != want {
			t.Errorf("zone %q, want %q", got, want)
		}
	}
}

type store struct {
	from, to time.Time
	err      error
}

func (s *store) Flow(_ context.Context, from, to time.Time, loc *time.Location) ([]Day, error) {
	s.from, s.to = from, to
	var out []Day
	y, m, d := from.In(loc).Date()
	for at := time.Date(y, m, d, 0, 0, 0, 0, loc); !at.After(to); at = at.AddDate(0, 0, 1) {
		out = append(out, Day{Date: at, Created: [int(app.High) + 1]int{app.High: 1}})
	}
	return out, s.err
}
func (s *store) AsOf(context.Context) (time.Time, error) { return s.to, nil }

func TestLoadReadsAWeekMoreThanItShows(t *testing.T) {
	now := time.Date(2026, 3, 12, 9, 30, 0, 0, time.UTC)
	s := &store{}
	got, err := LoadTrend(context.Background(), s, 14, now, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Points) != 14 || got.Points[13].Date.Day() != 12 || got.Points[0].CreatedMedian == nil {
		t.Errorf("14 days that end today, the first with a median: %d points, last %v", len(got.Points), got.Points[13].Date)
	}
	s.err = errors.New("locked")
	if _, err := LoadTrend(context.Background(), s, 14, now, time.UTC); !errors.Is(err, s.err) {
		t.Errorf("the store's error is passed on, got %v", err)
	}
}

func TestRowsMatchTheHeader(t *testing.T) {
	days := flow(monday, 3)
	days[0].Created[app.SeverityUnknown] = 1
	rows := NewTrend(days, 1, monday.AddDate(0, 0, 1), time.UTC).Rows()
	want := []string{"2026-03-02", "true", "4", "3", "0", "0", "0", "1", "", "1", "0", "0", "1", "0", "0", ""}
	if !slices.Equal(rows[0], want) {
		t.Errorf("row %q\nwant %q", rows[0], want)
	}
	if len(TrendHeader()) != len(want) {
		t.Errorf("%d columns in the header, %d in a row", len(TrendHeader()), len(want))
	}
}

// Whatever the counts: n is the sum of the rows, a median lies within its window, and
// at most half of the window lies on either side.
func TestTrendProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		totals := rapid.SliceOfN(rapid.IntRange(0, 500), 1, 40).Draw(t, "totals")
		show := rapid.IntRange(1, 50).Draw(t, "show")
		synced := rapid.IntRange(0, 45).Draw(t, "synced days")
		days := flow(monday, totals...)
		got := NewTrend(days, show, monday.AddDate(0, 0, synced), time.UTC)
		if want := min(show, len(totals)); len(got.Points) != want {
			t.Fatalf("%d points, want %d", len(got.Points), want)
		}
		first := slices.IndexFunc(totals, func(n int) bool { return n > 0 })
		if first < 0 {
			first = len(totals)
		}
		n := 0
		for i, p := range got.Points {
			at := len(totals) - len(got.Points) + i
			n += totals[at]
			if p.Complete != (at < synced) {
				t.Fatalf("day %d complete=%v with %d days synced", at, p.Complete, synced)
			}
			if p.CreatedMedian == nil {
				if at >= first+MedianDays-1 && at < synced {
					t.Fatalf("day %d has seven complete days and no median", at)
				}
				continue
			}
			if at < first+MedianDays-1 {
				t.Fatalf("day %d has a median of days before the first incident", at)
			}
			below, above := 0, 0
			for _, v := range totals[at+1-MedianDays : at+1] {
				if float64(v) < *p.CreatedMedian {
					below++
				}
				if float64(v) > *p.CreatedMedian {
					above++
				}
			}
			if below > MedianDays/2 || above > MedianDays/2 {
				t.Fatalf("day %d: %d below and %d above %v", at, below, above, *p.CreatedMedian)
			}
		}
		if got.Created != n {
			t.Fatalf("n is %d, the rows sum to %d", got.Created, n)
		}
	})
}

// Ninety days of a cache that holds sixty: before its first incident there is nothing to
// take a median of, and a quiet week after it is a median of zero.
func TestNoMedianBeforeTheFirstIncident(t *testing.T) {
	totals := make([]int, 40)
	totals[20] = 8
	got := NewTrend(flow(monday, totals...), len(totals), monday.AddDate(0, 0, len(totals)), time.UTC)
	for i, p := range got.Points {
		want := i >= 20+MedianDays-1
		if (p.CreatedMedian != nil) != want || (p.ClosedMedian != nil) != want {
			t.Fatalf("day %d: medians %v and %v, want any: %v", i, show(p.CreatedMedian), show(p.ClosedMedian), want)
		}
	}
	if m := got.Points[39].CreatedMedian; *m != 0 {
		t.Errorf("a quiet week has the median %v", *m)
	}
}
