package posture

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"watchfloor/app"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/ui/act"
	"watchfloor/ui/present"
	"watchfloor/ui/widget"
)

// Levels and roles that the service knows (sheet part D); "" sends none.
var (
	severities = []string{"", "Low", "Medium", "High"}
	levels     = []string{"", "Low", "Medium", "High", "Critical"}
	roles      = []string{"Owner", "Contributor", "AccountAdmin", "ServiceAdmin"}
)

// contactForm edits a security contact. Only what was changed is sent.
type contactForm struct {
	*form
	x             model.Contact
	id            int64
	mails, phone  *widget.Entry
	on            *widget.Check
	roles         []*widget.Check
	alerts, paths *widget.Choice
	odd           []string // roles that the form does not know; they stay
}

// NewContact opens the security contact of a subscription; id routes the request to its
// tenant.
func NewContact(x model.Contact, id int64, f act.DeedFrame, send func(outbox.Request)) *act.Dialog {
	v := &contactForm{x: x, id: id, form: newForm(f, "Security contact of "+name(x.Name, x.Subscription), "subscription "+present.Field(x.Subscription), outbox.Words(app.EditContact))}
	v.mails, v.phone = v.line("soc@contoso.example; it@contoso.example", strings.Join(x.Emails, "; ")), v.line("+49 30 5550123", x.Phone)
	v.on = widget.NewCheck("notifications are sent", x.On || x.Absent, v.press, nil)
	row := widget.Row(10)
	for _, r := range roles {
		c := widget.NewCheck(r, holds(x.Roles, r), v.press, nil)
		v.roles = append(v.roles, c)
		row.Add(c)
	}
	for _, r := range x.Roles {
		if !holds(roles, r) {
			v.odd = append(v.odd, r)
		}
	}
	v.alerts, v.paths = v.choice(severities, x.AlertSeverity), v.choice(levels, x.AttackLevel)
	v.submit = func() {
		r := v.request()
		if len(r.Set) == 0 {
			v.say("Nothing was changed.")
			return
		}
		f.Close()
		send(r)
	}
	v.show = func() { f.Show([]outbox.Request{v.request()}) }
	for _, field := range []struct {
		name string
		o    fyne.CanvasObject
	}{{"E-mail addresses", v.mails}, {"Phone", v.phone}, {"Notifications", v.on}, {"Roles", widget.Loose(row)}, {"Alerts from", widget.Loose(v.alerts)}, {"Attack paths from", widget.Loose(v.paths)}} {
		v.add(field.name, field.o)
	}
	if m := x.Missing(); len(m) > 0 {
		words := widget.NewProse()
		words.SetText("! Missing now: " + strings.Join(m, "; ") + ".")
		v.column.Add(words)
	}
	return v.dialog(act.SendWord(f.Offline), v.mails)
}

func holds(all []string, s string) bool {
	return slices.ContainsFunc(all, func(x string) bool { return strings.EqualFold(x, s) })
}

// choice offers levels; one that the form does not know is offered too.
func (v *contactForm) choice(all []string, now string) *widget.Choice {
	all = offered(all, now)
	options, at := make([]widget.Option, len(all)), 0
	for i, s := range all {
		options[i].Label = present.Field(s)
		if s == "" {
			options[i].Label = "none"
		}
		if strings.EqualFold(s, now) {
			at = i
		}
	}
	c := widget.NewChoice(options, true, v.press)
	c.Choose(at)
	return c
}

func offered(all []string, now string) []string {
	if holds(all, now) {
		return all
	}
	return append(slices.Clone(all), now)
}

// request names what the form changes.
func (v *contactForm) request() outbox.Request {
	set := app.Values{}
	change := func(p app.Property, was, is string) {
		if !outbox.SameProperty(p, was, is) || v.x.Absent && is != "" {
			set[p] = is
		}
	}
	change(app.PropEmails, strings.Join(v.x.Emails, ";"), listed(v.mails.Text))
	change(app.PropPhone, v.x.Phone, strings.TrimSpace(v.phone.Text))
	change(app.PropNotify, strconv.FormatBool(v.x.On), strconv.FormatBool(v.on.Checked))
	chosen := slices.Clone(v.odd)
	for i, c := range v.roles {
		if c.Checked {
			chosen = append(chosen, roles[i])
		}
	}
	change(app.PropRoles, strings.Join(v.x.Roles, ";"), strings.Join(chosen, ";"))
	change(app.PropAlertSeverity, v.x.AlertSeverity, offered(severities, v.x.AlertSeverity)[v.alerts.At()])
	change(app.PropAttackLevel, v.x.AttackLevel, offered(levels, v.x.AttackLevel)[v.paths.At()])
	return outbox.Request{
		IncidentID: v.id, Verb: outbox.EditContact,
		On: app.Subject{Kind: app.SubjectContact, ID: v.x.Subscription, Name: first(v.x.Name, v.x.Subscription)}, Set: set,
	}
}

// listed are addresses as the outbox holds them: by semicolons, without blanks.
func listed(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";, \t\n", r) }), ";")
}
