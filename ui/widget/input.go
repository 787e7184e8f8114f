package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// onInput is told that a person is there; it belongs to the UI goroutine.
var onInput func(shortcut string) bool

// OnInput has f called for each key, click and movement that reaches one of our widgets,
// with the name of a shortcut, "" for all else. A shortcut that f takes goes no further,
// so that one serves wherever the keyboard is. There is one listener, because there is
// one window.
func OnInput(f func(shortcut string) (taken bool)) { onInput = f }

func touched() { takes("") }

func takes(shortcut string) bool { return onInput != nil && onInput(shortcut) }

// Sensor lies below a page and notices the mouse wherever nothing above takes it.
type Sensor struct{ base }

var _ desktop.Hoverable = (*Sensor)(nil)

// NewSensor returns a sensor, which cannot be seen.
func NewSensor() *Sensor {
	s := &Sensor{}
	s.ExtendBaseWidget(s)
	return s
}

// MouseIn implements desktop.Hoverable.
func (*Sensor) MouseIn(*desktop.MouseEvent) { touched() }

// MouseMoved implements desktop.Hoverable.
func (*Sensor) MouseMoved(*desktop.MouseEvent) { touched() }

// MouseOut implements desktop.Hoverable.
func (*Sensor) MouseOut() {}

// CreateRenderer implements fyne.Widget.
func (s *Sensor) CreateRenderer() fyne.WidgetRenderer {
	return &renderer{layout: func(fyne.Size) {}, min: func() fyne.Size { return fyne.NewSize(0, 0) }, refresh: func() {}}
}
