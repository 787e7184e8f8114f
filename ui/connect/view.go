package connect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// View is the form on screen.
type View struct {
	Body    fyne.CanvasObject
	First   fyne.Focusable
	form    Form
	problem *widget.Line
	secret  *fyne.Container
	submit  func(Form)
	cancel  func()
}

// NewView builds the form; submit gets a complete one.
func NewView(submit func(Form), cancel func()) *View {
	v := &View{form: Form{Cloud: "public", Method: Browser, Defender: true}, submit: submit, cancel: cancel,
		problem: widget.NewLine(look.D("Tab moves on, Ctrl+Enter connects."))}
	field := func(hint string, to *string) *widget.Entry {
		e := widget.NewEntry(hint, 1, v.Press)
		e.OnChanged = func(s string) { *to = s }
		return e
	}
	tenant := field("GUID or contoso.example", &v.form.TenantID)
	v.First = tenant
	cloud := fynewidget.NewSelect(nil, nil)
	for _, c := range Clouds {
		cloud.Options = append(cloud.Options, c.Words)
	}
	cloud.OnChanged = func(string) { v.form.Cloud = Clouds[cloud.SelectedIndex()].ID }
	cloud.SetSelectedIndex(0)
	method := fynewidget.NewSelect(nil, nil)
	for _, m := range Methods {
		method.Options = append(method.Options, m.Words)
	}
	password := widget.NewPassword("the secret's value", v.Press)
	password.OnChanged = func(s string) { v.form.Secret = s }
	v.secret = row("Client secret", password)
	method.OnChanged = func(string) {
		v.form.Method = Methods[method.SelectedIndex()].ID
		if v.form.Method == Secret {
			v.secret.Show()
		} else {
			v.secret.Hide()
		}
	}
	method.SetSelectedIndex(0)
	defender := fynewidget.NewCheck("Defender XDR through Microsoft Graph", func(on bool) { v.form.Defender = on })
	defender.SetChecked(true)
	ok := widget.NewButton("Ctrl+Enter", "Connect", v.send)
	ok.Strong = true
	no := widget.NewButton("Esc", "Cancel", cancel)
	no.Framed = true
	v.Body = widget.Column(6,
		widget.Sized(look.Cell{Text: "Connect a tenant", Bold: true}, theme.SizeNameSubHeadingText),
		widget.Pad(widget.Rule(), 3, 0, 3, 0),
		row("Cloud", cloud), row("Tenant", tenant), row("Client id", field("application (client) id", &v.form.ClientID)),
		row("Sign in by", method), v.secret,
		row("Your sign-in name", field("jo@contoso.example, for assign to me", &v.form.Account)),
		widget.Pad(widget.NewLine(look.D("Sentinel workspace; leave empty for Defender XDR alone")), 6, 0, 0, 0),
		row("Subscription", field("GUID", &v.form.Subscription)), row("Resource group", field("name", &v.form.ResourceGroup)),
		row("Workspace", field("name", &v.form.Workspace)), row("", defender),
		widget.Pad(v.problem, 6, 0, 0, 0),
		container.NewBorder(nil, nil, nil, container.New(layout.NewCustomPaddedHBoxLayout(8), no, ok)))
	return v
}

func row(name string, o fyne.CanvasObject) *fyne.Container {
	return container.NewBorder(nil, nil, widget.Fixed(widget.NewLine(look.D(name)), 150), nil, o)
}

// Press handles the keys of the form.
func (v *View) Press(key string) bool {
	switch key {
	case "Ctrl+Enter":
		v.send()
	case "Esc":
		v.cancel()
	default:
		return false
	}
	return true
}

func (v *View) send() {
	if p := v.form.Problem(); p != "" {
		v.problem.Set(look.Cell{Text: p, Tone: look.Warn})
		return
	}
	v.submit(v.form.Clean())
}
