package act

import (
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/permission"
	"watchfloor/ui/present"
)

// Deeds is a decision about accounts, workloads and sign-ins of one tenant.
type Deeds struct {
	Users, Workloads, SignIns []app.Subject
	// Incident is the id that routes the requests to their tenant (outbox.Request).
	Incident int64
	// Left says who of those chosen is left out and why, "" for nobody.
	Left string
	// Lacking says what is missing for a permission of Microsoft Graph, "" where nothing is
	// known to be.
	Lacking func(permission string) string

	// AccountsFirst offers what concerns accounts before what concerns sign-ins.
	AccountsFirst bool
	// Only limits the form to one deed, "" to none.
	Only app.Deed

	at int
}

// option is a deed on the subjects of a kind.
type option struct {
	deed app.Deed
	kind app.SubjectKind
}

// deedOrder are the deeds in the order of the form, with their labels.
var deedOrder = []struct {
	deed  app.Deed
	label string
	kinds []app.SubjectKind
}{
	{app.ConfirmCompromised, "Confirm compromised", []app.SubjectKind{app.SubjectUser, app.SubjectWorkload, app.SubjectSignIn}},
	{app.RevokeSessions, "Revoke sessions", []app.SubjectKind{app.SubjectUser}},
	{app.DisableAccount, "Disable account", []app.SubjectKind{app.SubjectUser}},
	{app.EnableAccount, "Enable account", []app.SubjectKind{app.SubjectUser}},
	{app.ConfirmSafe, "Confirm safe", []app.SubjectKind{app.SubjectUser, app.SubjectSignIn}},
	{app.DismissRisk, "Dismiss risk", []app.SubjectKind{app.SubjectUser, app.SubjectWorkload, app.SubjectSignIn}},
}

// DeedLabel is the short name of a deed.
func DeedLabel(d app.Deed) string {
	for _, o := range deedOrder {
		if o.deed == d {
			return o.label
		}
	}
	return string(d)
}

// of are the subjects of a kind.
func (d *Deeds) of(k app.SubjectKind) []app.Subject {
	switch k {
	case app.SubjectUser:
		return d.Users
	case app.SubjectWorkload:
		return d.Workloads
	}
	return d.SignIns
}

// options are what can be done: first to the sign-ins that were chosen, then to the
// accounts behind them, or the other way round.
func (d *Deeds) options() []option {
	kinds := []app.SubjectKind{app.SubjectSignIn, app.SubjectUser, app.SubjectWorkload}
	if d.AccountsFirst {
		kinds = []app.SubjectKind{app.SubjectUser, app.SubjectWorkload, app.SubjectSignIn}
	}
	var out []option
	for _, k := range kinds {
		if len(d.of(k)) == 0 {
			continue
		}
		for _, o := range deedOrder {
			for _, kind := range o.kinds {
				if kind == k && (d.Only == "" || d.Only == o.deed) {
					out = append(out, option{o.deed, k})
				}
			}
		}
	}
	return out
}

func (d *Deeds) chosen() option { return d.options()[d.at] }

// Subjects are those that the chosen deed is for.
func (d *Deeds) Subjects() []app.Subject { return d.of(d.chosen().kind) }

// Requests are one for each subject.
func (d *Deeds) Requests() []outbox.Request {
	var out []outbox.Request
	for _, s := range d.Subjects() {
		out = append(out, outbox.Request{IncidentID: d.Incident, Verb: outbox.Verb(d.chosen().deed), On: s})
	}
	return out
}

// feature is what the deed is part of: it names what the sign-in needs.
func (o option) feature() permission.Feature {
	f, _ := permission.For(outbox.Verb(o.deed), outbox.SourceOf(o.kind), o.kind)
	return f
}

// lack says why the chosen deed cannot be done by this sign-in, "" where it can.
func (d *Deeds) lack(o option) string {
	if d.Lacking == nil || o.feature().Graph == "" {
		return ""
	}
	return d.Lacking(o.feature().Graph)
}

var kindWords = map[app.SubjectKind][2]string{
	app.SubjectUser: {"account", "accounts"}, app.SubjectWorkload: {"workload", "workloads"}, app.SubjectSignIn: {"sign-in", "sign-ins"},
}

// CountedKind is "1 account", "3 accounts".
func CountedKind(k app.SubjectKind, n int) string {
	w := kindWords[k]
	if n == 1 {
		return "1 " + w[0]
	}
	return present.Figure(n) + " " + w[1]
}

// Title is what the deed is about: its name and who it concerns.
func (d *Deeds) Title() string {
	o, subjects := d.chosen(), d.Subjects()
	if len(subjects) == 1 {
		return DeedLabel(o.deed) + ": " + present.Safe(subjects[0].Name)
	}
	return DeedLabel(o.deed) + ": " + CountedKind(o.kind, len(subjects))
}

// mostNamed bounds how many subjects a form names.
const mostNamed = 8

// names are the subjects by name: "Jo Doe, Ana Lyst and 12 more".
func (d *Deeds) names() string {
	var out []string
	all := d.Subjects()
	for _, s := range all[:min(len(all), mostNamed)] {
		out = append(out, present.Safe(s.Name))
	}
	words := strings.Join(out, ", ")
	if n := len(all) - mostNamed; n > 0 {
		words += " and " + present.Figure(n) + " more"
	}
	return words
}

// expiry says until when the deed is sent at all; life is how long it may wait.
func (d *Deeds) expiry(c present.Clock, life time.Duration) string {
	if !outbox.Destructive(d.chosen().deed) {
		return "Waits as long as it must; if the risk has moved meanwhile, you are asked again."
	}
	return "Is not sent after " + c.At(c.Now.Add(life)) + "; if the account has changed meanwhile, you are asked again."
}

// confirmed reports that the tenant's name was typed, where the deed asks for it.
func (d *Deeds) confirmed(tenant, typed string) bool {
	return !outbox.Destructive(d.chosen().deed) || strings.EqualFold(strings.TrimSpace(typed), strings.TrimSpace(tenant))
}
