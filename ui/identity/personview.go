package identity

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// PersonScreen shows a PersonPresenter.
type PersonScreen struct {
	P    *PersonPresenter
	f    Frame
	lock widget.Lock

	root   *fyne.Container
	head   *fyne.Container
	title  *widget.Line
	facts  *fyne.Container
	names  *factList
	steps  *widget.Steps
	said   *widget.Line
	strip  *fyne.Container
	note   *widget.Line
	tenant *tenantTag
	tabs   []*widget.Button
	grids  [personTabs]*widget.Grid
	table  *fyne.Container
	empty  *widget.Line
	more   *factList
	low    *container.Scroll
	below  *widget.Catcher // has the keyboard while the details are scrolled by it
	split  *container.Split
	catch  *widget.Catcher // has the keyboard where there are no rows
}

// NewPersonScreen builds the view of a presenter.
func NewPersonScreen(p *PersonPresenter, f Frame) *PersonScreen {
	s := &PersonScreen{
		P: p, f: f, title: widget.Sized(look.Cell{Bold: true, Fit: look.Middle}, theme.SizeNameHeadingText),
		facts: widget.Row(18), names: newFactList(), steps: widget.NewSteps(), said: widget.NewLine(look.D("")),
		note: widget.NewLine(look.Cell{}), empty: widget.NewLine(look.D("")), more: newFactList(),
	}
	if f.Focus == nil {
		s.f.Focus = widget.FocusOn
	}
	back := widget.NewButton("Esc", "back", func() { f.Run(keys.Back) })
	back.Quiet = true
	s.tenant = newTenantTag(nil)
	s.strip = widget.Column(2, widget.Pad(s.steps, 4, 0, 0, 0), s.said)
	s.head = widget.Column(5, container.NewBorder(nil, nil, nil, widget.Row(0, s.tenant.root, back), s.title),
		widget.Loose(s.facts), s.names.root, s.strip, s.note)
	s.table = container.NewStack()
	for i := range s.grids {
		g := widget.NewGrid(personColumns[i], func() int { return len(p.rows[i]) },
			func(n int) []look.Cell { return p.rows[i][n].cells }, f.Press)
		g.OnCursor = p.Move
		g.OnOpen = func(int) { f.Run(keys.Open) }
		s.grids[i] = g
	}
	s.low = container.NewVScroll(widget.Pad(s.more.root, 8, 12, 8, 14))
	s.below = widget.NewCatcher(s.low, s.belowKey)
	edge := widget.NewFill(wf.Panel)
	edge.Least = fyne.NewSize(2, 2)
	s.below.OnFocus = func(on bool) {
		edge.Name = wf.Panel
		if on {
			edge.Name = wf.Cursor
		}
		edge.Refresh()
	}
	s.split = container.NewVSplit(s.table, widget.Over(widget.Panel(), container.NewBorder(nil, nil, edge, nil, s.below)))
	s.split.Offset = 0.6
	s.catch = widget.NewCatcher(widget.Pad(s.empty, 24, 12, 0, 14), f.Press)
	top := widget.Column(0, widget.Over(widget.Panel(), widget.Pad(s.head, 10, 8, 8, 14)),
		widget.Over(widget.Panel(), widget.Pad(s.tabRow(), 0, 6, 0, 6)), widget.Rule())
	s.root = container.NewBorder(top, widget.Column(0, widget.Rule(), s.actions()), nil, nil, container.NewStack(s.split, s.catch))
	p.Changed = s.draw
	s.draw()
	return s
}

func (s *PersonScreen) tabRow() fyne.CanvasObject {
	row := widget.Row(0)
	for i, n := range personNames {
		b := widget.NewButton(string(rune('1'+i)), n, func() { s.f.Run(keys.Tab(i + 1)) })
		b.Underline, b.Quiet = true, true
		s.tabs = append(s.tabs, b)
		row.Add(b)
	}
	return widget.Loose(row)
}

func (s *PersonScreen) actions() fyne.CanvasObject {
	row := widget.Row(0)
	for _, a := range []struct {
		key, label string
		do         keys.Command
	}{
		{"x", "act on the account…", keys.Respond},
		{"Enter", "open the incident", keys.Open},
		{"Space", "mark a sign-in", keys.Mark},
		{"b", "two sign-ins side by side", keys.Compare},
		{"y", "copy defanged", keys.CopySafe},
		{"Y", "copy original", keys.CopyRaw},
	} {
		b := s.lock.Add(widget.NewButton(a.key, a.label, func() { s.f.Run(a.do) }), keys.OffWhile(s.f.Off, a.do))
		b.Quiet = true
		row.Add(b)
	}
	return widget.Over(widget.Panel(), widget.Pad(widget.Loose(row), 2, 6, 2, 6))
}

// Root is the object to show.
func (s *PersonScreen) Root() fyne.CanvasObject { return s.root }

// Keys is what takes the keyboard: the rows of the open tab, else its words.
func (s *PersonScreen) Keys() fyne.Focusable {
	if len(s.P.rows[s.P.tab]) > 0 {
		return s.grids[s.P.tab].Keys()
	}
	return s.catch
}

// Tick draws again what depends on the time.
func (s *PersonScreen) Tick() {
	s.P.build()
	s.draw()
}

// Do carries out a command and reports whether it is the page's.
func (s *PersonScreen) Do(c keys.Command) bool {
	if c == keys.NextPane || c == keys.PrevPane {
		if s.split.Visible() {
			s.f.Focus(s.below)
		}
		return true
	}
	return s.P.Do(c, s.grids[s.P.tab].Page())
}

// belowKey scrolls the details of a row while they have the keyboard; any other key is of
// the rows again.
func (s *PersonScreen) belowKey(key string) bool {
	if scrolled(s.low, key) {
		return true
	}
	s.f.Focus(s.Keys())
	switch key {
	case "Esc", "Tab", "Shift+Tab", "F6", "Shift+F6":
		return true
	}
	return s.f.Press(key)
}

func (s *PersonScreen) draw() {
	s.lock.Draw()
	p := s.P
	s.drawHead()
	for i, b := range s.tabs {
		name := personNames[i]
		if p.person != nil {
			name += "  " + present.Figure(len(p.rows[i]))
		}
		b.Set(name, i == p.tab)
	}
	had := s.focused()
	rows := p.rows[p.tab]
	if len(rows) == 0 {
		s.split.Hide()
		text := personNone[p.tab]
		if p.person == nil {
			text = ""
		}
		s.empty.Set(look.D(text))
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
		s.more.show(p.More())
	}
	if had {
		s.f.Focus(s.Keys())
	}
}

// focused reports that a tab of the page has the keyboard.
func (s *PersonScreen) focused() bool {
	c := fyne.CurrentApp().Driver().CanvasForObject(s.root)
	if c == nil || c.Focused() == nil || c.Overlays().Top() != nil {
		return false
	}
	if c.Focused() == fyne.Focusable(s.catch) {
		return true
	}
	for _, g := range s.grids {
		if c.Focused() == g.Keys() {
			return true
		}
	}
	return false
}

func (s *PersonScreen) drawHead() {
	p := s.P
	s.title.Set(look.Cell{Text: p.Name(), Bold: true, Fit: look.Middle})
	s.tenant.show(s.f.Tenant(), false)
	s.facts.RemoveAll()
	for _, f := range p.head() {
		s.facts.Add(widget.Natural(f))
	}
	s.names.show(p.names())
	var turns []widget.Step
	words := ""
	if p.person != nil {
		turns, words = steps(p.person.Turns, p.d.Clock())
	}
	s.steps.Set(turns)
	s.said.Set(look.D(words))
	seen(s.strip, words != "")
	s.note.Set(p.Note())
	seen(s.note, p.Note().Text != "")
	widget.Relayout(s.head)
	widget.Relayout(s.root)
}
