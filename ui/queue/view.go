package queue

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the queue.
type Frame struct {
	Press   widget.Press
	Run     func(keys.Command) // carries out a command as if its key was pressed
	Clock   func() present.Clock
	Targets triage.Targets
	Me      app.Owner
	// Roster tells tenants apart; nil for a single one.
	Roster fleet.Roster
	// Focus gives the keyboard to a part of the page that is shown, drawn yet or not: what
	// is typed next must not be taken for commands. Nil asks the canvas it is drawn on.
	Focus func(fyne.Focusable)
	// Off reports a command that does nothing now; nil means none.
	Off func(keys.Command) bool
}

// Screen shows a Presenter.
type Screen struct {
	P    *Presenter
	f    Frame
	lock widget.Lock

	root    *fyne.Container
	top     *fyne.Container // tabs, filter, chips and what is wrong with them
	list    *fyne.Container
	tabs    []*widget.Button
	tenant  *widget.Button // which tenants are shown
	filter  *widget.Entry
	tally   *widget.Line
	bar     *fyne.Container
	chips   *fyne.Container
	chipRow fyne.CanvasObject
	trouble *widget.Line
	wrong   *fyne.Container // trouble in its own line
	newBar  *widget.Button
	marked  *widget.Line
	markBar *fyne.Container
	grid    *widget.Grid
	preview *preview
	instead *fyne.Container
	title   *widget.Line
	body    *fynewidget.Label
	split   *container.Split
	typing  bool
	shown   string // chips on screen
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{P: p, f: f}
	if f.Focus == nil {
		s.f.Focus = widget.FocusOn
	}
	s.grid = widget.NewGrid(append([]look.Column{{Width: 11}, {Title: "Tenant", Width: 84}}, present.QueueColumns...), func() int { return len(p.rows) }, s.cells, f.Press)
	s.grid.OnCursor = func(i int) {
		p.Stay()
		p.Move(i)
	}
	s.grid.OnOpen = func(int) { f.Run(keys.Open) }
	s.preview = newPreview(f, s.previewKey)
	s.filter = widget.NewEntry(`Filter: status:open sev:high,medium owner:me -tag:test age<3d "words"`, 1, s.filterKey)
	s.filter.Text = p.text
	s.filter.OnChanged = func(t string) {
		if !s.typing {
			p.Type(t)
		}
	}
	s.tally = widget.Natural(look.D(""))
	s.chips = widget.Row(4)
	s.trouble = widget.NewLine(look.Cell{Tone: look.Warn})
	s.chipRow = widget.Pad(widget.Loose(s.chips), 0, 8, 2, 8)
	s.wrong = widget.Pad(s.trouble, 0, 8, 4, 10)
	s.newBar = widget.NewButton("", "", func() { f.Run(keys.TakeNew) })
	s.newBar.Active = true
	s.marked = widget.Natural(look.Cell{Bold: true})
	s.markBar = widget.Over(widget.NewFill(theme.ColorNameSelection), widget.Pad(widget.Loose(s.markRow()), 1, 6, 1, 10))
	s.markBar.Hide()
	s.title = widget.Sized(look.Cell{Bold: true}, theme.SizeNameSubHeadingText)
	s.body = fynewidget.NewLabel("")
	s.body.Wrapping = fyne.TextWrapWord
	s.instead = widget.Pad(widget.Column(6, s.title, s.body), 48, 24, 0, 24)

	// Marks come and go below the rows, which must not move under the cursor.
	s.list = container.NewBorder(s.newBar, s.markBar, nil, nil, container.NewStack(s.grid, s.instead))
	s.split = container.NewHSplit(s.list, s.preview.root)
	s.split.Offset = 0.7
	if at, err := strconv.ParseFloat(p.d.Prefs.Get("queue.split"), 64); err == nil && at > 0.2 && at < 0.95 {
		s.split.Offset = at
	}
	s.bar = container.NewBorder(nil, nil, nil, widget.Pad(s.tally, 0, 4, 0, 8), s.filter)
	s.top = widget.Column(0, widget.Over(widget.Panel(), widget.Pad(s.tabRow(), 2, 8, 2, 4)), widget.Rule(),
		widget.Pad(s.bar, 5, 8, 2, 8),
		s.chipRow, s.wrong)
	s.root = container.NewBorder(s.top, nil, nil, nil, s.split)
	p.Changed = s.draw
	p.Top = s.grid.Top
	s.draw(Rows | Cursor | Preview | Head)
	return s
}

func (s *Screen) tabRow() fyne.CanvasObject {
	row := widget.Row(0)
	for i, v := range s.P.d.Views {
		b := widget.NewButton(string(rune('1'+i)), v.Name, func() { s.f.Run(keys.View(i + 1)) })
		b.Underline, b.Quiet = true, true
		s.tabs = append(s.tabs, b)
		row.Add(b)
	}
	s.tenant = widget.NewButton("W", "All tenants", func() { s.f.Run(keys.NextTenant) })
	s.tenant.Quiet = true
	s.tenant.Hide()
	return container.NewBorder(nil, nil, nil, s.tenant, widget.Loose(row))
}

// markRow says how many rows are marked and what can be done with them.
func (s *Screen) markRow() fyne.CanvasObject {
	row := widget.Row(0, widget.Pad(s.marked, 0, 8, 0, 0))
	for _, a := range []struct {
		key, label string
		do         keys.Command
	}{
		{"a", "mine", keys.AssignMe},
		{"A", "assign…", keys.Assign},
		{"c", "close…", keys.CloseCase},
		{"l", "tag…", keys.Tag},
		{"m", "comment…", keys.Comment},
		{"M", "merge…", keys.Merge},
		{"Esc", "clear", keys.Back},
	} {
		b := s.lock.Add(widget.NewButton(a.key, a.label, func() { s.f.Run(a.do) }), keys.OffWhile(s.f.Off, a.do))
		b.Quiet = true
		row.Add(b)
	}
	return row
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.grid.Keys() }

// Leave remembers how the panes are split.
func (s *Screen) Leave() {
	s.P.d.Prefs.Set("queue.split", strconv.FormatFloat(s.split.Offset, 'f', 3, 64))
}

// Tick draws again what depends on the time.
func (s *Screen) Tick() {
	s.P.Tick()
	s.draw(Rows | Preview)
}

// Do carries out a command and reports whether it is the queue's.
func (s *Screen) Do(c keys.Command) bool {
	switch c {
	case keys.Filter, keys.PrevPane:
		s.editFilter()
		return true
	case keys.NextPane:
		s.f.Focus(s.preview.catch)
		return true
	case keys.Back:
		s.P.Unmark()
		return true
	}
	return s.P.Do(c, s.grid.Page())
}

// editFilter gives the filter bar the keyboard, ready to add a condition.
func (s *Screen) editFilter() {
	if t := s.filter.Text; t != "" && t[len(t)-1] != ' ' {
		s.filter.SetText(t + " ")
	}
	s.filter.CursorColumn = len([]rune(s.filter.Text))
	s.filter.Refresh()
	s.f.Focus(s.filter)
}

func (s *Screen) filterKey(key string) bool {
	switch key {
	case "Esc":
		if s.filter.Text != "" {
			s.P.Clear()
			return true
		}
		s.f.Focus(s.Keys())
	case "Enter", "Down", "Tab", "F6", "Shift+F6", "Shift+Tab":
		s.f.Focus(s.Keys())
	case "Up":
		return false
	default:
		return s.f.Press(key)
	}
	return true
}

// previewKey scrolls the preview while it has the keyboard.
func (s *Screen) previewKey(key string) bool {
	switch key {
	case "Down", "Up", "PageDown", "PageUp":
		s.preview.scrollBy(key)
	case "F6":
		s.editFilter()
	case "Shift+F6", "Esc", "Tab":
		s.f.Focus(s.Keys())
	default:
		return s.f.Press(key)
	}
	return true
}

func (s *Screen) cells(i int) []look.Cell {
	r := s.P.rows[i]
	mark := look.Cell{}
	if s.P.Marks(r.ID) {
		mark = look.Cell{Shape: look.Marked, ShapeTone: look.Accent}
	}
	me, tenant := s.f.Me, look.Cell{}
	if s.several() {
		t := s.f.Roster.Of(r.ID)
		me, tenant, mark.Bar = t.Me, tenantCell(t), look.Tenant(t.Colour)
	}
	return append([]look.Cell{mark, tenant}, present.RowCells(r, s.f.Targets, s.f.Clock(), me)...)
}

func (s *Screen) draw(w What) {
	s.lock.Draw()
	s.preview.lock.Draw()
	p := s.P
	s.grid.Columns[1].Off = !s.several()
	if w&Head != 0 {
		s.drawHead()
	}
	if w&Rows != 0 {
		if w&Cursor != 0 {
			s.grid.Shift(p.cursor)
		}
		s.grid.Refresh()
	} else if w&Cursor != 0 {
		s.grid.SetCursor(p.cursor)
	}
	if w&(Rows|Head) != 0 {
		s.drawInstead()
	}
	if w&Preview != 0 {
		if r, ok := p.Current(); ok {
			s.preview.show(r, p.detail, p.detailErr, p.before)
		} else {
			s.preview.clear()
		}
	}
}

func (s *Screen) drawHead() {
	p := s.P
	if seen(s.tenant, s.several()) {
		widget.Relayout(s.top)
	}
	if s.several() {
		s.tenant.Set(s.chosen(), p.Tenant() != "")
	}
	for i, b := range s.tabs {
		name := p.d.Views[i].Name
		if n := p.viewCount(i); n != "" {
			name += "  " + n
		}
		b.Set(name, p.view == i)
	}
	if strings.TrimSpace(s.filter.Text) != strings.TrimSpace(p.text) {
		s.typing = true
		s.filter.SetText(p.text)
		s.typing = false
	}
	if t := look.D(p.Tally()); t != s.tally.Cell() {
		s.tally.Set(t)
		s.bar.Refresh()
	}
	s.drawChips()
	s.trouble.Set(look.Cell{Text: p.Trouble(), Tone: look.Warn})
	wait := p.Waiting()
	if wait != "" {
		s.newBar.Set(wait, true)
	}
	moved := seen(s.chipRow, len(p.filter.Terms) > 0)
	moved = seen(s.wrong, s.trouble.Cell().Text != "") || moved
	if moved {
		widget.Relayout(s.top)
		widget.Relayout(s.root)
	}
	words := p.MarkWords()
	if words != s.marked.Cell().Text {
		s.marked.Set(look.Cell{Text: words, Bold: true})
		s.markBar.Refresh()
	}
	over := seen(s.newBar, wait != "")
	if seen(s.markBar, words != "") || over {
		widget.Relayout(s.list)
		s.grid.SetCursor(p.cursor) // it may have been the last row that fits
	}
}

// seen shows or hides an object and reports that this is a change.
func seen(o fyne.CanvasObject, wanted bool) bool {
	if o.Visible() == wanted {
		return false
	}
	if wanted {
		o.Show()
	} else {
		o.Hide()
	}
	return true
}

func (s *Screen) drawChips() {
	if now := s.P.filter.String(); now != s.shown || len(s.chips.Objects) == 0 {
		s.shown = now
		s.chips.RemoveAll()
		for i, t := range s.P.filter.Terms {
			b := widget.NewButton("×", present.Field(t.String()), func() { s.P.Drop(i) })
			b.Framed = true
			s.chips.Add(b)
		}
	}
}

func (s *Screen) drawInstead() {
	title, body := s.P.Instead(s.f.Clock())
	if len(s.P.rows) > 0 || title == "" && body == "" {
		s.instead.Hide()
		return
	}
	s.title.Set(look.Cell{Text: title, Bold: true})
	s.body.SetText(body)
	s.instead.Show()
}
