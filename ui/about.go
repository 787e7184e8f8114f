package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/ui/act"
	"watchfloor/ui/actions"
	"watchfloor/ui/keys"
	"watchfloor/ui/posture"
	"watchfloor/ui/present"
)

// openAbout shows what an action concerns: its incident, the person, or the setting in
// the place of posture.
func (sh *Shell) openAbout(a outbox.Action) {
	slot, _ := fleet.Split(a.Seq)
	switch a.On.Kind {
	case "":
		sh.openByID(a.IncidentID)
	case app.SubjectUser:
		sh.openPerson(slot, identity.Key{ObjectID: a.On.ID}, actions.About(a))
	case app.SubjectControl, app.SubjectContact:
		sh.openSetting(slot, a.On)
	default:
		sh.goTo(keys.Identity)
	}
}

// openSetting shows a control or a contact in the place of posture.
func (sh *Shell) openSetting(slot int, s app.Subject) {
	p, ok := sh.pages[keys.Posture].(*posturePage)
	if !ok {
		p = sh.newPosturePage().(*posturePage)
		sh.pages[keys.Posture] = p
	}
	tab := posture.Contacts
	if s.Kind == app.SubjectControl {
		tab = posture.Controls
	}
	p.P.Find(slot, tab, s.ID)
	sh.goTo(keys.Posture)
}

// reverseSetting offers what puts a control or a contact back and reports whether there
// is such a thing.
func (sh *Shell) reverseSetting(u *undoable, back []outbox.Request) bool {
	if len(back) != 1 || back[0].On.Kind != app.SubjectControl && back[0].On.Kind != app.SubjectContact {
		return false
	}
	sh.open(posture.NewBack(back[0], sh.settingFrame(u.slot), func(r outbox.Request) { sh.sendDeeds(u.slot, []outbox.Request{r}, nil) }), nil)
	return true
}

// settingFrame is what the window lends to a form about a setting.
func (sh *Shell) settingFrame(slot int) act.DeedFrame {
	return act.DeedFrame{Tenant: sh.tenantIn(slot), Offline: sh.state.Offline(), Clock: sh.clock, Close: sh.closeDialog, Focus: sh.win.Canvas().Focus, Show: sh.showRequests}
}

// turnCloudAlerts has alerts of Defender for Cloud come into the queue of a tenant as a
// source of their own, or leaves them out again.
func (sh *Shell) turnCloudAlerts(p profile.Profile) {
	p.CloudAlerts = !p.CloudAlerts
	words := map[bool]string{true: "alerts of Defender for Cloud come into the queue, also those that Sentinel or Defender XDR bring too", false: "alerts of Defender for Cloud are left out of the queue"}[p.CloudAlerts]
	sh.later(func(ctx context.Context) error { return sh.s.Connector.Change(ctx, p) }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.tenantsChanged(present.Field(p.Name) + ": " + words + ".")
	})
}
