package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
	"watchfloor/app/text"
)

// paintScores draws a panel for each model: the share of the maximum as a line with a dot
// on each day that was seen, and below it the maximum in points as steps with an axis of
// its own.
func paintScores(p *pen, s metrics.Scores) {
	left, right, top := p.head(s)
	bottom := p.footer(footnotes(s, ""), left, right)
	if s.About().N == "n = 0 daily scores" {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}},
			"No secure score is kept of these days.")
		return
	}
	l := p.legend(left, right, top)
	l.entry("per cent of the maximum", 22*unit, func(x, mid vg.Length) {
		p.line(2, p.text, nil, vg.Point{X: x, Y: mid}, vg.Point{X: x + 22*unit, Y: mid})
	})
	l.entry("maximum in points", 22*unit, func(x, mid vg.Length) {
		p.line(2, p.age[2], nil, vg.Point{X: x, Y: mid}, vg.Point{X: x + 22*unit, Y: mid})
	})
	top = l.end()
	for i, box := range p.panels(left, right, bottom, top, len(s.Panels)) {
		d := scorePanel{pen: p, s: s, series: i, box: box}
		d.draw()
	}
}

// panels divides an area into boxes of equal width in one row, or below one another where
// that is too narrow.
func (p *pen) panels(left, right, bottom, top vg.Length, n int) []vg.Rectangle {
	perRow := n
	if (right-left)/vg.Length(n) < 240*unit {
		perRow = 1
	}
	rows := (n + perRow - 1) / perRow
	wide, high := (right-left)/vg.Length(perRow), (top-bottom)/vg.Length(rows)
	out := make([]vg.Rectangle, n)
	for i := range out {
		x, y := left+wide*vg.Length(i%perRow), top-high*vg.Length(i/perRow)
		gap := vg.Length(0)
		if i%perRow < perRow-1 {
			gap = 18 * unit
		}
		out[i] = vg.Rectangle{Min: vg.Point{X: x, Y: y - high + 8*unit}, Max: vg.Point{X: x + wide - gap, Y: y}}
	}
	return out
}

// fit shortens words to a width, with an ellipsis.
func fit(s string, st draw.TextStyle, width vg.Length) string {
	s = text.Line(s, 120)
	if st.Width(s) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && st.Width(string(r)+"…") > width {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

type scorePanel struct {
	*pen
	s      metrics.Scores
	series int
	box    vg.Rectangle
}

func (d scorePanel) draw() {
	panel := d.s.Panels[d.series]
	bold := d.style(12, d.pen.text, true)
	d.FillText(bold, vg.Point{X: d.box.Min.X, Y: d.box.Max.Y}, fit(panel.Model.Label(), bold, d.box.Size().X))
	area := vg.Rectangle{Min: vg.Point{X: d.box.Min.X + 40*unit, Y: d.box.Min.Y + 24*unit}, Max: vg.Point{X: d.box.Max.X - 4*unit, Y: d.box.Max.Y - 24*unit}}
	if area.Size().X < 40*unit || area.Size().Y < 60*unit {
		d.FillText(d.style(12, d.muted, false), vg.Point{X: d.box.Min.X, Y: d.box.Max.Y - 20*unit}, "no room")
		return
	}
	split := area.Min.Y + area.Size().Y*3/10
	upper := vg.Rectangle{Min: vg.Point{X: area.Min.X, Y: split + 12*unit}, Max: area.Max}
	lower := vg.Rectangle{Min: area.Min, Max: vg.Point{X: area.Max.X, Y: split - 6*unit}}
	most, peak := 100.0, 1.0
	for _, day := range panel.Days {
		most, peak = max(most, day.Percent), max(peak, day.Max)
	}
	step := 25.0
	if most > 100 {
		step = math.Ceil(most/200) * 50
		most = math.Ceil(most/step) * step
	}
	d.axis(upper, most, step, " %")
	// The axis of maxima reaches three figures of points at least.
	_, ceiling := scale(int(math.Ceil(peak)))
	d.axis(lower, float64(ceiling), float64(ceiling), "")
	x := func(i int) vg.Length {
		return area.Min.X + area.Size().X*(vg.Length(i)+0.5)/vg.Length(len(panel.Days))
	}
	y := func(box vg.Rectangle, v, top float64) vg.Length {
		return box.Min.Y + box.Size().Y*vg.Length(max(0, v)/top)
	}
	var share, maxima []vg.Point
	flush := func() {
		if len(share) == 1 { // a line of one day would not show
			d.dot(share[0], d.pen.text, false, false)
		}
		d.line(2, d.pen.text, nil, share...)
		d.line(2, d.age[2], nil, maxima...)
		share, maxima = nil, nil
	}
	half := area.Size().X / vg.Length(2*len(panel.Days))
	for i, day := range panel.Days {
		at := vg.Point{X: x(i), Y: upper.Min.Y}
		if !day.Seen {
			flush()
			d.spot(d.series, i, at, d.box.Max.Y, d.box.Min.Y)
			continue
		}
		m := y(lower, day.Max, float64(ceiling))
		maxima = append(maxima, vg.Point{X: x(i) - half, Y: m}, vg.Point{X: x(i) + half, Y: m})
		if day.Rated {
			at.Y = y(upper, day.Percent, most)
			share = append(share, at)
			if len(panel.Days) <= 60 {
				d.dot(at, d.pen.text, false, false)
			}
		}
		d.spot(d.series, i, at, d.box.Max.Y, d.box.Min.Y)
	}
	flush()
	for _, t := range dayTicks(dates(d.s), float64(area.Size().X/unit)) {
		d.below(x(int(t.Value)), area, t.Label)
	}
}

// axis draws the grid of one part of a panel and names its values on the left.
func (d scorePanel) axis(box vg.Rectangle, top, step float64, word string) {
	st := d.style(11, d.muted, false)
	st.XAlign, st.YAlign = draw.XRight, draw.YCenter
	for v := 0.0; v <= top+step/2; v += step {
		y := box.Min.Y + box.Size().Y*vg.Length(v/top)
		d.pen.box(box.Min.X, y, box.Max.X, y, d.grid)
		d.FillText(st, vg.Point{X: box.Min.X - 6*unit, Y: y}, strconv.FormatFloat(v, 'f', -1, 64)+word)
	}
}
