package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Press handles a key by name and reports whether it meant something.
type Press func(key string) bool

var keyNames = map[fyne.KeyName]string{
	fyne.KeyUp: "Up", fyne.KeyDown: "Down", fyne.KeyLeft: "Left", fyne.KeyRight: "Right",
	fyne.KeyHome: "Home", fyne.KeyEnd: "End", fyne.KeyPageUp: "PageUp", fyne.KeyPageDown: "PageDown",
	fyne.KeyReturn: "Enter", fyne.KeyEnter: "Enter", fyne.KeyEscape: "Esc", fyne.KeyTab: "Tab",
	fyne.KeyDelete: "Del", fyne.KeyF1: "F1", fyne.KeyF5: "F5", fyne.KeyF6: "F6",
}

// KeyName names a key that types no character, with Shift where it is held; "" for
// keys that also arrive as a rune.
func KeyName(e *fyne.KeyEvent) string {
	name := keyNames[e.Name]
	if name == "" {
		return ""
	}
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0 {
		switch name {
		case "Tab", "F6", "Up", "Down":
			return "Shift+" + name
		}
	}
	return name
}

// RuneName names a typed character: itself, or Space.
func RuneName(r rune) string {
	if r == ' ' {
		return "Space"
	}
	return string(r)
}

// ShortcutName names a shortcut such as "Ctrl+O"; Cmd counts as Ctrl. "" for those of
// the clipboard.
func ShortcutName(s fyne.Shortcut) string {
	switch s.(type) {
	case *fyne.ShortcutSelectAll:
		return "Ctrl+A"
	case *fyne.ShortcutUndo:
		return "Ctrl+Z"
	}
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier&(fyne.KeyModifierControl|fyne.KeyModifierSuper) == 0 {
		return ""
	}
	name := keyNames[c.KeyName]
	if name == "" {
		name = string(c.KeyName)
	}
	if c.Modifier&fyne.KeyModifierShift != 0 {
		name = "Shift+" + name
	}
	return "Ctrl+" + name
}
