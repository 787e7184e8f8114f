package chart

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// Trend is the figure of inflow and outflow: columns of created incidents stacked by
// severity, the worst at the foot; closed ones as an outline; the median of created
// ones as a line. Days that are not complete are pale.
func Trend(t metrics.Trend, theme Theme) Figure {
	return Figure{theme: theme, paint: func(p *pen) { paintTrend(p, t) }}
}

func paintTrend(p *pen, t metrics.Trend) {
	left, right, top := p.head(t)
	top = p.trendLegend(t, left, right, top)

	pale := ""
	if slices.ContainsFunc(t.Points, func(d metrics.Point) bool { return !d.Complete }) {
		pale = "Pale columns: days not complete at the last sync."
	}
	bottom := p.footer(footnotes(t, pale), left, right)
	area := draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{
		Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top},
	}}
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
	axes.X.Tick.Marker = plot.ConstantTicks(dayTicks(dates(t), float64(width/unit)))
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
	for series := range c.t.Series() {
		for i := range c.t.Points {
			c.spot(series, i, vg.Point{X: toX(float64(i)), Y: toY(c.height(series, i))}, area.Max.Y, area.Min.Y)
		}
	}
}

// height is where a figure is shown: that of one severity of created incidents at the
// top of its part of the column, closed ones of one severity at their number.
func (c columns) height(series, point int) float64 {
	_, n := c.t.Behind(series, point)
	d := c.t.Points[point]
	if 0 < series && series <= len(stacked) {
		n = 0
		for _, s := range stacked[:series] {
			n += d.Created[s]
		}
	}
	return float64(n)
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

// trendLegend names every mark and returns the top of what is left below.
func (p *pen) trendLegend(t metrics.Trend, left, right, y vg.Length) vg.Length {
	l := p.legend(left, right, y)
	l.entry("Created:", -6*unit, func(vg.Length, vg.Length) {})
	for _, s := range stacked {
		if s == app.SeverityUnknown && !hasUnknown(t) {
			continue
		}
		l.entry(s.String(), legendMark, func(x, mid vg.Length) {
			p.box(x, mid-legendMark/2, x+legendMark, mid+legendMark/2, p.severity[s])
		})
	}
	stroke := func(width float64, dash []vg.Length) func(x, mid vg.Length) {
		return func(x, mid vg.Length) {
			p.line(width, p.text, dash, vg.Point{X: x, Y: mid}, vg.Point{X: x + 22*unit, Y: mid})
		}
	}
	l.entry("7-day median of created", 22*unit, stroke(2.5, nil))
	closed := "Closed"
	if dense(t, right-left) {
		closed = "7-day median of closed"
	}
	l.entry(closed, 22*unit, stroke(1.5, closedDash))
	return l.end()
}

func hasUnknown(t metrics.Trend) bool {
	for _, d := range t.Points {
		if d.Created[app.SeverityUnknown] > 0 {
			return true
		}
	}
	return false
}
