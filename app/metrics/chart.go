package metrics

import (
	"context"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Kind is one of the charts.
type Kind int

// Kinds, in the order they are offered.
const (
	Volume Kind = iota
	OpenByAge
	ToAcknowledge
	ToClose
	// The rest are PlaceKinds.
	ScoreHistory
	ScoreMoves
	OpenAdvice
	RiskHeat
	RiskFunnel
)

// Kinds lists those of incidents.
var Kinds = []Kind{Volume, OpenByAge, ToAcknowledge, ToClose}

// String is the short name on screen.
func (k Kind) String() string {
	return [...]string{
		"Created and closed", "Open by age", "Time to acknowledge", "Time to close",
		"Secure score", "Score moves", "Recommendations", "Risk by country", "Risk states",
	}[k]
}

// File is the name of a kind in file names and on the command line.
func (k Kind) File() string {
	return [...]string{"trend", "ageing", "acknowledge", "close", "score", "score-moves", "recommendations", "risk-heat", "risk-states"}[k]
}

// Chart is a series to be drawn, read out and opened: figures by series and point.
type Chart interface {
	Kind() Kind
	About() About
	// Len is the number of points, oldest first; Slot says what time one covers.
	Len() int
	Slot(point int) Slot
	// Series names the series, at least one.
	Series() []string
	// Words reads one figure out.
	Words(series, point int) string
	// Behind is the filter of the queue that shows the incidents behind a figure, and
	// how many these are.
	Behind(series, point int) (filter string, n int)
	// Table is the chart as rows of one length under a header; every row also carries
	// n, time zone, freshness and definition.
	Table() [][]string
}

// About is what a reader needs to trust a chart.
type About struct {
	Title, Definition, N, Zone string
	// AsOf is when the oldest source last synced well; zero if one never did.
	AsOf time.Time
	// Since is when changes began to be seen, for charts that need them; zero for others.
	Since time.Time
}

// Fresh says how old the figures are, in words.
func (a About) Fresh() string {
	if a.AsOf.IsZero() {
		return "never synced"
	}
	return "as of " + a.AsOf.UTC().Format("2006-01-02 15:04") + " UTC"
}

// Slot is the time that a point covers: local days, First to Last.
type Slot struct {
	First, Last time.Time
	// Complete is true when all of it lies before AsOf; Known when changes were seen
	// during all of it.
	Complete, Known bool
	// At is the moment that a count is of, zero for figures of the whole slot.
	At time.Time
}

// Words names the slot.
func (s Slot) Words() string {
	const day = "Mon 2 Jan 2006"
	switch {
	case !s.Last.Equal(s.First):
		return s.First.Format("Mon 2 Jan") + " to " + s.Last.Format(day)
	case !s.At.IsZero():
		return s.First.Format(day) + s.At.In(s.First.Location()).Format(", 15:04")
	}
	return s.First.Format(day)
}

func (s Slot) caveat() string {
	out := ""
	if !s.Complete {
		out += " Not complete at the last sync."
	}
	if !s.Known {
		out += " Before this cache watched: from creation and last close only."
	}
	return out
}

// Load reads a chart of the last days calendar days of loc, today included. Errors are
// those of the History.
func Load(ctx context.Context, h History, k Kind, days int, now time.Time, loc *time.Location) (Chart, error) {
	switch k {
	case OpenByAge:
		return LoadAgeing(ctx, h, days, now, loc)
	case ToAcknowledge, ToClose:
		return LoadTimes(ctx, h, k, days, now, loc)
	}
	return LoadTrend(ctx, h, days, now, loc)
}

// days lists the first instants of the last n local days, that of now included.
func days(n int, now time.Time, loc *time.Location) []time.Time {
	y, m, d := now.In(loc).Date()
	out := make([]time.Time, max(n, 1))
	for i := range out {
		out[i] = triage.StartOfDay(time.Date(y, m, d+i+1-len(out), 12, 0, 0, 0, loc), loc)
	}
	return out
}

// table puts a header over rows and what About says behind each.
func table(c Chart, header []string, rows [][]string, n ...string) [][]string {
	a := c.About()
	fresh := "never synced"
	if !a.AsOf.IsZero() {
		fresh = stamp(a.AsOf)
	}
	tail := append(n, a.Zone, fresh)
	header = append(header, "time zone", "as of")
	if c.Kind() != Volume {
		header, tail = append(header, "watched since"), append(tail, stamp(a.Since))
	}
	out := [][]string{append(header, "definition")}
	tail = append(tail, a.Definition)
	for _, r := range rows {
		out = append(out, append(r, tail...))
	}
	return out
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// thousands writes n with separators: 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

func incidents(n int) string {
	if n == 1 {
		return "1 incident"
	}
	return thousands(n) + " incidents"
}

// sevTerm is the filter term of a severity.
func sevTerm(s app.Severity) string {
	word := strings.ToLower(s.Short())
	if s == app.SeverityUnknown {
		word = "unknown"
	}
	return string(triage.Severity) + ":" + word
}
