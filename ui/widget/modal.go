package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	wf "watchfloor/ui/theme"
)

// Modal is a card over the whole window; what lies beneath takes no clicks and no
// keys while it is open.
type Modal struct {
	base
	canvas fyne.Canvas
	body   fyne.CanvasObject
	scrim  *Fill
	card   *Fill
	width  float32
	bottom bool
}

// ShowModal opens a card of a width. bottom docks it to the lower edge, so that the
// page stays readable above it.
func ShowModal(c fyne.Canvas, body fyne.CanvasObject, width float32, bottom bool) *Modal {
	m := &Modal{canvas: c, body: body, width: width, bottom: bottom, scrim: NewFill(wf.Scrim)}
	if bottom {
		m.scrim.Name = theme.ColorNameHover
	}
	m.card = NewFill(theme.ColorNameOverlayBackground)
	m.card.Radius, m.card.Border = 8, true
	m.ExtendBaseWidget(m)
	m.Resize(c.Size())
	c.Overlays().Add(m)
	return m
}

// Close removes the card.
func (m *Modal) Close() { m.canvas.Overlays().Remove(m) }

// Tapped swallows clicks beside the card.
func (m *Modal) Tapped(*fyne.PointEvent) {}

// CreateRenderer implements fyne.Widget.
func (m *Modal) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		objects: []fyne.CanvasObject{m.scrim, m.card, m.body}, layout: m.place,
		min: func() fyne.Size { return fyne.NewSize(100, 100) }, refresh: func() { m.place(m.base.Size()) },
	}
}

func (m *Modal) place(s fyne.Size) {
	const pad = 18
	m.scrim.Move(fyne.NewPos(0, 0))
	m.scrim.Resize(s)
	w := min(m.width, s.Width-24)
	h := min(m.body.MinSize().Height+2*pad, s.Height-24)
	x, y := (s.Width-w)/2, max(12, (s.Height-h)*0.36)
	if m.bottom {
		y = s.Height - h - 36
	}
	m.card.Move(fyne.NewPos(x, y))
	m.card.Resize(fyne.NewSize(w, h))
	m.body.Move(fyne.NewPos(x+pad, y+pad))
	m.body.Resize(fyne.NewSize(w-2*pad, h-2*pad))
}
