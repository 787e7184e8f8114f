package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
)

// Option is one of several: its name, a word about it, and the tone of its mark where
// that tells it apart.
type Option struct {
	Label, Note string
	Mark        look.Tone
}

// Choice is one of several options, all in sight. Arrows choose while it has the focus;
// the other keys go to Press.
type Choice struct {
	base
	Press     Press
	OnChanged func(int)

	options []Option
	at      int
	focused bool
	backs   []*Fill
	lines   []*Line
	frame   *Fill
	root    fyne.CanvasObject
}

var (
	_ fyne.Focusable    = (*Choice)(nil)
	_ fyne.Shortcutable = (*Choice)(nil)
)

// NewChoice returns a choice of one option a line, with its note; across sets them side
// by side, without notes.
func NewChoice(options []Option, across bool, press Press) *Choice {
	c := &Choice{Press: press, options: options, frame: NewFill(theme.ColorNameOverlayBackground)}
	c.frame.Radius, c.frame.Border = 4, true
	box := Column(0)
	if across {
		box = Row(4)
	}
	wide := float32(150)
	for _, o := range options {
		text := fyne.MeasureText(o.Label, size(theme.SizeNameText), fyne.TextStyle{}).Width
		wide = max(wide, text+size(theme.SizeNameText)+24)
	}
	for i, o := range options {
		back, line := NewFill(theme.ColorNameSelection), NewLine(look.Cell{})
		line.Natural = true
		back.Radius = 3
		var row fyne.CanvasObject = Pad(line, 4, 10, 4, 8)
		if !across {
			row = container.NewBorder(nil, nil, Fixed(Pad(line, 4, 0, 4, 8), wide), nil, NewLine(look.D(o.Note)))
		}
		c.backs, c.lines = append(c.backs, back), append(c.lines, line)
		box.Add(newTapped(Over(back, row), func() { FocusOn(c); c.Choose(i) }))
	}
	c.root = Over(c.frame, Pad(box, 2, 2, 2, 2))
	if across {
		c.root = Over(c.frame, Pad(Loose(box), 2, 2, 2, 2))
	}
	c.draw()
	c.ExtendBaseWidget(c)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.root) }

// At is the chosen option.
func (c *Choice) At() int { return c.at }

// Choose chooses the i-th option and tells OnChanged, where it was another one.
func (c *Choice) Choose(i int) {
	if i < 0 || i >= len(c.options) || i == c.at {
		return
	}
	c.at = i
	c.draw()
	if c.OnChanged != nil {
		c.OnChanged(i)
	}
}

func (c *Choice) draw() {
	for i, o := range c.options {
		cell := look.Cell{Text: o.Label, Shape: look.Ring, ShapeTone: look.Dim}
		if i == c.at {
			cell.Shape, cell.ShapeTone = look.Dot, look.Accent
			c.backs[i].Show()
		} else {
			c.backs[i].Hide()
		}
		if o.Mark != "" {
			cell.Shape, cell.ShapeTone = look.Dot, o.Mark
		}
		c.lines[i].Set(cell)
	}
	c.frame.Name = theme.ColorNameOverlayBackground
	c.frame.Edge = theme.ColorNameInputBorder
	if c.focused {
		c.frame.Edge = wf.Cursor
	}
	c.frame.Refresh()
}

// FocusGained implements fyne.Focusable.
func (c *Choice) FocusGained() { c.focused = true; c.draw() }

// FocusLost implements fyne.Focusable.
func (c *Choice) FocusLost() { c.focused = false; c.draw() }

// TypedRune implements fyne.Focusable.
func (c *Choice) TypedRune(r rune) { c.Press(string(r)) }

// TypedKey implements fyne.Focusable.
func (c *Choice) TypedKey(e *fyne.KeyEvent) {
	switch name := KeyName(e); name {
	case "":
	case "Up", "Left":
		c.Choose(c.at - 1)
	case "Down", "Right":
		c.Choose(c.at + 1)
	default:
		c.Press(name)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (c *Choice) TypedShortcut(s fyne.Shortcut) {
	if name := ShortcutName(s); name != "" {
		c.Press(name)
	}
}

// Check is a box to tick; Space ticks it, the other keys go to Press.
type Check struct {
	widget.Check
	Press Press
}

// NewCheck returns a ticked or empty box.
func NewCheck(label string, on bool, press Press, changed func(bool)) *Check {
	c := &Check{Press: press}
	c.Text, c.Checked, c.OnChanged = label, on, changed
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(e *fyne.KeyEvent) {
	if name := KeyName(e); name == "" || !c.Press(name) {
		c.Check.TypedKey(e)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (c *Check) TypedShortcut(s fyne.Shortcut) {
	if name := ShortcutName(s); name != "" {
		c.Press(name)
	}
}

// Clickable runs tap when its content is clicked. It never takes the focus.
func Clickable(o fyne.CanvasObject, tap func()) fyne.CanvasObject { return newTapped(o, tap) }

// tapped tells of clicks on its content.
type tapped struct {
	base
	content fyne.CanvasObject
	tap     func()
}

func newTapped(o fyne.CanvasObject, tap func()) *tapped {
	t := &tapped{content: o, tap: tap}
	t.ExtendBaseWidget(t)
	return t
}

// Tapped implements fyne.Tappable.
func (t *tapped) Tapped(*fyne.PointEvent) { t.tap() }

// CreateRenderer implements fyne.Widget.
func (t *tapped) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.content) }
