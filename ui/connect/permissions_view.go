package connect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

var rightColumns = []look.Column{
	{Title: "Right", Width: 104},
	{Title: "Service", Width: 122},
	{Title: "To", Width: 150, Flex: 0.4},
	{Title: "", Width: 44},
	{Title: "Needs", Width: 196, Flex: 0.6},
}

// rightCells are a row; its tone only helps.
func rightCells(r permission.Row) []look.Cell {
	state := look.D("? " + r.Granted)
	switch r.Granted {
	case permission.Granted:
		state = look.T("✓ " + r.Granted)
	case permission.Missing:
		state = look.Cell{Text: "× " + r.Granted, Tone: look.Warn, Bold: true}
	}
	kind := "read"
	if r.Write {
		kind = "act"
	}
	needs := present.Field(r.Needs)
	if f, known := permission.ByID(r.Feature); known {
		needs = f.Least()
	} else {
		kind = ""
	}
	return []look.Cell{state, look.T(present.Field(r.Source)), {Text: present.Field(r.Check), Fit: look.Middle}, look.D(kind), {Text: needs, Tone: look.Dim, Fit: look.Middle}}
}

// NewPermissions shows what the sign-in of a tenant may do, what is missing and what that
// would unlock, and turns actions on or off there.
func NewPermissions(p profile.Profile, w Warden, desk Desk, lent Lent) *Dialog {
	r := newRights(p, w, desk, lent)
	press := closing(desk, r.press)
	grid := widget.NewGrid(rightColumns, func() int { return len(r.rows) }, func(i int) []look.Cell { return rightCells(r.rows[i]) }, press)
	grid.OnCursor = func(i int) { r.cursor = i; r.draw() }
	mode, sum := widget.NewLine(look.Cell{}), widget.NewLine(look.Cell{})
	about, problem := wrapped(fynewidget.MediumImportance), wrapped(fynewidget.WarningImportance)
	button := func(key, label string) *widget.Button {
		b := widget.NewButton(key, label, func() { press(key) })
		b.Framed = true
		return b
	}
	turn, ask := button("a", r.turnLabel()), button("y", "Copy a request")
	modeRow := container.NewBorder(nil, nil, nil, turn, mode)
	top := widget.Column(6, modeRow, container.NewBorder(nil, nil, nil, widget.Row(6, ask, button("r", "Check again")), sum))
	below := widget.Over(lines(5), container.NewVScroll(flush(about)))
	body := container.NewBorder(widget.Pad(top, 0, 0, 6, 0), below, nil, nil, grid)
	r.draw = func() {
		bold := look.Cell{Text: r.mode(), Bold: true}
		if r.p.ReadOnly || w.Everywhere() {
			bold.Shape, bold.ShapeTone = look.Ring, look.Warn
		}
		mode.Set(bold)
		turn.Set(r.turnLabel(), false)
		modeRow.Refresh() // the label has another width now
		sum.Set(look.D(r.sum()))
		ask.Off = permission.Count(r.rows, permission.Missing) == 0
		ask.Refresh()
		if about.Text != r.about() {
			about.SetText(r.about())
		}
		problem.SetText(r.problem)
		grid.SetCursor(r.cursor)
		grid.Refresh()
	}
	r.check()
	return &Dialog{
		Body: frame(height+12, head("Permissions of", p), body, foot(problem, esc(desk, "Close"))), First: fyne.Focusable(grid.Keys()), Press: press,
		Stop: func() { r.job.Stop(); r.turning.Stop() },
	}
}
