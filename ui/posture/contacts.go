package posture

import (
	"context"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/outbox"
	model "watchfloor/app/posture"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// contacts is the tab of who is notified about each subscription.
type contacts struct {
	all, shown []model.Contact
	waiting    map[string]outbox.Action // the newest that has not ended, by subscription
	at         int
	want       string // the subscription to put the cursor on once it is loaded
}

func (p *Presenter) loadContacts(r model.Reader) {
	slot := p.Tenant().Slot
	p.read(func(ctx context.Context) (func(), error) {
		all, err := r.Contacts(ctx)
		if err != nil {
			return nil, err
		}
		waiting := p.waiting(ctx, slot, app.SubjectContact)
		return func() {
			p.contacts.all, p.contacts.waiting = all, waiting
			p.contacts.sift(p.words[Contacts])
			if at := slices.IndexFunc(p.contacts.shown, func(x model.Contact) bool { return strings.EqualFold(x.Subscription, p.contacts.want) }); at >= 0 {
				p.contacts.at, p.contacts.want = at, ""
			}
		}, nil
	})
}

// waiting are the actions on subjects of a kind that have not ended, by subject; of
// several the newest.
func (p *Presenter) waiting(ctx context.Context, slot int, k app.SubjectKind) map[string]outbox.Action {
	out := map[string]outbox.Action{}
	if p.d.Waiting == nil {
		return out
	}
	for _, a := range p.d.Waiting(ctx, slot) {
		if old, ok := out[strings.ToLower(a.On.ID)]; a.On.Kind == k && (!ok || a.Seq > old.Seq) {
			out[strings.ToLower(a.On.ID)] = a
		}
	}
	return out
}

func (c *contacts) sift(words string) {
	c.shown = nil
	for _, x := range c.all {
		if has(words, x.Name, x.Subscription, strings.Join(x.Emails, " "), x.Phone, strings.Join(x.Missing(), " ")) {
			c.shown = append(c.shown, x)
		}
	}
	c.at = max(0, min(c.at, len(c.shown)-1))
}

// ContactColumns are those of ContactCells.
var ContactColumns = []look.Column{
	{Title: "Subscription", Width: 130, Flex: 0.6},
	{Width: 14},
	{Title: "E-mail", Width: 150, Flex: 1},
	{Title: "Phone", Width: 110, From: 1100},
	{Title: "Roles", Width: 110, Flex: 0.3, From: 980},
	{Title: "Alerts from", Width: 72},
	{Title: "Attack paths", Width: 78, From: 680},
	{Title: "Missing", Width: 190, Flex: 1.4},
}

// ContactCells are those of one subscription.
func (p *Presenter) ContactCells(i int) []look.Cell {
	x := p.contacts.shown[i]
	missing := look.D("nothing")
	if m := x.Missing(); len(m) > 0 {
		missing = look.Cell{Text: "! " + present.Field(strings.Join(m, "; ")), Tone: look.Warn}
	}
	mails := dash(present.Field(strings.Join(x.Emails, "; "))) // of colleagues: names, no indicators
	mails.Fit = look.Middle
	return []look.Cell{
		{Text: name(x.Name, x.Subscription), Bold: true, Fit: look.Middle},
		waitingMark(p.contacts.waiting[strings.ToLower(x.Subscription)]),
		mails, dash(present.Field(x.Phone)), dash(present.Field(strings.Join(x.Roles, ", "))), dash(present.Field(x.AlertSeverity)), dash(present.Field(x.AttackLevel)), missing,
	}
}

// waitingMark shows an action that has not ended: a hollow clock, a conflict.
func waitingMark(a outbox.Action) look.Cell {
	switch {
	case a.Seq == 0:
		return look.Cell{}
	case a.State == outbox.Conflict || a.State == outbox.Failed:
		return look.Cell{Text: "!", Tone: look.Alarm, Bold: true}
	}
	return look.Cell{Shape: look.Clock, ShapeTone: look.Normal}
}

// waitingWords tell of an action that has not ended; "" without one.
func waitingWords(a outbox.Action) string {
	switch {
	case a.Seq == 0:
		return ""
	case a.State == outbox.Conflict:
		return "! " + present.Field(a.Describe()) + ": conflict, needs you (g a).\n\n"
	case a.State == outbox.Failed:
		return "! " + present.Field(a.Describe()) + ": failed. " + present.Field(a.Reason) + " (g a)\n\n"
	}
	return "Queued, not confirmed yet: " + present.Safe(a.Describe()) + "\n\n"
}

func dash(s string) look.Cell {
	if strings.TrimSpace(s) == "" {
		return look.D("–")
	}
	return look.T(s)
}

// ContactDetail is what the preview says of the subscription under the cursor.
func (p *Presenter) ContactDetail() (title look.Cell, body string) {
	x, ok := p.Contact()
	if !ok {
		return look.Cell{}, ""
	}
	var b strings.Builder
	b.WriteString(waitingWords(p.contacts.waiting[strings.ToLower(x.Subscription)]))
	b.WriteString("Subscription " + present.Field(x.Subscription) + "\n")
	for _, m := range x.Missing() {
		b.WriteString("! " + m + "\n")
	}
	if x.Absent {
		b.WriteString("\nNobody was entered. e makes a contact.")
		return look.Cell{Text: name(x.Name, x.Subscription), Bold: true}, b.String()
	}
	on := "on"
	if !x.On {
		on = "off"
	}
	none := func(s string) string {
		if strings.TrimSpace(s) == "" {
			return "none"
		}
		return s
	}
	b.WriteString("\nNotifications are " + on + ".\nE-mails: " + none(present.Field(strings.Join(x.Emails, "; "))) + "\nPhone: " + none(present.Field(x.Phone)) +
		"\nRoles: " + none(present.Field(strings.Join(x.Roles, ", "))) + "\nAlerts from severity: " + none(present.Field(x.AlertSeverity)) + "\nAttack paths from level: " + none(present.Field(x.AttackLevel)))
	return look.Cell{Text: name(x.Name, x.Subscription), Bold: true}, b.String()
}

// Contact is the one under the cursor.
func (p *Presenter) Contact() (model.Contact, bool) {
	c := &p.contacts
	if p.tab != Contacts || c.at >= len(c.shown) {
		return model.Contact{}, false
	}
	return c.shown[c.at], true
}
