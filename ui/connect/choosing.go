package connect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// placesPage chooses a workspace from the list, or takes it typed.
type placesPage struct {
	v       *View
	body    *fyne.Container
	list    *fyne.Container
	hand    *fyne.Container
	filter  *widget.Entry
	grid    *widget.Grid
	hint    *widget.Line
	trouble *fynewidget.Label
	typed   []*widget.Entry
	also    []also
}

// also is a source besides the workspace, that a person takes or leaves.
type also struct {
	label string
	of    func(*profile.Profile) *bool
	graph bool // there is no such source in China
	check *widget.Check
}

// off reports a source that a cloud does not have.
func (a also) off(cloud string) bool { return a.graph && cloud == "china" }

func (a also) words(cloud string) string {
	if a.off(cloud) {
		return "Defender XDR: Microsoft Graph has no security incidents in China"
	}
	return a.label
}

func alsoSources() []also {
	return []also{
		{label: "Incidents of Defender XDR, through Microsoft Graph", graph: true, of: func(p *profile.Profile) *bool { return &p.Defender }},
		{label: "Users, workloads and sign-ins at risk (Entra ID)", of: func(p *profile.Profile) *bool { return &p.Identity }},
		{label: "Secure scores and recommendations (Defender for Cloud, Microsoft 365)", of: func(p *profile.Profile) *bool { return &p.Posture }},
		{label: "Alerts of Defender for Cloud in the queue, where neither Sentinel nor Defender XDR brings them", of: func(p *profile.Profile) *bool { return &p.CloudAlerts }},
	}
}

func newPlacesPage(v *View) *placesPage {
	p := &placesPage{v: v, hint: widget.NewLine(look.D("")), trouble: wrapped(fynewidget.WarningImportance)}
	g := v.g
	p.filter = widget.NewEntry("Type to narrow the list", 1, p.press)
	p.filter.OnChanged = g.Filter
	p.grid = widget.NewGrid(placeColumns, func() int { return len(g.rows()) }, func(i int) []look.Cell { return g.rows()[i].cells() }, p.press)
	p.grid.OnCursor = g.Move
	p.grid.OnOpen = func(int) { g.Next() }
	p.list = container.NewBorder(widget.Column(6, p.filter, p.hint), nil, nil, nil, p.grid)
	field := func(hint string, to *string) *widget.Entry {
		e := widget.NewEntry(hint, 1, v.Press)
		e.OnChanged = func(s string) { *to = s }
		p.typed = append(p.typed, e)
		return e
	}
	p.hand = widget.Column(6, flush(p.trouble), widget.NewLine(look.D("The Sentinel workspace; leave all three empty for Defender XDR alone")),
		row("Subscription", field("its id, a GUID", &g.Draft.Subscription)), row("Resource group", field("its name", &g.Draft.ResourceGroup)),
		row("Workspace", field("its name", &g.Draft.Workspace)))
	p.also = alsoSources()
	checks := []fyne.CanvasObject{}
	for i := range p.also {
		a := &p.also[i]
		a.check = widget.NewCheck(a.label, *a.of(&g.Draft.Profile), v.Press, func(on bool) { *a.of(&g.Draft.Profile) = on })
		checks = append(checks, a.check)
	}
	p.body = container.NewBorder(nil, widget.Pad(widget.Column(0, checks...), 6, 0, 0, 0), nil, nil, container.NewStack(p.list, p.hand))
	p.draw()
	return p
}

// press moves the cursor while the filter has the keyboard.
func (p *placesPage) press(key string) bool {
	g := p.v.g
	switch key {
	case "Down", "j":
		g.Move(g.at + 1)
	case "Up", "k":
		g.Move(g.at - 1)
	default:
		return p.v.Press(key)
	}
	return true
}

func (p *placesPage) root() fyne.CanvasObject { return p.body }

func (p *placesPage) first() fyne.Focusable {
	if p.v.g.byHand {
		return p.typed[0]
	}
	return p.filter
}

func (p *placesPage) draw() {
	g := p.v.g
	if g.byHand {
		p.list.Hide()
		p.hand.Show()
	} else {
		p.hand.Hide()
		p.list.Show()
	}
	if p.filter.Text != g.filter {
		p.filter.SetText(g.filter)
	}
	for i, s := range []string{g.Draft.Subscription, g.Draft.ResourceGroup, g.Draft.Workspace} {
		if p.typed[i].Text != s {
			p.typed[i].SetText(s)
		}
	}
	p.trouble.SetText(g.trouble)
	if g.trouble == "" {
		p.trouble.Hide()
	} else {
		p.trouble.Show()
	}
	p.drawAlso()
	p.hint.Set(g.listWords())
	p.grid.SetCursor(g.at)
	p.grid.Refresh()
	widget.Relayout(p.hand)
}

func (p *placesPage) drawAlso() {
	g := p.v.g
	for _, a := range p.also {
		label, off := a.words(g.Draft.Cloud), a.off(g.Draft.Cloud)
		if a.check.Text != label || a.check.Disabled() != off {
			a.check.SetText(label)
			if off {
				a.check.Disable()
			} else {
				a.check.Enable()
			}
		}
		if on := *a.of(&g.Draft.Profile); a.check.Checked != on {
			a.check.SetChecked(on)
		}
	}
}

// listWords say what the list holds.
func (g *Guide) listWords() look.Cell {
	n := len(g.rows()) - len(rows(nil, "", g.Draft.Cloud != "china"))
	switch {
	case !g.listed:
		return look.D("Reading the workspaces that this sign-in can see…")
	case len(g.places) == 0:
		return look.Cell{Text: "This sign-in sees no Log Analytics workspace. A role such as Microsoft Sentinel Reader on one makes it seen.", Tone: look.Warn}
	case n == 0:
		return look.D("No workspace has these words.")
	}
	return look.D("Up and Down choose, Enter tests.")
}
