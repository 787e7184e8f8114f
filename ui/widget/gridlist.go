package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// gridList is the list of a grid; it owns the keyboard for it.
type gridList struct {
	widget.List
	grid  *Grid
	muted bool
}

var (
	_ fyne.Shortcutable = (*gridList)(nil)
	_ fyne.Tabbable     = (*gridList)(nil)
)

func newGridList(g *Grid) *gridList {
	l := &gridList{grid: g}
	l.HideSeparators = true
	l.Length = func() int { return g.Len() }
	l.CreateItem = func() fyne.CanvasObject { return newGridRow(g) }
	l.UpdateItem = func(i int, o fyne.CanvasObject) { o.(*gridRow).show(i) }
	l.OnSelected = l.selected
	l.ExtendBaseWidget(l)
	return l
}

func (l *gridList) selected(i int) {
	if l.muted {
		return
	}
	l.grid.cursor = i
	if l.grid.OnCursor != nil {
		l.grid.OnCursor(i)
	}
}

// quiet runs f without telling OnCursor.
func (l *gridList) quiet(f func()) {
	l.muted = true
	defer func() { l.muted = false }()
	f()
}

func (l *gridList) FocusGained() { l.focus(true) }
func (l *gridList) FocusLost()   { l.focus(false) }

func (l *gridList) focus(on bool) {
	l.grid.focused = on
	if l.grid.cursor >= 0 {
		l.Refresh()
	}
	if l.grid.OnFocus != nil {
		l.grid.OnFocus(on)
	}
}

func (l *gridList) TypedRune(r rune) { l.grid.Press(RuneName(r)) }

func (l *gridList) TypedKey(e *fyne.KeyEvent) {
	if name := KeyName(e); name != "" {
		l.grid.Press(name)
	}
}

func (l *gridList) TypedShortcut(s fyne.Shortcut) {
	if name := ShortcutName(s); name != "" {
		l.grid.Press(name)
	}
}

func (l *gridList) AcceptsTab() bool { return true }
