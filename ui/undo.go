package ui

import (
	"context"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/queue"
)

// undoable is the last thing that was decided, for one incident or for many.
type undoable struct {
	what  string // in words that are safe to show
	verb  outbox.Verb
	rows  []triage.Row
	seqs  []int64
	until time.Time // when the time to take it back ends; zero without one
	going bool      // it is being taken back
	slot  int       // of the tenant, where it was done to accounts and not to incidents
}

// left is how long it can surely still be taken back.
func (u *undoable) left(now time.Time) time.Duration {
	if u == nil || u.until.IsZero() || u.going {
		return 0
	}
	return max(0, u.until.Sub(now))
}

// hint is what the status line says about it: "Ctrl+Z undoes (8 s)"; "" when the time
// is over.
func (u *undoable) hint(now time.Time) string {
	left := u.left(now)
	if left == 0 {
		return ""
	}
	return "Ctrl+Z undoes (" + strconv.Itoa(int((left+time.Second-1)/time.Second)) + " s)"
}

// said is the message of the status line, with what can be undone.
func (sh *Shell) said() look.Cell {
	hint := sh.undo.hint(sh.s.Now())
	switch {
	case hint == "":
		return sh.message
	case sh.message.Text == "":
		return look.Cell{Text: sh.undo.what + " – " + hint, Tone: look.Dim, Fit: look.Middle}
	}
	c := sh.message
	if !strings.Contains(c.Text, sh.undo.what) { // it is about something else
		hint = sh.undo.what + ": " + hint
	}
	c.Text, c.Fit = c.Text+" – "+hint, look.Middle
	return c
}

// undoLast takes the last decision back where it has not left yet; else it offers the
// reverse action.
func (sh *Shell) undoLast() {
	u := sh.undo
	if u == nil {
		sh.say("Nothing was decided here that could be undone.", look.Dim)
		return
	}
	if u.going {
		return
	}
	u.going = true
	sh.say("Taking back: "+u.what+"…", look.Dim)
	n := 0
	sh.later(func(ctx context.Context) (err error) { n, err = sh.s.Outbox.Undo(ctx, u.seqs...); return err }, func(err error) {
		u.going = false
		switch {
		case app.KindOf(err) == app.KindInvalid:
			u.until = time.Time{}
			sh.say("", look.Normal)
			sh.offerReverse(u)
			return
		case err != nil:
			sh.fail(err)
			return
		}
		u.until = time.Time{}
		words := "Taken back: " + u.what
		if len(u.seqs) > 1 {
			words = "Taken back: " + u.what + ", " + queue.Figure(n, false) + " of " + queue.Figure(len(u.seqs), false)
		}
		if n < len(u.seqs) {
			sh.say(words+". The others had left; Ctrl+Z again offers the reverse.", look.Warn)
		} else {
			sh.undo = nil
			sh.say(words+".", look.Normal)
		}
		sh.readState()
		sh.changed()
	})
}

// offerReverse asks whether what was done shall be put back, where that is possible.
func (sh *Shell) offerReverse(u *undoable) {
	back := map[int64]outbox.Request{}
	var deeds []outbox.Request
	sh.later(func(ctx context.Context) error {
		for _, seq := range u.seqs {
			r, ok, err := sh.s.Outbox.Reverse(ctx, seq)
			if err != nil {
				return err
			}
			switch {
			case ok && r.Verb.IsDeed():
				deeds = append(deeds, r)
			case ok:
				back[r.IncidentID] = r
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		if u.verb.IsDeed() {
			if !sh.reverseSetting(u, deeds) {
				sh.reverseDeeds(u, deeds)
			}
			return
		}
		if len(back) == 0 {
			sh.say(noReverse(u.verb), look.Warn)
			return
		}
		s := act.Subject{Many: len(u.rows) > 1}
		for _, r := range u.rows {
			if _, ok := back[r.ID]; ok {
				s.Rows = append(s.Rows, r)
			} else {
				s.Left = append(s.Left, act.Left{Row: r, Why: "changed since, or not sent"})
			}
		}
		sh.open(act.NewConfirm(s, sh.frame(), "Put back", backWords(u.what, s, back),
			func(r triage.Row) outbox.Request { return back[r.ID] }, func(p act.Plan) { sh.decide(s, p) }), nil)
	})
}

// backWords says what the reverse does: "Close as False positive has been sent. Now:
// Set status to New."
func backWords(what string, s act.Subject, back map[int64]outbox.Request) string {
	first := back[s.Rows[0].ID].Describe()
	for _, r := range s.Rows {
		if back[r.ID].Describe() != first {
			return what + " has been sent. Each goes back to what it was before."
		}
	}
	return what + " has been sent. The reverse: " + first + "."
}

// noReverse says why something cannot be put back.
func noReverse(v outbox.Verb) string {
	switch v {
	case outbox.Comment:
		return "It has been sent, and a comment cannot be taken back here."
	case outbox.Merge:
		return "It has been sent, and a merge cannot be undone."
	case outbox.MoveAlerts:
		return "It has been sent; move the alerts back from the incident that they are in now."
	case outbox.AddTask, outbox.FinishTask:
		return "It has been sent, and tasks are only added and completed here."
	}
	return "There is nothing to put back: it is on its way, changed nothing, or somebody changed the same again."
}

// showPlan opens the exact requests of a plan over the dialog.
func (sh *Shell) showPlan(s act.Subject, plan act.Plan) {
	sh.showExact(len(s.Rows), func(i int) (string, func(context.Context) ([]app.WireRequest, error)) {
		r := plan(s.Rows[i])
		return present.Number(s.Rows[i].Number) + ": " + present.Field(r.Describe()), func(ctx context.Context) ([]app.WireRequest, error) { return sh.s.Outbox.Preview(ctx, r) }
	})
}

// showExact opens the view of what n actions send.
func (sh *Shell) showExact(n int, of func(i int) (title string, read func(context.Context) ([]app.WireRequest, error))) {
	x := act.Exact{
		N: n, Close: sh.closeDialog, Copy: sh.clip.SetContent,
		Title: func(i int) string { t, _ := of(i); return t },
	}
	x.Load = func(i int, done func([]app.WireRequest, error)) {
		_, read := of(i)
		var rs []app.WireRequest
		sh.later(func(ctx context.Context) (err error) { rs, err = read(ctx); return err }, func(err error) { done(rs, err) })
	}
	d := act.NewExact(x)
	d.On = keys.Form
	sh.openOver(d, nil)
}
