package trends

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"watchfloor/app/chart"
)

// plate shows the picture of a chart with a cursor over it, follows the mouse and takes
// clicks.
type plate struct {
	widget.BaseWidget
	picture   *canvas.Image
	line      *canvas.Line
	ring      *canvas.Circle
	halo      *canvas.Circle // keeps the ring apart from light areas in the dark, and dark ones in the light
	shade     *canvas.Line
	resized   func()
	tapped    func(x, y float64)
	hovered   func(x, y float64)
	spot      chart.Spot
	spotShown bool
}

func newPlate() *plate {
	p := &plate{
		picture: canvas.NewImageFromImage(nil), line: canvas.NewLine(color.Transparent), ring: canvas.NewCircle(color.Transparent),
		halo: canvas.NewCircle(color.Transparent), shade: canvas.NewLine(color.Transparent),
	}
	p.picture.FillMode, p.picture.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleFastest
	p.line.StrokeWidth, p.ring.StrokeWidth, p.shade.StrokeWidth, p.halo.StrokeWidth = 1, 2, 3, 5
	for _, o := range p.marks() {
		o.Hide()
	}
	p.ExtendBaseWidget(p)
	return p
}

// Tapped implements fyne.Tappable.
func (p *plate) Tapped(e *fyne.PointEvent) {
	p.tapped(float64(e.Position.X-inset), float64(e.Position.Y-inset))
}

// MouseIn implements desktop.Hoverable.
func (p *plate) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (p *plate) MouseMoved(e *desktop.MouseEvent) {
	p.hovered(float64(e.Position.X-inset), float64(e.Position.Y-inset))
}

// MouseOut implements desktop.Hoverable.
func (p *plate) MouseOut() {}

// point moves the cursor; without a spot there is none.
func (p *plate) point(s chart.Spot, on bool) {
	p.spot, p.spotShown = s, on
	p.place()
}

// marks are the cursor, from below.
func (p *plate) marks() []fyne.CanvasObject {
	return []fyne.CanvasObject{p.shade, p.line, p.halo, p.ring}
}

// inset is the margin around the picture.
const inset = 4

func (p *plate) place() {
	p.line.Hidden, p.ring.Hidden, p.halo.Hidden, p.shade.Hidden = !p.spotShown, !p.spotShown, !p.spotShown, !p.spotShown
	now := fyne.CurrentApp().Settings().Theme()
	ink, paper := now.Color(theme.ColorNameForeground, theme.VariantDark), now.Color(theme.ColorNameBackground, theme.VariantDark)
	p.line.StrokeColor, p.ring.StrokeColor, p.shade.StrokeColor, p.halo.StrokeColor = ink, ink, paper, paper
	at := func(x, y float64) fyne.Position { return fyne.NewPos(float32(x)+inset, float32(y)+inset) }
	p.line.Position1, p.line.Position2 = at(p.spot.X, p.spot.Top), at(p.spot.X, p.spot.Bottom)
	const r = 7
	p.ring.Position1, p.ring.Position2 = at(p.spot.X-r, p.spot.Y-r), at(p.spot.X+r, p.spot.Y+r)
	p.shade.Position1, p.shade.Position2 = p.line.Position1, p.line.Position2
	p.halo.Position1, p.halo.Position2 = p.ring.Position1.SubtractXY(1.5, 1.5), p.ring.Position2.AddXY(1.5, 1.5)
	for _, o := range p.marks() {
		o.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *plate) CreateRenderer() fyne.WidgetRenderer { return plateRenderer{p} }

type plateRenderer struct{ p *plate }

func (plateRenderer) Destroy()           {}
func (plateRenderer) MinSize() fyne.Size { return fyne.NewSize(320, 200) }
func (r plateRenderer) Refresh() {
	r.p.picture.Refresh()
	r.p.place()
}

func (r plateRenderer) Objects() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.p.picture}, r.p.marks()...)
}

func (r plateRenderer) Layout(size fyne.Size) {
	r.p.picture.Move(fyne.NewPos(inset, inset))
	r.p.picture.Resize(size.SubtractWidthHeight(2*inset, 2*inset))
	r.p.place()
	r.p.resized()
}
