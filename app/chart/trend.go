package chart

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/text"
)

// Trend is the figure of inflow and outflow: columns of created incidents stacked by
// severity, the worst at the foot; closed ones as an outline; the median of created
// ones as a line. Days that are not complete are pale.
func Trend(t metrics.Trend, theme Theme) Figure {
	return Figure{theme: theme, paint: func(p *pen) { paintTrend(p, t) }}
}

const margin = 16 * unit

func paintTrend(p *pen, t metrics.Trend) {
	p.FillPolygon(p.back, []vg.Point{p.Min, {X: p.Max.X, Y: p.Min.Y}, p.Max, {X: p.Min.X, Y: p.Max.Y}})
	left, right := p.Min.X+margin, p.Max.X-margin
	top := p.Max.Y - margin

	title := p.style(16, p.text, true)
	p.FillText(title, vg.Point{X: left, Y: top}, "Incidents created and closed per day")
	top = p.trendLegend(t, left, right, top-28*unit)

	bottom := p.footer(footnotes(t), left, right)
	area := draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{
		Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}
	if len(t.Points) == 0 {
		p.empty(area, "There are no days to show.")
		return
	}
	axes := p.trendAxes(t, right-left)
	axes.Add(columns{p, t, dense(t, right-left)})
	axes.Draw(area)
	if t.Created+t.Closed == 0 {
		p.empty(area, "No incident was created or closed in these days.")
	}
}

// trendAxes prepares the plot: days by their index, counts from zero.
func (p *pen) trendAxes(t metrics.Trend, width vg.Length) *plot.Plot {
	axes := plot.New()
	axes.BackgroundColor = nil
	axes.TextHandler = p.fonts
	axes.X.Min, axes.X.Max = -0.5, float64(len(t.Points))-0.5
	step, top := scale(tallest(t))
	axes.Y.Min, axes.Y.Max = 0, float64(top)
	axes.X.Tick.Marker = plot.ConstantTicks(dayTicks(t.Points, float64(width/unit)))
	axes.Y.Tick.Marker = plot.ConstantTicks(countTicks(step, top))
	for _, a := range []*plot.Axis{&axes.X, &axes.Y} {
		a.LineStyle.Width, a.Tick.LineStyle.Width, a.Tick.Length, a.Padding = 0, 0, 6*unit, 6*unit
		label := p.style(12, p.muted, false)
		label.XAlign, label.YAlign = a.Tick.Label.XAlign, a.Tick.Label.YAlign
		a.Tick.Label = label
	}
	return axes
}

func tallest(t metrics.Trend) int {
	most := 0
	for _, d := range t.Points {
		most = max(most, d.TotalCreated(), d.TotalClosed())
	}
	return most
}

// columns draws the data between the axes.
type columns struct {
	*pen
	t     metrics.Trend
	dense bool
}

// Plot implements plot.Plotter.
func (c columns) Plot(area draw.Canvas, axes *plot.Plot) {
	toX, toY := axes.Transforms(&area)
	for _, tick := range axes.Y.Tick.Marker.Ticks(axes.Y.Min, axes.Y.Max) {
		y := toY(tick.Value)
		c.box(area.Min.X, y, area.Max.X, y, c.grid)
	}
	gap := 0.16
	if c.dense {
		gap = 0
	}
	for i, d := range c.t.Points {
		c.stack(d, toX(float64(i)-0.5+gap), toX(float64(i)+0.5-gap), toY)
	}
	c.box(area.Min.X, toY(0)-c.pixel, area.Max.X, toY(0), mix(c.muted, c.back, 0.3))
	if c.dense {
		c.medians(1.5, closedDash, func(d metrics.Point) *float64 { return d.ClosedMedian }, toX, toY)
	} else {
		c.outline(toX, toY)
	}
	c.medians(2.5, nil, func(d metrics.Point) *float64 { return d.CreatedMedian }, toX, toY)
}

// dense reports that a day has too little room for an outline of its own: closed ones
// are then drawn as their median.
func dense(t metrics.Trend, width vg.Length) bool {
	return width/unit < 10*vg.Length(len(t.Points))
}

var closedDash = []vg.Length{4 * unit, 2.5 * unit}

// outline draws closed incidents as steps as wide as a day, pale where the day is not
// complete.
func (c columns) outline(toX, toY func(float64) vg.Length) {
	var run []vg.Point
	for i, d := range c.t.Points {
		y := c.snap(toY(float64(d.TotalClosed())))
		run = append(run, vg.Point{X: c.snap(toX(float64(i) - 0.5)), Y: y}, vg.Point{X: c.snap(toX(float64(i) + 0.5)), Y: y})
		if i+1 < len(c.t.Points) && c.t.Points[i+1].Complete == d.Complete {
			continue
		}
		colour := c.text
		if !d.Complete {
			colour = mix(c.text, c.back, 0.45)
		}
		c.line(1.5+1.5, c.back, nil, run...)
		c.line(1.5, colour, closedDash, run...)
		run = nil
	}
}

// stack draws one day's column from the worst severity up.
func (c columns) stack(d metrics.Point, x0, x1 vg.Length, toY func(float64) vg.Length) {
	at := 0
	for _, s := range stacked {
		n := d.Created[s]
		if n == 0 {
			continue
		}
		colour := c.severity[s]
		if !d.Complete {
			colour = mix(colour, c.back, 0.55)
		}
		c.box(x0, toY(float64(at)), x1, toY(float64(at+n)), colour)
		at += n
	}
}

var stacked = []app.Severity{app.High, app.Medium, app.Low, app.Informational, app.SeverityUnknown}

// medians draws a line of medians, interrupted where there is none. A halo keeps it
// apart from the columns.
func (c columns) medians(width float64, dash []vg.Length, of func(metrics.Point) *float64, toX, toY func(float64) vg.Length) {
	var run []vg.Point
	flush := func() {
		c.line(2*width, c.back, nil, run...)
		c.line(width, c.text, dash, run...)
		run = nil
	}
	for i, d := range c.t.Points {
		m := of(d)
		if m == nil {
			flush()
			continue
		}
		run = append(run, vg.Point{X: toX(float64(i)), Y: toY(*m)})
	}
	flush()
}

// empty says in the middle of the area why nothing is drawn there.
func (p *pen) empty(area draw.Canvas, why string) {
	st := p.style(14, p.muted, false)
	st.XAlign, st.YAlign = draw.XCenter, draw.YCenter
	p.FillText(st, area.Center(), why)
}

// footnotes are what a reader needs to trust the figure.
func footnotes(t metrics.Trend) []string {
	fresh := "never synced"
	if !t.AsOf.IsZero() {
		fresh = "as of " + t.AsOf.UTC().Format("2006-01-02 15:04") + " UTC"
	}
	notes := []string{metrics.TrendDefinition}
	for _, d := range t.Points {
		if !d.Complete {
			notes[0] += " Pale columns: days not complete at the last sync."
			break
		}
	}
	span := ""
	if n := len(t.Points); n > 0 {
		span = fmt.Sprintf(" · %s to %s", t.Points[0].Date.Format("2 Jan 2006"), t.Points[n-1].Date.Format("2 Jan 2006"))
	}
	return append(notes, fmt.Sprintf("n = %s created, %s closed%s · time zone %s · %s",
		thousands(t.Created), thousands(t.Closed), span, text.Line(t.Zone, 40), fresh))
}

// footer writes the notes at the foot and returns where the drawing may begin above.
func (p *pen) footer(notes []string, left, right vg.Length) vg.Length {
	st := p.style(11, p.muted, false)
	var lines []string
	for _, n := range notes {
		lines = append(lines, wrap(n, st, right-left)...)
	}
	const leading = 15 * unit
	top := p.Min.Y + margin + leading*vg.Length(len(lines))
	for i, l := range lines {
		p.FillText(st, vg.Point{X: left, Y: top - leading*vg.Length(i)}, l)
	}
	return top + 12*unit
}

// trendLegend names every mark and returns the top of what is left below.
func (p *pen) trendLegend(t metrics.Trend, left, right, y vg.Length) vg.Length {
	st := p.style(12, p.text, false)
	const row, mark = 20 * unit, 12 * unit
	x := left
	entry := func(label string, width vg.Length, paint func(x, mid vg.Length)) {
		need := width + 6*unit + st.Width(label)
		if x > left && x+need > right {
			x, y = left, y-row
		}
		paint(x, y-7*unit)
		p.FillText(st, vg.Point{X: x + width + 6*unit, Y: y}, label)
		x += need + 18*unit
	}
	entry("Created:", -6*unit, func(vg.Length, vg.Length) {})
	for _, s := range stacked {
		if s == app.SeverityUnknown && !hasUnknown(t) {
			continue
		}
		entry(s.String(), mark, func(x, mid vg.Length) {
			p.box(x, mid-mark/2, x+mark, mid+mark/2, p.severity[s])
		})
	}
	entry("7-day median of created", 22*unit, func(x, mid vg.Length) {
		p.line(2.5, p.text, nil, vg.Point{X: x, Y: mid}, vg.Point{X: x + 22*unit, Y: mid})
	})
	closed := "Closed"
	if dense(t, right-left) {
		closed = "7-day median of closed"
	}
	entry(closed, 22*unit, func(x, mid vg.Length) {
		p.line(1.5, p.text, closedDash, vg.Point{X: x, Y: mid}, vg.Point{X: x + 22*unit, Y: mid})
	})
	return y - row - 8*unit
}

func hasUnknown(t metrics.Trend) bool {
	for _, d := range t.Points {
		if d.Created[app.SeverityUnknown] > 0 {
			return true
		}
	}
	return false
}

// scale picks the step of the count axis, 1, 2 or 5 times a power of ten, so that
// there are at most six, and the axis' top.
func scale(most int) (step, top int) {
	most = max(most, 1)
	step = 1
	for pow := 1; ; pow *= 10 {
		for _, m := range []int{1, 2, 5} {
			if step = m * pow; most <= 5*step {
				return step, int(math.Ceil(float64(most)/float64(step))) * step
			}
		}
	}
}

func countTicks(step, top int) []plot.Tick {
	var out []plot.Tick
	for v := 0; v <= top; v += step {
		out = append(out, plot.Tick{Value: float64(v), Label: thousands(v)})
	}
	return out
}

// dayTicks labels as many days as have room: every day, Mondays, every other Monday,
// firsts of months or of quarters.
func dayTicks(days []metrics.Point, width float64) []plot.Tick {
	rules := []struct {
		every  float64 // days between labels
		format string
		on     func(metrics.Point) bool
	}{
		{1, "2 Jan", func(metrics.Point) bool { return true }},
		{7, "2 Jan", func(d metrics.Point) bool { return d.Date.Weekday() == 1 }},
		{14, "2 Jan", func(d metrics.Point) bool { _, w := d.Date.ISOWeek(); return d.Date.Weekday() == 1 && w%2 == 0 }},
		{28, "Jan 2006", func(d metrics.Point) bool { return d.Date.Day() == 1 }},
		{89, "Jan 2006", func(d metrics.Point) bool { return d.Date.Day() == 1 && d.Date.Month()%3 == 1 }},
		{365, "2006", func(d metrics.Point) bool { return d.Date.YearDay() == 1 }},
	}
	const room = 62 // units a label takes with its distance
	pick := rules[len(rules)-1]
	for _, r := range rules {
		if r.every*width/float64(len(days)) >= room {
			pick = r
			break
		}
	}
	var out []plot.Tick
	for i, d := range days {
		if pick.on(d) {
			out = append(out, plot.Tick{Value: float64(i), Label: strings.TrimSpace(d.Date.Format(pick.format))})
		}
	}
	return out
}
