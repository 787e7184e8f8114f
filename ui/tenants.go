package ui

import "watchfloor/app/fleet"

// tenantOf is the tenant that a row id or an action's Seq belongs to.
func (sh *Shell) tenantOf(id int64) fleet.Tenant {
	if sh.s.Roster == nil {
		return fleet.Tenant{Name: sh.s.Tenant, Me: sh.s.Me}
	}
	return sh.s.Roster.Of(id)
}

// several reports that the window shows more than one tenant, so that rows and dialogs
// must tell them apart.
func (sh *Shell) several() bool { return sh.s.Roster != nil && len(sh.s.Roster.Tenants()) > 1 }
