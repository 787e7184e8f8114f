package connect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/app/profile"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// tested is what a table of findings shows.
type tested interface {
	found() (fs []profile.Finding, cursor int, busy, copied bool)
	move(i int)
}

func (g *Guide) found() ([]profile.Finding, int, bool, bool) {
	return g.findings, g.cursor, g.Busy(), g.copied
}

func (g *Guide) move(i int) { g.cursor = i; g.Changed() }

// findingsPage is the table of a test, with all there is to say about one line below.
type findingsPage struct {
	t      tested
	body   *fyne.Container
	grid   *widget.Grid
	sum    *widget.Line
	detail *fynewidget.Label
}

func newFindingsPage(t tested, press widget.Press) *findingsPage {
	p := &findingsPage{t: t, sum: widget.NewLine(look.Cell{}), detail: wrapped(fynewidget.MediumImportance)}
	all := func() []profile.Finding { fs, _, _, _ := t.found(); return fs }
	p.grid = widget.NewGrid(findingColumns, func() int { return len(all()) }, func(i int) []look.Cell { return findingCells(all()[i]) }, press)
	p.grid.OnCursor = t.move
	copyIt := widget.NewButton("y", "Copy for an administrator", func() { press("y") })
	again := widget.NewButton("r", "Test again", func() { press("r") })
	copyIt.Framed, again.Framed = true, true
	head := container.NewBorder(nil, nil, nil, widget.Row(6, copyIt, again), p.sum)
	foot := widget.Over(lines(4), container.NewVScroll(flush(p.detail)))
	p.body = container.NewBorder(widget.Pad(head, 0, 0, 6, 0), foot, nil, nil, p.grid)
	p.draw()
	return p
}

func (p *findingsPage) root() fyne.CanvasObject { return p.body }
func (p *findingsPage) first() fyne.Focusable   { return p.grid.Keys() }

func (p *findingsPage) draw() {
	fs, cursor, busy, copied := p.t.found()
	said := look.Cell{Text: sums(fs), Bold: true}
	switch {
	case busy && len(fs) == 0:
		said = look.D("Trying every source…")
	case copied:
		said = look.T("The table is on the clipboard.")
	}
	p.sum.Set(said)
	text := ""
	if cursor >= 0 && cursor < len(fs) {
		text = detail(fs[cursor])
	}
	if p.detail.Text != text {
		p.detail.SetText(text)
	}
	p.grid.SetCursor(cursor)
	p.grid.Refresh()
}
