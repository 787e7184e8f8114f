package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
)

// Portal opens a page of one of Microsoft's portals in the browser and returns the
// portal's host. The window names what the page is about, never an address: addresses
// come from a service and pass one gate behind this. Not for the UI goroutine.
type Portal interface {
	Incident(ctx context.Context, id int64) (host string, err error)
	// Control is a control of the secure score of Microsoft 365 of the tenant in a slot.
	Control(ctx context.Context, slot int, id string) (host string, err error)
}

var errNoPortal = app.E(app.KindInvalid, "Portals cannot be opened here.", nil)

func (sh *Shell) openCasePortal(r triage.Row) {
	sh.openPortal(func(ctx context.Context) (string, error) { return sh.s.Portal.Incident(ctx, r.ID) })
}

func (q *posturePage) openPortal() {
	x, ok := q.P.Control()
	if !ok {
		q.sh.say("Controls of Microsoft 365 have a page in a portal: 5 lists them.", look.Dim)
		return
	}
	slot := q.P.Tenant().Slot
	q.sh.openPortal(func(ctx context.Context) (string, error) { return q.sh.s.Portal.Control(ctx, slot, x.ID) })
}

func (sh *Shell) openPortal(open func(context.Context) (string, error)) {
	if sh.s.Portal == nil {
		sh.fail(errNoPortal)
		return
	}
	sh.say("Opening the portal…", look.Dim)
	var host string
	sh.later(func(ctx context.Context) (err error) { host, err = open(ctx); return err }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.say("Opened in the browser: "+host, look.Normal)
	})
}
