package chart

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"watchfloor/app/metrics"
	"watchfloor/app/text"
)

const margin = 16 * unit

// head fills the background, writes the title and returns the bounds of what is left
// below it.
func (p *pen) head(c metrics.Chart) (left, right, top vg.Length) {
	p.FillPolygon(p.back, []vg.Point{p.Min, {X: p.Max.X, Y: p.Min.Y}, p.Max, {X: p.Min.X, Y: p.Max.Y}})
	left, right, top = p.Min.X+margin, p.Max.X-margin, p.Max.Y-margin
	p.FillText(p.style(16, p.text, true), vg.Point{X: left, Y: top}, c.About().Title)
	return left, right, top - 28*unit
}

// footnotes are what a reader needs to trust the figure; more is said behind the
// definition.
func footnotes(c metrics.Chart, more string) []string {
	a := c.About()
	note := a.Definition
	if more != "" {
		note += " " + more
	}
	facts := a.N
	if n := c.Len(); n > 0 {
		facts += " · " + c.Slot(0).First.Format("2 Jan 2006") + " to " + c.Slot(n-1).Last.Format("2 Jan 2006")
	}
	facts += " · time zone " + text.Line(a.Zone, 40) + " · " + a.Fresh()
	if !a.Since.IsZero() {
		facts += " · watched since " + a.Since.UTC().Format("2006-01-02 15:04") + " UTC"
	}
	return []string{note, facts}
}

// footer writes the notes at the foot and returns where the drawing may begin above.
func (p *pen) footer(notes []string, left, right vg.Length) vg.Length {
	st := p.style(11, p.muted, false)
	var lines []string
	for _, n := range notes {
		lines = append(lines, wrap(n, st, right-left)...)
	}
	const leading = 15 * unit
	if most := max(2, int(p.Size().Y*2/5/leading)); len(lines) > most { // the definition yields to the drawing
		facts := wrap(notes[len(notes)-1], st, right-left)
		keep := max(0, most-len(facts))
		lines = append(lines[:keep:keep], facts...)
		if keep > 0 {
			lines[keep-1] += " …"
		}
	}
	top := p.Min.Y + margin + leading*vg.Length(len(lines))
	for i, l := range lines {
		p.FillText(st, vg.Point{X: left, Y: top - leading*vg.Length(i)}, l)
	}
	return top + 12*unit
}

// empty says in the middle of the area why nothing is drawn there.
func (p *pen) empty(area draw.Canvas, why string) {
	st := p.style(14, p.muted, false)
	st.XAlign, st.YAlign = draw.XCenter, draw.YCenter
	const leading = 20 * unit
	lines := wrap(why, st, area.Size().X)
	at := area.Center()
	at.Y += leading * vg.Length(len(lines)-1) / 2
	for _, l := range lines {
		p.FillText(st, at, l)
		at.Y -= leading
	}
}

// legend lays entries out in rows and returns the top of what is left below.
type legend struct {
	*pen
	left, right, x, y vg.Length
}

const legendRow, legendMark = 20 * unit, 12 * unit

func (p *pen) legend(left, right, y vg.Length) *legend { return &legend{p, left, right, left, y} }

// entry paints a mark of a width and writes its label behind it.
func (l *legend) entry(label string, width vg.Length, paint func(x, mid vg.Length)) {
	st := l.style(12, l.text, false)
	need := width + 6*unit + st.Width(label)
	if l.x > l.left && l.x+need > l.right {
		l.x, l.y = l.left, l.y-legendRow
	}
	paint(l.x, l.y-7*unit)
	l.FillText(st, vg.Point{X: l.x + width + 6*unit, Y: l.y}, label)
	l.x += need + 18*unit
}

func (l *legend) end() vg.Length { return l.y - legendRow - 8*unit }

// apart moves wanted heights, highest first, so that each is at least gap below the one
// before, and none below floor.
func apart(wanted []vg.Length, gap, floor vg.Length) []vg.Length {
	out := append([]vg.Length{}, wanted...)
	for i := 1; i < len(out); i++ {
		out[i] = min(out[i], out[i-1]-gap)
	}
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = max(out[i], floor+gap*vg.Length(len(out)-1-i))
	}
	return out
}
