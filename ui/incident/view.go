package incident

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the page.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
	Shown func() bool // the page is what the window shows
	// Off reports a command that does nothing now; nil means none.
	Off func(keys.Command) bool
}

// Screen shows a Presenter.
type Screen struct {
	P    *Presenter
	f    Frame
	lock widget.Lock

	root  fyne.CanvasObject
	title *widget.Line
	facts *fyne.Container
	times *widget.Line
	tags  *widget.Line
	note  *widget.Line
	tabs  []*widget.Button
	grids []*widget.Grid
	table *fyne.Container // the grid of the open tab
	more  *widget.Passage
	full  *widget.Passage // a tab without rows
	raw   *widget.Passage
	split *container.Split
	body  *fyne.Container
	catch *widget.Catcher // has the keyboard where there are no rows
	fulls *container.Scroll
	low   *container.Scroll
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{
		P: p, f: f, facts: widget.Row(18),
		title: widget.Sized(look.Cell{Bold: true, Fit: look.Middle}, theme.SizeNameHeadingText),
		times: widget.NewLine(look.D("")), tags: widget.NewLine(look.D("")), note: widget.NewLine(look.D("")),
		more: widget.NewPassage(false), full: widget.NewPassage(false), raw: widget.NewPassage(true),
	}
	s.raw.Wrapping = fyne.TextWrapOff
	p.build()
	back := widget.NewButton("Esc", "queue", func() { f.Run(keys.Back) })
	prev := widget.NewButton("[", "previous", func() { f.Run(keys.PrevCase) })
	next := widget.NewButton("]", "next", func() { f.Run(keys.NextCase) })
	for _, b := range []*widget.Button{back, prev, next} {
		b.Quiet = true
	}
	nav := widget.Row(0, back, prev, next)
	head := widget.Column(4, container.NewBorder(nil, nil, nil, nav, s.title),
		widget.Loose(s.facts), s.times, s.tags, s.note)
	s.table = container.NewStack()
	for i := range tabNames {
		g := widget.NewGrid(tabColumns[tabNames[i]], func() int { return len(p.tabs[i].Rows) },
			func(n int) []look.Cell { return p.tabs[i].Rows[n].Cells }, f.Press)
		g.OnCursor = p.Move
		s.grids = append(s.grids, g)
	}
	s.low = container.NewVScroll(widget.Pad(s.more, 6, 10, 6, 8))
	s.split = container.NewVSplit(s.table, widget.Over(widget.Panel(), s.low))
	s.split.Offset = 0.62
	s.fulls = container.NewScroll(widget.Pad(container.NewStack(s.full, s.raw), 8, 10, 8, 8))
	s.catch = widget.NewCatcher(s.fulls, f.Press)
	s.body = container.NewStack(s.split, s.catch)
	top := widget.Column(0, widget.Over(widget.Panel(), widget.Pad(head, 10, 8, 8, 14)),
		widget.Over(widget.Panel(), widget.Pad(s.tabRow(), 0, 6, 0, 6)), widget.Rule())
	s.root = container.NewBorder(top, widget.Column(0, widget.Rule(), s.actions()), nil, nil, s.body)
	p.Changed = s.draw
	s.draw()
	return s
}

func (s *Screen) tabRow() fyne.CanvasObject {
	row := widget.Row(0)
	for i, n := range tabNames {
		b := widget.NewButton(string(rune('1'+i)), n, func() { s.f.Run(keys.Tab(i + 1)) })
		b.Underline, b.Quiet = true, true
		s.tabs = append(s.tabs, b)
		row.Add(b)
	}
	return widget.Loose(row)
}

func (s *Screen) actions() fyne.CanvasObject {
	row := widget.Row(0)
	for _, a := range []struct {
		key, label string
		do         keys.Command
	}{
		{"a", "assign me", keys.AssignMe},
		{"A", "assign…", keys.Assign},
		{"c", "close", keys.CloseCase},
		{"m", "comment", keys.Comment},
		{"l", "tag", keys.Tag},
		{"t", "task…", keys.AddTask},
		{"M", "move alerts…", keys.MoveAlerts},
		{"i", "person", keys.ToPerson},
		{"y", "copy defanged", keys.CopySafe},
		{"Y", "copy original", keys.CopyRaw},
		{"E h", "export HTML", keys.ExportHTML},
	} {
		b := s.lock.Add(widget.NewButton(a.key, a.label, func() { s.f.Run(a.do) }), keys.OffWhile(s.f.Off, a.do))
		b.Quiet = true
		row.Add(b)
	}
	status := s.lock.Add(widget.NewButton("s", "status", func() { s.f.Press("s") }), keys.OffWhile(s.f.Off, keys.StatusNew))
	sev := s.lock.Add(widget.NewButton("v", "severity", func() { s.f.Press("v") }), keys.OffWhile(s.f.Off, keys.SevHigh))
	status.Quiet, sev.Quiet = true, true
	row.Objects = append(row.Objects[:2], append([]fyne.CanvasObject{status, sev}, row.Objects[2:]...)...)
	return widget.Over(widget.Panel(), widget.Pad(widget.Loose(row), 2, 6, 2, 6))
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard: the rows of the open tab, else its text.
func (s *Screen) Keys() fyne.Focusable {
	if len(s.P.Tab().Rows) > 0 {
		return s.grids[s.P.tab].Keys()
	}
	return s.catch
}

// Tick draws again what depends on the time.
func (s *Screen) Tick() {
	s.P.build()
	s.draw()
}

// Do carries out a command and reports whether it is the page's.
func (s *Screen) Do(c keys.Command) bool {
	if len(s.P.Tab().Rows) == 0 && s.scroll(c) {
		return true
	}
	return s.P.Do(c, s.grids[s.P.tab].Page())
}

// scroll moves a tab that is text.
func (s *Screen) scroll(c keys.Command) bool {
	step := map[keys.Command]float32{
		keys.Down: 40, keys.Up: -40, keys.PageDown: s.fulls.Size().Height * 0.9,
		keys.PageUp: -s.fulls.Size().Height * 0.9, keys.Home: -1e9, keys.End: 1e9,
	}[c]
	if step == 0 {
		return false
	}
	most := max(0, s.fulls.Content.MinSize().Height-s.fulls.Size().Height)
	s.fulls.ScrollToOffset(fyne.NewPos(s.fulls.Offset.X, max(0, min(most, s.fulls.Offset.Y+step))))
	return true
}

func (s *Screen) draw() {
	s.lock.Draw()
	s.drawHead()
	p := s.P
	for i, b := range s.tabs {
		b.Set(p.tabs[i].title(), i == p.tab)
	}
	t := p.Tab()
	hadKeys := s.focused()
	if len(t.Rows) == 0 {
		s.split.Hide()
		s.drawText(t)
		s.catch.Show()
	} else {
		g := s.grids[p.tab]
		if len(s.table.Objects) != 1 || s.table.Objects[0] != fyne.CanvasObject(g) {
			s.table.Objects = []fyne.CanvasObject{g}
			s.table.Refresh()
		}
		s.catch.Hide()
		s.split.Show()
		g.SetCursor(p.At())
		g.Refresh()
		if more := p.More(); more != s.more.Text {
			s.more.SetText(more)
			s.low.ScrollToTop()
		}
	}
	if c := s.canvas(); hadKeys && c.Focused() != s.Keys() {
		c.Focus(s.Keys())
	}
}

func (s *Screen) drawText(t Tab) {
	one, other := s.full, s.raw
	if t.Mono {
		one, other = s.raw, s.full
	}
	other.Hide()
	if other.Text != "" {
		other.SetText("")
	}
	if one.Text != t.Text {
		one.SetText(t.Text)
		s.fulls.ScrollToTop()
	}
	one.Show()
}

// focused reports that a tab of the page has the keyboard, or nothing has. A text that
// is being selected keeps it.
func (s *Screen) focused() bool {
	c := s.canvas()
	if c == nil || !s.f.Shown() || c.Overlays().Top() != nil {
		return false
	}
	now := c.Focused()
	if now == nil || now == fyne.Focusable(s.catch) {
		return true
	}
	for _, g := range s.grids {
		if now == g.Keys() {
			return true
		}
	}
	return false
}

// canvas is what the page is shown on, nil before it is.
func (s *Screen) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(s.root) }

func (s *Screen) drawHead() {
	p := s.P
	c := p.d.Clock()
	h := present.Head(p.row, p.detail, p.d.Targets, c, p.d.Me).Queued(p.before)
	s.title.Set(look.Cell{Text: h.Title, Bold: true, Fit: look.Middle})
	s.facts.RemoveAll()
	for _, f := range append([]look.Cell{h.Severity}, h.Facts...) {
		s.facts.Add(widget.Natural(f))
	}
	s.times.Set(look.D(h.Times))
	show(s.tags, look.D(prefixed("tags: ", h.Tags)))
	note, bad := p.Note()
	tone := look.Dim
	if h.Warning != "" {
		tone = look.Warn
		if note != "" {
			note = h.Warning + "   ·   " + note
		} else {
			note = h.Warning
		}
	}
	if bad {
		tone = look.Alarm
	}
	s.note.Set(look.Cell{Text: note, Tone: tone})
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func show(l *widget.Line, c look.Cell) {
	l.Set(c)
	if c.Text == "" {
		l.Hide()
	} else {
		l.Show()
	}
}
