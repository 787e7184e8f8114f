package ui

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/actions"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// mostConflicts bounds how many conflicts are looked through for that of a row.
const mostConflicts = 5_000

// settleRow opens the conflict of an incident.
func (sh *Shell) settleRow(r triage.Row) {
	if !r.Conflict {
		sh.say(present.Number(r.Number)+" has no conflict to settle.", look.Dim)
		return
	}
	var found *outbox.Action
	sh.later(func(ctx context.Context) error {
		all, err := sh.s.Outbox.List(ctx, mostConflicts, outbox.Conflict)
		for _, a := range all {
			if a.IncidentID == r.ID || a.Ref == r.TwinRef && a.Ref.ID != "" {
				found = &a // the last is the oldest, which the others wait for
			}
		}
		return err
	}, func(err error) {
		switch {
		case err != nil:
			sh.fail(err)
		case found == nil:
			sh.say("The conflict of "+present.Number(r.Number)+" is settled already.", look.Normal)
			sh.changed(r.ID)
		default:
			sh.settle(*found)
		}
	})
}

// settle opens the cards of an action in conflict.
func (sh *Shell) settle(a outbox.Action) {
	if a.State != outbox.Conflict || len(a.Drift) == 0 {
		sh.say(actions.OfferSentence(a), look.Warn)
		return
	}
	finish := func(err error, said string, wrong func(string)) {
		switch app.KindOf(err) {
		case "":
			sh.closeDialog()
			sh.say(actions.About(a)+": "+said+actions.Left(sh.others(a)), look.Normal)
		case app.KindConflict:
			sh.closeDialog()
			sh.say(app.Say(err)+" Shown is how it stands now.", look.Warn)
		default:
			wrong(app.Say(err))
			return
		}
		sh.readState()
		sh.changed(a.IncidentID)
		if p, ok := sh.page().(*actionsPage); ok {
			p.P.Next(a)
		}
	}
	sh.open(actions.NewConflict(a, actions.Settling{
		Frame: sh.frame(), Clock: sh.clock, Over: func(d *act.Dialog) { sh.openOver(d, nil) },
		Settle: func(choices []outbox.Choice, wrong func(string)) {
			sh.later(func(ctx context.Context) error { return sh.s.Outbox.Settle(ctx, a.Seq, a.Version, choices) },
				func(err error) { finish(err, settled(choices), wrong) })
		},
		Follow: func(wrong func(string)) {
			sh.later(func(ctx context.Context) error { _, err := sh.s.Outbox.Follow(ctx, a.Seq, a.Version); return err },
				func(err error) { finish(err, actions.Followed, wrong) })
		},
		Drop: func(wrong func(string)) {
			sh.later(func(ctx context.Context) error { return sh.s.Outbox.Discard(ctx, a.Seq) },
				func(err error) { finish(err, actions.Dropped, wrong) })
		},
		Exact: func(choices []outbox.Choice) {
			sh.showExact(1, func(int) (string, func(context.Context) ([]app.WireRequest, error)) {
				return actions.About(a) + ": settled so",
					func(ctx context.Context) ([]app.WireRequest, error) {
						return sh.s.Outbox.PreviewSettled(ctx, a.Seq, choices)
					}
			})
		},
	}), nil)
}

// others counts what needs the analyst besides an action, as far as the window knows.
func (sh *Shell) others(a outbox.Action) int {
	if p, ok := sh.page().(*actionsPage); ok {
		return p.P.Others(a)
	}
	return max(0, sh.counts.Conflict+sh.counts.Failed-1)
}

// settled says what was decided.
func settled(choices []outbox.Choice) string {
	for _, c := range choices {
		if c.Keep != outbox.Theirs {
			return "settled and queued again"
		}
	}
	return "theirs kept"
}

// showActions opens the exact requests of actions that have not ended.
func (sh *Shell) showActions(all []outbox.Action) {
	if len(all) == 0 {
		sh.say("Nothing more is sent for this.", look.Dim)
		return
	}
	sh.showExact(len(all), func(i int) (string, func(context.Context) ([]app.WireRequest, error)) {
		a := all[i]
		title := actions.About(a) + ": " + actions.Words(a)
		if a.State == outbox.Conflict {
			title += ", if you keep yours"
		}
		return title,
			func(ctx context.Context) ([]app.WireRequest, error) { return sh.s.Outbox.PreviewAction(ctx, a.Seq) }
	})
}
