package chart

import (
	"image/color"
	"math"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
)

// paintTimes draws a panel for each severity, so that nothing crosses: p50 as a solid
// line with dots, p90 as a dashed one with diamonds, hollow where there are few cases,
// and the range between them. All panels share one axis.
func paintTimes(p *pen, t metrics.Times, axis Axis) {
	left, right, top := p.head(t)
	more := ""
	if slices.ContainsFunc(t.Slots, func(s metrics.Slot) bool { return !s.Known }) {
		more = "Shaded: this cache did not watch, or not all of the time."
	}
	lo, hi, any := reach(t)
	sc := newSpans(lo, hi, axis)
	if any && sc.log {
		more += " The axis is logarithmic."
	}
	bottom := p.footer(footnotes(t, strings.TrimSpace(more)), left, right)
	if !any {
		why := "No incident was closed in these days."
		if t.What == metrics.ToAcknowledge {
			why = "This cache saw no incident being acknowledged in these days."
			if !t.Since.IsZero() {
				why += " It watches since " + t.Since.In(t.Slots[0].First.Location()).Format("2 Jan 2006, 15:04") + "; what was acknowledged before is not known."
			}
		}
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}, why)
		return
	}
	l := p.legend(left, right, top)
	l.entry("p50", 30*unit, func(x, mid vg.Length) { p.sample(x, mid, false) })
	l.entry("p90", 30*unit, func(x, mid vg.Length) { p.sample(x, mid, true) })
	l.entry("hollow: fewer than 5 cases", 12*unit, func(x, mid vg.Length) { p.dot(vg.Point{X: x + 6*unit, Y: mid}, p.text, false, true) })
	top = l.end()
	label := p.style(12, p.muted, false)
	gutter := vg.Length(0)
	for _, tick := range sc.ticks(8) {
		gutter = max(gutter, label.Width(metrics.Took(tick)))
	}
	gutter += 8 * unit
	perRow := len(t.Lines)
	if right-left < 150*unit*vg.Length(perRow) {
		perRow = 2
	}
	rows := (len(t.Lines) + perRow - 1) / perRow
	wide, high := (right-left-gutter)/vg.Length(perRow), (top-bottom)/vg.Length(rows)
	if high < 90*unit {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}, "There is no room for this chart here.")
		return
	}
	for i := range t.Lines {
		x := left + gutter + wide*vg.Length(i%perRow)
		y := top - high*vg.Length(i/perRow)
		pn := panel{
			pen: p, t: t, line: i, sc: sc, named: i%perRow == 0,
			box: vg.Rectangle{Min: vg.Point{X: x, Y: y - high + 24*unit}, Max: vg.Point{X: x + wide - 14*unit, Y: y - 24*unit}},
		}
		pn.draw()
	}
}

// reach is the least and the greatest wait that is drawn.
func reach(t metrics.Times) (lo, hi time.Duration, any bool) {
	for _, l := range t.Lines {
		for _, w := range l.Waits {
			if w.N == 0 {
				continue
			}
			if !any {
				lo, hi = w.P50, w.P90
			}
			lo, hi, any = min(lo, w.P50), max(hi, w.P90), true
		}
	}
	return lo, hi, any
}

var waitDash = []vg.Length{5 * unit, 3 * unit}

// sample is a piece of the line of p50 or p90.
func (p *pen) sample(x, mid vg.Length, p90 bool) {
	dash := []vg.Length(nil)
	if p90 {
		dash = waitDash
	}
	p.line(2, p.text, dash, vg.Point{X: x, Y: mid}, vg.Point{X: x + 30*unit, Y: mid})
	p.dot(vg.Point{X: x + 15*unit, Y: mid}, p.text, p90, false)
}

// dot marks a point: a dot, or a diamond for p90; hollow where there are few cases.
func (p *pen) dot(at vg.Point, c color.Color, p90, hollow bool) {
	const r = 4 * unit
	shape := func(r vg.Length) []vg.Point {
		sides := 16
		if p90 {
			sides, r = 4, r*1.25
		}
		pts := make([]vg.Point, sides)
		for i := range pts {
			sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(sides))
			pts[i] = vg.Point{X: at.X + r*vg.Length(cos), Y: at.Y + r*vg.Length(sin)}
		}
		return pts
	}
	p.FillPolygon(p.back, shape(r+1.5*unit))
	p.FillPolygon(c, shape(r))
	if hollow {
		p.FillPolygon(p.back, shape(r-1.75*unit))
	}
}

// panel draws one severity.
type panel struct {
	*pen
	t     metrics.Times
	line  int
	sc    spans
	named bool // the axis is written beside it
	box   vg.Rectangle
}

// x is the middle of a slot's share of the width; the last one leaves room for names.
func (d panel) x(i float64) vg.Length {
	const room = 34 * unit
	return d.box.Min.X + (d.box.Size().X-room)*vg.Length((i+0.5)/float64(len(d.t.Slots)))
}

func (d panel) y(w time.Duration) vg.Length {
	return d.box.Min.Y + d.box.Size().Y*vg.Length(d.sc.at(w))
}

func (d panel) draw() {
	l := d.t.Lines[d.line]
	d.ground()
	head := d.style(12, d.text, true)
	mark := d.box.Min.X
	d.pen.box(mark, d.box.Max.Y+7*unit, mark+10*unit, d.box.Max.Y+17*unit, d.severity[l.Severity])
	d.FillText(head, vg.Point{X: mark + 16*unit, Y: d.box.Max.Y + 19*unit}, l.Severity.String())
	n := d.style(12, d.muted, false)
	d.FillText(n, vg.Point{X: mark + 22*unit + head.Width(l.Severity.String()), Y: d.box.Max.Y + 19*unit}, "n = "+thousands(l.Cases))
	c := d.severity[l.Severity]
	d.runs(func(from, to int) {
		var up, down []vg.Point
		for i := from; i < to; i++ {
			up = append(up, vg.Point{X: d.x(float64(i)), Y: d.y(l.Waits[i].P90)})
			down = append(down, vg.Point{X: d.x(float64(i)), Y: d.y(l.Waits[i].P50)})
		}
		if len(up) > 1 {
			ring := slices.Clone(down)
			slices.Reverse(ring)
			d.FillPolygon(mix(c, d.back, 0.82), append(slices.Clone(up), ring...))
		}
		d.pen.line(1.75, c, waitDash, up...)
		d.pen.line(2.25, c, nil, down...)
	})
	last := -1
	for i, w := range l.Waits {
		mid := vg.Point{X: d.x(float64(i)), Y: d.box.Min.Y}
		if w.N > 0 {
			mid.Y, last = d.y(w.P50), i
			if len(d.t.Slots) <= 40 || w.Few() {
				d.dot(vg.Point{X: mid.X, Y: d.y(w.P90)}, c, true, w.Few())
				d.dot(mid, c, false, w.Few())
			}
		}
		d.spot(d.line, i, mid, d.box.Max.Y, d.box.Min.Y)
	}
	if last >= 0 {
		d.names(l.Waits[last], d.x(float64(last))+9*unit)
	}
}

// names writes p50 and p90 behind the last point.
func (d panel) names(w metrics.Wait, x vg.Length) {
	st := d.style(11, d.text, false)
	st.YAlign = draw.YCenter
	y := apart([]vg.Length{d.y(w.P90), d.y(w.P50)}, 13*unit, d.box.Min.Y+6*unit)
	x = min(x, d.box.Max.X-st.Width("p90"))
	d.FillText(st, vg.Point{X: x, Y: y[0]}, "p90")
	d.FillText(st, vg.Point{X: x, Y: y[1]}, "p50")
}

// ground draws the grid, the axes and what was not watched.
func (d panel) ground() {
	slot := d.x(1) - d.x(0)
	unknown := 0
	for unknown < len(d.t.Slots) && !d.t.Slots[unknown].Known {
		unknown++
	}
	if unknown > 0 {
		d.pen.box(d.box.Min.X, d.box.Min.Y, d.x(float64(unknown-1))+slot/2, d.box.Max.Y, mix(d.grid, d.back, 0.5))
	}
	st := d.style(12, d.muted, false)
	st.XAlign, st.YAlign = draw.XRight, draw.YCenter
	for _, tick := range d.sc.ticks(min(8, max(2, int(d.box.Size().Y/(26*unit))))) {
		y := d.y(tick)
		d.pen.box(d.box.Min.X, y, d.box.Max.X, y, d.grid)
		if d.named {
			d.FillText(st, vg.Point{X: d.box.Min.X - 8*unit, Y: y}, metrics.Took(tick))
		}
	}
	d.pen.box(d.box.Min.X, d.box.Min.Y-d.pixel, d.box.Max.X, d.box.Min.Y, mix(d.muted, d.back, 0.3))
	for _, tick := range slotTicks(d.t, float64(d.x(float64(len(d.t.Slots)))-d.x(0))/float64(unit)) {
		d.below(d.x(tick.Value), d.box, tick.Label)
	}
}

// runs calls f for each run of slots with cases: from, up to but not including to.
func (d panel) runs(f func(from, to int)) {
	from := -1
	waits := d.t.Lines[d.line].Waits
	for i := 0; i <= len(waits); i++ {
		switch has := i < len(waits) && waits[i].N > 0; {
		case has && from < 0:
			from = i
		case !has && from >= 0:
			f(from, i)
			from = -1
		}
	}
}
