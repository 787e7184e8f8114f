package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// mergeMarked opens the form that joins the marked incidents.
func (sh *Shell) mergeMarked(rows []triage.Row) {
	s := act.Choose(keys.Merge, rows, sh.tenantOf)
	if len(s.Rows) < 2 {
		words := "Mark two or more incidents of Defender XDR to merge them (Space)."
		if left := s.LeftWords(); left != "" {
			words += " " + left
		}
		sh.say(words, look.Warn)
		return
	}
	for _, r := range s.Rows {
		if sh.tenantOf(r.ID).Slot != sh.tenantOf(s.Rows[0].ID).Slot {
			sh.say("These incidents belong to several tenants; only those of one can be merged.", look.Warn)
			return
		}
	}
	read := func(done func([]act.Load, error)) {
		loads := make([]act.Load, len(s.Rows))
		sh.later(func(ctx context.Context) error {
			for i, r := range s.Rows {
				k, err := sh.s.Cases.Case(ctx, r.ID)
				if err != nil {
					return err
				}
				loads[i] = act.Of(k)
			}
			return nil
		}, func(err error) { done(loads, err) })
	}
	sh.open(act.NewMerge(s, sh.frame(), read, func(r outbox.Request) {
		if q, ok := sh.page().(interface{ Unmark() bool }); ok {
			q.Unmark()
		}
		sh.send(s.Rows[0], r)
	}), nil)
}

// moveAlerts opens the form that moves alerts out of the incident on the page.
func (c *casePage) moveAlerts() {
	sh, row := c.sh, c.P.Row()
	chosen, stay, left := c.P.Chosen()
	switch {
	case row.Ref.Source != app.Defender:
		sh.say("Alerts are moved between incidents of Defender XDR only; this one is Sentinel's.", look.Warn)
		return
	case len(chosen) == 0 && left > 0:
		sh.say("Only Sentinel has what is marked; alerts of Defender XDR can be moved.", look.Warn)
		return
	case len(chosen) == 0:
		sh.say("Go to the Alerts tab (2) and mark what shall move (Space).", look.Dim)
		return
	}
	find := func(number string, done func(triage.Row, error)) {
		var r triage.Row
		sh.later(func(ctx context.Context) error {
			id, err := sh.s.Queue.Find(ctx, number)
			if err == nil {
				r, err = sh.s.Queue.Row(ctx, id)
			}
			if app.KindOf(err) == app.KindNotFound {
				err = app.E(app.KindNotFound, "No incident of the cache has this number.", err)
			}
			return err
		}, func(err error) { done(r, err) })
	}
	sh.open(act.NewMove(act.Move{From: row, Alerts: chosen, Stay: stay, Left: left, Find: find}, sh.frame(), func(r outbox.Request) {
		c.P.Unmark()
		sh.send(row, r)
	}), nil)
}

// addTask opens the form of a new task.
func (c *casePage) addTask() {
	id, ok := c.P.IDAt(app.Sentinel)
	if !ok {
		c.sh.say("Tasks are kept by Sentinel; this incident is in Defender XDR only.", look.Warn)
		return
	}
	row := c.P.Row()
	c.sh.open(act.NewTask(row, id, c.sh.frame(), func(r outbox.Request) { c.sh.send(row, r) }), nil)
}

// finishTask completes the task under the cursor.
func (c *casePage) finishTask() {
	t, ok := c.P.TaskAt()
	id, has := c.P.IDAt(app.Sentinel)
	switch {
	case !ok || !has:
		c.sh.say("Go to the Tasks tab (6) and to the task that is done.", look.Dim)
	case t.Done:
		c.sh.say("This task is done already: "+present.Safe(t.Title), look.Dim)
	default:
		c.sh.send(c.P.Row(), outbox.Request{IncidentID: id, Verb: outbox.FinishTask, TaskID: t.ID, TaskTitle: t.Title})
	}
}
