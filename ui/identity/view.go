package identity

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/fleet"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the screens.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command) // carries out a command as if its key was pressed
	Clock func() present.Clock
	// Tenant is the one that is shown; several that there are others.
	Tenant  func() fleet.Tenant
	Several func() bool
	// Focus gives the keyboard to a part of the page; nil asks the canvas it is drawn on.
	Focus func(fyne.Focusable)
	// Off reports a command that does nothing now; nil means none.
	Off func(keys.Command) bool
}

// Screen shows a Presenter.
type Screen struct {
	P    *Presenter
	f    Frame
	lock widget.Lock

	root, top, list *fyne.Container
	tabs            []*widget.Button
	tenant          *tenantTag
	filter          *widget.Entry
	tally           *widget.Line
	bar             *fyne.Container
	fresh           *widget.Line
	kept            *widget.Line
	lack            *widget.Line
	lackBar         *fyne.Container
	trouble         *widget.Line
	wrong           *fyne.Container
	newBar          *widget.Button
	marked          *widget.Line
	markBar         *fyne.Container
	grids           [tabs]*widget.Grid
	stack           *fyne.Container // the grid of the open tab
	preview         *preview
	instead         *fyne.Container
	title           *widget.Line
	lines           *fyne.Container
	heat            *widget.Heat
	heatBox         *fyne.Container
	heatNote        *widget.Line
	heatHint        *widget.Line
	split           *container.Split
	body            *fyne.Container // the split, or the list alone
	wide            bool
	typing          bool
	toHeat          bool // the table gets the keyboard once it is there
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{P: p, f: f}
	if f.Focus == nil {
		s.f.Focus = widget.FocusOn
	}
	for t := range tabs {
		l := p.lists[t]
		g := widget.NewGrid(columns[t], func() int { return len(l.rows) }, func(i int) []look.Cell {
			return cells(l.rows[i], l.marked(l.rows[i].ID), f.Clock())
		}, f.Press)
		g.OnCursor = p.Move
		g.OnOpen = func(int) { f.Run(keys.Open) }
		s.grids[t] = g
	}
	s.preview = newPreview(f, s.previewKey)
	s.filter = widget.NewEntry("", 1, s.filterKey)
	s.filter.OnChanged = func(t string) {
		if !s.typing {
			p.Type(t)
		}
	}
	s.tally, s.fresh, s.kept = widget.Natural(look.D("")), widget.NewLine(look.D("")), widget.NewLine(look.D(""))
	s.trouble, s.lack = widget.NewLine(look.Cell{Tone: look.Warn}), widget.NewLine(look.Cell{Tone: look.Warn})
	s.wrong, s.lackBar = widget.Pad(s.trouble, 0, 8, 4, 10), widget.Pad(s.lack, 0, 8, 4, 10)
	s.newBar = widget.NewButton("", "", func() { f.Run(keys.TakeNew) })
	s.newBar.Active = true
	s.marked = widget.Natural(look.Cell{Bold: true})
	s.markBar = widget.Over(widget.NewFill(theme.ColorNameSelection), widget.Pad(widget.Loose(s.markRow()), 1, 6, 1, 10))
	s.title = widget.Sized(look.Cell{Bold: true}, theme.SizeNameSubHeadingText)
	s.lines = widget.Column(4)
	s.instead = widget.Pad(widget.Column(8, s.title, s.lines), 40, 24, 0, 24)
	s.heat = widget.NewHeat(present.Figure, s.heatKey)
	s.heat.OnCell = func(row, col int) { p.cell = [2]int{row, col}; p.moveCell(0, 0) }
	s.heatNote, s.heatHint = widget.NewLine(look.D("")), widget.NewLine(look.D(""))
	s.heatBox = widget.Pad(widget.Column(4, s.heat, widget.Column(0, s.heatNote, s.heatHint), widget.Rule()), 6, 8, 4, 10)

	s.stack = container.NewStack()
	// Marks come and go below the rows, which must not move under the cursor.
	s.list = container.NewBorder(widget.Column(0, s.heatBox, s.newBar), s.markBar, nil, nil, container.NewStack(s.stack, s.instead))
	s.split = container.NewHSplit(s.list, s.preview.root)
	s.split.Offset = splitAt
	s.bar = container.NewBorder(nil, nil, nil, widget.Pad(s.tally, 0, 4, 0, 8), s.filter)
	s.top = widget.Column(0, widget.Over(widget.Panel(), widget.Pad(s.tabRow(), 2, 8, 2, 4)), widget.Rule(),
		widget.Pad(s.bar, 5, 8, 2, 8), widget.Pad(container.NewGridWithColumns(2, s.fresh, s.kept), 0, 10, 4, 10), s.lackBar, s.wrong)
	s.body = container.NewStack(s.split)
	s.root = container.NewBorder(s.top, nil, nil, nil, s.body)
	p.Changed = s.draw
	s.draw(Rows | Cursor | Preview | Head | Table)
	return s
}

func (s *Screen) tabRow() fyne.CanvasObject {
	row := widget.Row(0)
	for t := range tabs {
		b := widget.NewButton(string(rune('1'+t)), tabNames[t], func() { s.f.Run(keys.Tab(int(t) + 1)) })
		b.Underline, b.Quiet = true, true
		s.tabs = append(s.tabs, b)
		row.Add(b)
	}
	s.tenant = newTenantTag(func() { s.f.Run(keys.NextTenant) })
	return container.NewBorder(nil, nil, nil, s.tenant.root, widget.Loose(row))
}

// markRow says how many rows are marked and what can be done with them.
func (s *Screen) markRow() fyne.CanvasObject {
	row := widget.Row(0, widget.Pad(s.marked, 0, 8, 0, 0))
	for _, a := range []struct {
		key, label string
		do         keys.Command
	}{{"x", "act…", keys.Respond}, {"b", "side by side", keys.Compare}, {"Esc", "clear", keys.Back}} {
		b := s.lock.Add(widget.NewButton(a.key, a.label, func() { s.f.Run(a.do) }), keys.OffWhile(s.f.Off, a.do))
		b.Quiet = true
		row.Add(b)
	}
	return row
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

func (s *Screen) grid() *widget.Grid { return s.grids[s.P.tab] }

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.grid().Keys() }

// Tick draws again what depends on the time.
func (s *Screen) Tick() { s.draw(Rows | Preview | Head) }

// Do carries out a command and reports whether it is the page's.
func (s *Screen) Do(c keys.Command) bool {
	s.toHeat = false
	switch c {
	case keys.Filter:
		s.editFilter()
	case keys.NextPane:
		if !s.wide {
			s.f.Focus(s.preview.catch)
		}
	case keys.Wide:
		s.widen()
	case keys.PrevPane:
		if s.heatBox.Visible() {
			s.f.Focus(s.heat)
		} else {
			s.editFilter()
		}
	case keys.Heat:
		if s.P.tab != Detections {
			s.f.Run(keys.Tab(int(Detections) + 1))
		}
		s.toHeat = true
		s.drawHeat()
	case keys.Back:
		s.P.Unmark()
	default:
		return s.P.Do(c, s.grid().Page())
	}
	return true
}

// widen gives the list the room of the preview, or gives it back.
func (s *Screen) widen() {
	s.wide = !s.wide
	if s.wide {
		s.body.Objects = []fyne.CanvasObject{s.list}
	} else {
		at := s.split.Offset
		s.split = container.NewHSplit(s.list, s.preview.root)
		s.split.Offset = at
		s.body.Objects = []fyne.CanvasObject{s.split}
	}
	s.body.Refresh()
	s.draw(Rows | Cursor | Preview)
	s.f.Focus(s.Keys())
}

// splitAt is the list's share of the width beside the preview.
const splitAt = 0.7

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
			s.P.Type("")
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
	case "F6":
		s.editFilter()
	case "Shift+F6", "Esc", "Tab", "Shift+Tab":
		s.f.Focus(s.Keys())
	default:
		return scrolled(s.preview.scroll, key) || s.f.Press(key)
	}
	return true
}

// heatKey moves the cell of the table while it has the keyboard.
func (s *Screen) heatKey(key string) bool {
	switch key {
	case "Up":
		s.P.moveCell(-1, 0)
	case "Down":
		s.P.moveCell(1, 0)
	case "Left":
		s.P.moveCell(0, -1)
	case "Right":
		s.P.moveCell(0, 1)
	case "Enter":
		if s.P.FilterByCell() {
			s.f.Focus(s.Keys())
		}
	case "Esc", "Tab", "Shift+Tab", "F6", "Shift+F6":
		s.f.Focus(s.Keys())
	default:
		return s.f.Press(key)
	}
	return true
}

func (s *Screen) draw(w What) {
	s.lock.Draw()
	s.preview.lock.Draw()
	p := s.P
	if w&Head != 0 {
		s.drawHead()
	}
	g := s.grid()
	if len(s.stack.Objects) != 1 || s.stack.Objects[0] != fyne.CanvasObject(g) {
		had := s.hadKeys()
		s.stack.Objects = []fyne.CanvasObject{g}
		s.stack.Refresh()
		if had {
			s.f.Focus(g.Keys())
		}
	}
	if w&Rows != 0 {
		g.Refresh()
	}
	if w&Cursor != 0 || g.Cursor() != p.list().cursor {
		g.SetCursor(p.list().cursor)
	}
	if w&(Table|Head) != 0 {
		s.drawHeat()
	}
	if w&(Rows|Head) != 0 {
		s.drawInstead()
	}
	if w&Preview != 0 {
		if r, ok := p.Current(); ok {
			s.preview.show(facts(r, p.known, s.f.Clock()))
		} else {
			s.preview.body.Hide()
		}
	}
}

// hadKeys reports that the rows of one of the tabs have the keyboard.
func (s *Screen) hadKeys() bool {
	for _, g := range s.grids {
		if g.Focused() {
			return true
		}
	}
	return false
}

func (s *Screen) drawHead() {
	p, c := s.P, s.f.Clock()
	for i, b := range s.tabs {
		b.Set(tabNames[i], Tab(i) == p.tab)
	}
	s.tenant.show(s.f.Tenant(), s.f.Several())
	if strings.TrimSpace(s.filter.Text) != strings.TrimSpace(p.list().text) {
		s.typing = true
		s.filter.SetText(p.list().text)
		s.typing = false
	}
	if h := filterHints[p.tab]; s.filter.PlaceHolder != h {
		s.filter.SetPlaceHolder(h)
	}
	if t := look.D(p.Tally()); t != s.tally.Cell() {
		s.tally.Set(t)
		s.bar.Refresh()
	}
	s.fresh.Set(p.Freshness(c))
	s.kept.Set(look.D(p.KeptWords(c)))
	s.trouble.Set(look.Cell{Text: p.Trouble(), Tone: look.Warn})
	s.lack.Set(look.Cell{Text: lackLine(p), Tone: look.Warn})
	moved := seen(s.wrong, s.trouble.Cell().Text != "")
	if seen(s.lackBar, s.lack.Cell().Text != "") || moved {
		widget.Relayout(s.top)
		widget.Relayout(s.root)
	}
	s.drawBars()
}

// filterHints say how each tab is filtered.
var filterHints = [tabs]string{
	`Filter: level:high state:atrisk role:admin is:high changed<3d -is:deleted "words"`,
	`Filter: level:high state:atrisk changed<7d "words"`,
	`Filter: user:jo app:portal country:no result:failed risk:high is:interactive at<24h "words"`,
	`Filter: type:impossibleTravel country:no level:high user:jo at<7d "words"`,
}

// lackLine says over a list that has rows what is not in it.
func lackLine(p *Presenter) string {
	if len(p.list().rows) == 0 {
		return "" // the panel says it
	}
	var out []string
	for _, l := range p.Lacks() {
		out = append(out, present.Lack(l))
	}
	return strings.Join(out, "   ")
}

func (s *Screen) drawBars() {
	wait, words := s.P.Waiting(), s.P.MarkWords()
	if wait != "" {
		s.newBar.Set(wait, true)
	}
	if words != s.marked.Cell().Text {
		s.marked.Set(look.Cell{Text: words, Bold: true})
		s.markBar.Refresh()
	}
	over := seen(s.newBar, wait != "")
	if seen(s.markBar, words != "") || over {
		widget.Relayout(s.list)
		s.grid().SetCursor(s.P.list().cursor) // it may have been the last row that fits
	}
}

func (s *Screen) drawHeat() {
	h := s.P.heat
	on := s.P.tab == Detections && len(h.Types) > 0 && len(h.Countries) > 0
	if on {
		s.heat.Set(namesOf(h.Types, typeWords), namesOf(h.Countries, present.Field), h.Count)
		s.heat.Choose(s.P.cell[0], s.P.cell[1])
		counts, enter := s.P.heatWords(s.f.Clock())
		s.heatNote.Set(look.D(counts))
		s.heatHint.Set(look.D(enter))
	}
	if seen(s.heatBox, on) || on {
		widget.Relayout(s.list)
	}
	if on && s.toHeat {
		s.toHeat = false
		s.f.Focus(s.heat)
	}
}

func (s *Screen) drawInstead() {
	title, lines := s.P.Instead(s.f.Clock())
	if title == "" {
		s.instead.Hide()
		return
	}
	s.title.Set(look.Cell{Text: title, Bold: true})
	s.lines.RemoveAll()
	for _, l := range lines {
		s.lines.Add(widget.NewLine(l))
	}
	s.instead.Show()
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

// tenantTag names the tenant of the place, behind a bar in its colour; with several it is
// the way to the next.
type tenantTag struct {
	root   *fyne.Container
	bar    *widget.Fill
	button *widget.Button
}

func newTenantTag(next func()) *tenantTag {
	t := &tenantTag{bar: widget.NewFill(theme.ColorNameOverlayBackground), button: widget.NewButton("", "", next)}
	t.bar.Least = fyne.NewSize(4, 16)
	t.button.Quiet = true
	t.root = widget.Row(2, widget.Pad(t.bar, 5, 0, 5, 0), t.button)
	return t
}

func (t *tenantTag) show(who fleet.Tenant, several bool) {
	key := ""
	if several {
		key = "W"
	}
	if name := fyne.ThemeColorName(look.Tenant(who.Colour)); t.bar.Name != name {
		t.bar.Name = name
		t.bar.Refresh()
	}
	if label := "Tenant: " + present.Field(who.Name); t.button.Label != label || t.button.Key != key {
		t.button.Key = key
		t.button.Set(label, false)
		t.root.Refresh()
	}
	seen(t.bar, who.Colour != "")
}
