package act

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Frame is what the window lends to a dialog.
type Frame struct {
	// Tenant is the one that a row belongs to.
	Tenant  func(id int64) fleet.Tenant
	Offline bool
	Close   func() // closes the dialog
	Focus   func(fyne.Focusable)
	// Show opens the exact requests of a plan over the dialog; nil where none can be
	// made.
	Show func(Subject, Plan)
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

// heading names what is decided about, and always the tenant: by name and by a bar in
// its colour.
func heading(verb string, s Subject, f Frame) *fyne.Container {
	head := widget.Column(3, widget.Sized(look.Cell{Text: verb + " " + s.Title(), Bold: true}, theme.SizeNameSubHeadingText))
	if s.Many || len(s.Rows) != 1 {
		head.Add(widget.NewLine(look.T(s.Severities())))
	} else {
		head.Add(widget.NewLine(look.Cell{Text: present.Title(s.Rows[0].Title), Fit: look.Middle}))
	}
	head.Add(widget.Loose(where(s, f)))
	if left := s.LeftWords(); left != "" {
		head.Add(widget.NewLine(look.Cell{Text: left, Tone: look.Warn}))
		head.Add(widget.NewLine(look.D(s.LeftNumbers())))
	}
	if s.Note != "" {
		head.Add(widget.NewLine(look.Cell{Text: s.Note, Tone: look.Warn}))
	}
	head.Add(widget.Pad(widget.Rule(), 5, 0, 5, 0))
	return head
}

// where lists the tenants of a subject, with their share where there are several.
func where(s Subject, f Frame) fyne.CanvasObject {
	row := widget.Row(14)
	shares := s.shares(f.Tenant)
	for _, x := range shares {
		text := "tenant " + present.Field(x.tenant.Name)
		if len(shares) > 1 {
			text = present.Field(x.tenant.Name) + "  " + present.Figure(x.n)
		} else if len(s.Rows) == 1 {
			text = s.Rows[0].Ref.Source.Label() + "  ·  " + text
		}
		row.Add(TenantLine(x.tenant, look.D(text)))
	}
	return row
}

// TenantLine is a line behind a bar in the tenant's colour; one without a colour has no
// bar.
func TenantLine(t fleet.Tenant, c look.Cell) fyne.CanvasObject {
	line := widget.Natural(c)
	if t.Colour == "" {
		return line
	}
	bar := widget.NewFill(fyne.ThemeColorName(look.Tenant(t.Colour)))
	bar.Least = fyne.NewSize(4, 4)
	return widget.Row(7, bar, line)
}

// footer has the whole width for what is wrong, and the buttons below; show may be nil.
func footer(f Frame, problem *widget.Line, send, show func()) fyne.CanvasObject {
	return footerOf(SendWord(f.Offline), f, problem, send, show)
}

func footerOf(word string, f Frame, problem *widget.Line, send, show func()) fyne.CanvasObject {
	ok := widget.NewButton("Ctrl+Enter", word, send)
	ok.Strong = true
	no := widget.NewButton("Esc", "Cancel", f.Close)
	no.Framed = true
	right := container.New(layout.NewCustomPaddedHBoxLayout(8), no, ok)
	if f.Show != nil && show != nil {
		exact := widget.NewButton("Ctrl+P", "exact request", show)
		exact.Quiet = true
		return widget.Pad(widget.Column(8, problem, container.NewBorder(nil, nil, exact, right)), 2, 0, 0, 0)
	}
	return widget.Pad(widget.Column(8, problem, container.NewBorder(nil, nil, nil, right)), 2, 0, 0, 0)
}

// closeView shows a CloseForm.
type closeView struct {
	form    *CloseForm
	s       Subject
	f       Frame
	classes []*widget.Button
	row     *fyne.Container // of classes
	reasons *fyne.Container
	note    *widget.Entry
	problem *widget.Line
	catch   *widget.Catcher
	router  keys.Router
	send    func(Plan, app.Reason)
}

var classKeys = []struct {
	key string
	do  keys.Command
	c   app.Classification
}{
	{"t", keys.TruePositive, app.TruePositive},
	{"f", keys.FalsePositive, app.FalsePositive},
	{"b", keys.Benign, app.BenignPositive},
	{"u", keys.Undeterm, app.Undetermined},
}

// NewClose opens the close dialog of a subject.
func NewClose(s Subject, f Frame, send func(Plan, app.Reason)) *Dialog {
	v := &closeView{form: NewCloseForm(), s: s, f: f, send: send, problem: widget.NewLine(look.Cell{Tone: look.Warn})}
	v.note = widget.NewEntry("Note (n or Tab)", 3, v.noteKey)
	v.note.OnChanged = func(s string) { v.form.Note = s }
	body := widget.Column(8, heading("Close", s, f), v.choices(), v.note, footer(f, v.problem, v.submit, v.show))
	v.catch = widget.NewCatcher(body, v.press)
	v.draw()
	return &Dialog{Body: v.catch, Press: v.press, First: v.catch, Width: 680, On: keys.Close}
}

// choices are the classifications and, below, the reasons of the one chosen.
func (v *closeView) choices() fyne.CanvasObject {
	v.row = widget.Row(6)
	for _, k := range classKeys {
		b := widget.NewButton(k.key, k.c.Label(), func() { v.do(k.do) })
		b.Framed = true
		v.classes = append(v.classes, b)
		v.row.Add(b)
	}
	v.reasons = widget.Column(1)
	return widget.Column(8, widget.Loose(v.row), widget.Over(least(0, 7*27), v.reasons))
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
	case "Ctrl+Enter", "Ctrl+P", "Esc":
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
		if v.note != nil {
			v.f.Focus(v.note)
		}
		return
	case keys.ShowRequest:
		v.show()
		return
	}
	v.form.Do(c)
	v.draw()
}

func (v *closeView) submit() {
	if plan, why, ok := v.form.Plan(); ok {
		v.f.Close()
		v.send(plan, why)
		return
	}
	v.draw()
}

// show opens the requests that the form would send.
func (v *closeView) show() {
	if plan, _, ok := v.form.Plan(); ok && v.f.Show != nil {
		v.f.Show(v.s, plan)
		return
	}
	v.draw()
}

func (v *closeView) draw() {
	for i, k := range classKeys {
		v.classes[i].Set(k.c.Label(), v.form.Class == k.c)
	}
	v.row.Refresh() // the chosen one is bold, so wider
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
