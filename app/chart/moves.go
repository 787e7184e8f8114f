package chart

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
)

// paintMoves draws a waterfall for each model, its bars lying below one another so that
// their names have room. What adds points is light, what takes them dark; both say by how
// much.
func paintMoves(p *pen, m metrics.Moves) {
	left, right, top := p.head(m)
	bottom := p.footer(footnotes(m, ""), left, right)
	area := draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}
	if m.Len() == 0 {
		p.empty(area, "No secure score is kept of these days.")
		return
	}
	l := p.legend(left, right, top)
	l.entry("score", legendMark, func(x, mid vg.Length) { p.box(x, mid-legendMark/2, x+legendMark, mid+legendMark/2, p.muted) })
	l.entry("added points", legendMark, func(x, mid vg.Length) { p.box(x, mid-legendMark/2, x+legendMark, mid+legendMark/2, p.age[1]) })
	l.entry("took points", legendMark, func(x, mid vg.Length) { p.box(x, mid-legendMark/2, x+legendMark, mid+legendMark/2, p.age[4]) })
	top = l.end()
	boxes := p.panels(left, right, bottom, top, len(m.Panels))
	if boxes[0].Size().Y < 24*unit+leastBar*vg.Length(m.Len()) {
		p.empty(area, "There is no room for this chart here.")
		return
	}
	for i, box := range boxes {
		p.waterfall(m, i, box)
	}
}

// leastBar is the room that a bar needs.
const leastBar = 13 * unit

func (p *pen) waterfall(m metrics.Moves, series int, box vg.Rectangle) {
	panel := m.Panels[series]
	bold := p.style(12, p.text, true)
	p.FillText(bold, vg.Point{X: box.Min.X, Y: box.Max.Y}, fit(panel.Model.Label(), bold, box.Size().X))
	names, figures := min(box.Size().X*2/5, 230*unit), 56*unit
	x0, x1 := box.Min.X+names, box.Max.X-figures
	foot := box.Max.Y - 24*unit
	high := min((foot-box.Min.Y)/vg.Length(max(len(panel.Bars), 1)), 30*unit)
	// The axis begins at zero where moves are a fair part of the score, else near them:
	// the score's own bars then say that they are cut.
	least, hi := math.Inf(1), math.Inf(-1)
	for _, b := range panel.Bars {
		hi = max(hi, b.From, b.To)
		if least = min(least, b.To); !b.Total {
			least = min(least, b.From)
		}
	}
	lo := min(0, least)
	cut := least > 0.6*hi && hi > least && len(panel.Bars) > 2
	if cut {
		lo = least - (hi-least)/4
	}
	if hi <= lo {
		hi = lo + 1
	}
	at := func(v float64) vg.Length { return x0 + (x1-x0)*vg.Length((max(v, lo)-lo)/(hi-lo)) }
	name, figure := p.style(12, p.text, false), p.style(12, p.text, false)
	name.YAlign, figure.YAlign = draw.YCenter, draw.YCenter
	for i, b := range panel.Bars {
		mid := foot - high*(vg.Length(i)+0.5)
		from, colour, words := b.From, p.age[1], "+"+metrics.Points(b.To-b.From)
		switch {
		case b.Total:
			from, colour, words = lo, p.muted, metrics.Points(b.To)
			if !cut {
				from = min(0, b.To)
			}
		case b.To < b.From:
			colour, words = p.age[4], "−"+metrics.Points(b.From-b.To)
		}
		a, z := at(min(from, b.To)), at(max(from, b.To))
		p.box(a, mid-high*3/10, max(z, a+p.pixel), mid+high*3/10, colour)
		if b.Total && cut { // a gap near the foot of the bar
			p.box(x0+6*unit, mid-high/2, x0+9*unit, mid+high/2, p.back)
		}
		if i+1 < len(panel.Bars) {
			p.line(1, p.muted, []vg.Length{2 * unit, 2 * unit}, vg.Point{X: at(b.To), Y: mid - high*3/10}, vg.Point{X: at(b.To), Y: mid - high*7/10})
		}
		p.FillText(name, vg.Point{X: box.Min.X, Y: mid}, fit(b.Name, name, names-8*unit))
		p.FillText(figure, vg.Point{X: z + 6*unit, Y: mid}, words)
		p.spotIn(series, i, vg.Point{X: at(b.To), Y: mid}, vg.Rectangle{Min: vg.Point{X: box.Min.X, Y: mid - high/2}, Max: vg.Point{X: box.Max.X, Y: mid + high/2}})
	}
}
