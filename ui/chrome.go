package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// rail is the list of places at the left edge.
type rail struct {
	sh      *Shell
	root    fyne.CanvasObject
	buttons map[keys.Screen]*widget.Button
	name    *widget.Line
}

var railPlaces = []struct {
	on    keys.Screen
	key   string
	label string
	do    keys.Command
}{
	{keys.Queue, "q", "Queue", keys.GoQueue},
	{keys.Identity, "i", "Identity", keys.GoIdentity},
	{keys.Posture, "p", "Posture", keys.GoPosture},
	{keys.Actions, "a", "Actions", keys.GoActions},
	{keys.Trends, "t", "Trends", keys.GoTrends},
	{keys.Reports, "r", "Reports", keys.GoReports},
	{keys.Settings, "s", "Settings", keys.GoSettings},
}

func newRail(sh *Shell) *rail {
	r := &rail{sh: sh, buttons: map[keys.Screen]*widget.Button{}}
	col := widget.Column(2)
	for _, p := range railPlaces {
		b := widget.NewButton("g "+p.key, p.label, func() { sh.run(p.do) })
		b.Quiet = true
		r.buttons[p.on] = b
		col.Add(b)
	}
	r.name = widget.NewLine(look.Cell{Tone: look.Dim})
	top := widget.Pad(widget.Column(2, widget.Sized(look.Cell{Text: "Watchfloor", Bold: true}, theme.SizeNameText), r.name), 8, 8, 10, 10)
	r.root = container.NewHBox(widget.Over(widget.Panel(), widget.Fixed(container.NewBorder(top, nil, nil, nil, widget.Pad(col, 0, 4, 0, 4)), 138)), widget.Rule())
	r.root.(*fyne.Container).Layout = layout.NewCustomPaddedHBoxLayout(0)
	return r
}

func (r *rail) draw() {
	r.name.Set(look.Cell{Text: r.sh.whose(), Tone: look.Dim, Fit: look.Middle})
	on := r.sh.on
	switch on {
	case keys.Incident:
		on = keys.Queue
	case keys.Person:
		on = keys.Identity
	}
	for _, p := range railPlaces {
		label := p.label
		if p.on == keys.Actions {
			c := r.sh.counts
			if n := c.Waiting() + c.Conflict + c.Failed; n > 0 {
				label += "  " + strconv.Itoa(n)
			}
			if c.Conflict+c.Failed > 0 {
				label += " !"
			}
		}
		r.buttons[p.on].Set(label, p.on == on)
	}
}

// banner is the strip over the page while offline or when a source needs the person.
type banner struct {
	root *fyne.Container
	line *widget.Line
}

func newBanner() *banner {
	b := &banner{line: widget.NewLine(look.Cell{})}
	b.root = widget.Over(widget.NewFill(theme.ColorNameButton), widget.Pad(b.line, 5, 12, 5, 12))
	b.root.Hide()
	return b
}

func (b *banner) draw(sh *Shell) {
	text := bannerText(sh.state, sh.counts, sh.clock(), sh.whose())
	b.line.Set(text)
	if b.root.Visible() == (text.Text != "") {
		return
	}
	if text.Text == "" {
		b.root.Hide()
	} else {
		b.root.Show()
	}
	sh.relayout()
}

// whichKey lists how a sequence that began can go on.
type whichKey struct {
	sh   *Shell
	root *fyne.Container
	row  *fyne.Container
}

func newWhichKey(sh *Shell) *whichKey {
	w := &whichKey{sh: sh, row: widget.Row(4)}
	w.root = widget.Over(widget.NewFill(theme.ColorNameOverlayBackground), widget.Pad(widget.Loose(w.row), 5, 8, 5, 8))
	w.root.Hide()
	return w
}

func (w *whichKey) draw() {
	opts := w.sh.router.Pending(w.sh.on)
	if len(opts) == 0 {
		if w.root.Visible() {
			w.root.Hide()
			w.sh.relayout()
		}
		return
	}
	w.row.RemoveAll()
	for _, o := range opts {
		b := widget.NewButton(o.Key, o.Help, func() { w.sh.press(o.Key) })
		b.Framed = true
		w.row.Add(b)
	}
	w.row.Add(widget.NewButton("Esc", "cancel", func() { w.sh.press("Esc") }))
	w.root.Show()
	w.sh.relayout()
}
