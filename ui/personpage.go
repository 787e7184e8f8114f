package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/identity"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"

	people "watchfloor/ui/identity"
)

// personPage is the page of a person as the window sees it.
type personPage struct {
	sh *Shell
	*people.PersonScreen
	way []visit // how one came here, the last visit at the end
}

// visit is a person that was opened, and where from.
type visit struct {
	slot int
	key  identity.Key
	name string
	from keys.Screen
	row  triage.Row  // of the incident it was opened from
	back keys.Screen // where Esc led from that incident
}

// mostVisits bounds how far Esc leads back.
const mostVisits = 50

func (sh *Shell) newPersonPage() *personPage {
	p := people.NewPerson(people.PersonDeps{Reader: sh.s.Identity, Desk: sh.desk, Clock: sh.clock})
	return &personPage{sh: sh, PersonScreen: people.NewPersonScreen(p, sh.peopleFrame(func() int { return p.Slot() }))}
}

// openPerson shows the page of a person; Esc leads back to where it was opened.
func (sh *Shell) openPerson(slot int, k identity.Key, name string) {
	p, ok := sh.pages[keys.Person].(*personPage)
	if !ok {
		p = sh.newPersonPage()
		sh.pages[keys.Person] = p
	}
	v := visit{slot: slot, key: k, name: name, from: sh.on}
	if c, ok := sh.page().(*casePage); ok {
		v.row, v.back = c.P.Row(), sh.back
	} else {
		p.way = nil
	}
	if p.way = append(p.way, v); len(p.way) > mostVisits {
		p.way = p.way[1:]
	}
	p.P.Open(slot, k, name)
	sh.goTo(keys.Person)
}

// leave goes back to where the person was opened.
func (p *personPage) leave() {
	sh := p.sh
	if len(p.way) == 0 {
		sh.goTo(keys.Identity)
		return
	}
	v := p.way[len(p.way)-1]
	p.way = p.way[:len(p.way)-1]
	if n := len(p.way); n > 0 { // the incident below may lead back here
		p.P.Open(p.way[n-1].slot, p.way[n-1].key, p.way[n-1].name)
	}
	if c, ok := sh.pages[keys.Incident].(*casePage); ok && v.from == keys.Incident {
		sh.back = v.back
		c.P.Open(v.row)
	}
	sh.goTo(v.from)
}

func (p *personPage) Leave()            { p.P.Leave() }
func (p *personPage) Event(e app.Event) { p.P.Event(e) }

func (p *personPage) Do(c keys.Command) bool {
	sh := p.sh
	switch c {
	case keys.Back:
		if !p.P.Unmark() {
			p.leave()
		}
	case keys.Open:
		if id, ok := p.P.Incident(); ok {
			sh.openByID(fleet.Global(p.P.Slot(), id))
		} else {
			sh.say("Enter opens an incident: 4 lists those of this person.", look.Dim)
		}
	case keys.CopySafe, keys.CopyRaw:
		sh.copy(p.P.Copy(c == keys.CopyRaw), c == keys.CopyRaw)
	case keys.Compare:
		sh.compare(p.P.MarkedSignIns())
	case keys.Respond:
		t, ok := p.P.Subject()
		if !ok {
			sh.say("This account is not known by its object id, so nothing can be done to it from here.", look.Warn)
			break
		}
		sh.respond(p.P.Slot(), []people.Target{t}, p.P.Load)
	default:
		return p.PersonScreen.Do(c)
	}
	return true
}

// toPerson leads from the account of an incident to its page.
func (c *casePage) toPerson() {
	sh := c.sh
	e, ok := c.P.Account()
	if !ok {
		sh.say("Go to the account in the Entities tab (3), then i shows the person.", look.Dim)
		return
	}
	row := c.P.Row()
	slot, id := fleet.Split(row.ID)
	var r identity.Reader
	if sh.s.Identity != nil {
		r = sh.s.Identity(slot)
	}
	if r == nil {
		sh.say("Identity is not available here.", look.Dim)
		return
	}
	var k identity.Key
	sh.later(func(ctx context.Context) (err error) { k, err = r.EntityKey(ctx, id, e.Key); return err }, func(err error) {
		switch {
		case err != nil:
			sh.fail(err)
		case sh.on == keys.Incident && c.P.Row().ID == row.ID:
			sh.openPerson(slot, k, e.Name)
		}
	})
}
