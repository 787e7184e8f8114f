package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

// PlotPoint is a point of a curve, X and Y between 0 and 1, Y upwards. No line leads to a
// point behind a Gap.
type PlotPoint struct {
	X, Y float32
	Gap  bool
}

// PlotData is what a Plot shows: a line, beneath it a curve of steps on an axis of its
// own, and vertical marks. Labels that are "" take no room.
type PlotData struct {
	Line, Steps     []PlotPoint
	Marks           []float32
	High, Low       string // ends of the axis of the line
	Beneath         string // what the steps are
	From, To        string // ends of the time axis
	StepHigh, Quiet bool   // StepHigh leaves room for the steps; Quiet draws the line dim
}

// Plot is a small figure without a cursor; the figures stand beside it in words.
type Plot struct {
	base
	Least   fyne.Size
	data    PlotData
	objects []fyne.CanvasObject
}

// NewPlot returns an empty figure of a least size.
func NewPlot(least fyne.Size) *Plot {
	p := &Plot{Least: least}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes what the figure shows.
func (p *Plot) Set(d PlotData) {
	p.data = d
	p.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (p *Plot) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		layout: func(fyne.Size) { p.paint() }, min: func() fyne.Size { return p.Least }, refresh: p.paint,
		more: func() []fyne.CanvasObject { return p.objects },
	}
}

// paint makes the objects anew: a figure changes seldom and has few.
func (p *Plot) paint() {
	p.objects = nil
	d, s := p.data, p.base.Size()
	if s.Width < 10 || s.Height < 10 {
		return
	}
	left, bottom := float32(0), float32(0)
	for _, label := range []string{d.High, d.Low, d.Beneath} {
		left = max(left, p.width(label))
	}
	if left > 0 {
		left += 6
	}
	if d.From != "" || d.To != "" {
		bottom = size(theme.SizeNameCaptionText) + 5
	}
	all := frame{left, 2, s.Width - left - 2, s.Height - bottom - 4}
	upper, lower := all, frame{}
	if d.StepHigh {
		upper.h = all.h*0.74 - 4
		lower = frame{all.x, all.y + all.h*0.80, all.w, all.h * 0.20}
	}
	for _, x := range d.Marks {
		p.line(colour(wf.Edge), 1, fyne.NewPos(all.x+x*all.w, all.y), fyne.NewPos(all.x+x*all.w, all.y+all.h))
	}
	p.line(colour(wf.Edge), 1, fyne.NewPos(upper.x, upper.y+upper.h), fyne.NewPos(upper.x+upper.w, upper.y+upper.h))
	ink := tone(look.Accent)
	if d.Quiet {
		ink = tone(look.Dim)
	}
	p.curve(d.Line, upper, ink)
	p.stairs(d.Steps, lower)
	p.label(d.High, 0, upper.y-2)
	p.label(d.Low, 0, upper.y+upper.h-size(theme.SizeNameCaptionText)-2)
	if d.StepHigh {
		p.label(d.Beneath, 0, lower.y+lower.h-size(theme.SizeNameCaptionText)-4)
	}
	p.label(d.From, all.x, s.Height-bottom)
	p.label(d.To, s.Width-p.width(d.To)-2, s.Height-bottom)
}

type frame struct{ x, y, w, h float32 }

func (f frame) at(q PlotPoint) fyne.Position {
	return fyne.NewPos(f.x+q.X*f.w, f.y+(1-q.Y)*f.h)
}

// curve joins points; of several of one height only the ends are joined.
func (p *Plot) curve(points []PlotPoint, f frame, ink color.Color) {
	from := 0
	for i := 1; i < len(points); i++ {
		if points[i].Gap {
			from = i
			continue
		}
		if i+1 < len(points) && !points[i+1].Gap && points[i].Y == points[from].Y && points[i+1].Y == points[i].Y {
			continue
		}
		p.line(ink, 1.6, f.at(points[from]), f.at(points[i]))
		from = i
	}
	if n := len(points); n > 0 {
		dot := canvas.NewCircle(ink)
		dot.Move(f.at(points[n-1]).SubtractXY(2.5, 2.5))
		dot.Resize(fyne.NewSquareSize(5))
		p.objects = append(p.objects, dot)
	}
}

// stairs hold each point's height until the next.
func (p *Plot) stairs(points []PlotPoint, f frame) {
	if f.h == 0 {
		return
	}
	ink, from := tone(look.Dim), 0
	for i := 1; i < len(points); i++ {
		if points[i].Y == points[from].Y && i+1 < len(points) {
			continue
		}
		a, b := f.at(points[from]), f.at(points[i])
		p.line(ink, 1.2, a, fyne.NewPos(b.X, a.Y))
		if a.Y != b.Y {
			p.line(ink, 1.2, fyne.NewPos(b.X, a.Y), b)
		}
		from = i
	}
}

func (p *Plot) line(c color.Color, width float32, a, b fyne.Position) {
	l := canvas.NewLine(c)
	l.StrokeWidth, l.Position1, l.Position2 = width, a, b
	p.objects = append(p.objects, l)
}

func (p *Plot) width(s string) float32 {
	if s == "" {
		return 0
	}
	return fyne.MeasureText(s, size(theme.SizeNameCaptionText), fyne.TextStyle{}).Width
}

func (p *Plot) label(s string, x, y float32) {
	if s == "" {
		return
	}
	t := canvas.NewText(s, tone(look.Dim))
	t.TextSize = size(theme.SizeNameCaptionText)
	t.Move(fyne.NewPos(x, y))
	t.Resize(t.MinSize())
	p.objects = append(p.objects, t)
}
