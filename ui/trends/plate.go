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
	resized   func()
	tapped    func(x, y float64)
	hovered   func(x, y float64)
	spot      chart.Spot
	spotShown bool
}

func newPlate() *plate {
	p := &plate{picture: canvas.NewImageFromImage(nil), line: canvas.NewLine(color.Transparent), ring: canvas.NewCircle(color.Transparent)}
	p.picture.FillMode, p.picture.ScaleMode = canvas.ImageFillStretch, canvas.ImageScaleFastest
	p.line.StrokeWidth, p.ring.StrokeWidth = 1, 2
	p.line.Hide()
	p.ring.Hide()
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

// inset is the margin around the picture.
const inset = 4

func (p *plate) place() {
	p.line.Hidden, p.ring.Hidden = !p.spotShown, !p.spotShown
	ink := fyne.CurrentApp().Settings().Theme().Color(theme.ColorNameForeground, theme.VariantDark)
	p.line.StrokeColor, p.ring.StrokeColor = ink, ink
	at := func(x, y float64) fyne.Position { return fyne.NewPos(float32(x)+inset, float32(y)+inset) }
	p.line.Position1, p.line.Position2 = at(p.spot.X, p.spot.Top), at(p.spot.X, p.spot.Bottom)
	const r = 7
	p.ring.Position1, p.ring.Position2 = at(p.spot.X-r, p.spot.Y-r), at(p.spot.X+r, p.spot.Y+r)
	p.line.Refresh()
	p.ring.Refresh()
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
	return []fyne.CanvasObject{r.p.picture, r.p.line, r.p.ring}
}
func (r plateRenderer) Layout(size fyne.Size) {
	r.p.picture.Move(fyne.NewPos(inset, inset))
	r.p.picture.Resize(size.SubtractWidthHeight(2*inset, 2*inset))
	r.p.place()
	r.p.resized()
}
