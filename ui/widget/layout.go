package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Pad puts space around content, in pixels.
func Pad(o fyne.CanvasObject, top, right, bottom, left float32) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// Over puts content on a background.
func Over(back, o fyne.CanvasObject) *fyne.Container { return container.NewStack(back, o) }

// Column stacks objects with a gap, Row sets them side by side. A column with less
// height than it needs takes it from what yields (Yield), the first one first.
func Column(gap float32, o ...fyne.CanvasObject) *fyne.Container {
	return container.New(column{layout.NewCustomPaddedVBoxLayout(gap)}, o...)
}

// Row sets objects side by side with a gap.
func Row(gap float32, o ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedHBoxLayout(gap), o...)
}

// Fixed gives content a fixed width.
func Fixed(o fyne.CanvasObject, width float32) *fyne.Container {
	return container.New(fixed(width), o)
}

type fixed float32

func (f fixed) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(float32(f), o[0].MinSize().Height)
}
func (f fixed) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// Relayout lays a container out again after something in it was shown, hidden or
// changed its size.
func Relayout(c *fyne.Container) {
	if c != nil && c.Layout != nil {
		c.Layout.Layout(c.Objects, c.Size())
	}
}

// Loose lets content be smaller than it asks for, so that it never widens the window.
func Loose(o fyne.CanvasObject) *fyne.Container { return container.New(loose{}, o) }

type loose struct{}

func (loose) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(20, o[0].MinSize().Height)
}
func (loose) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// Passage is text of several lines that can be selected with the mouse. Plain text
// only: nothing in it is markup or a link.
type Passage struct {
	widget.Label
}

// NewPassage returns an empty passage.
func NewPassage(mono bool) *Passage {
	p := &Passage{}
	p.Wrapping = fyne.TextWrapWord
	p.Selectable = true
	p.TextStyle.Monospace = mono
	p.ExtendBaseWidget(p)
	return p
}

// NewProse returns an empty passage for forms. It cannot be selected: Tab stops at what
// can, and every key with it.
func NewProse() *Passage {
	p := NewPassage(false)
	p.Selectable = false
	return p
}
