package ui

import (
	"context"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/work"
)

// deciding is what the window remembers of the last decision.
type deciding struct {
	many    *many      // the last form for many, nil without one
	reading *work.Slot // of how it stands
	unread  bool       // the outbox changed while it was being read
	undo    *undoable  // nil where there is nothing to take back
	beating bool       // the seconds are being counted
	beatAt  time.Time
}

// decide carries out a plan: one action, or one for each marked incident.
func (sh *Shell) decide(s act.Subject, plan act.Plan) {
	if s.Many {
		sh.sendMany(s, plan)
		return
	}
	sh.send(s.Rows[0], plan(s.Rows[0]))
}

// send hands a request to the outbox and says what became of it.
func (sh *Shell) send(row triage.Row, r outbox.Request) {
	what := present.Number(row.Number) + ": " + present.Field(r.Describe())
	offline := sh.state.Offline()
	var a outbox.Action
	sh.later(func(ctx context.Context) (err error) { a, err = sh.s.Outbox.Do(ctx, r); return err }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.undo = &undoable{what: present.Field(r.Describe()), verb: r.Verb, rows: []triage.Row{row}, seqs: []int64{a.Seq}, until: a.HeldUntil}
		if offline {
			what += " – queued, offline"
		}
		sh.say(what, look.Normal)
		sh.beat()
		sh.readState()
		sh.changed(row.ID)
	})
}

// mostWaiting bounds how many actions are looked through for those of one incident.
const mostWaiting = 1_000

// waiting are the actions of an incident that are still on their way, as far as they
// are among the newest ones. It runs off the UI goroutine.
func (sh *Shell) waiting(ctx context.Context, r triage.Row) []outbox.Action {
	all, err := sh.s.Outbox.List(ctx, mostWaiting, outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed)
	if err != nil {
		return nil // the values are shown all the same
	}
	return slices.DeleteFunc(all, func(a outbox.Action) bool { return a.IncidentID != r.ID })
}

// changed tells the page that incidents changed here; none means many.
func (sh *Shell) changed(ids ...int64) {
	if p := sh.page(); p != nil {
		p.Event(app.Event{Topic: app.TopicIncidents, Incidents: ids})
	}
}

// beat counts the seconds while somebody watches them: the time to undo, the wait
// before the next try. It ends by itself when nobody does.
func (sh *Shell) beat() {
	if sh.beating || !sh.watched() {
		return
	}
	sh.beating, sh.beatAt = true, sh.s.Now()
	desk := sh.desk
	sh.s.After(time.Second, func() {
		desk.Post(func() {
			sh.beating = false
			if sh.s.Now().Equal(sh.beatAt) {
				return // a clock that stands still, as in pictures
			}
			sh.status.draw()
			if p, ok := sh.page().(interface{ Second() }); ok && p != nil {
				p.Second()
			}
			sh.beat()
		})
	})
}

// watched reports that something on the screen counts seconds.
func (sh *Shell) watched() bool {
	if sh.undo != nil && sh.undo.left(sh.s.Now()) > 0 {
		return true
	}
	p, ok := sh.page().(interface{ Counting() bool })
	return ok && p.Counting()
}
