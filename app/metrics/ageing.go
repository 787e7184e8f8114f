package metrics

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"watchfloor/app/triage"
)

// Ageing is the open backlog by age at the end of each local day, today at this minute.
type Ageing struct {
	Days  []AgeDay // oldest first, no gaps
	Zone  string
	AsOf  time.Time
	Since time.Time
}

// AgeDay is one point of an Ageing.
type AgeDay struct {
	Slot
	Ages
}

var _ Chart = Ageing{}

// AgeingDefinition says how the figures are counted, as printed under the chart.
const AgeingDefinition = "Incidents open at the end of each day (today: at this minute), by time since the source created them. " +
	"Rebuilt from the changes this cache saw, dated as the source dates them; for days before it watched only from creation and last close. " +
	"Twins count once; merged and deleted incidents count until then."

// AgeNames name the classes of Ages.
var AgeNames = [...]string{"under 4 hours", "4 to 24 hours", "1 to 3 days", "3 to 7 days", "7 days or older"}

// ageTerms select the classes of Ages at the moment of openat:.
var ageTerms = [...]string{"agethen<4h", "agethen>4h agethen<1d", "agethen>1d agethen<3d", "agethen>3d agethen<7d", "agethen>7d"}

// LoadAgeing reads the backlog of the last days calendar days of loc.
func LoadAgeing(ctx context.Context, h History, n int, now time.Time, loc *time.Location) (Ageing, error) {
	asOf, since, err := freshness(ctx, h)
	if err != nil {
		return Ageing{}, err
	}
	out := Ageing{Zone: zoneName(loc, asOf), AsOf: asOf, Since: since}
	at := []time.Time{}
	for _, d := range days(n, now, loc) {
		s := Slot{First: d, Last: d, At: triage.NextDay(d, loc)}
		if s.At.After(now) {
			s.At, _ = triage.Instant(triage.FormatMoment(now.In(loc)), loc)
		}
		s.Complete = !asOf.IsZero() && !s.At.Truncate(time.Minute).After(asOf)
		s.Known = !since.IsZero() && s.At.After(since)
		out.Days, at = append(out.Days, AgeDay{Slot: s}), append(at, s.At)
	}
	ages, err := h.Ages(ctx, at)
	if err != nil {
		return Ageing{}, err
	}
	for i := range ages {
		out.Days[i].Ages = ages[i]
	}
	return out, nil
}

func freshness(ctx context.Context, h History) (asOf, since time.Time, err error) {
	if asOf, err = h.AsOf(ctx); err == nil {
		since, err = h.Since(ctx)
	}
	return asOf, since, err
}

// Kind implements Chart.
func (Ageing) Kind() Kind { return OpenByAge }

// About implements Chart.
func (a Ageing) About() About {
	n := "n = 0"
	if k := len(a.Days); k > 0 {
		n = "n = " + thousands(a.Days[k-1].Total()) + " open at the last point"
	}
	return About{Title: "Open incidents by age", Definition: AgeingDefinition, N: n, Zone: a.Zone, AsOf: a.AsOf, Since: a.Since}
}

// Len implements Chart.
func (a Ageing) Len() int { return len(a.Days) }

// Slot implements Chart.
func (a Ageing) Slot(i int) Slot { return a.Days[i].Slot }

// Series implements Chart: all ages, then each from the youngest on.
func (Ageing) Series() []string { return append([]string{"All ages"}, AgeNames[:]...) }

func (a Ageing) figure(series, point int) int {
	if series == 0 {
		return a.Days[point].Total()
	}
	return a.Days[point].Ages[series-1]
}

// Words implements Chart.
func (a Ageing) Words(series, point int) string {
	s, kind := a.Days[point].Slot, ""
	when := s.First.Format("Mon 2 Jan 2006") + ", end of the day"
	if !a.endOfDay(point) {
		when = s.Words()
	}
	if series > 0 {
		kind = ", " + AgeNames[series-1]
	}
	return fmt.Sprintf("%s: %s open%s.", when, incidents(a.figure(series, point)), kind) + s.caveat()
}

func (a Ageing) endOfDay(point int) bool {
	s := a.Days[point].Slot
	return s.At.Equal(triage.NextDay(s.First, s.First.Location()))
}

// Behind implements Chart.
func (a Ageing) Behind(series, point int) (string, int) {
	s := a.Days[point].Slot
	when := triage.FormatDays(s.First, s.First)
	if !a.endOfDay(point) {
		when = triage.FormatMoment(s.At.In(s.First.Location()))
	}
	f := "status:any openat:" + when
	if series > 0 {
		f += " " + ageTerms[series-1]
	}
	return f, a.figure(series, point)
}

// Table implements Chart.
func (a Ageing) Table() [][]string {
	header := append([]string{"date", "at", "complete", "watched", "open"}, AgeNames[:]...)
	rows := make([][]string, len(a.Days))
	for i, d := range a.Days {
		r := []string{d.First.Format(time.DateOnly), stamp(d.At), strconv.FormatBool(d.Complete), strconv.FormatBool(d.Known), strconv.Itoa(d.Total())}
		for _, n := range d.Ages {
			r = append(r, strconv.Itoa(n))
		}
		rows[i] = r
	}
	return table(a, header, rows)
}
