package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// FewCases is the number of cases under which a percentile is marked as uncertain.
const FewCases = 5

// dailyUpTo is the longest span in days that is shown by day; a longer one is by week,
// because percentiles of a few cases say little.
const dailyUpTo = 14

// Times is how long incidents waited, by severity and the day or week the wait ended.
type Times struct {
	What   Kind // ToAcknowledge or ToClose
	Slots  []Slot
	Lines  []Line // worst severity first; unknown only where there are some
	Cases  int    // n over all
	ByWeek bool
	Zone   string
	AsOf   time.Time
	Since  time.Time
}

// Line is the waits of one severity: a Wait for each slot.
type Line struct {
	Severity app.Severity
	Cases    int
	Waits    []Wait
}

// Wait is the percentiles of N cases; both are zero without a case.
type Wait struct {
	N        int
	P50, P90 time.Duration
}

// Few reports that there are cases, but too few to lean on.
func (w Wait) Few() bool { return w.N > 0 && w.N < FewCases }

var _ Chart = Times{}

const percentiles = "p50 and p90 are by nearest rank: the wait of a real incident that half, or nine in ten, did not exceed. " +
	"Hollow points: fewer than 5 cases. By today's severity. Twins count once, merged and deleted incidents do not count."

// AckDefinition and CloseDefinition say how the figures are counted, as printed under
// the charts.
const (
	AckDefinition = "From creation to the first change of owner or status by a person, as the source dates it, by when that was. " +
		"By a person: made with this program, or its author has an address; where the source names nobody (Sentinel), any change a minute or more after creation. " +
		"Only what this cache saw happen. " + percentiles
	CloseDefinition = "From creation to the last close, as the source dates it, by when that was; of an incident first seen closed, to its last change. " + percentiles
)

// Percentile is the nearest rank: the smallest of the waits that at least p per cent of
// them do not exceed. The waits must be sorted and not empty.
func Percentile(sorted []time.Duration, p int) time.Duration {
	rank := (len(sorted)*p + 99) / 100
	return sorted[max(rank, 1)-1]
}

// LoadTimes reads the waits that ended in the last n calendar days of loc, by day up to
// a fortnight, else by week from Monday on.
func LoadTimes(ctx context.Context, h History, k Kind, n int, now time.Time, loc *time.Location) (Times, error) {
	asOf, since, err := freshness(ctx, h)
	if err != nil {
		return Times{}, err
	}
	slots := slotsOf(n, now, loc)
	read := h.Acked
	if k == ToClose {
		read = h.Resolved
	}
	cases, err := read(ctx, slots[0].First, triage.NextDay(slots[len(slots)-1].Last, loc))
	if err != nil {
		return Times{}, err
	}
	return NewTimes(k, slots, cases, asOf, since, loc), nil
}

// slotsOf are the days, or weeks, that hold the last n days. The last week may not be
// over.
func slotsOf(n int, now time.Time, loc *time.Location) []Slot {
	all := days(n, now, loc)
	var out []Slot
	if len(all) <= dailyUpTo {
		for _, d := range all {
			out = append(out, Slot{First: d, Last: d})
		}
		return out
	}
	monday := (int(all[0].Weekday()) + 6) % 7
	for _, d := range days(len(all)+monday, now, loc) {
		if d.Weekday() == time.Monday {
			out = append(out, Slot{First: d})
		}
		out[len(out)-1].Last = d
	}
	return out
}

// NewTimes sorts waits into slots, which are consecutive days or weeks of loc. Waits
// that ended outside of them do not count.
func NewTimes(k Kind, slots []Slot, cases []Lapse, asOf, since time.Time, loc *time.Location) Times {
	t := Times{What: k, Slots: slices.Clone(slots), Zone: zoneName(loc, asOf), AsOf: asOf, Since: since}
	ends := make([]time.Time, len(slots))
	for i := range t.Slots {
		s := &t.Slots[i]
		ends[i] = triage.NextDay(s.Last, loc)
		s.Complete = !asOf.IsZero() && !ends[i].After(asOf)
		s.Known = !since.IsZero() && !s.First.Before(since)
		t.ByWeek = t.ByWeek || !s.Last.Equal(s.First)
	}
	took := make([][][]time.Duration, int(app.High)+1)
	for s := range took {
		took[s] = make([][]time.Duration, len(slots))
	}
	for _, c := range cases {
		i, _ := slices.BinarySearchFunc(ends, c.At, func(end, at time.Time) int {
			if end.After(at) {
				return 1
			}
			return -1
		})
		if i == len(slots) || c.At.Before(slots[i].First) {
			continue
		}
		s := max(0, min(int(c.Severity), int(app.High)))
		took[s][i] = append(took[s][i], max(c.Took, 0))
	}
	for _, s := range columns {
		l := Line{Severity: s, Waits: make([]Wait, len(slots))}
		for i, d := range took[s] {
			if len(d) == 0 {
				continue
			}
			slices.Sort(d)
			l.Waits[i] = Wait{N: len(d), P50: Percentile(d, 50), P90: Percentile(d, 90)}
			l.Cases += len(d)
		}
		if s != app.SeverityUnknown || l.Cases > 0 {
			t.Lines = append(t.Lines, l)
			t.Cases += l.Cases
		}
	}
	return t
}

// Kind implements Chart.
func (t Times) Kind() Kind { return t.What }

// About implements Chart.
func (t Times) About() About {
	a := About{
		Title: "Time to acknowledge", Definition: AckDefinition, Zone: t.Zone, AsOf: t.AsOf, Since: t.Since,
		N: "n = " + thousands(t.Cases) + " acknowledged",
	}
	if t.What == ToClose {
		a.Title, a.Definition, a.N = "Time to close", CloseDefinition, "n = "+thousands(t.Cases)+" closed"
	}
	a.Title += map[bool]string{false: ", p50 and p90 by day", true: ", p50 and p90 by week"}[t.ByWeek]
	return a
}

// Len implements Chart.
func (t Times) Len() int { return len(t.Slots) }

// Slot implements Chart.
func (t Times) Slot(i int) Slot { return t.Slots[i] }

// Series implements Chart: the severities.
func (t Times) Series() []string {
	var out []string
	for _, l := range t.Lines {
		out = append(out, l.Severity.String())
	}
	return out
}

// Words implements Chart.
func (t Times) Words(series, point int) string {
	l, s := t.Lines[series], t.Slots[point]
	w, what := l.Waits[point], "acknowledged"
	if t.What == ToClose {
		what = "closed"
	}
	words := fmt.Sprintf("%s, %s: ", s.Words(), l.Severity)
	if w.N == 0 {
		words += "none " + what + "."
	} else {
		words += fmt.Sprintf("%s %s; half within %s (p50), nine in ten within %s (p90).", thousands(w.N), what, Took(w.P50), Took(w.P90))
	}
	if w.Few() {
		words += " Fewer than 5 cases."
	}
	if !s.Complete {
		words += " Not complete at the last sync."
	}
	if !s.Known {
		words += " This cache did not watch all of this time."
	}
	return words
}

// Behind implements Chart.
func (t Times) Behind(series, point int) (string, int) {
	key := triage.Acked
	if t.What == ToClose {
		key = triage.Closed
	}
	l, s := t.Lines[series], t.Slots[point]
	return string(key) + ":" + triage.FormatDays(s.First, s.Last) + " " + sevTerm(l.Severity), l.Waits[point].N
}

// Table implements Chart: one row for each slot and severity, waits in seconds, empty
// where there is no case.
func (t Times) Table() [][]string {
	header := []string{"first day", "last day", "complete", "watched", "severity", "n", "p50 seconds", "p90 seconds"}
	var rows [][]string
	for i, s := range t.Slots {
		for _, l := range t.Lines {
			w, p50, p90 := l.Waits[i], "", ""
			if w.N > 0 {
				p50, p90 = seconds(w.P50), seconds(w.P90)
			}
			rows = append(rows, []string{
				s.First.Format(time.DateOnly), s.Last.Format(time.DateOnly), strconv.FormatBool(s.Complete),
				strconv.FormatBool(s.Known), l.Severity.String(), strconv.Itoa(w.N), p50, p90,
			})
		}
	}
	return table(t, header, rows)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// Took writes a length of time with two digits or so: "45 s", "18 min", "2.1 h", "3.4 d".
func Took(d time.Duration) string {
	one := func(v float64, unit string) string {
		if v >= 9.95 {
			return strconv.Itoa(int(math.Round(v))) + " " + unit
		}
		return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) + " " + unit
	}
	switch {
	case d < 59500*time.Millisecond:
		return strconv.Itoa(int(math.Round(d.Seconds()))) + " s"
	case d < 59*time.Minute+30*time.Second:
		return one(d.Minutes(), "min")
	case d < 47*time.Hour+30*time.Minute:
		return one(d.Hours(), "h")
	}
	return one(d.Hours()/24, "d")
}
