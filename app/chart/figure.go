package chart

import (
	"image"
	"image/png"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"watchfloor/app"
	"watchfloor/app/metrics"
)

// Axis is how a chart of lengths of time spaces them.
type Axis int

// Axes. Auto is logarithmic where the largest value is many times the smallest.
const (
	Auto Axis = iota
	Linear
	Logarithmic
)

// Of is the figure of a chart. Axis concerns only charts of lengths of time.
func Of(c metrics.Chart, theme Theme, axis Axis) Figure {
	switch c := c.(type) {
	case metrics.Trend:
		return Trend(c, theme)
	case metrics.Ageing:
		return Figure{theme: theme, paint: func(p *pen) { paintAgeing(p, c) }}
	case metrics.Times:
		return Figure{theme: theme, paint: func(p *pen) { paintTimes(p, c, axis) }}
	case metrics.Scores:
		return Figure{theme: theme, paint: func(p *pen) { paintScores(p, c) }}
	case metrics.Moves:
		return Figure{theme: theme, paint: func(p *pen) { paintMoves(p, c) }}
	case metrics.Advice:
		return Figure{theme: theme, paint: func(p *pen) { paintAdvice(p, c) }}
	case metrics.Heat:
		return Figure{theme: theme, paint: func(p *pen) { paintHeat(p, c) }}
	case metrics.Funnel:
		return Figure{theme: theme, paint: func(p *pen) { paintFunnel(p, c) }}
	}
	return Figure{theme: theme, paint: func(p *pen) { p.empty(p.Canvas, "This chart cannot be drawn.") }}
}

// Spot is where a figure shows one point of one series, in units from the top left
// corner. Top and Bottom bound the panel it lies in. Where Right is greater than Left all
// four bound the figure's own area.
type Spot struct {
	Series, Point     int
	X, Y, Top, Bottom float64
	Left, Right       float64
}

// Figure is a chart ready to be rendered at any size.
type Figure struct {
	paint func(*pen)
	theme Theme
}

// minWidth and minHeight keep the layout from collapsing; a smaller request is drawn
// at this size and cut.
const minWidth, minHeight = 320, 220

// Image renders the figure with width by height pixels. Scale is pixels per unit of
// the layout: 1 on a plain screen, 2 on one of double density.
func (f Figure) Image(width, height int, scale float64) image.Image {
	img, _ := f.Picture(width, height, scale)
	return img
}

// Picture is Image with the places of all points.
func (f Figure) Picture(width, height int, scale float64) (image.Image, []Spot) {
	if scale <= 0 || math.IsNaN(scale) {
		scale = 1
	}
	width, height = max(width, 1), max(height, 1)
	// The layout never sees fractions of a pixel: one unit is an inch of dpi pixels
	// over 96, and the canvas is as many inches as give whole pixels.
	dpi := max(1, int(math.Round(96*scale)))
	inch := func(px int, atLeast float64) vg.Length {
		return vg.Length(math.Max(float64(px), math.Round(atLeast*scale))) / vg.Length(dpi) * vg.Inch
	}
	w, h := inch(width, minWidth), inch(height, minHeight)
	c := vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi), vgimg.UseBackgroundColor(palettes[f.theme].back))
	p := newPen(draw.NewCanvas(c, w, h), f.theme, vg.Inch/vg.Length(dpi))
	f.paint(p)
	img := c.Image()
	if b := img.Bounds(); b.Dx() != width || b.Dy() != height {
		cut := image.NewRGBA(image.Rect(0, 0, width, height))
		for y := range height {
			for x := range width {
				cut.Set(x, y, img.At(x, y))
			}
		}
		return cut, p.spots
	}
	return img, p.spots
}

// PNG writes the figure as Image draws it. The best compression would take several times
// as long for a file 1.5 % smaller.
func (f Figure) PNG(w io.Writer, width, height int, scale float64) error {
	if err := png.Encode(w, f.Image(width, height, scale)); err != nil {
		return app.E(app.KindInternal, "The chart could not be written as PNG.", err)
	}
	return nil
}

// Draw paints the figure on a canvas of width by height units, its lower left corner at
// the origin.
func (f Figure) Draw(c vg.Canvas, width, height int) {
	f.paint(newPen(draw.NewCanvas(c, vg.Length(width)*unit, vg.Length(height)*unit), f.theme, unit))
}

// unit is the length of one pixel at scale 1.
const unit = vg.Inch / 96

// thousands writes n with separators: 12,345.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
