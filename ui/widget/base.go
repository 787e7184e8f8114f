package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

type base = widget.BaseWidget

// renderer is a fyne.WidgetRenderer made of functions.
type renderer struct {
	objects []fyne.CanvasObject
	layout  func(fyne.Size)
	min     func() fyne.Size
	refresh func()
	more    func() []fyne.CanvasObject // replaces objects where they vary
	painted bool
}

func (r *renderer) Destroy() {}
func (r *renderer) Layout(s fyne.Size) {
	if !r.painted {
		r.painted = true
		r.refresh()
	}
	r.layout(s)
}
func (r *renderer) MinSize() fyne.Size { return r.min() }
func (r *renderer) Objects() []fyne.CanvasObject {
	if r.more != nil {
		return r.more()
	}
	return r.objects
}
func (r *renderer) Refresh() { r.painted = true; r.refresh() }
