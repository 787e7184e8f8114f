package chart

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
)

// paintAgeing draws the backlog as areas, the oldest incidents at the foot, with their
// names at the right end. Days that are less certain are hatched: paler, they would look
// like other ages.
func paintAgeing(p *pen, a metrics.Ageing) {
	left, right, top := p.head(a)
	more := ""
	if slices.ContainsFunc(a.Days, func(d metrics.AgeDay) bool { return !d.Known }) {
		more += "Hatched on the left: before this cache watched. "
	}
	if slices.ContainsFunc(a.Days, func(d metrics.AgeDay) bool { return !d.Complete }) {
		more += "Hatched on the right: later than the last sync."
	}
	bottom := p.footer(footnotes(a, more), left, right)
	box := vg.Rectangle{Min: vg.Point{X: left, Y: bottom + 22*unit}, Max: vg.Point{X: right - 150*unit, Y: top - 4*unit}}
	most := 0
	for _, d := range a.Days {
		most = max(most, d.Total())
	}
	if most == 0 {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}},
			"No incident was open at the end of these days.")
		return
	}
	step, ceiling := scale(most)
	toY := func(n int) vg.Length { return box.Min.Y + box.Size().Y*vg.Length(n)/vg.Length(ceiling) }
	box.Min.X = p.countAxis(box, step, ceiling, toY)
	area := areas{pen: p, a: a, box: box, toY: toY}
	area.draw()
	for _, t := range dayTicks(dates(a), float64(box.Size().X/unit)) {
		p.below(area.x(int(t.Value)), box, t.Label)
	}
	area.names()
}

// countAxis writes the counts left of a box and draws its grid; it returns where the
// drawing may begin.
func (p *pen) countAxis(box vg.Rectangle, step, ceiling int, toY func(int) vg.Length) vg.Length {
	st := p.style(12, p.muted, false)
	st.XAlign, st.YAlign = draw.XRight, draw.YCenter
	x := box.Min.X + st.Width(thousands(ceiling))
	for n := 0; n <= ceiling; n += step {
		y := toY(n)
		p.box(x+8*unit, y, box.Max.X, y, p.grid)
		p.FillText(st, vg.Point{X: x, Y: y}, thousands(n))
	}
	return x + 8*unit
}

// below writes a label under a box, kept within the canvas.
func (p *pen) below(x vg.Length, box vg.Rectangle, label string) {
	st := p.style(12, p.muted, false)
	st.XAlign = draw.XCenter
	half := st.Width(label) / 2
	x = max(p.Min.X+half+2*unit, min(x, p.Max.X-half-2*unit))
	p.FillText(st, vg.Point{X: x, Y: box.Min.Y - 6*unit}, label)
}

type areas struct {
	*pen
	a   metrics.Ageing
	box vg.Rectangle
	toY func(int) vg.Length
}

// x is the place of a day: the first at the left edge, the last at the right one.
func (d areas) x(i int) vg.Length {
	if len(d.a.Days) < 2 {
		return d.box.Min.X
	}
	return d.snap(d.box.Min.X + d.box.Size().X*vg.Length(i)/vg.Length(len(d.a.Days)-1))
}

// upTo is the number of incidents at the foot of a class and, with it, at its top.
func upTo(d metrics.AgeDay, class int) (foot, top int) {
	for c := len(d.Ages) - 1; c > class; c-- {
		foot += d.Ages[c]
	}
	return foot, foot + d.Ages[class]
}

func (d areas) uncertain(i int) bool { return !d.a.Days[i].Known || !d.a.Days[i].Complete }

func (d areas) draw() {
	days := d.a.Days
	for class := range metrics.AgeNames {
		d.band(class)
	}
	from := -1 // where a run of uncertain days begins
	for i := range max(1, len(days)-1) {
		doubt := d.uncertain(i) || d.uncertain(min(i+1, len(days)-1))
		if doubt && from < 0 {
			from = i
		}
		if !doubt && from >= 0 {
			d.hatch(d.x(from), d.x(i))
			from = -1
		}
	}
	if from >= 0 {
		d.hatch(d.x(from), d.box.Max.X)
	}
	var total []vg.Point
	for i := range days {
		_, n := upTo(days[i], 0)
		at := vg.Point{X: d.x(i), Y: d.toY(n)}
		total = append(total, at)
		d.spot(0, i, at, d.box.Max.Y, d.box.Min.Y)
		for class := range metrics.AgeNames {
			_, n := upTo(days[i], class)
			d.spot(class+1, i, vg.Point{X: at.X, Y: d.toY(n)}, d.box.Max.Y, d.box.Min.Y)
		}
	}
	d.line(1.5, d.text, nil, total...)
	d.pen.box(d.box.Min.X, d.toY(0)-d.pixel, d.box.Max.X, d.toY(0), mix(d.muted, d.back, 0.3))
}

// band fills one class; a line in the background's colour parts it from the one above.
func (d areas) band(class int) {
	var foot, top []vg.Point
	for i, day := range d.a.Days {
		a, b := upTo(day, class)
		foot = append(foot, vg.Point{X: d.x(i), Y: d.toY(a)})
		top = append(top, vg.Point{X: d.x(i), Y: d.toY(b)})
	}
	if len(d.a.Days) == 1 { // a single day is as wide as the box
		foot, top = append(foot, vg.Point{X: d.box.Max.X, Y: foot[0].Y}), append(top, vg.Point{X: d.box.Max.X, Y: top[0].Y})
	}
	edge := slices.Clone(top)
	slices.Reverse(top)
	d.FillPolygon(d.age[class], append(foot, top...))
	if class > 0 {
		d.line(1, d.back, nil, edge...)
	}
}

// hatch draws rising lines in the background's colour from x0 to x1: they show on areas
// only.
func (d areas) hatch(x0, x1 vg.Length) {
	const every = 12 * unit
	foot, high := d.box.Min.Y, d.box.Size().Y
	for at := vg.Length(math.Floor(float64((x0-d.box.Min.X-high)/every))) * every; at < x1-d.box.Min.X; at += every {
		from := d.box.Min.X + at // where the line leaves the foot
		a, b := max(from, x0), min(from+high, x1)
		if a < b {
			d.line(1, d.back, nil, vg.Point{X: a, Y: foot + a - from}, vg.Point{X: b, Y: foot + b - from})
		}
	}
}

// names writes at the right end what each area is and how much it holds there.
func (d areas) names() {
	last := d.a.Days[len(d.a.Days)-1]
	const gap = 18 * unit
	wanted := make([]vg.Length, len(metrics.AgeNames))
	for class := range wanted {
		foot, top := upTo(last, class)
		wanted[class] = (d.toY(foot) + d.toY(top)) / 2
	}
	st := d.style(12, d.text, false)
	st.YAlign = draw.YCenter
	x := d.box.Max.X + 12*unit
	for class, y := range apart(wanted, gap, d.box.Min.Y+6*unit) {
		d.pen.box(x, y-legendMark/2, x+legendMark, y+legendMark/2, d.age[class])
		d.FillText(st, vg.Point{X: x + legendMark + 6*unit, Y: y}, metrics.AgeNames[class]+": "+thousands(last.Ages[class]))
	}
}
