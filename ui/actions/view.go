package actions

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to the page.
type Frame struct {
	Press widget.Press
	Run   func(keys.Command)
	// Tenant is the one that an action belongs to, by its Seq; Several reports that
	// there is more than one, nil means that there is not.
	Tenant  func(seq int64) fleet.Tenant
	Several func() bool
}

// Screen shows a Presenter.
type Screen struct {
	P       *Presenter
	f       Frame
	root    fyne.CanvasObject
	grid    *widget.Grid
	drift   *widget.Grid
	tabs    []*widget.Button
	empty   *widget.Line
	title   *widget.Line
	tenant  *fyne.Container
	what    *widget.Passage
	offers  map[keys.Command]*widget.Button
	row     *fyne.Container
	details *fyne.Container
}

var offerWords = []struct {
	do         keys.Command
	key, label string
}{
	{keys.Settle, "e", "settle by field"},
	{keys.KeepTheirs, "t", "keep theirs"},
	{keys.KeepMine, "m", "keep mine"},
	{keys.Follow, "f", "do it there"},
	{keys.Recheck, "c", "check again"},
	{keys.Retry, "R", "try again"},
	{keys.Discard, "d", "discard"},
	{keys.ShowRequest, "P", "exact request"},
	{keys.Open, "Enter", "open incident"},
}

// NewScreen builds the view of a presenter.
func NewScreen(p *Presenter, f Frame) *Screen {
	s := &Screen{
		P: p, f: f, empty: widget.NewLine(look.D("")), title: widget.NewLine(look.Cell{Bold: true, Fit: look.Middle}),
		tenant: container.NewStack(), what: widget.NewPassage(false), offers: map[keys.Command]*widget.Button{},
	}
	s.grid = widget.NewGrid(slices.Insert(slices.Clone(Columns), 1, look.Column{Title: "Tenant", Width: 90}),
		func() int { return len(p.lines) }, s.cells, f.Press)
	s.grid.OnCursor = p.Move
	s.grid.OnOpen = func(int) { f.Run(keys.Open) }
	s.drift = widget.NewGrid(DriftColumns, func() int { a, _ := p.Current(); return len(a.Drift) },
		func(i int) []look.Cell { a, _ := p.Current(); return DriftCells(a.Drift[i], p.clock()) }, f.Press)
	s.row = widget.Row(6)
	for _, o := range offerWords {
		b := widget.NewButton(o.key, o.label, func() { f.Run(o.do) })
		b.Framed = true
		s.offers[o.do] = b
		s.row.Add(b)
	}
	s.details = container.NewBorder(widget.Column(4, s.title, widget.Loose(s.tenant), s.what), widget.Pad(widget.Loose(s.row), 6, 0, 0, 0), nil, nil, s.drift)
	name := widget.Natural(look.Cell{Text: "Actions", Bold: true})
	name.TextSize = theme.SizeNameSubHeadingText
	head := container.NewBorder(nil, nil, widget.Pad(name, 6, 18, 4, 14), nil,
		widget.Pad(s.tabRow(), 4, 8, 4, 0))
	split := container.NewVSplit(container.NewStack(s.grid, widget.Pad(s.empty, 50, 14, 0, 14)), widget.Over(widget.Panel(), widget.Pad(s.details, 10, 14, 10, 14)))
	split.Offset = 0.66
	s.root = container.NewBorder(widget.Column(0, widget.Over(widget.Panel(), head), widget.Rule()), nil, nil, nil, split)
	p.Changed = s.draw
	s.draw()
	return s
}

// cells are those of a line, with the tenant where there are several.
func (s *Screen) cells(i int) []look.Cell {
	out, l, tenant := s.P.Cells(i), s.P.lines[i], look.Cell{}
	if s.several() && l.head == nil {
		t := s.f.Tenant(l.action.Seq)
		tenant, out[0].Bar = look.Cell{Text: present.Field(t.Name), Tone: look.Dim}, look.Tenant(t.Colour)
	}
	return slices.Insert(out, 1, tenant)
}

func (s *Screen) several() bool { return s.f.Several != nil && s.f.Several() }

func (s *Screen) tabRow() fyne.CanvasObject {
	row := widget.Row(0)
	for i, x := range filters {
		b := widget.NewButton(strconv.Itoa(i+1), x.Name, func() { s.f.Run(keys.View(i + 1)) })
		b.Underline, b.Quiet = true, true
		s.tabs = append(s.tabs, b)
		row.Add(b)
	}
	return widget.Loose(row)
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
	s.grid.Columns[1].Off = !s.several()
	s.empty.Set(look.D(p.Instead()))
	for i, n := range p.counts() {
		name := filters[i].Name
		if n != "" {
			name += "  " + n
		}
		s.tabs[i].Set(name, i == p.tab)
	}
	if len(p.lines) > 0 {
		s.grid.SetCursor(p.cursor)
	}
	s.grid.Refresh()
	for _, b := range s.offers {
		b.Hide()
	}
	first, b, form := p.Form()
	a, ok := p.Current()
	switch {
	case form:
		s.drawForm(first, b)
	case ok:
		s.drawAction(a)
	default:
		s.details.Hide()
		return
	}
	s.details.Show()
	s.row.Refresh()
	if len(a.Drift) > 0 {
		s.drift.Show()
		s.drift.Refresh()
	} else {
		s.drift.Hide()
	}
}

func (s *Screen) drawForm(first outbox.Action, b outbox.Batch) {
	s.title.Set(look.Cell{Text: formWords(first, b.Total), Bold: true})
	words := "decided " + s.P.clock().Both(first.Created)
	if first.Actor != "" {
		words += " by " + present.Field(first.Actor)
	}
	if s.several() {
		s.place(look.D(words), fleet.Tenant{})
	} else {
		t := s.f.Tenant(first.Seq)
		s.place(look.D("tenant "+present.Field(t.Name)+"  ·  "+words), t)
	}
	s.setWhat("A form of " + present.Figure(b.Total) + " actions: " + BatchWords(b) + ".\nEnter or Right lists them, Left folds them.")
	s.offers[keys.Settle].Set("settle the first conflict", false)
	for c, on := range map[keys.Command]bool{keys.Settle: b.Conflict > 0, keys.Retry: b.Failed > 0, keys.ShowRequest: b.Waiting+b.Conflict+b.Failed > 0} {
		if on {
			s.offers[c].Show()
		}
	}
}

func (s *Screen) drawAction(a outbox.Action) {
	s.title.Set(look.Cell{Text: headline(a), Bold: true, Fit: look.Middle})
	s.setTenant(a)
	text := Words(a)
	if a.Verb == outbox.Comment {
		text = present.SafeBlock(a.Describe())
	}
	if r := s.P.Reason(a); r != "" {
		text += "\n" + r
	}
	if w := deedWords(a); w != "" {
		text += "\n" + w
	}
	s.setWhat(text)
	s.offers[keys.Open].Set(openWords(a), false)
	theirs := "keep theirs"
	if _, merged := Redirected(a); merged {
		theirs = "drop it"
	}
	s.offers[keys.KeepTheirs].Set(theirs, false)
	s.offers[keys.Settle].Set("settle by field", false)
	for _, c := range append(Offers(a), keys.Open) {
		s.offers[c].Show()
	}
	if Sendable(a) {
		s.offers[keys.ShowRequest].Show()
	}
}

func (s *Screen) setWhat(text string) {
	if s.what.Text != text {
		s.what.SetText(text)
	}
}

// setTenant says where an action applies, who decided it, when, and how often it left.
func (s *Screen) setTenant(a outbox.Action) {
	t := s.f.Tenant(a.Seq)
	words := a.Ref.Source.Label() + "  ·  tenant " + present.Field(t.Name) + "  ·  decided " + s.P.clock().Both(a.Created)
	if a.Actor != "" {
		words += " by " + present.Field(a.Actor)
	}
	s.place(look.D(words+"  ·  "+tries(a)), t)
}

// place shows a line behind the bar of a tenant.
func (s *Screen) place(words look.Cell, t fleet.Tenant) {
	s.tenant.Objects = []fyne.CanvasObject{act.TenantLine(t, words)}
	s.tenant.Refresh()
}

// openWords say where Enter leads from an action.
func openWords(a outbox.Action) string {
	switch a.On.Kind {
	case "":
		return "open incident"
	case app.SubjectControl, app.SubjectContact:
		return "open posture"
	case app.SubjectUser:
		return "open person"
	}
	return "open identity"
}
