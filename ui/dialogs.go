package ui

import (
	"context"
	"slices"
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

// dialog is an open dialog. One may lie over another; only the top one has the keys.
type dialog struct {
	modal  *widget.Modal
	press  widget.Press
	closed func()
	under  *dialog
	focus  fyne.Focusable // had the keyboard when another was opened over it
}

func (sh *Shell) open(d *act.Dialog, closed func()) {
	if sh.dialog == nil {
		sh.openOver(d, closed)
	}
}

// openOver opens a dialog over the one that is open.
func (sh *Shell) openOver(d *act.Dialog, closed func()) {
	sh.router.Reset()
	sh.which.draw()
	under := sh.dialog
	if under != nil {
		under.focus = sh.win.Canvas().Focused()
	}
	sh.dialog = &dialog{press: d.Press, closed: closed, under: under}
	sh.dialog.modal = widget.ShowModal(sh.win.Canvas(), d.Body, d.Width, d.Bottom)
	sh.win.Canvas().Focus(d.First)
}

func (sh *Shell) closeDialog() {
	d := sh.dialog
	if d == nil {
		return
	}
	sh.dialog = d.under
	d.modal.Close()
	if d.closed != nil {
		d.closed()
	}
	if d.under != nil {
		sh.win.Canvas().Focus(d.under.focus)
		return
	}
	sh.focus()
}

func (sh *Shell) frame() act.Frame {
	return act.Frame{
		Tenant: sh.tenantOf, Offline: sh.state.Offline(), Close: sh.closeDialog, Show: sh.showPlan,
		Focus: func(o fyne.Focusable) { sh.win.Canvas().Focus(o) },
	}
}

// acting are the commands that act on incidents.
var acting = []keys.Command{
	keys.AssignMe, keys.Assign, keys.Unassign, keys.StatusNew, keys.StatusActive, keys.StatusClosed,
	keys.SevHigh, keys.SevMedium, keys.SevLow, keys.SevInfo, keys.CloseCase, keys.CloseAgain, keys.Comment, keys.Tag,
}

// act carries out a command on the marked incidents, else on the one under the cursor,
// and reports whether it is such a command.
func (sh *Shell) act(c keys.Command) bool {
	p, ok := sh.page().(targeted)
	if !ok || !slices.Contains(acting, c) {
		return false
	}
	if m, ok := p.(interface{ Marked() []triage.Row }); ok {
		if rows := m.Marked(); len(rows) > 0 {
			sh.actOnMarked(c, rows)
			return true
		}
	}
	row, has := p.Target()
	if !has {
		return true
	}
	s := act.One(row)
	if req, direct := act.Direct(c, row, sh.tenantOf(row.ID).Me); direct {
		sh.send(row, req)
		return true
	}
	if c == keys.CloseAgain && sh.last != nil {
		sh.sendClose(s, act.ClosePlan(*sh.last, ""))
		return true
	}
	if c == keys.Comment {
		sh.openComment(row)
		return true
	}
	sh.open(sh.form(c, s), nil)
	return true
}

// actOnMarked opens one form for all marked incidents.
func (sh *Shell) actOnMarked(c keys.Command, rows []triage.Row) {
	s := act.Choose(c, rows, sh.tenantOf)
	if len(s.Rows) == 0 {
		sh.say(s.Nothing(), look.Warn)
		return
	}
	verb, what := "", ""
	plan := func(r triage.Row) outbox.Request {
		req, _ := act.Direct(c, r, sh.tenantOf(r.ID).Me)
		return req
	}
	switch c {
	case keys.AssignMe, keys.Unassign, keys.StatusNew, keys.StatusActive, keys.SevHigh, keys.SevMedium, keys.SevLow, keys.SevInfo:
		verb, what = act.DirectWords(c, s, sh.tenantOf)
	case keys.CloseAgain:
		if sh.last != nil {
			verb, what, plan = "Close", "As "+sh.last.Classification.Label()+": "+sh.last.Label+".", act.ClosePlan(*sh.last, "")
		}
	}
	if verb == "" {
		sh.open(sh.form(c, s), nil)
		return
	}
	sh.open(act.NewConfirm(s, sh.frame(), verb, what, plan, func(p act.Plan) { sh.decide(s, p) }), nil)
}

// form is the dialog of a command that needs a choice.
func (sh *Shell) form(c keys.Command, s act.Subject) *act.Dialog {
	send := func(p act.Plan) { sh.decide(s, p) }
	switch c {
	case keys.Assign:
		return act.NewText(s, sh.frame(), act.TextDialog{
			Verb: "Assign", Hint: "Sign-in name, such as jo@contoso.example", Lines: 1,
			Build: act.AssignRequest,
		}, send)
	case keys.Tag:
		help := "Words add tags, -word removes one."
		if t := present.Tags(s.Rows[0].Tags); t != "" && !s.Many {
			help += " Now: " + t
		}
		return act.NewText(s, sh.frame(), act.TextDialog{
			Verb: "Tag", Hint: `phishing -test "two words"`, Help: help, Lines: 1,
			Build: act.TagRequest,
		}, send)
	case keys.Comment:
		return act.NewText(s, sh.frame(), act.TextDialog{
			Verb: "Comment on", Hint: "Write a comment; each of them gets it", Lines: 7,
			Build: act.CommentRequest,
		}, send)
	}
	return act.NewClose(s, sh.frame(), func(p act.Plan, why app.Reason) {
		sh.last = &why
		sh.sendClose(s, p)
	})
}

func (sh *Shell) sendClose(s act.Subject, p act.Plan) {
	sh.decide(s, p)
	if p, ok := sh.page().(interface{ Advance([]triage.Row) }); ok {
		p.Advance(s.Rows)
	}
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
	s := act.One(row)
	d := act.NewText(s, sh.frame(), act.TextDialog{
		Verb: "Comment on", Hint: "Write a comment", Lines: 7,
		Help: "Saved as you write.", Build: act.CommentRequest,
		Typed: save, Late: func(f func(string)) { prepend = f },
	}, func(p act.Plan) {
		sh.drafts.Save(key, "")
		sh.decide(s, p)
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
