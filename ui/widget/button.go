package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

// Button is a key cap and a label that can be clicked. It never takes the focus, so
// that the keyboard stays where the person works.
type Button struct {
	base
	Key, Label string
	// Strong fills it with the accent colour, Framed draws a border, Active marks the
	// current one of several, Quiet dims the label.
	Strong, Framed, Active, Quiet bool
	// Underline marks Active by a line below instead of a fill.
	Underline bool
	// Off draws it as one that does nothing now; Tap is called all the same, to say why.
	Off bool
	Tap func()

	back, cap, mark *canvas.Rectangle
	key, label      *canvas.Text
	hover           bool
}

var (
	_ fyne.Tappable     = (*Button)(nil)
	_ desktop.Hoverable = (*Button)(nil)
)

// NewButton returns a button; key may be "".
func NewButton(key, label string, tap func()) *Button {
	b := &Button{
		Key: key, Label: label, Tap: tap,
		back: canvas.NewRectangle(nil), cap: canvas.NewRectangle(nil), mark: canvas.NewRectangle(nil),
		key: canvas.NewText("", nil), label: canvas.NewText("", nil),
	}
	b.ExtendBaseWidget(b)
	return b
}

// Set changes label and activity.
func (b *Button) Set(label string, active bool) {
	if b.Label != label || b.Active != active {
		b.Label, b.Active = label, active
		b.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (b *Button) Tapped(*fyne.PointEvent) {
	touched()
	if b.Tap != nil {
		b.Tap()
	}
}

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hover = true; b.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (b *Button) MouseMoved(*desktop.MouseEvent) { touched() }

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() { b.hover = false; b.Refresh() }

// CreateRenderer implements fyne.Widget.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{
		objects: []fyne.CanvasObject{b.back, b.cap, b.mark, b.key, b.label},
		layout:  func(fyne.Size) { b.place() }, min: b.least, refresh: b.paint,
	}
}

const (
	buttonPad = 8
	capPad    = 4
)

func (b *Button) widths() (key, label float32) {
	if b.Key != "" {
		key = max(fyne.MeasureText(b.Key, size(theme.SizeNameCaptionText), fyne.TextStyle{Bold: true}).Width+2*capPad, 17)
	}
	if b.Label != "" {
		label = fyne.MeasureText(b.Label, size(theme.SizeNameText), fyne.TextStyle{Bold: b.Active || b.Strong}).Width + 1
	}
	return key, label
}

func (b *Button) least() fyne.Size {
	k, l := b.widths()
	if k > 0 && l > 0 {
		k += 6
	}
	return fyne.NewSize(k+l+2*buttonPad, 26)
}

func (b *Button) paint() {
	fore, capFill, keyTone := tone(look.Normal), colour(wf.Chip), tone(look.Dim)
	if b.Quiet && !b.Active {
		fore = tone(look.Dim)
	}
	if b.Off {
		fore = colour(theme.ColorNameDisabled)
		keyTone, capFill = fore, color.Transparent
	}
	b.back.FillColor = color.Transparent
	switch {
	case b.Strong:
		b.back.FillColor = colour(theme.ColorNamePrimary)
		fore = colour(theme.ColorNameForegroundOnPrimary)
		capFill, keyTone = color.Transparent, fore
	case b.Active && !b.Underline:
		b.back.FillColor = colour(theme.ColorNameSelection)
	case b.hover:
		b.back.FillColor = colour(theme.ColorNameHover)
	}
	b.back.CornerRadius, b.cap.CornerRadius = 4, 3
	b.back.StrokeWidth = 0
	if b.Framed || b.Strong {
		b.back.StrokeWidth, b.back.StrokeColor = 1, colour(theme.ColorNameInputBorder)
		if b.Strong {
			b.back.StrokeColor = colour(theme.ColorNamePrimary)
		}
	}
	b.cap.FillColor = capFill
	b.mark.FillColor = color.Transparent
	if b.Active && b.Underline {
		b.mark.FillColor = colour(wf.Cursor)
	}
	b.key.Text, b.key.TextSize, b.key.Color = b.Key, size(theme.SizeNameCaptionText), keyTone
	b.key.TextStyle = fyne.TextStyle{Bold: true}
	b.label.Text, b.label.TextSize, b.label.Color = b.Label, size(theme.SizeNameText), fore
	b.label.TextStyle = fyne.TextStyle{Bold: b.Active || b.Strong}
	b.place()
	for _, o := range []fyne.CanvasObject{b.back, b.cap, b.mark, b.key, b.label} {
		o.Refresh()
	}
}

func (b *Button) place() {
	s := b.base.Size()
	k, _ := b.widths()
	b.back.Resize(s)
	b.mark.Move(fyne.NewPos(buttonPad/2, s.Height-2))
	b.mark.Resize(fyne.NewSize(max(0, s.Width-buttonPad), 2))
	x := float32(buttonPad)
	b.cap.Hide()
	if k > 0 {
		b.cap.Show()
		b.cap.Move(fyne.NewPos(x, (s.Height-17)/2))
		b.cap.Resize(fyne.NewSize(k, 17))
		h := b.key.MinSize().Height
		b.key.Alignment = fyne.TextAlignCenter
		b.key.Move(fyne.NewPos(x, (s.Height-h)/2))
		b.key.Resize(fyne.NewSize(k, h))
		x += k + 6
	}
	w := max(0, s.Width-x-buttonPad/2)
	b.label.Text = Fit(b.Label, w, b.label.TextSize, b.label.TextStyle, look.End)
	h := b.label.MinSize().Height
	b.label.Move(fyne.NewPos(x, (s.Height-h)/2))
	b.label.Resize(fyne.NewSize(w, h))
}
