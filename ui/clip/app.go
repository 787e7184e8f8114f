package clip

import "fyne.io/fyne/v2"

// App is a Fyne app whose clipboard is watched. Make it the current app, and the
// toolkit's own copying goes through it, too.
type App struct {
	fyne.App
	keeper *Keeper
}

// Watch returns the app with its clipboard watched; one that is watched already is
// returned as it is.
func Watch(a fyne.App) *App {
	if w, ok := a.(*App); ok {
		return w
	}
	return &App{App: a, keeper: newKeeper(a.Clipboard())}
}

// Clipboard implements fyne.App.
func (a *App) Clipboard() fyne.Clipboard { return a.keeper }

// Keeper is the clipboard as Watchfloor uses it.
func (a *App) Keeper() *Keeper { return a.keeper }
