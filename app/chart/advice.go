package chart

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// paintAdvice draws a column for each class of age, its parts by risk, the gravest at the
// foot.
func paintAdvice(p *pen, a metrics.Advice) {
	left, right, top := p.head(a)
	bottom := p.footer(footnotes(a, ""), left, right)
	most := 0
	for i := range a.Len() {
		most = max(most, a.Figure(0, i))
	}
	if most == 0 {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}},
			"No recommendation has unhealthy resources.")
		return
	}
	l := p.legend(left, right, top)
	for r, name := range metrics.AdviceRisks {
		l.entry(name, legendMark, func(x, mid vg.Length) {
			p.risk(r, x, mid-legendMark/2, x+legendMark, mid+legendMark/2)
		})
	}
	top = l.end()
	box := vg.Rectangle{Min: vg.Point{X: left, Y: bottom + 22*unit}, Max: vg.Point{X: right, Y: top - 10*unit}}
	if box.Size().Y < 60*unit {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}, "There is no room for this chart here.")
		return
	}
	step, ceiling := scale(most)
	toY := func(n int) vg.Length { return box.Min.Y + box.Size().Y*vg.Length(n)/vg.Length(ceiling) }
	box.Min.X = p.countAxis(box, step, ceiling, toY)
	wide := box.Size().X / vg.Length(a.Len())
	label := p.style(12, p.text, false)
	label.XAlign = draw.XCenter
	for i := range a.Len() {
		x, at := box.Min.X+wide*(vg.Length(i)+0.5), 0
		for r := range metrics.AdviceRisks {
			if n := a.Figure(r+1, i); n > 0 {
				p.risk(r, x-wide*0.32, toY(at), x+wide*0.32, toY(at+n))
				at += n
			}
			p.spot(r+1, i, vg.Point{X: x, Y: toY(at)}, box.Max.Y, box.Min.Y)
		}
		p.spot(0, i, vg.Point{X: x, Y: toY(at)}, box.Max.Y, box.Min.Y)
		st := p.style(12, p.muted, false)
		p.below(x, box, fit(metrics.AdviceAges[i], st, wide-4*unit))
		if at > 0 {
			label.YAlign = draw.YBottom
			p.FillText(label, vg.Point{X: x, Y: toY(at) + 3*unit}, thousands(at))
		}
	}
	p.box(box.Min.X, box.Min.Y-p.pixel, box.Max.X, box.Min.Y, mix(p.muted, p.back, 0.3))
}

// risk fills a box in the colour of a class of risk. Critical and High share the colour of
// the gravest severity; a line in the background's colour across Critical parts them.
func (p *pen) risk(class int, x0, y0, x1, y1 vg.Length) {
	c := color.Color(p.severity[[...]app.Severity{app.High, app.High, app.Medium, app.Low, app.Informational}[class]])
	p.box(x0, y0, x1, y1, c)
	if class == 0 {
		for x := x0 + 3*unit; x < x1; x += 6 * unit {
			p.line(1, p.back, nil, vg.Point{X: x, Y: y0}, vg.Point{X: x, Y: y1})
		}
	}
}
