package trends

import (
	"image/color"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/chart"
	"watchfloor/app/metrics"
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
	series  *widget.Line
	tabs    []*widget.Button
	scale   *widget.Button
	table   *widget.Button
	plate   *plate
	catcher *widget.Catcher
	middle  *fyne.Container
	grid    *widget.Grid
	gridFor metrics.Chart // what the columns of grid are for
	rows    *widget.Grid  // behind a figure
	rowsFor *list
	listed  bool
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{
		P: p, f: f, title: widget.Sized(look.Cell{Bold: true}, theme.SizeNameSubHeadingText),
		caption: widget.NewPassage(false), series: widget.Sized(look.Cell{}, theme.SizeNameCaptionText), plate: newPlate(),
	}
	s.plate.resized = s.fit
	s.plate.tapped = s.hit
	s.plate.hovered = func(x, y float64) { p.Hit(x, y) }
	s.catcher = widget.NewCatcher(s.plate, f.Press)
	s.middle = container.NewStack()
	rows := [2][]fyne.CanvasObject{} // of incidents, of places
	for i, k := range p.Kinds() {
		b := widget.NewButton(strconv.Itoa(i+1), k.String(), func() { f.Run(keys.Chart(i + 1)) })
		b.Underline = true
		s.tabs = append(s.tabs, b)
		if k.OfPlace() {
			rows[1] = append(rows[1], b)
		} else {
			rows[0] = append(rows[0], b)
		}
	}
	tabs := fyne.CanvasObject(widget.Row(0, rows[0]...))
	if len(rows[1]) > 0 {
		tabs = widget.Column(0, tabs, widget.Row(0, rows[1]...))
	}
	quiet := func(key, label string, c keys.Command) *widget.Button {
		b := widget.NewButton(key, label, func() { f.Run(c) })
		b.Quiet = true
		return b
	}
	s.scale, s.table = quiet("l", "axis: automatic", keys.Scale), quiet("t", "table", keys.Table)
	more, less := quiet("+", "more days", keys.Longer), quiet("-", "fewer", keys.Shorter)
	head := widget.Pad(container.NewBorder(nil, nil, nil, widget.Row(0, s.table, s.scale, more, less), s.title), 8, 8, 2, 14)
	top := widget.Column(0, widget.Over(widget.Panel(), widget.Column(0, head, widget.Pad(tabs, 0, 8, 4, 8))), widget.Rule())
	foot := widget.Column(0, widget.Rule(), widget.Pad(widget.Column(0, container.NewStack(twoLines(), s.caption), widget.Pad(s.series, 0, 0, 0, 8)), 2, 12, 8, 6))
	s.root = container.NewBorder(top, foot, nil, nil, s.middle)
	p.Changed = s.draw
	s.draw()
	return s
}

// twoLines keep the room of a caption of two lines, so that the chart keeps its size
// whatever is read out.
func twoLines() fyne.CanvasObject {
	room := canvas.NewRectangle(color.Transparent)
	line := fyne.MeasureText("M", theme.TextSize(), fyne.TextStyle{}).Height
	room.SetMinSize(fyne.NewSize(1, 2*line+2*theme.InnerPadding()))
	return room
}

// hit opens the incidents behind the figure that was clicked.
func (s *Screen) hit(x, y float64) {
	widget.FocusOn(s.catcher)
	if s.P.Hit(x, y) {
		s.f.Run(keys.Open)
	}
}

func (s *Screen) fit() {
	scale := float32(1)
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.plate); c != nil {
		scale = c.Scale()
	}
	size := s.plate.picture.Size()
	s.P.Fit(int(size.Width), int(size.Height), scale, s.f.Dark())
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable {
	if s.P.list != nil && s.rows != nil {
		return s.rows.Keys()
	}
	if s.P.table && s.grid != nil {
		return s.grid.Keys()
	}
	return s.catcher
}

// Tick reads figures again that the cache outran.
func (s *Screen) Tick() { s.P.Tick() }

// Themed draws the chart again in the other theme.
func (s *Screen) Themed() {
	s.plate.place()
	s.fit()
}

// Do carries out a command and reports whether it is the page's.
func (s *Screen) Do(c keys.Command) bool {
	page := 7
	if s.P.list != nil && s.rows != nil {
		page = s.rows.Page()
	} else if s.P.table && s.grid != nil {
		page = s.grid.Page()
	}
	done := s.P.Do(c, page)
	if c == keys.Table {
		widget.FocusOn(s.Keys())
	}
	return done
}

var axisWords = map[chart.Axis]string{chart.Auto: "axis: automatic", chart.Linear: "axis: linear", chart.Logarithmic: "axis: logarithmic"}

func (s *Screen) draw() {
	p := s.P
	s.title.Set(look.Cell{Text: p.Title(), Bold: true})
	for i, b := range s.tabs {
		b.Set(b.Label, p.Kinds()[i] == p.kind)
	}
	s.table.Set(map[bool]string{false: "table", true: "chart"}[p.table], false)
	s.scale.Set(axisWords[p.axis], false)
	if s.scale.Hidden = p.table || p.list != nil || p.kind != metrics.ToAcknowledge && p.kind != metrics.ToClose; !s.scale.Hidden {
		s.scale.Refresh()
	}
	s.caption.SetText(p.Caption())
	s.series.Set(look.D(p.Series()))
	if s.plate.picture.Image != p.picture.Image {
		s.plate.picture.Image = p.picture.Image
		s.plate.picture.Refresh()
	}
	s.plate.point(p.Spot())
	show := fyne.CanvasObject(s.catcher)
	if p.table && p.chart != nil {
		s.drawTable()
		show = s.grid
	}
	if p.list != nil {
		s.drawRows()
		show = s.rows
	}
	if len(s.middle.Objects) != 1 || s.middle.Objects[0] != show {
		s.middle.Objects = []fyne.CanvasObject{show}
		s.middle.Refresh()
	}
	if s.listed != (p.list != nil) { // the keyboard goes where the rows are, and back
		s.listed = p.list != nil
		widget.FocusOn(s.Keys())
	}
	s.fit()
}

// drawRows brings the list of rows behind a figure up to date.
func (s *Screen) drawRows() {
	l := s.P.list
	if s.rowsFor != l {
		s.rows = widget.NewGrid(listColumns(l.Header), func() int { return len(l.Cells) }, func(i int) []look.Cell { return listCells(l.Cells[i]) }, s.f.Press)
		s.rows.OnCursor, s.rows.OnOpen = s.P.browseTo, func(int) {}
		s.rowsFor, s.listed = l, false
	}
	if len(l.Cells) > 0 {
		s.rows.SetCursor(l.at)
	}
	s.rows.Refresh()
}

// drawTable brings the table up to date; another chart has other columns.
func (s *Screen) drawTable() {
	p := s.P
	if s.gridFor == nil || len(columns(s.gridFor)) != len(columns(p.chart)) || s.gridFor.Kind() != p.chart.Kind() || !slices.Equal(columns(s.gridFor), columns(p.chart)) {
		s.grid = widget.NewGrid(columns(p.chart), p.rows, func(i int) []look.Cell { return cells(p.chart, p.line(i), p.series) }, s.f.Press)
		s.grid.OnCursor = p.Row
		s.grid.OnOpen = func(int) { s.f.Run(keys.Open) }
		s.gridFor = p.chart
		if p.rows() > 0 {
			s.middle.Objects = []fyne.CanvasObject{s.grid}
			s.middle.Refresh()
			widget.FocusOn(s.grid.Keys())
		}
	}
	if p.rows() > 0 {
		s.grid.SetCursor(p.line(p.point))
	}
	s.grid.Refresh()
}
