package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
)

// paintFunnel draws the stages below one another, each bar as long as its users are many.
// Ends that no person made are pale.
func paintFunnel(p *pen, f metrics.Funnel) {
	left, right, top := p.head(f)
	bottom := p.footer(footnotes(f, "Pale: no person decided it."), left, right)
	_, all := f.Behind(0, 0)
	area := draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}
	if all == 0 {
		p.empty(area, "No user came to be at risk in these days.")
		return
	}
	names, figures := min((right-left)/3, 190*unit), min((right-left)/3, 190*unit)
	high := min((top-bottom)/vg.Length(f.Len()), 36*unit)
	if high < 14*unit {
		p.empty(area, "There is no room for this chart here.")
		return
	}
	name, figure := p.style(12, p.text, false), p.style(12, p.text, false)
	name.YAlign, figure.YAlign = draw.YCenter, draw.YCenter
	x0, x1 := left+names, right-figures
	for i := range f.Len() {
		_, n := f.Behind(0, i)
		mid := top - high*(vg.Length(i)+0.5)
		x := x0 + (x1-x0)*vg.Length(n)/vg.Length(all)
		colour := p.age[3]
		if !f.ByPerson(i) {
			colour = mix(p.age[2], p.back, 0.5)
		}
		if n > 0 {
			p.box(x0, mid-high*0.34, max(x, x0+p.pixel), mid+high*0.34, colour)
		}
		p.FillText(name, vg.Point{X: left, Y: mid}, fit(metrics.StageNames[i], name, names-8*unit))
		words := thousands(n)
		if m := f.MedianWords(i); m != "" {
			words += ", median " + m
		}
		p.FillText(figure, vg.Point{X: x + 8*unit, Y: mid}, fit(words, figure, right-x-8*unit))
		p.spotIn(0, i, vg.Point{X: x, Y: mid}, vg.Rectangle{Min: vg.Point{X: left, Y: mid - high/2}, Max: vg.Point{X: right, Y: mid + high/2}})
	}
}
