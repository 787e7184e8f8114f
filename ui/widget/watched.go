package widget

import "fyne.io/fyne/v2"

// watched has a field copy through the clipboard of the app, which takes away again what
// is put there: the driver hands over that of the system.
func watched(s fyne.Shortcut) fyne.Shortcut {
	switch x := s.(type) {
	case *fyne.ShortcutCopy:
		return &fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard(), Secondary: x.Secondary}
	case *fyne.ShortcutCut:
		return &fyne.ShortcutCut{Clipboard: fyne.CurrentApp().Clipboard(), Secondary: x.Secondary}
	}
	return s
}
