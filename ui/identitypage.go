package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/report"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/reports"

	people "watchfloor/ui/identity"
)

// identityPage is the place of identities as the window sees it.
type identityPage struct {
	sh *Shell
	*people.Screen
}

func (sh *Shell) newIdentityPage() page {
	p := people.New(people.Deps{Reader: sh.s.Identity, Desk: sh.desk, Prefs: sh.prefs, Clock: sh.clock, Parse: identity.Parse})
	f := sh.peopleFrame(func() int { return p.Slot() })
	s := &identityPage{sh, people.NewScreen(p, f)}
	p.SetSync(sh.state)
	first := sh.placeTenants()[0]
	p.Use(first.Slot, first.Name)
	return s
}

// peopleFrame is what the window lends to the screens of identities.
func (sh *Shell) peopleFrame(slot func() int) people.Frame {
	return people.Frame{
		Press: sh.press, Run: sh.run, Off: sh.off, Clock: sh.clock, Several: sh.several,
		Tenant: func() fleet.Tenant { return sh.tenantIn(slot()) }, Focus: sh.win.Canvas().Focus,
	}
}

// placeTenants are the tenants that a place of one tenant at a time can show; never none.
func (sh *Shell) placeTenants() []fleet.Tenant {
	if sh.s.Roster != nil {
		if all := sh.s.Roster.Tenants(); len(all) > 0 {
			return all
		}
	}
	return []fleet.Tenant{{Name: sh.s.Tenant, Me: sh.s.Me}}
}

// tenantIn is the tenant in a slot.
func (sh *Shell) tenantIn(slot int) fleet.Tenant {
	for _, t := range sh.placeTenants() {
		if t.Slot == slot {
			return t
		}
	}
	return fleet.Tenant{Slot: slot, Name: "(removed)"} // never the name of another one
}

// nextIn is the tenant behind the one in a slot, the first behind the last.
func (sh *Shell) nextIn(slot int) fleet.Tenant {
	all := sh.placeTenants()
	for i, t := range all {
		if t.Slot == slot {
			return all[(i+1)%len(all)]
		}
	}
	return all[0]
}

func (q *identityPage) Leave()        { q.P.Leave() }
func (q *identityPage) Settled() bool { return q.P.Settled() }
func (q *identityPage) Synced()       { q.P.SetSync(q.sh.state) }

func (q *identityPage) Event(e app.Event) {
	switch {
	case e.Topic == app.TopicSync, e.Topic == app.TopicPosture, e.Topic == app.TopicIncidents && len(e.Incidents) > 0:
	default:
		q.P.Refresh()
	}
}

func (q *identityPage) Do(c keys.Command) bool {
	sh := q.sh
	switch c {
	case keys.Open:
		q.open()
	case keys.Back:
		if !q.P.Unmark() && !sh.hideMany() {
			sh.goTo(keys.Queue)
		}
	case keys.CopySafe, keys.CopyRaw:
		if r, ok := q.P.Current(); ok {
			sh.copy(people.CopyText(r, c == keys.CopyRaw), c == keys.CopyRaw)
		}
	case keys.Respond:
		var targets []people.Target
		for _, r := range q.P.Chosen() {
			targets = append(targets, people.TargetOf(r))
		}
		sh.respond(q.P.Slot(), targets, func() { q.P.Unmark() })
	case keys.Compare:
		var marked []identity.SignIn
		for _, r := range q.P.Marked() {
			if r.SignIn != nil {
				marked = append(marked, r.SignIn.SignIn)
			}
		}
		sh.compare(marked)
	case keys.NextTenant:
		if !sh.several() {
			sh.say("One tenant is connected.", look.Dim)
			break
		}
		t := sh.nextIn(q.P.Slot())
		q.P.Use(t.Slot, t.Name)
		sh.focus()
	case keys.ImportList:
		sh.importList(q.P.Slot(), q.P.Refresh)
	case keys.ExportCSV:
		sh.exportList(q.P.Export(), "csv")
	case keys.ExportJSON:
		sh.exportList(q.P.Export(), "json")
	default:
		return q.Screen.Do(c)
	}
	return true
}

// open shows the person behind the row under the cursor.
func (q *identityPage) open() {
	r, ok := q.P.Current()
	if !ok {
		return
	}
	k, name, ok := people.KeyOf(r)
	if !ok {
		q.sh.say("A workload has no page of its own; the preview has what is known.", look.Dim)
		return
	}
	q.sh.openPerson(q.P.Slot(), k, name)
}

// compare opens two sign-ins side by side.
func (sh *Shell) compare(marked []identity.SignIn) {
	if len(marked) != 2 {
		sh.say("Mark two sign-ins (Space), then b sets them side by side.", look.Dim)
		return
	}
	sh.open(people.NewCompare(identity.Compare(marked[0], marked[1]), sh.clock(), sh.closeDialog, sh.copy), nil)
}

// exportList writes the rows of a place.
func (sh *Shell) exportList(read func(context.Context) (string, report.List, error), format string) {
	sh.writeOut(func(ctx context.Context) (string, error) {
		w, ok := sh.s.Exports.(reports.Lists)
		if !ok {
			return "", errNoExport
		}
		name, l, err := read(ctx)
		if err != nil {
			return "", err
		}
		return w.List(ctx, name, l, format)
	})
}
