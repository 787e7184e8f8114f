package ui

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/actions"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/queue"
	"watchfloor/ui/widget"
)

// many is the last form that was sent for many incidents.
type many struct {
	what    string // in words that are safe to show
	thing   string // what each action is about: "incident", "account"
	total   int
	queued  int  // so far, while sending is true
	sending bool // requests are still being queued
	id      string
	now     outbox.Batch
	refused []act.Trouble
	hidden  bool // its line was put away
}

// sendMany queues a plan for every incident of a subject, off the UI goroutine.
func (sh *Shell) sendMany(s act.Subject, plan act.Plan) {
	if sh.many != nil && sh.many.sending {
		sh.say("The form before is still being queued; send this one in a moment.", look.Warn)
		return
	}
	if p, ok := sh.page().(interface{ Unmark() bool }); ok {
		p.Unmark()
	}
	first := plan(s.Rows[0])
	m := &many{what: present.Field(first.Describe()), thing: "incident", total: len(s.Rows), sending: true}
	sh.many = m
	sh.strip.draw()
	desk := sh.desk
	desk.Run(func(ctx context.Context) func() {
		rs := make([]outbox.Request, len(s.Rows))
		for i, r := range s.Rows {
			rs[i] = plan(r)
		}
		results, err := sh.s.Outbox.DoMany(app.WithPriority(ctx), rs, func(done, _ int) {
			desk.Post(func() { m.queued = done; sh.strip.draw() })
		})
		u := &undoable{what: m.what, verb: first.Verb}
		var refused []act.Trouble
		id := ""
		for i, x := range results {
			if x.Err == nil && x.Action.Seq == 0 {
				x.Err = err // queueing ended before it was its turn
			}
			if x.Err != nil {
				refused = append(refused, trouble(s.Rows[i], x.Err))
				continue
			}
			u.rows, u.seqs = append(u.rows, s.Rows[i]), append(u.seqs, x.Action.Seq)
			if u.until.IsZero() || x.Action.HeldUntil.Before(u.until) {
				u.until = x.Action.HeldUntil
			}
			id = x.Action.Batch
		}
		return func() {
			m.sending, m.queued, m.refused, m.id = false, len(u.seqs), refused, id
			sh.sent(m, u, err)
		}
	})
}

func trouble(r triage.Row, err error) act.Trouble {
	return act.Trouble{
		State: look.Cell{Text: "! Refused", Tone: look.Alarm, Bold: true}, Number: present.Number(r.Number),
		Title: present.Title(r.Title), Why: app.Say(err), IncidentID: r.ID,
	}
}

// sent says what became of queueing and shows what was refused.
func (sh *Shell) sent(m *many, u *undoable, err error) {
	if len(u.seqs) > 0 {
		sh.undo = u
	}
	words, tone := queue.Figure(m.queued, false)+" queued", look.Normal
	if n := len(m.refused); n > 0 {
		words, tone = words+", "+queue.Figure(n, false)+" refused – B shows why", look.Warn
	}
	if sh.state.Offline() {
		words += " – offline"
	}
	sh.say(m.what+": "+words, tone)
	if err != nil && len(u.seqs) == 0 {
		sh.fail(err)
	}
	sh.readMany()
	sh.readState()
	sh.beat()
	sh.changed()
	if len(m.refused) > 0 && sh.dialog == nil {
		sh.showOutcome()
	}
}

// readMany asks how the last form for many stands.
func (sh *Shell) readMany() {
	m := sh.many
	if m == nil || m.sending || m.id == "" {
		sh.strip.draw()
		return
	}
	if sh.reading.Busy() {
		sh.unread = true
		return
	}
	sh.reading.Run(func(ctx context.Context) func() {
		b, _, err := sh.s.Outbox.BatchOf(ctx, m.id)
		return func() {
			if err == nil {
				m.now = b
			}
			sh.strip.draw()
			if sh.unread {
				sh.unread = false
				sh.readMany()
			}
		}
	})
}

// words say how a form stands: "17 done, 2 failed, 1 conflict, 8 waiting".
func (m *many) words() string {
	if m.sending {
		return "queueing " + queue.Figure(m.queued, false) + " of " + queue.Figure(m.total, false) + "…"
	}
	var out []string
	if w := actions.BatchWords(m.now); w != "" {
		out = append(out, w)
	}
	if n := len(m.refused); n > 0 {
		out = append(out, queue.Figure(n, false)+" refused")
	}
	return strings.Join(out, ", ")
}

// troubled reports that somebody should look.
func (m *many) troubled() bool { return m.now.Failed+m.now.Conflict+len(m.refused) > 0 }

// shown reports that the line of the form is worth its place: until all is done.
func (m *many) shown() bool {
	return m != nil && !m.hidden && (m.sending || m.now.Waiting > 0 || m.troubled())
}

// hideMany puts the line of the last form away and reports whether there was one.
func (sh *Shell) hideMany() bool {
	if !sh.many.shown() || sh.many.sending {
		return false
	}
	sh.many.hidden = true
	sh.strip.draw()
	return true
}

// retryMany sends the failed ones of the last form again.
func (sh *Shell) retryMany() {
	m := sh.many
	if m == nil || m.now.Failed == 0 {
		sh.say("No action of the last form for many has failed.", look.Dim)
		return
	}
	n := 0
	sh.later(func(ctx context.Context) (err error) { n, err = sh.s.Outbox.RetryBatch(ctx, m.id); return err }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		sh.say(queue.Figure(n, false)+" queued again.", look.Normal)
		sh.readMany()
		sh.readState()
	})
}

// showOutcome opens the table of what did not go as asked.
func (sh *Shell) showOutcome() {
	m := sh.many
	switch {
	case m == nil:
		sh.say("No form for many was sent since the start; g a lists all actions.", look.Dim)
		return
	case m.sending:
		sh.say("It is still being queued.", look.Dim)
		return
	}
	rows, b, id := m.refused, m.now, m.id
	sh.later(func(ctx context.Context) error {
		if id == "" {
			return nil
		}
		now, all, err := sh.s.Outbox.BatchOf(ctx, id)
		if err != nil {
			return err
		}
		b = now
		for _, a := range all {
			if actions.NeedsPerson(a.State) {
				x := act.Trouble{State: actions.StateCell(a.State), Number: present.Number(a.Number), Title: present.Safe(a.Title), Why: present.Field(a.Reason), IncidentID: a.IncidentID}
				if !a.On.IsZero() {
					x.Number, x.Title, x.IncidentID = "", present.Safe(a.On.Name), 0
				}
				rows = append(rows[:len(rows):len(rows)], x)
			}
		}
		return nil
	}, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		m.now = b
		sh.strip.draw()
		sh.open(act.NewOutcome(act.Outcome{
			Title: m.what + ": " + plural(m.total, m.thing), Words: capital(m.words()) + ".",
			Rows: rows, Failed: m.now.Failed, Open: sh.openTrouble, Retry: sh.retryMany, Close: sh.closeDialog,
		}), nil)
	})
}

// openTrouble opens the incident that is in trouble; for an account the list of actions
// has more.
func (sh *Shell) openTrouble(id int64) {
	if id == 0 {
		sh.goTo(keys.Actions)
		return
	}
	sh.openByID(id)
}

func capital(s string) string {
	if s == "" {
		return "Nothing was queued"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// strip is the line over the status line while a form for many is on its way.
type strip struct {
	sh     *Shell
	root   *fyne.Container
	row    *fyne.Container
	line   *widget.Line
	retry  *widget.Button
	result *widget.Button
}

func newStrip(sh *Shell) *strip {
	s := &strip{
		sh: sh, line: widget.NewLine(look.Cell{}), retry: widget.NewButton("R", "try the failed again", func() { sh.run(keys.RetryForm) }),
		result: widget.NewButton("B", "what became of it", func() { sh.run(keys.FormResult) }),
	}
	s.retry.Quiet, s.result.Quiet = true, true
	s.row = container.NewBorder(nil, nil, nil, widget.Row(0, s.retry, s.result), s.line)
	s.root = widget.Over(widget.NewFill(theme.ColorNameHeaderBackground), widget.Pad(s.row, 1, 6, 1, 10))
	s.root.Hide()
	return s
}

func (s *strip) draw() {
	m := s.sh.many
	moved := s.root.Visible() != m.shown()
	if !m.shown() {
		s.root.Hide()
	} else {
		c := look.Cell{Text: m.what + ", " + plural(m.total, m.thing) + ": " + m.words(), Bold: true}
		if m.troubled() {
			c.Tone = look.Warn
		}
		s.line.Set(c)
		for b, on := range map[*widget.Button]bool{s.retry: m.now.Failed > 0, s.result: !m.sending && m.troubled()} {
			if b.Visible() != on {
				if on {
					b.Show()
				} else {
					b.Hide()
				}
			}
		}
		s.root.Show()
		s.row.Refresh()
	}
	if moved {
		s.sh.relayout()
	}
}
