package act

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to a dialog.
type Frame struct {
	Tenant  string
	Offline bool
	Close   func() // closes the dialog
	Focus   func(fyne.Focusable)
}

// Dialog is an open dialog: its body and where its keys go.
type Dialog struct {
	Body   fyne.CanvasObject
	Press  widget.Press
	First  fyne.Focusable // gets the focus
	Width  float32
	Bottom bool
	On     keys.Screen
}

func heading(verb string, r triage.Row, tenant string) fyne.CanvasObject {
	title := widget.Sized(look.Cell{Text: verb + " " + present.Number(r.Number), Bold: true}, theme.SizeNameSubHeadingText)
	sub := widget.NewLine(look.Cell{Text: present.Title(r.Title), Fit: look.Middle})
	where := widget.NewLine(look.Cell{Text: r.Ref.Source.Label() + "  ·  tenant " + present.Field(tenant), Tone: look.Dim})
	return widget.Column(3, title, sub, where, widget.Pad(widget.Rule(), 5, 0, 5, 0))
}

// footer has the whole width for what is wrong, and the buttons below.
func footer(f Frame, problem *widget.Line, send func()) fyne.CanvasObject {
	ok := widget.NewButton("Ctrl+Enter", SendWord(f.Offline), send)
	ok.Strong = true
	no := widget.NewButton("Esc", "Cancel", f.Close)
	no.Framed = true
	buttons := container.NewBorder(nil, nil, nil, container.New(layout.NewCustomPaddedHBoxLayout(8), no, ok))
	return widget.Pad(widget.Column(8, problem, buttons), 2, 0, 0, 0)
}

// closeView shows a CloseForm.
type closeView struct {
	form    *CloseForm
	f       Frame
	classes []*widget.Button
	reasons *fyne.Container
	note    *widget.Entry
	problem *widget.Line
	catch   *widget.Catcher
	router  keys.Router
	send    func(outbox.Request, app.Reason)
}

var classKeys = []struct {
	key string
	do  keys.Command
	c   app.Classification
}{
	{"t", keys.TruePositive, app.TruePositive}, {"f", keys.FalsePositive, app.FalsePositive},
	{"b", keys.Benign, app.BenignPositive}, {"u", keys.Undeterm, app.Undetermined},
}

// NewClose opens the close dialog of an incident.
func NewClose(r triage.Row, f Frame, send func(outbox.Request, app.Reason)) *Dialog {
	v := &closeView{form: NewCloseForm(r), f: f, send: send, problem: widget.NewLine(look.Cell{Tone: look.Warn})}
	row := widget.Row(6)
	for _, k := range classKeys {
		b := widget.NewButton(k.key, k.c.Label(), func() { v.do(k.do) })
		b.Framed = true
		v.classes = append(v.classes, b)
		row.Add(b)
	}
	v.reasons = widget.Column(1)
	v.note = widget.NewEntry("Note (n or Tab)", 3, v.noteKey)
	v.note.OnChanged = func(s string) { v.form.Note = s }
	body := widget.Column(8, heading("Close", r, f.Tenant), widget.Loose(row), widget.Over(least(0, 7*27), v.reasons), v.note, footer(f, v.problem, v.submit))
	v.catch = widget.NewCatcher(body, v.press)
	v.draw()
	return &Dialog{Body: v.catch, Press: v.press, First: v.catch, Width: 680, On: keys.Close}
}

func least(w, h float32) fyne.CanvasObject {
	f := widget.NewFill(theme.ColorNameOverlayBackground)
	f.Least = fyne.NewSize(w, h)
	return f
}

func (v *closeView) press(key string) bool {
	cmd, ok := v.router.Press(keys.Close, key)
	if cmd != "" {
		v.do(cmd)
	}
	return ok
}

func (v *closeView) noteKey(key string) bool {
	switch key {
	case "Ctrl+Enter", "Esc":
		return v.press(key)
	case "Tab", "Shift+Tab":
		v.f.Focus(v.catch)
		return true
	}
	return false
}

func (v *closeView) do(c keys.Command) {
	switch c {
	case keys.Cancel:
		v.f.Close()
		return
	case keys.Send:
		v.submit()
		return
	case keys.Note:
		v.f.Focus(v.note)
		return
	}
	v.form.Do(c)
	v.draw()
}

func (v *closeView) submit() {
	if r, why, ok := v.form.Request(); ok {
		v.f.Close()
		v.send(r, why)
		return
	}
	v.draw()
}

func (v *closeView) draw() {
	for i, k := range classKeys {
		v.classes[i].Set(k.c.Label(), v.form.Class == k.c)
	}
	v.reasons.RemoveAll()
	for i, r := range v.form.Reasons {
		b := widget.NewButton(string(rune('1'+i)), r.Label, func() { v.do(keys.Digit(i + 1)) })
		b.Active = i == v.form.Chosen
		v.reasons.Add(b)
	}
	if len(v.form.Reasons) == 0 {
		v.reasons.Add(widget.Pad(widget.NewLine(look.D("What was it? Choose t, f, b or u; then a digit for why.")), 6, 0, 0, 8))
	}
	v.problem.Set(look.Cell{Text: v.form.Problem, Tone: look.Warn})
}
