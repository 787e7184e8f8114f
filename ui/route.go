package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	wf "watchfloor/ui/theme"
	"watchfloor/ui/widget"
)

// keyboard routes keys that no widget has taken.
func (sh *Shell) keyboard() {
	c := sh.win.Canvas()
	c.SetOnTypedRune(func(r rune) { sh.press(widget.RuneName(r)) })
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if name := widget.KeyName(e); name != "" {
			sh.press(name)
		}
	})
	for _, s := range []fyne.Shortcut{
		ctrl(fyne.KeyO), ctrl(fyne.KeyQ), ctrl(fyne.KeyI), ctrl(fyne.KeyL), ctrl(fyne.KeyReturn), ctrl(fyne.KeyP), ctrl(fyne.KeyR),
		&fyne.ShortcutSelectAll{}, &fyne.ShortcutUndo{},
	} {
		c.AddShortcut(s, func(fyne.Shortcut) { sh.press(widget.ShortcutName(s)) })
	}
}

func ctrl(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

// press routes a key by name. Under an open dialog only the dialog gets it.
func (sh *Shell) press(key string) bool {
	if sh.takes(key) {
		return true
	}
	if sh.dialog != nil {
		return sh.dialog.press(key)
	}
	cmd, handled := sh.router.Press(sh.on, key)
	sh.which.draw()
	if cmd != "" {
		sh.run(cmd)
	}
	return handled
}

const syncingNow = "Syncing now…"

// run carries out a command: the window's own first, then the page's.
func (sh *Shell) run(c keys.Command) {
	if sh.dialog != nil && c != keys.Quit {
		return
	}
	if sh.message.Text != "" {
		sh.say("", look.Normal)
	}
	if why := sh.offWhy(c); why != "" {
		sh.say(why, look.Warn)
		return
	}
	switch c {
	case keys.ReadOnlyEverywhere:
		sh.turnReadOnly()
	case keys.Quit:
		sh.quit()
	case keys.GoQueue:
		sh.goTo(keys.Queue)
	case keys.GoIdentity:
		sh.goTo(keys.Identity)
	case keys.GoPosture:
		sh.goTo(keys.Posture)
	case keys.GoActions:
		sh.goTo(keys.Actions)
	case keys.GoTrends:
		sh.goTo(keys.Trends)
	case keys.GoReports:
		sh.goTo(keys.Reports)
	case keys.GoSettings:
		sh.goTo(keys.Settings)
	case keys.HelpCmd:
		sh.showHelp()
	case keys.Zone:
		sh.setZone()
	case keys.Theme:
		sh.setTheme()
	case keys.Refresh:
		sh.later(func(context.Context) error { sh.s.Sync.Refresh(); return nil }, func(error) {})
		sh.say(syncingNow, look.Dim)
		sh.syncing, sh.heard = true, false
	case keys.Offline:
		sh.toggleOffline()
	case keys.SignInAgain:
		sh.signInAgain()
	case keys.LockNow:
		sh.lockNow()
	case keys.LockAfter:
		sh.nextLockAfter()
	case keys.Retain:
		sh.askRetention()
	case keys.NextTenant:
		sh.nextTenant()
	case keys.Undo:
		sh.undoLast()
	case keys.FormResult:
		sh.showOutcome()
	case keys.RetryForm:
		sh.retryMany()
	case keys.Settle:
		if p, ok := sh.page().(targeted); ok {
			if r, ok := p.Target(); ok {
				sh.settleRow(r)
			}
		} else if p := sh.page(); p != nil {
			p.Do(c)
		}
	default:
		if !sh.act(c) {
			if p := sh.page(); p != nil {
				p.Do(c)
			}
		}
	}
}

func (sh *Shell) setZone() {
	sh.utc = !sh.utc
	v := "local"
	if sh.utc {
		v = "utc"
	}
	sh.prefs.Set("zone", v)
	sh.tick()
	sh.banner.draw(sh)
}

func (sh *Shell) setTheme() {
	sh.dark = !sh.dark
	v := "light"
	if sh.dark {
		v = "dark"
	}
	sh.prefs.Set("theme", v)
	sh.app.Settings().SetTheme(wf.Theme{Dark: sh.dark})
	if p, ok := sh.page().(interface{ Themed() }); ok {
		p.Themed()
	}
}

func (sh *Shell) toggleOffline() {
	on := !sh.state.OfflineByChoice
	sh.later(func(context.Context) error { sh.s.Sync.SetOffline(on); return nil }, func(error) { sh.readState() })
}
