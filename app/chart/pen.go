package chart

import (
	"image/color"
	"math"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// pen draws on one canvas in one theme. It carries its own font cache, so that
// figures may be drawn at the same time.
type pen struct {
	palette
	draw.Canvas
	pixel vg.Length
	fonts text.Handler
	spots []Spot
}

func newPen(c draw.Canvas, t Theme, pixel vg.Length) *pen {
	return &pen{
		palette: palettes[t], Canvas: c, pixel: pixel,
		fonts: text.Plain{Fonts: font.NewCache(liberation.Collection())},
	}
}

// style is text of a size in units.
func (p *pen) style(size float64, c color.Color, bold bool) draw.TextStyle {
	f := font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(size) * unit}
	if bold {
		f.Weight = xfont.WeightBold
	}
	return draw.TextStyle{Color: c, Font: f, Handler: p.fonts, YAlign: draw.YTop}
}

// snap moves a length to the nearest whole pixel.
func (p *pen) snap(l vg.Length) vg.Length {
	return vg.Length(math.Round(float64(l/p.pixel))) * p.pixel
}

// box fills a rectangle whose edges lie on whole pixels; one that has a height is
// never thinner than a pixel, so that one incident among thousands still shows.
func (p *pen) box(x0, y0, x1, y1 vg.Length, c color.Color) {
	x0, y0, x1, y1 = p.snap(x0), p.snap(y0), p.snap(x1), p.snap(y1)
	if y1 <= y0 {
		y1 = y0 + p.pixel
	}
	p.FillPolygon(c, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}

// line strokes points as given.
func (p *pen) line(width float64, c color.Color, dash []vg.Length, pts ...vg.Point) {
	if len(pts) > 1 {
		p.StrokeLines(draw.LineStyle{Color: c, Width: vg.Length(width) * unit, Dashes: dash}, pts)
	}
}

// spot notes where a point of a series is shown, in a panel between two heights.
func (p *pen) spot(series, point int, at vg.Point, top, bottom vg.Length) {
	down := func(y vg.Length) float64 { return float64((p.Max.Y - y) / unit) }
	p.spots = append(p.spots, Spot{Series: series, Point: point, X: float64(at.X / unit), Y: down(at.Y), Top: down(top), Bottom: down(bottom)})
}

// spotIn notes where a point of a series is shown that has an area of its own.
func (p *pen) spotIn(series, point int, at vg.Point, area vg.Rectangle) {
	p.spot(series, point, at, area.Max.Y, area.Min.Y)
	s := &p.spots[len(p.spots)-1]
	s.Left, s.Right = float64(area.Min.X/unit), float64(area.Max.X/unit)
}

// wrap breaks words into lines no wider than width.
func wrap(s string, st draw.TextStyle, width vg.Length) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(s) {
		next := strings.TrimSpace(line + " " + word)
		if line != "" && st.Width(next) > width {
			lines = append(lines, line)
			next = word
		}
		line = next
	}
	return append(lines, line)
}
