package act

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// DeedFrame is what the window lends to the form of a deed.
type DeedFrame struct {
	Tenant  fleet.Tenant
	Offline bool
	Clock   func() present.Clock
	Life    time.Duration // how long a deed that expires may wait
	Close   func()
	Focus   func(fyne.Focusable)
	// Show opens the exact requests over the form.
	Show func([]outbox.Request)
}

// deedView shows Deeds.
type deedView struct {
	d     *Deeds
	f     DeedFrame
	send  func([]outbox.Request)
	title *widget.Line
	names *widget.Line
	what  *widget.Passage
	until *widget.Line
	needs *widget.Line
	sure  *widget.Entry
	ask   *fyne.Container
	wrong *widget.Line
	pick  *widget.Choice
	body  *fyne.Container
}

// NewDeed opens the form of what can be done to accounts, workloads and sign-ins. Those
// that lock somebody out want the tenant's name typed: a form that looks at the wrong
// tenant is not sent by habit.
func NewDeed(d Deeds, f DeedFrame, send func([]outbox.Request)) *Dialog {
	v := &deedView{
		d: &d, f: f, send: send, title: widget.Sized(look.Cell{Bold: true, Fit: look.Middle}, theme.SizeNameSubHeadingText),
		names: widget.NewLine(look.Cell{}), what: widget.NewProse(), until: widget.NewLine(look.D("")), needs: widget.NewLine(look.D("")),
		wrong: widget.NewLine(look.Cell{Tone: look.Warn}),
	}
	var options []widget.Option
	for _, o := range d.options() {
		note := CountedKind(o.kind, len(d.of(o.kind)))
		if why := d.lack(o); why != "" {
			note += "  ·  not possible: " + why
		} else if outbox.Destructive(o.deed) {
			note += "  ·  asks for the tenant's name"
		}
		options = append(options, widget.Option{Label: DeedLabel(o.deed), Note: note})
	}
	v.pick = widget.NewChoice(options, false, v.press)
	v.pick.OnChanged = func(i int) {
		d.at = i
		v.wrong.Set(look.Cell{Tone: look.Warn})
		v.draw()
	}
	v.sure = widget.NewEntry("Type the tenant's name: "+present.Field(f.Tenant.Name), 1, v.sureKey)
	v.ask = widget.Column(0, v.sure)
	head := widget.Column(3, v.title, v.names, widget.Loose(TenantLine(f.Tenant, look.D("Tenant: "+present.Field(f.Tenant.Name)))))
	if d.Left != "" {
		head.Add(widget.NewLine(look.Cell{Text: d.Left, Tone: look.Warn}))
	}
	head.Add(widget.Pad(widget.Rule(), 5, 0, 5, 0))
	v.body = widget.Column(8, head, v.pick, widget.Yield(widget.Over(least(0, 84), container.NewVScroll(v.what)), 40), v.until, v.needs, v.ask,
		footer(Frame{Offline: f.Offline, Close: f.Close, Show: func(Subject, Plan) {}}, v.wrong, v.submit, v.show))
	v.draw()
	return &Dialog{Body: v.body, Press: v.press, First: v.pick, Width: 760, On: keys.Form}
}

func (v *deedView) draw() {
	o := v.d.chosen()
	v.title.Set(look.Cell{Text: v.d.Title(), Bold: true, Fit: look.Middle})
	v.names.Set(look.T(v.d.names()))
	v.what.SetText(outbox.Words(o.deed))
	v.until.Set(look.T(v.d.expiry(v.f.Clock(), v.f.Life)))
	needs := look.D("Needs the permission " + o.feature().Least() + ".")
	if n := len(v.d.Subjects()); n > 1 {
		needs.Text += " " + present.Figure(n) + " actions, each with its own result."
	}
	if why := v.d.lack(o); why != "" {
		needs = look.Cell{Text: "Not possible: " + why, Tone: look.Warn}
	}
	v.needs.Set(needs)
	if outbox.Destructive(o.deed) {
		v.ask.Show()
	} else {
		v.ask.Hide()
	}
	widget.Relayout(v.body)
}

func (v *deedView) press(key string) bool {
	switch {
	case key == "Esc":
		v.f.Close()
	case key == "Ctrl+Enter":
		v.submit()
	case key == "Enter", key == "Tab":
		if outbox.Destructive(v.d.chosen().deed) {
			v.f.Focus(v.sure)
		} else if key == "Enter" {
			v.submit()
		}
	case key == "P", key == "Ctrl+P":
		v.show()
	case key == "j":
		v.pick.Choose(v.pick.At() + 1)
	case key == "k":
		v.pick.Choose(v.pick.At() - 1)
	case len(key) == 1 && key[0] >= '1' && key[0] <= '9':
		v.pick.Choose(int(key[0] - '1'))
	}
	return true
}

func (v *deedView) sureKey(key string) bool {
	switch key {
	case "Esc", "Ctrl+Enter", "Ctrl+P":
		return v.press(key)
	case "Enter":
		v.submit()
	case "Tab", "Shift+Tab", "Up", "Down":
		v.f.Focus(v.pick)
	default:
		return false
	}
	return true
}

func (v *deedView) submit() {
	if why := v.d.lack(v.d.chosen()); why != "" {
		v.wrong.Set(look.Cell{Text: why, Tone: look.Warn})
		return
	}
	if !v.d.confirmed(v.f.Tenant.Name, v.sure.Text) {
		v.wrong.Set(look.Cell{Text: "Type the name of the tenant that this is meant for: " + present.Field(v.f.Tenant.Name), Tone: look.Warn})
		v.f.Focus(v.sure)
		return
	}
	rs := v.d.Requests()
	v.f.Close()
	v.send(rs)
}

func (v *deedView) show() {
	if v.f.Show != nil {
		v.f.Show(v.d.Requests())
	}
}
