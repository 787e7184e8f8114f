package chart

import (
	"bytes"
	"io"
	"strconv"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"watchfloor/app"
)

// SVG writes the figure as a vector drawing of width by height units. Text stays text;
// its family is Liberation Sans with fallbacks of the same widths, and every text says
// how wide it is, so that with any other font nothing overlaps or is cut off.
func (f Figure) SVG(w io.Writer, width, height int) error {
	width, height = max(width, minWidth), max(height, minHeight)
	c := &measured{Canvas: vgsvg.New(vg.Length(width)*unit, vg.Length(height)*unit)}
	f.paint(newPen(draw.New(c), f.theme, unit))
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	if err == nil {
		_, err = w.Write(c.fitted(portableFonts(b.Bytes())))
	}
	if err != nil {
		return app.E(app.KindInternal, "The chart could not be written as SVG.", err)
	}
	return nil
}

// measured remembers how wide each text is, in the order they are written.
type measured struct {
	*vgsvg.Canvas
	widths []vg.Length
}

// FillString implements vg.Canvas.
func (m *measured) FillString(f font.Face, at vg.Point, s string) {
	m.widths = append(m.widths, f.Width(s))
	m.Canvas.FillString(f, at, s)
}

// fitted gives each text of a drawing its width. No text holds the mark that begins one:
// what it says is escaped.
func (m *measured) fitted(svg []byte) []byte {
	mark := []byte("<text ")
	var out bytes.Buffer
	for _, w := range m.widths {
		before, after, found := bytes.Cut(svg, mark)
		if !found {
			break
		}
		out.Write(before)
		out.Write(mark)
		if w > 0 {
			out.WriteString(`textLength="` + strconv.FormatFloat(w.Points(), 'f', 2, 64) + `" lengthAdjust="spacingAndGlyphs" `)
		}
		svg = after
	}
	out.Write(svg)
	return out.Bytes()
}

// portableFonts names families that other systems have, with the same widths.
func portableFonts(svg []byte) []byte {
	return bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;font-variant:normal;"),
		[]byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
}
