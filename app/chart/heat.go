package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
)

// paintHeat draws a table of types by countries, each number in its cell and the cell's
// shade by the number: one hue, from the background.
func paintHeat(p *pen, h metrics.Heat) {
	left, right, top := p.head(h)
	bottom := p.footer(footnotes(h, ""), left, right)
	if h.Cells.N == 0 {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}},
			"No risk was detected in these days.")
		return
	}
	most := 1
	for t := range h.Cells.Types {
		for c := range h.Cells.Countries {
			most = max(most, h.Figure(t, c))
		}
	}
	names := min((right-left)/4, 210*unit)
	x0, y0 := left+names, top-22*unit
	wide, high := (right-x0)/vg.Length(h.Len()), min((y0-bottom)/vg.Length(len(h.Cells.Types)), 34*unit)
	if wide < 22*unit || high < 14*unit {
		p.empty(draw.Canvas{Canvas: p.Canvas.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}}, "There is no room for this chart here.")
		return
	}
	head := p.style(12, p.muted, false)
	head.XAlign = draw.XCenter
	for c := range h.Cells.Countries {
		p.FillText(head, vg.Point{X: x0 + wide*(vg.Length(c)+0.5), Y: top}, fit(h.PointName(0, c), head, wide-4*unit))
	}
	name := p.style(12, p.text, false)
	name.YAlign = draw.YCenter
	for t, kind := range h.Cells.Types {
		mid := y0 - high*(vg.Length(t)+0.5)
		p.FillText(name, vg.Point{X: left, Y: mid}, fit(kind, name, names-8*unit))
		for c := range h.Cells.Countries {
			area := vg.Rectangle{Min: vg.Point{X: x0 + wide*vg.Length(c), Y: mid - high/2}, Max: vg.Point{X: x0 + wide*vg.Length(c+1), Y: mid + high/2}}
			p.cell(h.Figure(t, c), most, area)
			p.spotIn(t, c, vg.Point{X: x0 + wide*(vg.Length(c)+0.5), Y: mid}, area)
		}
	}
}

// cell draws a number on its shade, in the text's colour or the background's, whichever
// stands out more.
func (p *pen) cell(n, most int, box vg.Rectangle) {
	if n == 0 {
		return
	}
	class := min(len(p.age)-1, len(p.age)*n/(most+1))
	p.box(box.Min.X+p.pixel, box.Min.Y+p.pixel, box.Max.X-p.pixel, box.Max.Y-p.pixel, p.age[class])
	ink := p.text
	if contrast(p.back, p.age[class]) > contrast(ink, p.age[class]) {
		ink = p.back
	}
	st := p.style(12, ink, false)
	st.XAlign, st.YAlign = draw.XCenter, draw.YCenter
	p.FillText(st, vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2}, thousands(n))
}

// contrast is that of WCAG 2 between two colours, 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	light := func(c color.NRGBA) float64 {
		part := func(v uint8) float64 {
			if f := float64(v) / 255; f > 0.04045 {
				return math.Pow((f+0.055)/1.055, 2.4)
			} else {
				return f / 12.92
			}
		}
		return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B) + 0.05
	}
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}
