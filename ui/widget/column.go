package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Yield lets a column make content lower than it wishes to be, down to a height, where
// there is no room for all: content that scrolls gives way to buttons.
func Yield(o fyne.CanvasObject, least float32) *fyne.Container {
	return container.New(yielding(least), o)
}

type yielding float32

func (y yielding) MinSize(o []fyne.CanvasObject) fyne.Size   { return o[0].MinSize() }
func (y yielding) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// column is a box of which some rows may yield.
type column struct{ box fyne.Layout }

func (c column) MinSize(all []fyne.CanvasObject) fyne.Size { return c.box.MinSize(all) }

func (c column) Layout(all []fyne.CanvasObject, s fyne.Size) {
	c.box.Layout(all, s)
	lack := float32(0)
	for _, o := range all {
		if o.Visible() {
			lack = max(lack, o.Position().Y+o.Size().Height-s.Height)
		}
	}
	up := float32(0)
	for _, o := range all {
		if up > 0 {
			o.Move(o.Position().SubtractXY(0, up))
		}
		if least, ok := yields(o); ok && up < lack {
			give := min(lack-up, max(0, o.Size().Height-least))
			o.Resize(o.Size().SubtractWidthHeight(0, give))
			up += give
		}
	}
}

// yields is how low an object of a column may become.
func yields(o fyne.CanvasObject) (least float32, ok bool) {
	c, ok := o.(*fyne.Container)
	if !ok || !c.Visible() {
		return 0, false
	}
	y, ok := c.Layout.(yielding)
	return float32(y), ok
}
