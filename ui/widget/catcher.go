package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Catcher wraps content and owns the keyboard while it has the focus.
type Catcher struct {
	widget.BaseWidget
	Press   Press
	content fyne.CanvasObject
	// OnFocus is told when the focus comes and goes; may be nil.
	OnFocus func(bool)
}

var (
	_ fyne.Focusable    = (*Catcher)(nil)
	_ fyne.Tabbable     = (*Catcher)(nil)
	_ fyne.Shortcutable = (*Catcher)(nil)
	_ fyne.Tappable     = (*Catcher)(nil)
)

// NewCatcher wraps content.
func NewCatcher(content fyne.CanvasObject, press Press) *Catcher {
	c := &Catcher{Press: press, content: content}
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *Catcher) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.content) }

// Tapped takes the focus.
func (c *Catcher) Tapped(*fyne.PointEvent) {
	touched()
	FocusOn(c)
}

// FocusGained implements fyne.Focusable.
func (c *Catcher) FocusGained() { c.tell(true) }

// FocusLost implements fyne.Focusable.
func (c *Catcher) FocusLost() { c.tell(false) }

func (c *Catcher) tell(on bool) {
	if c.OnFocus != nil {
		c.OnFocus(on)
	}
}

// TypedRune implements fyne.Focusable.
func (c *Catcher) TypedRune(r rune) {
	touched()
	c.Press(RuneName(r))
}

// TypedKey implements fyne.Focusable.
func (c *Catcher) TypedKey(e *fyne.KeyEvent) {
	touched()
	if name := KeyName(e); name != "" {
		c.Press(name)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (c *Catcher) TypedShortcut(s fyne.Shortcut) {
	if name := ShortcutName(s); !takes(name) && name != "" {
		c.Press(name)
	}
}

// AcceptsTab implements fyne.Tabbable.
func (c *Catcher) AcceptsTab() bool { return true }

// FocusOn gives an object the keyboard, where it is on a canvas.
func FocusOn(o fyne.Focusable) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o.(fyne.CanvasObject)); c != nil {
		c.Focus(o)
	}
}
