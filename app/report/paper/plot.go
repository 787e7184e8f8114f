package paper

import (
	"bytes"
	"image"
	"image/color"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// Plot draws a figure on the page, x and y its lower left corner in points.
// The canvas serves figures of straight lines and upright text: it neither turns nor
// scales, and holds no picture. Its fonts are embedded.
func (s *Sheet) Plot(x, y float64, draw func(vg.Canvas)) {
	draw(&plot{Sheet: s, at: []vg.Point{{X: vg.Length(x), Y: vg.Length(y)}}})
	s.pdf.SetDashPattern(nil, 0)
	s.font = nil
}

// plot is a vg.Canvas on a page; the origin of at, the last one, is its lower left
// corner.
type plot struct {
	*Sheet
	at    []vg.Point
	width vg.Length
}

var _ vg.Canvas = (*plot)(nil)

func (c *plot) origin() *vg.Point { return &c.at[len(c.at)-1] }

func (c *plot) place(p vg.Point) (x, y float64) {
	o := c.origin()
	return float64(o.X + p.X), float64(o.Y - p.Y)
}

func (c *plot) SetLineWidth(w vg.Length) {
	c.width = w
	c.pdf.SetLineWidth(float64(w))
}

func (c *plot) SetLineDash(dashes []vg.Length, offset vg.Length) {
	all := make([]float64, len(dashes))
	for i, d := range dashes {
		all[i] = float64(d)
	}
	c.pdf.SetDashPattern(all, float64(offset))
}

func (c *plot) SetColor(of color.Color) {
	if of == nil {
		of = color.Black
	}
	n := color.NRGBAModel.Convert(of).(color.NRGBA)
	c.pdf.SetFillColor(int(n.R), int(n.G), int(n.B))
	c.pdf.SetDrawColor(int(n.R), int(n.G), int(n.B))
	c.pdf.SetTextColor(int(n.R), int(n.G), int(n.B))
	c.colour = Colour{n.R, n.G, n.B}
}

func (*plot) Rotate(float64)                      {}
func (*plot) Scale(float64, float64)              {}
func (*plot) DrawImage(vg.Rectangle, image.Image) {}
func (c *plot) Translate(by vg.Point) {
	*c.origin() = vg.Point{X: c.origin().X + by.X, Y: c.origin().Y - by.Y}
}
func (c *plot) Push() { c.at = append(c.at, *c.origin()) }
func (c *plot) Pop()  { c.at = c.at[:len(c.at)-1] }

func (c *plot) Stroke(p vg.Path) {
	if c.width > 0 {
		c.path(p, "D")
	}
}

func (c *plot) Fill(p vg.Path) { c.path(p, "F") }

func (c *plot) path(p vg.Path, how string) {
	for _, part := range p {
		switch part.Type {
		case vg.MoveComp:
			c.pdf.MoveTo(c.place(part.Pos))
		case vg.LineComp:
			c.pdf.LineTo(c.place(part.Pos))
		case vg.CloseComp:
			c.pdf.ClosePath()
		}
	}
	c.pdf.DrawPath(how)
}

func (c *plot) FillString(f font.Face, at vg.Point, text string) {
	key := "plot"
	if f.Font.Weight == xfont.WeightBold {
		key = "plotbold"
	}
	if !c.plotFonts[key] {
		var ttf bytes.Buffer
		if _, err := f.Face.WriteSourceTo(nil, &ttf); err != nil {
			c.pdf.SetError(err)
			return
		}
		c.pdf.AddUTF8FontFromBytes(key, "", ttf.Bytes())
		c.plotFonts[key] = true
	}
	c.pdf.SetFont(key, "", float64(f.Font.Size))
	x, y := c.place(at)
	c.pdf.Text(x, y, strings.Map(func(r rune) rune {
		if r > 0xffff { // the PDF library has two bytes for a character
			return '?'
		}
		return r
	}, text))
}
