package trends

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the page.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
	Dark  func() bool
}

// Screen shows a Presenter.
type Screen struct {
	P       *Presenter
	f       Frame
	root    fyne.CanvasObject
	title   *widget.Line
	caption *widget.Passage
	chart   *canvas.Image
	area    *fyne.Container
	grid    *widget.Grid
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{P: p, f: f, title: widget.Sized(look.Cell{Bold: true}, theme.SizeNameSubHeadingText), caption: widget.NewPassage(false),
		chart: canvas.NewImageFromImage(nil)}
	s.chart.FillMode = canvas.ImageFillStretch
	s.chart.ScaleMode = canvas.ImageScaleFastest
	s.caption.SizeName = theme.SizeNameCaptionText
	s.area = container.New(chartLayout{s}, s.chart)
	s.grid = widget.NewGrid(Columns, func() int { return len(p.trend.Points) }, p.Cells, f.Press)
	s.grid.OnCursor = p.Move
	more, less := widget.NewButton("+", "more days", func() { f.Run(keys.Longer) }), widget.NewButton("-", "fewer days", func() { f.Run(keys.Shorter) })
	more.Quiet, less.Quiet = true, true
	head := widget.Pad(container.NewBorder(nil, nil, nil, widget.Row(0, more, less), s.title), 8, 8, 6, 14)
	split := container.NewVSplit(container.NewBorder(nil, widget.Pad(s.caption, 0, 10, 2, 8), nil, nil, s.area), s.grid)
	split.Offset = 0.64
	s.root = container.NewBorder(widget.Column(0, widget.Over(widget.Panel(), head), widget.Rule()), nil, nil, nil, split)
	p.Changed = s.draw
	s.draw()
	return s
}

// chartLayout stretches the chart and asks for a picture of that size.
type chartLayout struct{ s *Screen }

func (chartLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, 200) }
func (l chartLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.NewPos(6, 4))
	o[0].Resize(size.SubtractWidthHeight(12, 8))
	l.s.fit()
}

func (s *Screen) fit() {
	scale := float32(1)
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.area); c != nil {
		scale = c.Scale()
	}
	size := s.chart.Size()
	s.P.Fit(int(size.Width), int(size.Height), scale, s.f.Dark())
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.grid.Keys() }

// Tick reads figures again that the cache outran.
func (s *Screen) Tick() { s.P.Tick() }

// Themed draws the chart again in the other theme.
func (s *Screen) Themed() { s.fit() }

// Do carries out a command and reports whether it is the page's.
func (s *Screen) Do(c keys.Command) bool { return s.P.Do(c, s.grid.Page()) }

func (s *Screen) draw() {
	s.title.Set(look.Cell{Text: s.P.Title(), Bold: true})
	if t := s.P.Caption(); t != "" {
		s.caption.SetText(t)
		s.caption.Show()
	} else {
		s.caption.Hide()
	}
	if s.chart.Image != s.P.picture {
		s.chart.Image = s.P.picture
		s.chart.Refresh()
	}
	if len(s.P.trend.Points) > 0 {
		s.grid.SetCursor(s.P.cursor)
	}
	s.grid.Refresh()
	s.fit()
}
