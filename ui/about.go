package ui

import (
	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/ui/actions"
	"watchfloor/ui/keys"
	"watchfloor/ui/posture"
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
