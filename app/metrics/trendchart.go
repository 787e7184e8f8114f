package metrics

import (
	"fmt"
	"strconv"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

var _ Chart = Trend{}

// Kind implements Chart.
func (Trend) Kind() Kind { return Volume }

// About implements Chart.
func (t Trend) About() About {
	return About{
		Title: "Incidents created and closed per day", Definition: TrendDefinition, Zone: t.Zone, AsOf: t.AsOf,
		N: "n = " + thousands(t.Created) + " created, " + thousands(t.Closed) + " closed",
	}
}

// Len implements Chart.
func (t Trend) Len() int { return len(t.Points) }

// Slot implements Chart.
func (t Trend) Slot(i int) Slot {
	p := t.Points[i]
	return Slot{First: p.Date, Last: p.Date, Complete: p.Complete, Known: true}
}

// Series implements Chart: created ones of all severities, of each, and the same of
// closed ones.
func (t Trend) Series() []string {
	var out []string
	for _, what := range []string{"Created", "Closed"} {
		out = append(out, what+", all")
		for _, s := range columns {
			out = append(out, what+", "+s.String())
		}
	}
	return out
}

// figure is one figure of a day and what it counts; any is true for all severities.
func (t Trend) figure(series, point int) (n int, created, any bool, s app.Severity) {
	p, half := t.Points[point], 1+len(columns)
	created = series < half
	by := p.Closed
	if created {
		by = p.Created
	}
	if series %= half; series == 0 {
		return sum(by[:]), created, true, 0
	}
	s = columns[series-1]
	return by[s], created, false, s
}

// Words implements Chart.
func (t Trend) Words(series, point int) string {
	p := t.Points[point]
	n, created, any, s := t.figure(series, point)
	what, med := "closed", p.ClosedMedian
	if created {
		what, med = "created", p.CreatedMedian
	}
	kind := ""
	if !any {
		kind = " of severity " + s.String()
	}
	words := fmt.Sprintf("%s: %s %s%s.", t.Slot(point).Words(), incidents(n), what, kind)
	if any && med != nil {
		words += " 7-day median " + strconv.FormatFloat(*med, 'f', -1, 64) + "."
	}
	return words + t.Slot(point).caveat()
}

// Behind implements Chart.
func (t Trend) Behind(series, point int) (string, int) {
	n, created, any, s := t.figure(series, point)
	key := triage.Closed
	if created {
		key = triage.Created
	}
	f := string(key) + ":" + triage.FormatDays(t.Points[point].Date, t.Points[point].Date)
	if !any {
		f += " " + sevTerm(s)
	}
	return f, n
}

// TrendHeader names the columns of Rows.
func TrendHeader() []string {
	h := []string{"date", "complete"}
	for _, what := range []string{"created", "closed"} {
		h = append(h, what)
		for _, s := range columns {
			h = append(h, what+" "+s.String())
		}
		h = append(h, what+" 7-day median")
	}
	return h
}

// Rows is the Trend as a table, one row a day, cells as in TrendHeader; a median that
// does not exist is empty.
func (t Trend) Rows() [][]string {
	rows := make([][]string, len(t.Points))
	for i, p := range t.Points {
		r := []string{p.Date.Format(time.DateOnly), strconv.FormatBool(p.Complete)}
		r = appendSeries(r, p.Created, p.CreatedMedian)
		rows[i] = appendSeries(r, p.Closed, p.ClosedMedian)
	}
	return rows
}

func appendSeries(r []string, counts [int(app.High) + 1]int, med *float64) []string {
	r = append(r, strconv.Itoa(sum(counts[:])))
	for _, s := range columns {
		r = append(r, strconv.Itoa(counts[s]))
	}
	if med == nil {
		return append(r, "")
	}
	return append(r, strconv.FormatFloat(*med, 'f', -1, 64))
}

// Table implements Chart.
func (t Trend) Table() [][]string {
	return table(t, append(TrendHeader(), "n created", "n closed"), t.Rows(), strconv.Itoa(t.Created), strconv.Itoa(t.Closed))
}
