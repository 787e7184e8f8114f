package main

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/portal"
	"watchfloor/app/posture"
)

// portals opens the pages that services tell of what they hold. open is the system's
// browser.
type portals struct {
	s    *session
	open func(context.Context, portal.Address) error
}

// Incident opens the page of an incident.
func (p portals) Incident(ctx context.Context, id int64) (string, error) {
	slot, _ := fleet.Split(id)
	return p.page(ctx, slot, func() (string, error) {
		c, err := p.s.fleet.Case(ctx, id)
		return c.Incident.URL, err
	})
}

// Control opens the page of a control of Microsoft 365.
func (p portals) Control(ctx context.Context, slot int, id string) (string, error) {
	return p.page(ctx, slot, func() (string, error) {
		r := p.s.fleet.Posture(slot)
		if r == nil {
			return "", app.E(app.KindNotFound, "This tenant keeps no posture.", nil)
		}
		all, err := r.Controls(ctx, posture.M365)
		for _, c := range all {
			if c.ID == id {
				return c.URL, err
			}
		}
		return "", err
	})
}

// page opens the address that told reads. A simulated tenant has invented addresses, which
// nothing on this computer should ask Microsoft for.
func (p portals) page(ctx context.Context, slot int, told func() (string, error)) (string, error) {
	t, err := p.s.at(slot)
	if err != nil {
		return "", err
	}
	if p.s.sim != nil || t.profile.Simulated() {
		return "", app.E(app.KindInvalid, "A simulated tenant has no page in a portal.", nil)
	}
	raw, err := told()
	if err != nil {
		return "", err
	}
	page, err := portal.Parse(raw)
	if err != nil {
		return "", err
	}
	return page.Host(), p.open(ctx, page)
}
