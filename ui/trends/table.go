package trends

import (
	"strconv"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/ui/look"
)

// columns are those of cells; they depend on the chart.
func columns(c metrics.Chart) []look.Column {
	right := func(title string, width float32) look.Column {
		return look.Column{Title: title, Width: width, Right: true}
	}
	out := []look.Column{{Title: "Day", Width: 124}}
	switch c := c.(type) {
	case metrics.Trend:
		for _, what := range []string{"Created", "Closed"} {
			out = append(out, right(what, 60))
			for _, s := range severities {
				out = append(out, right(s.Short(), 44))
			}
			out = append(out, right("7-day median", 90))
		}
	case metrics.Ageing:
		out = append(out, right("Open", 60))
		for _, name := range metrics.AgeNames {
			out = append(out, right(name, 104))
		}
	case metrics.Times:
		if c.ByWeek {
			out[0] = look.Column{Title: "Week", Width: 196}
		}
		for _, l := range c.Lines {
			out = append(out, right(l.Severity.Short()+" n", 62), right("p50", 58), right("p90", 58))
		}
	default:
		return placeColumns(c)
	}
	return append(out, look.Column{Title: "", Width: 40, Flex: 1})
}

var severities = append(append([]app.Severity{}, app.Severities...), app.SeverityUnknown)

// cells are the figures of one point; that of the cursor's series stands out.
func cells(c metrics.Chart, point, series int) []look.Cell {
	if c.Kind().OfPlace() {
		return placeCells(c, point, series)
	}
	slot := c.Slot(point)
	day := slot.First.Format("Mon 2 Jan 2006")
	if !slot.Last.Equal(slot.First) {
		day = slot.First.Format("2 Jan") + " to " + slot.Last.Format("2 Jan 2006")
	}
	out := []look.Cell{look.T(day)}
	figure := func(n, of int) {
		out = append(out, mark(count(n), of == series))
	}
	switch c := c.(type) {
	case metrics.Trend:
		d := c.Points[point]
		for half, side := range []struct {
			total  int
			by     [int(app.High) + 1]int
			median *float64
		}{{d.TotalCreated(), d.Created, d.CreatedMedian}, {d.TotalClosed(), d.Closed, d.ClosedMedian}} {
			at := half * (1 + len(severities))
			figure(side.total, at)
			for i, s := range severities {
				figure(side.by[s], at+1+i)
			}
			m := look.D("–")
			if side.median != nil {
				m = look.T(strconv.FormatFloat(*side.median, 'f', -1, 64))
			}
			out = append(out, m)
		}
	case metrics.Ageing:
		figure(c.Days[point].Total(), 0)
		for class, n := range c.Days[point].Ages {
			figure(n, class+1)
		}
	case metrics.Times:
		for i, l := range c.Lines {
			w := l.Waits[point]
			figure(w.N, i)
			out = append(out, wait(w, metrics.Took(w.P50)), wait(w, metrics.Took(w.P90)))
		}
	}
	note := ""
	if !slot.Complete {
		note = "not complete"
	}
	if !slot.Known {
		note = "before this cache watched"
	}
	return append(out, look.D(note))
}

func count(n int) look.Cell {
	if n == 0 {
		return look.D("0")
	}
	return look.T(strconv.Itoa(n))
}

func mark(c look.Cell, on bool) look.Cell {
	if on {
		c.Bold, c.Tone = true, look.Accent
	}
	return c
}

// wait is a percentile; one of few cases is dim.
func wait(w metrics.Wait, text string) look.Cell {
	switch {
	case w.N == 0:
		return look.D("–")
	case w.Few():
		return look.D(text)
	}
	return look.T(text)
}
