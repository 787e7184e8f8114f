package metrics

import (
	"context"
	"slices"
	"time"

	"watchfloor/app"
)

// MedianDays is how many complete days a median looks back over, its own included.
const MedianDays = 7

// Trend is inflow and outflow by local calendar day, with what a reader needs to
// trust it: the definition, the counts, the time zone and the freshness.
type Trend struct {
	Points []Point // oldest first, no gaps
	// Created and Closed are the n of each series over all points.
	Created, Closed int
	Zone            string
	// AsOf is when the oldest source last synced well; zero if one never did.
	AsOf time.Time
}

// Point is one day of a Trend.
type Point struct {
	Day
	// Complete is true when the whole day lies before AsOf: only then is its count
	// final and fit for a median.
	Complete bool
	// CreatedMedian and ClosedMedian are the medians of the daily totals of the
	// MedianDays complete days that end with this one; nil where there are fewer since
	// the first day with an incident: days before it are unknown, not quiet.
	CreatedMedian, ClosedMedian *float64
}

// TrendDefinition says how the figures are counted, as printed under the chart.
const TrendDefinition = "Incidents by the day the source created them and the day it closed them, by today's severity. " +
	"Twins count once, merged and deleted incidents do not count, a reopened incident counts at its last close. " +
	"Medians are of the last 7 complete days, from the first day with an incident on."

// LoadTrend reads the last days calendar days of loc, today included, and builds
// their Trend. It reads a week more so that the first median is a full one.
// Errors are those of the Store.
func LoadTrend(ctx context.Context, s Store, days int, now time.Time, loc *time.Location) (Trend, error) {
	days = max(days, 1)
	from := now.In(loc).AddDate(0, 0, 1-days)
	flow, err := s.Flow(ctx, from.AddDate(0, 0, 1-MedianDays), now, loc)
	if err != nil {
		return Trend{}, err
	}
	asOf, err := s.AsOf(ctx)
	if err != nil {
		return Trend{}, err
	}
	return NewTrend(flow, days, asOf, loc), nil
}

// NewTrend builds the Trend of the last show days of flow; earlier ones only feed the
// medians. Flow must be consecutive days of loc, oldest first.
func NewTrend(flow []Day, show int, asOf time.Time, loc *time.Location) Trend {
	t := Trend{Zone: zoneName(loc, asOf), AsOf: asOf}
	first := max(0, len(flow)-max(show, 0))
	created, closed := make([]int, len(flow)), make([]int, len(flow))
	complete := 0 // consecutive complete days with data that end with day i
	known := false
	for i, d := range flow {
		created[i], closed[i] = d.TotalCreated(), d.TotalClosed()
		p := Point{Day: d, Complete: !asOf.IsZero() && !d.Date.In(loc).AddDate(0, 0, 1).After(asOf)}
		known = known || created[i]+closed[i] > 0
		if complete++; !p.Complete || !known {
			complete = 0
		}
		if complete >= MedianDays {
			p.CreatedMedian = median(created[i+1-MedianDays : i+1])
			p.ClosedMedian = median(closed[i+1-MedianDays : i+1])
		}
		if i >= first {
			t.Points = append(t.Points, p)
			t.Created += created[i]
			t.Closed += closed[i]
		}
	}
	return t
}

// zoneName names a time zone for a reader elsewhere: by its place where that is known,
// else by its abbreviation and offset at the time given.
func zoneName(loc *time.Location, at time.Time) string {
	if loc.String() != "Local" {
		return loc.String()
	}
	name, offset := at.In(loc).Zone()
	if offset == 0 {
		return name
	}
	return name + " (UTC" + at.In(loc).Format("-07:00") + ")"
}

// TotalCreated is the number of incidents created on the day, of every severity.
func (d Day) TotalCreated() int { return sum(d.Created[:]) }

// TotalClosed is the number of incidents closed on the day, of every severity.
func (d Day) TotalClosed() int { return sum(d.Closed[:]) }

func sum(counts []int) int {
	total := 0
	for _, c := range counts {
		total += c
	}
	return total
}

// median of a non-empty slice, which it leaves as it was.
func median(of []int) *float64 {
	s := slices.Sorted(slices.Values(of))
	mid := float64(s[len(s)/2])
	if len(s)%2 == 0 {
		mid = (mid + float64(s[len(s)/2-1])) / 2
	}
	return &mid
}

var columns = append(slices.Clone(app.Severities), app.SeverityUnknown)
