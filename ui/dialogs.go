package ui

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/act"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// dialog is the one open dialog.
type dialog struct {
	modal  *widget.Modal
	press  widget.Press
	closed func()
}

func (sh *Shell) open(d *act.Dialog, closed func()) {
	if sh.dialog != nil {
		return
	}
	sh.router.Reset()
	sh.which.draw()
	sh.dialog = &dialog{press: d.Press, closed: closed}
	sh.dialog.modal = widget.ShowModal(sh.win.Canvas(), d.Body, d.Width, d.Bottom)
	sh.win.Canvas().Focus(d.First)
}

func (sh *Shell) closeDialog() {
	d := sh.dialog
	if d == nil {
		return
	}
	sh.dialog = nil
	d.modal.Close()
	if d.closed != nil {
		d.closed()
	}
	sh.focus()
}

func (sh *Shell) frame() act.Frame {
	return act.Frame{Tenant: sh.s.Tenant, Offline: sh.state.Offline(), Close: sh.closeDialog,
		Focus: func(o fyne.Focusable) { sh.win.Canvas().Focus(o) }}
}

// act carries out a command on the incident under the cursor and reports whether it
// is such a command.
func (sh *Shell) act(c keys.Command) bool {
	p, ok := sh.page().(targeted)
	if !ok {
		return false
	}
	row, has := p.Target()
	if req, direct := act.Direct(c, row, sh.s.Me); direct {
		if has {
			sh.send(row, req)
		}
		return true
	}
	var d *act.Dialog
	switch c {
	case keys.CloseCase, keys.StatusClosed, keys.CloseAgain, keys.Assign, keys.Tag, keys.Comment:
	default:
		return false
	}
	if !has {
		return true
	}
	switch c {
	case keys.CloseAgain:
		if sh.last != nil {
			sh.sendClose(row, act.CloseRequest(row, *sh.last, ""))
			return true
		}
		fallthrough
	case keys.CloseCase, keys.StatusClosed:
		d = act.NewClose(row, sh.frame(), func(r outbox.Request, why app.Reason) {
			sh.last = &why
			sh.sendClose(row, r)
		})
	case keys.Assign:
		d = act.NewText(row, sh.frame(), act.TextDialog{Verb: "Assign", Hint: "Sign-in name, such as jo@contoso.example", Lines: 1,
			Build: func(s string) (outbox.Request, string) { return act.AssignRequest(row, s) }}, sh.sender(row))
	case keys.Tag:
		help := "Words add tags, -word removes one."
		if t := present.Tags(row.Tags); t != "" {
			help += " Now: " + t
		}
		d = act.NewText(row, sh.frame(), act.TextDialog{Verb: "Tag", Hint: `phishing -test "two words"`, Help: help, Lines: 1,
			Build: func(s string) (outbox.Request, string) { return act.TagRequest(row, s) }}, sh.sender(row))
	case keys.Comment:
		sh.openComment(row)
		return true
	}
	sh.open(d, nil)
	return true
}

func (sh *Shell) sender(row triage.Row) func(outbox.Request) {
	return func(r outbox.Request) { sh.send(row, r) }
}

func (sh *Shell) sendClose(row triage.Row, r outbox.Request) {
	sh.send(row, r)
	if p, ok := sh.page().(interface{ Advance() }); ok {
		p.Advance()
	}
}

// send hands a request to the outbox and says what became of it.
func (sh *Shell) send(row triage.Row, r outbox.Request) {
	what := present.Number(row.Number) + ": " + present.Field(r.Describe())
	offline := sh.state.Offline()
	sh.later(func(ctx context.Context) error { _, err := sh.s.Outbox.Do(ctx, r); return err }, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		if offline {
			what += " – queued, offline"
		}
		sh.say(what, look.Normal)
		sh.readState()
		if p := sh.page(); p != nil {
			p.Event(app.Event{Topic: app.TopicIncidents, Incidents: []int64{row.ID}})
		}
	})
}

// openComment opens the comment editor at once, so that no keystroke goes elsewhere,
// and puts the draft of the incident before what was typed meanwhile. From then on
// every keystroke is saved; sending removes the draft.
func (sh *Shell) openComment(row triage.Row) {
	key := strconv.FormatInt(row.ID, 10)
	loaded := false
	save := func(s string) {
		if loaded {
			sh.drafts.Save(key, s)
		}
	}
	var prepend func(string)
	d := act.NewText(row, sh.frame(), act.TextDialog{Verb: "Comment on", Hint: "Write a comment", Lines: 7,
		Help:  "Saved as you write.",
		Build: func(s string) (outbox.Request, string) { return act.CommentRequest(row, s) },
		Typed: save, Late: func(f func(string)) { prepend = f },
	}, func(r outbox.Request) {
		sh.drafts.Save(key, "")
		sh.send(row, r)
	})
	open := true
	sh.open(d, func() { open = false })
	var draft string
	sh.later(func(ctx context.Context) error {
		sh.drafts.Flush()
		k, err := sh.s.Cases.Case(ctx, row.ID)
		draft = k.Draft
		return err
	}, func(err error) {
		if err != nil {
			sh.fail(err)
			return
		}
		if !open {
			return
		}
		loaded = true
		prepend(draft)
	})
}

// saveDraft is the saver's end: it stores the draft of the incident named by key.
func saveDraft(s Services) func(key, text string) {
	return func(key, text string) {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return
		}
		if err := s.Cases.SaveDraft(context.Background(), id, text); err != nil {
			s.Log.Error("draft not saved", "incident", id, "err", err)
		}
	}
}

// showHelp lists the keys of this screen.
func (sh *Shell) showHelp() {
	opts := keys.For(sh.on)
	half := (len(opts) + 1) / 2
	cols := []*fyne.Container{widget.Column(2), widget.Column(2)}
	for i, o := range opts {
		key := widget.NewLine(look.Cell{Text: o.Key, Bold: true})
		cols[i/half].Add(container.NewBorder(nil, nil, widget.Fixed(key, 120), nil, widget.NewLine(look.T(o.Help))))
	}
	title := widget.Sized(look.Cell{Text: "Keys: " + string(sh.on), Bold: true}, theme.SizeNameSubHeadingText)
	note := widget.NewLine(look.D("Single letters act while no text field has the focus. Esc closes this."))
	body := widget.Column(10, title, container.NewGridWithColumns(2, cols[0], cols[1]), note)
	press := func(key string) bool {
		if key == "Esc" || key == "?" || key == "Enter" {
			sh.closeDialog()
		}
		return true
	}
	catch := widget.NewCatcher(body, press)
	sh.open(&act.Dialog{Body: catch, Press: press, First: catch, Width: 860, On: keys.Help}, nil)
}
