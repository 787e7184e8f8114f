package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/posture"

	model "watchfloor/app/posture"
)

// posturePage is the place of posture as the window sees it.
type posturePage struct {
	sh *Shell
	*posture.Screen
}

func (sh *Shell) newPosturePage() page {
	p := posture.New(posture.Deps{
		Reader: sh.s.Posture, Tenants: sh.placeTenants, State: func() sync.State { return sh.state },
		Waiting: sh.waitingOn, Desk: sh.desk, Clock: sh.clock,
	})
	p.Say = func(text string, bad bool) {
		t := look.Normal
		if bad {
			t = look.Warn
		}
		sh.say(text, t)
	}
	s := &posturePage{sh, posture.NewScreen(p, posture.Frame{Press: sh.press, Run: sh.run, Off: sh.off})}
	p.Load()
	return s
}

// waitingOn are the actions on subjects of a tenant that have not ended, as far as they
// are among the newest ones. It runs off the UI goroutine.
func (sh *Shell) waitingOn(ctx context.Context, slot int) (out []outbox.Action) {
	all, err := sh.s.Outbox.List(ctx, mostWaiting, outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed)
	if err != nil {
		return nil // the values are shown all the same
	}
	for _, a := range all {
		if of, _ := fleet.Split(a.Seq); of == slot && !a.On.IsZero() {
			out = append(out, a)
		}
	}
	return out
}

func (q *posturePage) Leave()  { q.P.Leave() }
func (q *posturePage) Synced() { q.Tick() }

// Event reads again what changed; one of incidents without any is told when the place is
// shown again.
func (q *posturePage) Event(e app.Event) {
	switch {
	case e.Topic == app.TopicSync, e.Topic == app.TopicIncidents && len(e.Incidents) > 0:
	default:
		q.P.Stale()
	}
}

func (q *posturePage) Do(c keys.Command) bool {
	sh := q.sh
	switch c {
	case keys.Back:
		if !q.Screen.Do(c) {
			sh.goTo(keys.Queue)
		}
	case keys.Edit:
		q.edit()
	case keys.ControlReviewed, keys.ControlIgnored, keys.ControlThirdParty, keys.ControlDefault:
		if x, ok := q.P.Control(); ok {
			sh.open(posture.NewState(c, x, q.home(), q.frame(), q.send), nil)
		} else {
			sh.say("States are set on a control of Microsoft 365: 5 lists them.", look.Dim)
		}
	case keys.CloudAlerts:
		sh.showRows("source:" + string(app.Cloud) + " status:any")
	case keys.CopySafe, keys.CopyRaw:
		if text := q.P.Copy(c == keys.CopyRaw); text != "" {
			sh.copy(text, c == keys.CopyRaw)
		}
	case keys.OpenPortal:
		q.openPortal()
	case keys.ExportCSV:
		sh.exportList(q.P.Export(), "csv")
	case keys.ExportJSON:
		sh.exportList(q.P.Export(), "json")
	default:
		return q.Screen.Do(c)
	}
	return true
}

// home routes a request to the tenant that is shown.
func (q *posturePage) home() int64 { return fleet.Home(q.P.Tenant().Slot) }

func (q *posturePage) frame() act.DeedFrame { return q.sh.settingFrame(q.P.Tenant().Slot) }

func (q *posturePage) send(r outbox.Request) {
	q.sh.sendDeeds(q.P.Tenant().Slot, []outbox.Request{r}, nil)
}

// edit opens what is kept of a recommendation, or a security contact.
func (q *posturePage) edit() {
	sh := q.sh
	if x, ok := q.P.Editable(); ok {
		sh.open(posture.NewLocal(x, q.frame(), func(l model.Local) { q.P.Keep(x, l) }), nil)
		return
	}
	if x, ok := q.P.Contact(); ok {
		sh.open(posture.NewContact(x, q.home(), q.frame(), q.send), nil)
		return
	}
	sh.say("Nothing to edit here: e is for recommendations and contacts.", look.Dim)
}
