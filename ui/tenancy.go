package ui

import (
	"strconv"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/sync"
	"watchfloor/ui/connect"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/settings"
)

// settingsPage is the settings as the window sees them.
type settingsPage struct {
	sh *Shell
	*settings.Screen
}

func (sh *Shell) newSettingsPage() page {
	f := settings.Frame{Press: sh.press, Run: sh.run, Dark: func() bool { return sh.dark }, UTC: func() bool { return sh.utc }, Privacy: sh.privacy()}
	if sh.s.Connector != nil {
		f.Tenants = sh.tenants
	}
	if sh.s.Guard != nil {
		f.ReadOnly = sh.s.Guard.Everywhere
	}
	if sh.s.Queue != nil {
		f.Retention = sh.retention
	}
	if sh.s.LockUp != nil {
		f.Lock = &settings.Locking{Times: lockTimes, After: sh.lockAfter, Choose: sh.setLockAfter, Screen: sh.s.LocksAlong}
	}
	return &settingsPage{sh, settings.NewScreen(sh.profile(), f)}
}

func (*settingsPage) Leave()          {}
func (*settingsPage) Event(app.Event) {}

// Themed shows which theme holds.
func (s *settingsPage) Themed() { s.Tick() }

func (s *settingsPage) Do(c keys.Command) bool {
	sh := s.sh
	about := map[keys.Command]func(profile.Profile, connect.Keeper, connect.Desk) *connect.Dialog{
		keys.ChangeTenant: connect.NewChange, keys.Sources: connect.NewSources, keys.TestTenant: connect.NewTest, keys.TenantAgain: connect.NewAgain, keys.RemoveTenant: connect.NewRemove,
	}
	switch c {
	case keys.Back:
		sh.goTo(keys.Queue)
	case keys.Connect:
		sh.connectTenant(sh.tenantsChanged)
	case keys.Permissions:
		if p, ok := s.Current(); ok {
			sh.showPermissions(p)
		}
	case keys.CloudSource:
		if p, ok := s.Current(); ok {
			sh.turnCloudAlerts(p)
		}
	case keys.ChangeTenant, keys.Sources, keys.TestTenant, keys.TenantAgain, keys.RemoveTenant:
		if p, ok := s.Current(); ok {
			sh.aboutTenant(p, about[c])
		}
	default:
		if !sh.private(c) {
			return s.Screen.Do(c)
		}
		s.Tick()
	}
	return true
}

// tenants are the connected ones with how they stand.
func (sh *Shell) tenants() []settings.Tenant {
	var out []settings.Tenant
	for _, p := range sh.s.Connector.Profiles() {
		out = append(out, settings.Tenant{Profile: p, State: sh.guardedState(p.Slot, standing(p.Name, sh.state))})
	}
	return out
}

// standing says how a tenant stands by the state of its sources; they name their tenant
// only where there are several.
func standing(name string, s sync.State) look.Cell {
	out := look.D("not synced yet")
	for _, x := range s.Sources {
		if x.Tenant != "" && x.Tenant != name {
			continue
		}
		switch x.Kind {
		case app.KindSignIn:
			return look.Cell{Text: "! sign in again (A)", Tone: look.Warn, Bold: true}
		case app.KindPermission:
			return look.Cell{Text: "! permission missing (P)", Tone: look.Warn, Bold: true}
		}
		switch {
		case x.Problem != "":
			out = look.Cell{Text: x.Problem, Tone: look.Warn}
		case x.Phase == sync.Offline && out.Tone == look.Dim:
			out = look.D("offline")
		case !x.LastSuccess.IsZero() && out.Tone == look.Dim:
			out = look.T("✓ signed in")
		}
	}
	return out
}

// asks is the first source whose tenant wants its person: to sign in, or to be given a
// role. ok is false while none does.
func asks(s sync.State) (sync.Status, bool) {
	for _, kind := range []app.Kind{app.KindSignIn, app.KindPermission} {
		for _, x := range s.Sources {
			if x.Kind == kind && x.Problem != "" {
				return x, true
			}
		}
	}
	return sync.Status{}, false
}

// signInAgain signs in the tenant that asks for it.
func (sh *Shell) signInAgain() {
	x, ok := asks(sh.state)
	if !ok || sh.s.Connector == nil {
		sh.say("No tenant asks to be signed in again; g s, then A, does it all the same.", look.Dim)
		return
	}
	for _, p := range sh.s.Connector.Profiles() {
		if x.Tenant == "" || p.Name == x.Tenant {
			sh.aboutTenant(p, connect.NewAgain)
			return
		}
	}
}

// asking is what the banner says of a source whose tenant wants its person.
func asking(x sync.Status, tenant string) look.Cell {
	if x.Tenant != "" {
		tenant = x.Tenant
	}
	text := present.Field(tenant) + ", " + x.Source.Label() + ": " + x.Problem
	if x.Kind == app.KindSignIn {
		text += " Ctrl+I signs in again; what is queued stays."
	} else {
		text += " g s, then P, shows what is missing."
	}
	return look.Cell{Text: text, Tone: look.Warn, Bold: true}
}

// whose names the tenant of the window, or counts them.
func (sh *Shell) whose() string {
	if sh.s.Roster == nil {
		return present.Field(sh.s.Tenant)
	}
	switch all := sh.s.Roster.Tenants(); len(all) {
	case 0:
		return "no tenant"
	case 1:
		return present.Field(all[0].Name)
	default:
		return strconv.Itoa(len(all)) + " tenants"
	}
}

func (sh *Shell) title() {
	title := "Watchfloor"
	if name := sh.whose(); name != "" {
		title += " – " + name
	}
	sh.win.SetTitle(title)
}

// renamed draws what shows names and colours of tenants.
func (sh *Shell) renamed() {
	if q, ok := sh.pages[keys.Queue].(*queuePage); ok {
		q.Known()
	}
	if p := sh.page(); p != nil {
		p.Tick()
	}
	sh.title()
	sh.rail.draw()
	sh.status.draw()
}

// nextTenant shows the queue of the next tenant, or of all behind the last.
func (sh *Shell) nextTenant() {
	if q, ok := sh.page().(*queuePage); ok {
		q.P.ChooseTenant(q.NextTenant())
	} else if p := sh.page(); p != nil {
		p.Do(keys.NextTenant)
	}
}
