package posture

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	model "watchfloor/app/posture"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the place.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
	// Off reports a command that does nothing now; nil means none.
	Off func(keys.Command) bool
}

// Screen shows a Presenter.
type Screen struct {
	P       *Presenter
	f       Frame
	lock    widget.Lock
	root    fyne.CanvasObject
	tenant  *fyne.Container
	chooser *widget.Button
	health  *widget.Line
	queue   *widget.Button
	alerts  *fyne.Container // health and the way there
	notices *fyne.Container
	lines   int // of notices, and whether there is a line of alerts, as laid out
	alerted bool
	tabs    []*widget.Button
	heading *widget.Line
	filter  *widget.Entry
	middle  *fyne.Container

	score   fyne.CanvasObject
	cards   *fyne.Container
	panels  []*panel
	below   *fyne.Container
	beside  *container.Split // scopes and steps
	nothing fyne.CanvasObject
	none    *widget.Line // instead of scores
	empty   *widget.Line // instead of the rows of another tab

	list    fyne.CanvasObject // every other tab
	left    *fyne.Container
	above   *fyne.Container // of the recommendations: pinned risks and groups
	rows    *fyne.Container
	pins    *fyne.Container
	pinned  []*pinCard
	groups  *fyne.Container
	grouped []*widget.Button
	title   *widget.Line
	body    *widget.Passage
	scroll  *container.Scroll
	catch   *widget.Catcher // has the keyboard while the preview is scrolled by it
	edge    *widget.Fill    // shows that it has
	offers  map[keys.Command]*widget.Button
	row     *fyne.Container

	scopes, steps, recs, resources, standards, requirements, contacts, controls *widget.Grid
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{
		P: p, f: f, tenant: container.NewStack(), health: widget.NewLine(look.Cell{}), notices: widget.Column(0), heading: widget.NewLine(look.Cell{}),
		middle: container.NewStack(), none: widget.NewLine(look.D("")), empty: widget.NewLine(look.D("")),
	}
	s.build()
	s.root = container.NewBorder(s.head(), nil, nil, nil, s.middle)
	p.Changed = s.draw
	s.draw()
	return s
}

// build makes the grids and what lies around them.
func (s *Screen) build() {
	p := s.P
	grid := func(columns []look.Column, length func() int, cells func(int) []look.Cell) *widget.Grid {
		g := widget.NewGrid(columns, length, cells, s.f.Press)
		g.OnCursor = p.Move
		g.OnOpen = func(int) { s.f.Run(keys.Open) }
		return g
	}
	s.scopes = grid(ScopeColumns, func() int { return len(p.scores.scopes) }, p.ScopeCells)
	s.scopes.OnCursor = func(i int) { s.onPane(0); p.Move(i) }
	s.steps = grid(StepColumns, func() int { return p.scores.rows() }, p.StepCells)
	s.steps.OnCursor = func(i int) { s.onPane(1); p.Move(i) }
	s.recs = grid(RecColumns, func() int { return len(p.recs.lines) }, p.RecCells)
	s.resources = grid(ResourceColumns, func() int { return len(p.recs.shown) }, p.ResourceCells)
	s.standards = grid(StandardColumns, func() int { return len(p.compliance.shown) }, p.StandardCells)
	s.requirements = grid(RequirementColumns, func() int { return len(p.compliance.reqOn) }, p.RequirementCells)
	s.contacts = grid(ContactColumns, func() int { return len(p.contacts.shown) }, p.ContactCells)
	s.controls = grid(ControlColumns, func() int { return len(p.controls.shown) }, p.ControlCells)
	s.buildScore()
	s.buildList()
}

func (s *Screen) onPane(n int) { s.P.scores.pane = n }

func (s *Screen) head() fyne.CanvasObject {
	name := widget.Natural(look.Cell{Text: "Posture", Bold: true})
	name.TextSize = theme.SizeNameSubHeadingText
	row := widget.Row(0)
	for i, n := range tabNames {
		b := widget.NewButton(strconv.Itoa(i+1), n, func() { s.f.Run(keys.Tab(i + 1)) })
		b.Underline, b.Quiet = true, true
		s.tabs = append(s.tabs, b)
		row.Add(b)
	}
	s.chooser = widget.NewButton("W", "next tenant", func() { s.f.Run(keys.NextTenant) })
	s.queue = widget.NewButton("h", "show them in the queue", func() { s.f.Run(keys.CloudAlerts) })
	s.chooser.Quiet, s.queue.Quiet = true, true
	s.filter = widget.NewEntry("/ filter by words", 1, s.filterKey)
	s.filter.OnChanged = s.P.Type
	top := container.NewBorder(nil, nil, widget.Pad(name, 6, 14, 4, 14), widget.Row(0, widget.Pad(s.tenant, 8, 6, 0, 0), s.chooser), widget.Pad(widget.Loose(row), 4, 0, 0, 0))
	s.alerts = widget.Pad(container.NewBorder(nil, nil, nil, s.queue, s.health), 0, 8, 0, 14)
	find := widget.Pad(container.NewBorder(nil, nil, nil, widget.Fixed(s.filter, 230), widget.Pad(s.heading, 4, 0, 4, 0)), 4, 10, 4, 14)
	return widget.Column(0, widget.Over(widget.Panel(), top), widget.Rule(), widget.Pad(s.notices, 4, 14, 2, 14), s.alerts, find, widget.Rule())
}

func (s *Screen) filterKey(key string) bool {
	switch key {
	case "Esc":
		s.filter.SetText("")
		widget.FocusOn(s.Keys())
	case "Enter", "Down", "Tab", "Shift+Tab", "F6", "Shift+F6":
		widget.FocusOn(s.Keys())
	case "Up":
		return false
	default:
		return s.f.Press(key)
	}
	return true
}

// previewKey scrolls the preview while it has the keyboard.
func (s *Screen) previewKey(key string) bool {
	page := s.scroll.Size().Height * 0.9
	step, ok := map[string]float32{"Down": 40, "Up": -40, "PageDown": page, "PageUp": -page, "Home": -s.body.Size().Height, "End": s.body.Size().Height}[key]
	switch {
	case ok:
		most := max(0, s.body.MinSize().Height-s.scroll.Size().Height)
		s.scroll.ScrollToOffset(fyne.NewPos(0, max(0, min(most, s.scroll.Offset.Y+step))))
	case key == "Esc", key == "Tab", key == "Shift+Tab", key == "F6", key == "Shift+F6":
		widget.FocusOn(s.Keys())
	default:
		return s.f.Press(key)
	}
	return true
}

func (s *Screen) buildScore() {
	s.cards = container.NewGridWithColumns(1)
	s.beside = container.NewHSplit(s.scopes, s.steps)
	s.beside.Offset = 0.32
	s.below, s.nothing = container.NewStack(), widget.Pad(s.none, 20, 14, 0, 14)
	s.score = container.NewBorder(widget.Column(0, widget.Pad(s.cards, 8, 10, 4, 10), widget.Loose(s.hints([]hint{
		{"Right", "next model", keys.NextModel},
		{"=", "last drop", keys.LastDrop},
		{"0", "last 30 days", keys.LastMonth},
		{"f", "from earlier", keys.FromEarlier},
		{"F", "later", keys.FromLater},
		{"t", "to earlier", keys.ToEarlier},
		{"T", "later", keys.ToLater},
		{"+", "longer trend", keys.Longer},
		{"-", "shorter", keys.Shorter},
	}))), nil, nil, nil, s.below)
}

// hint is a key with what it does, to be clicked too.
type hint struct {
	key, label string
	do         keys.Command
}

func (s *Screen) hints(all []hint) *fyne.Container {
	row := widget.Row(0)
	for _, h := range all {
		b := widget.NewButton(h.key, h.label, func() { s.f.Run(h.do) })
		b.Quiet = true
		row.Add(b)
	}
	return row
}

func (s *Screen) buildList() {
	s.rows = container.NewStack()
	s.pins = container.NewGridWithColumns(len(model.Pins))
	for _, x := range model.Pins {
		c := newPinCard(x, func() { s.P.Pin(x) })
		s.pinned = append(s.pinned, c)
		s.pins.Add(c.root)
	}
	s.groups = widget.Row(0)
	for i, g := range append([]model.Group{""}, model.Groups...) {
		key := ""
		if i == 0 {
			key = "G"
		}
		b := widget.NewButton(key, "", func() { s.P.Group(g) })
		b.Underline, b.Quiet = true, true
		s.grouped = append(s.grouped, b)
		s.groups.Add(b)
	}
	s.title, s.body = widget.NewLine(look.Cell{}), widget.NewPassage(false)
	s.scroll = container.NewVScroll(s.body)
	s.catch = widget.NewCatcher(s.scroll, s.previewKey)
	s.edge = widget.NewFill(wf.Panel)
	s.edge.Least = fyne.NewSize(2, 2)
	s.catch.OnFocus = func(on bool) {
		s.edge.Name = wf.Panel
		if on {
			s.edge.Name = wf.Cursor
		}
		s.edge.Refresh()
	}
	s.row, s.offers = widget.Row(6), map[keys.Command]*widget.Button{}
	for _, o := range []struct {
		do         keys.Command
		key, label string
	}{
		{keys.Open, "Enter", "resources"},
		{keys.Edit, "e", "owner, due, note"},
		{keys.ControlReviewed, "s r", "reviewed"},
		{keys.ControlIgnored, "s i", "ignored"},
		{keys.ControlThirdParty, "s t", "third party"},
		{keys.ControlDefault, "s d", "default"},
	} {
		b := s.lock.Add(widget.NewButton(o.key, o.label, func() { s.f.Run(o.do) }), keys.OffWhile(s.f.Off, o.do))
		b.Framed = true
		s.offers[o.do] = b
		s.row.Add(b)
	}
	preview := widget.Over(widget.Panel(), container.NewBorder(nil, nil, s.edge, nil, widget.Pad(container.NewBorder(s.title, widget.Pad(widget.Loose(s.row), 6, 0, 0, 0), nil, nil, s.catch), 10, 12, 10, 10)))
	s.above = widget.Column(0, widget.Pad(widget.Loose(s.pins), 8, 10, 4, 10),
		container.NewBorder(nil, nil, nil, s.hints([]hint{{"S", "sort", keys.Sort}, {"p", "pinned risks", keys.NextPin}}), container.NewHScroll(s.groups)))
	s.left = container.NewBorder(s.above, nil, nil, nil, container.NewStack(s.rows, widget.Pad(s.empty, 50, 14, 0, 14)))
	split := container.NewHSplit(s.left, preview)
	split.Offset = 0.66
	s.list = split
}

// Root is the object to show.
func (s *Screen) Root() fyne.CanvasObject { return s.root }

// grid is the list that the keyboard moves in.
func (s *Screen) grid() *widget.Grid {
	p := s.P
	switch p.tab {
	case Recommendations:
		if p.recs.inside() {
			return s.resources
		}
		return s.recs
	case Compliance:
		if p.compliance.in != nil {
			return s.requirements
		}
		return s.standards
	case Contacts:
		return s.contacts
	case Controls:
		return s.controls
	}
	if p.scores.pane == 0 {
		return s.scopes
	}
	return s.steps
}

// Keys is what takes the keyboard.
func (s *Screen) Keys() fyne.Focusable { return s.grid().Keys() }

// Tick draws again what depends on the time.
func (s *Screen) Tick() { s.draw() }

// Do carries out a command and reports whether it is the place's.
func (s *Screen) Do(c keys.Command) bool {
	before := s.grid()
	switch {
	case c == keys.Filter:
		widget.FocusOn(s.filter)
		return true
	case (c == keys.NextPane || c == keys.PrevPane) && s.P.tab != Scores:
		widget.FocusOn(s.catch)
		return true
	case c == keys.Back:
		if !s.P.Back() {
			return false
		}
	case !s.P.Do(c, before.Page()):
		return false
	}
	if now := s.grid(); now != before {
		widget.FocusOn(now.Keys())
	}
	return true
}

func (s *Screen) draw() {
	s.lock.Draw()
	p := s.P
	t := p.Tenant()
	s.tenant.Objects = []fyne.CanvasObject{act.TenantLine(t, look.D("Tenant: "+present.Field(t.Name)))}
	s.tenant.Refresh()
	show(s.chooser, len(p.d.Tenants()) > 1)
	for i, b := range s.tabs {
		b.Set(tabNames[i], Tab(i) == p.tab)
	}
	s.notices.RemoveAll()
	for _, c := range p.Notices() {
		s.notices.Add(widget.NewLine(c))
	}
	health := p.Health()
	s.health.Set(health)
	show(s.alerts, health.Text != "")
	s.heading.Set(look.T(p.Heading()))
	if s.filter.Text != p.Words() {
		s.filter.SetText(p.Words())
	}
	s.none.Set(look.D(p.Instead()))
	s.empty.Set(look.D(p.Instead()))
	content := s.list
	if p.tab == Scores {
		content = s.score
		s.drawScores()
	} else {
		s.drawList()
	}
	swap(s.middle, content)
	if lines := len(p.Notices()); s.lines != lines || s.alerted != s.alerts.Visible() {
		s.lines, s.alerted = lines, s.alerts.Visible()
		s.root.Refresh() // the head is of another height
	}
	g := s.grid()
	if n := p.Len(); n > 0 {
		g.SetCursor(p.Cursor())
	}
	g.Refresh()
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// swap shows one object in a stack and reports whether it was another one before.
func swap(in *fyne.Container, o fyne.CanvasObject) bool {
	if slices.Equal(in.Objects, []fyne.CanvasObject{o}) {
		return false
	}
	in.Objects = []fyne.CanvasObject{o}
	in.Refresh()
	return true
}

func (s *Screen) drawScores() {
	p := s.P
	cards := p.Cards()
	if len(cards) != len(s.panels) {
		s.panels = nil
		s.cards.RemoveAll()
		s.cards.Layout = container.NewGridWithColumns(max(1, len(cards))).Layout
		for i := range cards {
			c := newPanel(func() { p.Choose(p.scores.models[i]) })
			s.panels = append(s.panels, c)
			s.cards.Add(c.root)
		}
	}
	for i, c := range cards {
		s.panels[i].set(c, p.scores.fall.FromDay, p.scores.fall.ToDay, day(p.now()), spans[p.scores.span])
	}
	switch {
	case len(cards) == 0 || p.err[Scores] != nil:
		swap(s.below, s.nothing)
	case len(p.scores.scopes) > 1:
		if swap(s.below, s.beside) {
			s.beside.Refresh() // the steps may have lain elsewhere
		}
		s.scopes.SetCursor(p.scores.scopeAt())
		s.scopes.Refresh()
		s.steps.SetCursor(p.scores.step)
		s.steps.Refresh()
	default:
		swap(s.below, s.steps)
		s.steps.Refresh()
	}
}

func (s *Screen) drawList() {
	p := s.P
	swap(s.rows, s.grid())
	onRecs := p.tab == Recommendations && !p.recs.inside()
	if s.above.Visible() != onRecs {
		show(s.above, onRecs)
		s.left.Refresh()
	}
	if onRecs {
		s.drawRecommendations()
	}
	title, body := p.Detail()
	s.title.Set(title)
	if s.body.Text != body {
		s.body.SetText(body)
		s.scroll.ScrollToTop()
	}
	on := map[keys.Command]bool{}
	switch _, isControl := p.Control(); {
	case onRecs && p.recs.current() != nil:
		on[keys.Open], on[keys.Edit] = true, true
		s.offers[keys.Edit].Set("owner, due, note", false)
	case p.tab == Recommendations && p.recs.inside():
		on[keys.Edit] = true
		s.offers[keys.Edit].Set("owner, due, note", false)
	case p.tab == Contacts && len(p.contacts.shown) > 0:
		on[keys.Edit] = true
		s.offers[keys.Edit].Set("edit the contact", false)
	case isControl:
		for _, c := range []keys.Command{keys.ControlReviewed, keys.ControlIgnored, keys.ControlThirdParty, keys.ControlDefault} {
			on[c] = true
		}
	}
	for c, b := range s.offers {
		show(b, on[c])
	}
	s.row.Refresh()
}

func (s *Screen) drawRecommendations() {
	r := &s.P.recs
	for i, c := range s.pinned {
		x := model.Pinned{Pin: model.Pins[i]}
		for _, y := range r.pinned {
			if y.Pin == x.Pin {
				x = y
			}
		}
		c.set(x, r.pin == x.Pin)
	}
	for i, b := range s.grouped {
		if i == 0 {
			b.Set("All  "+present.Figure(len(r.all)), r.group == "")
			continue
		}
		g := model.Groups[i-1]
		b.Set(string(g)+"  "+present.Figure(r.count[g]), r.group == g)
		show(b, r.count[g] > 0)
	}
	s.groups.Refresh()
}
