package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Entry is a text field that offers its control keys (Esc, Tab, Ctrl+Enter, and
// Enter, Up and Down in a single line) to Press before it acts on them.
type Entry struct {
	widget.Entry
	Press Press
}

// NewEntry returns a text field of one or of several lines.
func NewEntry(hint string, lines int, press Press) *Entry {
	e := &Entry{Press: press}
	e.PlaceHolder = hint
	if lines > 1 {
		e.MultiLine = true
		e.Wrapping = fyne.TextWrapWord
		e.SetMinRowsVisible(lines)
	}
	e.ExtendBaseWidget(e)
	return e
}

// NewPassword returns a text field that hides what is typed.
func NewPassword(hint string, press Press) *Entry {
	e := NewEntry(hint, 1, press)
	e.Password = true
	return e
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	touched()
	switch name := KeyName(k); name {
	case "Esc", "Tab", "Shift+Tab", "F6", "Shift+F6":
		if e.Press != nil && e.Press(name) {
			return
		}
	case "Enter", "Up", "Down":
		if !e.MultiLine && e.Press != nil && e.Press(name) {
			return
		}
	}
	e.Entry.TypedKey(k)
}

// TypedShortcut implements fyne.Shortcutable.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	name := ShortcutName(s)
	if takes(name) {
		return
	}
	switch name {
	case "", "Ctrl+A", "Ctrl+Z": // the field's own
	default:
		if e.Press != nil && e.Press(name) {
			return
		}
	}
	e.Entry.TypedShortcut(watched(s))
}

// TypedRune implements fyne.Focusable.
func (e *Entry) TypedRune(r rune) {
	touched()
	e.Entry.TypedRune(r)
}

// AcceptsTab implements fyne.Tabbable: Tab moves on, it is never typed.
func (e *Entry) AcceptsTab() bool { return false }
