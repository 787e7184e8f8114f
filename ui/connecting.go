package ui

import (
	"context"

	"fyne.io/fyne/v2"

	"watchfloor/app/profile"
	"watchfloor/ui/act"
	"watchfloor/ui/connect"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
)

// connectDesk is what a dialog about tenants works with; done is told what was done.
func (sh *Shell) connectDesk(done func(string)) connect.Desk {
	return connect.Desk{
		Desk: sh.desk, Now: sh.s.Now, After: sh.s.After, Close: sh.closeDialog, Done: done,
		Copy: sh.clip.SetContent, CopyCode: sh.clip.Secret,
	}
}

// connectTenant opens the guided dialog.
func (sh *Shell) connectTenant(done func(string)) {
	if sh.s.Connector == nil {
		sh.say("Connecting is not available here.", look.Warn)
		return
	}
	g := connect.NewGuide(sh.s.Connector, sh.connectDesk(done))
	v := connect.NewView(g, func(o fyne.Focusable) { sh.win.Canvas().Focus(o) })
	sh.open(&act.Dialog{Body: v.Body, Press: v.Press, First: v.First, Width: connect.Width, On: keys.Form}, g.Stop)
}

// aboutTenant opens one of the small dialogs about a connected tenant.
func (sh *Shell) aboutTenant(p profile.Profile, make func(profile.Profile, connect.Keeper, connect.Desk) *connect.Dialog) {
	if sh.dialog != nil || sh.s.Connector == nil {
		return
	}
	d := make(p, sh.s.Connector, sh.connectDesk(sh.tenantsChanged))
	sh.open(&act.Dialog{Body: d.Body, Press: d.Press, First: d.First, Width: connect.Width, On: keys.Form}, d.Stop)
}

// tenantsChanged says what was done to a tenant and draws what depends on it.
// Without any tenant left the window begins anew.
func (sh *Shell) tenantsChanged(said string) {
	if sh.s.Emptied != nil && len(sh.s.Connector.Profiles()) == 0 {
		sh.prefs.Set("page", string(keys.Queue)) // where the next tenant begins
		sh.Use(sh.s.Emptied())
		if w, ok := sh.page().(*welcomePage); ok {
			w.Say(said)
		}
		return
	}
	sh.say(said, look.Normal)
	sh.renamed()
	sh.readState()
	if sh.s.Sync != nil {
		sh.later(func(context.Context) error { sh.s.Sync.Refresh(); return nil }, func(error) {})
	}
}
