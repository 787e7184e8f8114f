package connect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// placesPage chooses a workspace from the list, or takes it typed.
type placesPage struct {
	v        *View
	body     *fyne.Container
	list     *fyne.Container
	hand     *fyne.Container
	filter   *widget.Entry
	grid     *widget.Grid
	hint     *widget.Line
	trouble  *fynewidget.Label
	typed    []*widget.Entry
	defender *widget.Check
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
	p.defender = widget.NewCheck("Also Defender XDR, through Microsoft Graph", true, v.Press, func(on bool) { g.Draft.Defender = on })
	p.body = container.NewBorder(nil, widget.Pad(p.defender, 6, 0, 0, 0), nil, nil, container.NewStack(p.list, p.hand))
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
	china := g.Draft.Cloud == "china"
	label := "Also Defender XDR, through Microsoft Graph"
	if china {
		label = "Defender XDR: Microsoft Graph has no security incidents in China"
	}
	if p.defender.Text != label || p.defender.Disabled() != china {
		p.defender.SetText(label)
		if china {
			p.defender.Disable()
		} else {
			p.defender.Enable()
		}
	}
	if p.defender.Checked != g.Draft.Defender {
		p.defender.SetChecked(g.Draft.Defender)
	}
	p.hint.Set(g.listWords())
	p.grid.SetCursor(g.at)
	p.grid.Refresh()
	widget.Relayout(p.hand)
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
