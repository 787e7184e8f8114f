package report

import (
	"context"
	"strconv"
	"time"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
)

// chartDays is how many days the charts of a hand-over show, tableDays how many of them
// their tables.
const chartDays, tableDays = 30, 14

// HandoverCharts reads what came in and was closed, and the backlog, of the days before
// now. They are of UTC, as all of a report is.
func HandoverCharts(ctx context.Context, from metrics.History, now time.Time) ([]metrics.Chart, error) {
	var out []metrics.Chart
	for _, k := range []metrics.Kind{metrics.Volume, metrics.OpenByAge} {
		c, err := metrics.Load(ctx, from, k, chartDays, now, time.UTC)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// charts are figures with their tables, newest day first.
func charts(all []metrics.Chart) (out []Block) {
	for _, c := range all {
		a := c.About()
		b := Chart{
			Figure: chart.Of(c, chart.Light, chart.Auto), About: a.Title + ": " + a.N + ", " + a.Fresh() + ". " + a.Definition,
			Table: Table{Columns: []Column{{Title: "Day (" + inert(a.Zone) + ")"}}},
		}
		series := briefSeries(c)
		for _, s := range series {
			b.Table.Columns = append(b.Table.Columns, Column{Title: c.Series()[s], Right: true})
		}
		for i := c.Len() - 1; i >= max(0, c.Len()-tableDays); i-- {
			day := c.Slot(i).First.Format("Mon 2 Jan 2006")
			if !c.Slot(i).Complete {
				day += " (not complete)"
			}
			row := []Cell{ours(day)}
			for _, s := range series {
				_, n := c.Behind(s, i)
				row = append(row, ours(strconv.Itoa(n)))
			}
			b.Table.Rows = append(b.Table.Rows, row)
		}
		out = append(out, b)
	}
	return out
}

// briefSeries are the series that a table has: those that add up to the others, and the
// ages.
func briefSeries(c metrics.Chart) (out []int) {
	half := len(c.Series()) / 2
	if c.Kind() == metrics.Volume {
		return []int{0, half}
	}
	for i := range c.Series() {
		out = append(out, i)
	}
	return out
}
