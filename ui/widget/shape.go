package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"watchfloor/ui/look"
)

func newShape(s look.Shape, c color.Color) []fyne.CanvasObject {
	switch s {
	case look.Triangle:
		return polygon(c, fyne.NewPos(0.5, 0.04), fyne.NewPos(1, 0.94), fyne.NewPos(0, 0.94))
	case look.Diamond:
		return polygon(c, fyne.NewPos(0.5, 0), fyne.NewPos(1, 0.5), fyne.NewPos(0.5, 1), fyne.NewPos(0, 0.5))
	case look.Dot:
		return []fyne.CanvasObject{canvas.NewCircle(c)}
	case look.Ring:
		return []fyne.CanvasObject{ring(c)}
	case look.Clock:
		long, short := canvas.NewLine(c), canvas.NewLine(c)
		long.StrokeWidth, short.StrokeWidth = 1.4, 1.4
		return []fyne.CanvasObject{ring(c), long, short}
	case look.Marked:
		box := canvas.NewRectangle(c)
		box.CornerRadius = 2
		down, up := canvas.NewLine(colour(theme.ColorNameBackground)), canvas.NewLine(colour(theme.ColorNameBackground))
		down.StrokeWidth, up.StrokeWidth = 1.8, 1.8
		return []fyne.CanvasObject{box, down, up}
	}
	return nil
}

func polygon(c color.Color, points ...fyne.Position) []fyne.CanvasObject {
	p := canvas.NewArbitraryPolygon(points, c)
	p.NormalizedPoints = true
	return []fyne.CanvasObject{p}
}

func ring(c color.Color) *canvas.Circle {
	r := canvas.NewCircle(color.Transparent)
	r.StrokeColor, r.StrokeWidth = c, 1.8
	return r
}

// placeShape lays a shape's objects out in a square.
func placeShape(objects []fyne.CanvasObject, at fyne.Position, side float32) {
	for i, o := range objects {
		if l, ok := o.(*canvas.Line); ok {
			if _, box := objects[0].(*canvas.Rectangle); box {
				l.Position1, l.Position2 = at.AddXY(side*0.2, side*0.5), at.AddXY(side*0.42, side*0.72)
				if i == 2 {
					l.Position1, l.Position2 = l.Position2, at.AddXY(side*0.8, side*0.28)
				}
				continue
			}
			mid := at.AddXY(side/2, side/2)
			l.Position1 = mid
			l.Position2 = mid.SubtractXY(0, side*0.3)
			if i == 2 {
				l.Position2 = mid.AddXY(side*0.25, 0)
			}
			continue
		}
		o.Move(at)
		o.Resize(fyne.NewSquareSize(side))
	}
}
