package connect

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"watchfloor/app/profile"
	"watchfloor/app/text"
	"watchfloor/ui/look"
	"watchfloor/ui/widget"
)

// methodNotes say what each way to sign in is for.
var methodNotes = map[profile.Method]string{
	profile.Browser:     "you, in this machine's browser: the usual way",
	profile.Device:      "you, with a code on another device: for jump hosts",
	profile.Secret:      "an application with a password: unattended, until it expires",
	profile.Certificate: "an application with a key file (PEM or PFX): safer than a secret",
	profile.AzureCLI:    "whoever ran az login here: Sentinel, no Defender XDR",
	profile.Managed:     "the identity of this Azure machine: nothing to keep or renew",
}

// secretField is where a method's secret is typed.
var secretField = map[profile.Method]string{profile.Secret: "Client secret", profile.Certificate: "Password"}

// accessPage asks for cloud, tenant and the way to sign in; only the fields that matter
// are shown.
type accessPage struct {
	v      *View
	body   *fyne.Container
	cloud  *widget.Choice
	method *widget.Choice
	fields map[string]*widget.Entry // by the word a problem begins with
	rows   map[string]*fyne.Container
	at     *widget.Line
	said   string
}

func newAccessPage(v *View) *accessPage {
	a := &accessPage{v: v, fields: map[string]*widget.Entry{}, rows: map[string]*fyne.Container{}}
	d := &v.g.Draft
	var clouds, methods []widget.Option
	for _, c := range profile.Clouds {
		label := strings.TrimPrefix(c.Words, "Azure ")
		clouds = append(clouds, widget.Option{Label: strings.ToUpper(label[:1]) + label[1:]})
	}
	for _, m := range profile.Methods {
		methods = append(methods, widget.Option{Label: m.Label(), Note: methodNotes[m]})
	}
	a.cloud = widget.NewChoice(clouds, true, v.Press)
	a.cloud.OnChanged = func(i int) { d.Cloud = profile.Clouds[i].ID }
	a.method = widget.NewChoice(methods, false, v.Press)
	a.method.OnChanged = func(i int) {
		d.Method = profile.Methods[i]
		d.Secret = "" // the other method's is not this one's
		if e := a.fields[secretField[d.Method]]; e != nil {
			d.Secret = e.Text
		}
		a.v.g.Problem = ""
		a.v.draw()
	}
	a.body = widget.Column(5, row("Cloud", a.cloud),
		a.field("Tenant", "Tenant", "its id (a GUID), or a domain such as contoso.example", &d.TenantID, false), a.address(),
		row("Sign in by", a.method),
		a.field("Client id", "Client id", "application (client) id of the app registration", &d.ClientID, false),
		a.field("Client secret", "Client secret", "the secret's value, not its id", &d.Secret, true),
		a.field("Certificate", "Certificate", "path of the PEM or PFX file", &d.Certificate, false),
		a.field("Password", "Its password", "empty where it has none", &d.Secret, true))
	typed := a.fields["Tenant"].OnChanged
	a.fields["Tenant"].OnChanged = func(s string) {
		if !v.g.Paste(s) {
			typed(s)
		}
	}
	a.draw()
	return a
}

// address is where a simulated tenant answers; it comes with pasted settings only.
func (a *accessPage) address() *fyne.Container {
	a.at = widget.NewLine(look.Cell{Fit: look.Middle})
	a.rows["Address"] = row("Simulated at", a.at)
	return a.rows["Address"]
}

func (a *accessPage) field(key, name, hint string, to *string, hidden bool) *fyne.Container {
	e := widget.NewEntry(hint, 1, a.v.Press)
	e.Password = hidden
	e.OnChanged = func(s string) { *to = s }
	a.fields[key], a.rows[key] = e, row(name, e)
	return a.rows[key]
}

func (a *accessPage) root() fyne.CanvasObject { return a.body }
func (a *accessPage) first() fyne.Focusable   { return a.fields["Tenant"] }

func (a *accessPage) draw() {
	d := a.v.g.Draft
	m := d.Method
	a.at.Set(look.Cell{Text: text.Line(d.Authority, 200), Fit: look.Middle})
	a.cloud.Choose(slices.IndexFunc(profile.Clouds, func(c struct{ ID, Words string }) bool { return c.ID == d.Cloud }))
	a.method.Choose(slices.Index(profile.Methods, m))
	for key, s := range map[string]string{"Tenant": d.TenantID, "Client id": d.ClientID, "Certificate": d.Certificate, secretField[m]: d.Secret} {
		if e := a.fields[key]; e != nil && e.Text != s {
			e.SetText(s)
		}
	}
	for key, wanted := range map[string]bool{
		"Client id": m != profile.AzureCLI, "Client secret": m == profile.Secret,
		"Certificate": m == profile.Certificate, "Password": m == profile.Certificate, "Address": d.Authority != "",
	} {
		if wanted {
			a.rows[key].Show()
		} else {
			a.rows[key].Hide()
		}
	}
	widget.Relayout(a.body)
	hint := "application (client) id of the app registration"
	if m == profile.Managed {
		hint = "empty, or the client id of a user-assigned identity"
	}
	if e := a.fields["Client id"]; e.PlaceHolder != hint {
		e.SetPlaceHolder(hint)
	}
	// the field that a problem names gets the keyboard, once
	if p := a.v.g.Problem; p != a.said {
		a.said = p
		name, _, _ := strings.Cut(p, ":")
		if e := a.fields[name]; e != nil && e.Visible() {
			a.v.focus(e)
		}
	}
}
