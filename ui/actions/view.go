package actions

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the page.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
}

// Screen shows a Presenter.
type Screen struct {
	P       *Presenter
	f       Frame
	root    fyne.CanvasObject
	grid    *widget.Grid
	drift   *widget.Grid
	empty   *widget.Line
	title   *widget.Line
	what    *widget.Passage
	offers  map[keys.Command]*widget.Button
	details *fyne.Container
}

var offerWords = []struct {
	do         keys.Command
	key, label string
}{{keys.KeepTheirs, "t", "keep theirs"}, {keys.KeepMine, "m", "keep mine"}, {keys.Retry, "R", "try again"}, {keys.Discard, "d", "discard"}}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{P: p, f: f, empty: widget.NewLine(look.D("")), title: widget.NewLine(look.Cell{Bold: true, Fit: look.Middle}),
		what: widget.NewPassage(false), offers: map[keys.Command]*widget.Button{}}
	s.grid = widget.NewGrid(Columns, func() int { return len(p.actions) }, p.Cells, f.Press)
	s.grid.OnCursor = p.Move
	s.grid.OnOpen = func(int) { f.Run(keys.Open) }
	s.drift = widget.NewGrid(DriftColumns, func() int { a, _ := p.Current(); return len(a.Drift) },
		func(i int) []look.Cell { a, _ := p.Current(); return DriftCells(a.Drift[i], p.clock()) }, f.Press)
	row := widget.Row(6)
	for _, o := range offerWords {
		b := widget.NewButton(o.key, o.label, func() { f.Run(o.do) })
		b.Framed = true
		s.offers[o.do] = b
		row.Add(b)
	}
	open := widget.NewButton("Enter", "open incident", func() { f.Run(keys.Open) })
	open.Framed = true
	row.Add(open)
	s.details = container.NewBorder(widget.Column(4, s.title, s.what), widget.Pad(widget.Loose(row), 6, 0, 0, 0), nil, nil, s.drift)
	head := widget.Pad(widget.Sized(look.Cell{Text: "Actions", Bold: true}, theme.SizeNameSubHeadingText), 10, 14, 8, 14)
	split := container.NewVSplit(container.NewStack(s.grid, widget.Pad(s.empty, 50, 14, 0, 14)), widget.Over(widget.Panel(), widget.Pad(s.details, 10, 14, 10, 14)))
	split.Offset = 0.66
	s.root = container.NewBorder(widget.Column(0, widget.Over(widget.Panel(), head), widget.Rule()), nil, nil, nil, split)
	p.Changed = s.draw
	s.draw()
	return s
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.grid.Keys() }

// Tick draws again what depends on the time.
func (s *Screen) Tick() { s.draw() }

// Do carries out a command and reports whether it is the page's.
func (s *Screen) Do(c keys.Command) bool { return s.P.Do(c, s.grid.Page()) }

func (s *Screen) draw() {
	p := s.P
	s.empty.Set(look.D(p.Instead()))
	if len(p.actions) > 0 {
		s.grid.SetCursor(p.cursor)
	}
	s.grid.Refresh()
	a, ok := p.Current()
	if !ok {
		s.details.Hide()
		return
	}
	s.details.Show()
	s.title.Set(look.Cell{Text: present.Number(a.Number) + "  " + present.Safe(a.Title), Bold: true, Fit: look.Middle})
	text := Words(a)
	if a.Verb == outbox.Comment {
		text = present.SafeBlock(a.Describe())
	}
	if r := p.Reason(a); r != "" {
		text += "\n" + r
	}
	if s.what.Text != text {
		s.what.SetText(text)
	}
	for _, b := range s.offers {
		b.Hide()
	}
	for _, c := range Offers(a.State) {
		s.offers[c].Show()
	}
	if len(a.Drift) > 0 {
		s.drift.Show()
		s.drift.Refresh()
	} else {
		s.drift.Hide()
	}
}
