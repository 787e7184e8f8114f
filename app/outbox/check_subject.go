package outbox

import (
	"net/mail"
	"slices"
	"strings"

	"watchfloor/app"
)

const (
	// maxNote bounds the note of a control, in characters; Graph documents no limit.
	maxNote = 2_000
	// maxEmails bounds the addresses of a contact; ARM documents no limit.
	maxEmails = 100
	maxPhone  = 40
	maxRole   = 40
)

// ableOn refuses a deed that the connected source of such subjects does not do. One that
// is not connected is left to the moment of sending.
func (s *Service) ableOn(d app.Deed, k app.SubjectKind) error {
	if _, ok := s.responder(d, k); ok {
		return nil
	}
	for _, r := range s.cfg.Responders {
		if r.ID() == SourceOf(k) {
			return app.E(app.KindInvalid, r.ID().Label()+" cannot do this here: "+string(d)+" is not possible for a "+string(k)+".", nil)
		}
	}
	return nil
}

// responder is who does a deed to subjects of a kind: the kind's own source, else the
// first that can.
func (s *Service) responder(d app.Deed, k app.SubjectKind) (found app.Responder, ok bool) {
	for _, r := range s.cfg.Responders {
		switch {
		case !r.Can(d, k):
		case r.ID() == SourceOf(k):
			return r, true
		case found == nil:
			found = r
		}
	}
	return found, found != nil
}

// checkSubject refuses a request on a subject that means nothing.
func (r Request) checkSubject() error {
	invalid := func(msg string) error { return app.E(app.KindInvalid, msg, nil) }
	d := app.Deed(r.Verb)
	switch {
	case r.On.IsZero() || strings.TrimSpace(r.On.ID) == "":
		return invalid("Choose whom or what this is about.")
	case r.IncidentID != 0:
		return invalid("This action is about " + string(r.On.Kind) + "s, not about an incident.")
	case !slices.Contains(allowed(d), r.On.Kind):
		return invalid("Not possible for a " + string(r.On.Kind) + ": " + string(d) + ".")
	}
	can := settable(d)
	if len(can) == 0 && len(r.Set) > 0 {
		return invalid("This action takes no values.")
	}
	if len(can) > 0 && len(r.Set) == 0 {
		return invalid("Nothing is changed: set at least one value.")
	}
	for p := range r.Set {
		if !slices.Contains(can, p) {
			return invalid("This action cannot set the " + string(p) + ".")
		}
	}
	for _, p := range can {
		if v, named := r.Set[p]; named {
			if why := refuseValue(p, v); why != "" {
				return invalid(why)
			}
		}
	}
	return nil
}

// offered are the words that a property takes at its service (sheet part D; Graph's
// controlState), as the service spells them.
var offered = map[app.Property][]string{
	app.PropControlState:  {"Default", "Ignored", "ThirdParty", "Reviewed"},
	app.PropNotify:        {"true", "false"},
	app.PropAlertSeverity: {"", "Low", "Medium", "High"},
	app.PropAttackLevel:   {"", "Low", "Medium", "High", "Critical"},
}

// refuseValue says why a property cannot have a value, "" where it can.
func refuseValue(p app.Property, v string) string {
	words, limited := offered[p]
	switch {
	case p == app.PropRoles:
		odd := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') }
		for _, role := range splitList(v) { // also one that this version does not know and that is there already
			if strings.ContainsFunc(role, odd) || len(role) > maxRole {
				return "This is no role that can be notified: AccountAdmin, ServiceAdmin, Owner and Contributor can."
			}
		}
	case limited && !slices.Contains(words, v):
		return "Choose the " + string(p) + " among " + strings.Join(slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" }), ", ") + "."
	case p == app.PropControlNote && len([]rune(v)) > maxNote:
		return "The note is longer than 2,000 characters. Shorten it."
	case p == app.PropEmails:
		return refuseEmails(splitList(v))
	case p == app.PropPhone:
		odd := func(r rune) bool { return !strings.ContainsRune("0123456789+-()./ ", r) }
		if len(v) > maxPhone || strings.ContainsFunc(v, odd) {
			return "A phone number has digits, spaces and + - ( ) . / only, at most 40 of them."
		}
	}
	return ""
}

func refuseEmails(list []string) string {
	if len(list) > maxEmails {
		return "Too many addresses: a contact has at most 100."
	}
	for _, e := range list {
		a, err := mail.ParseAddress(e)
		if err != nil || a.Address != e || !strings.Contains(e[strings.LastIndex(e, "@")+1:], ".") {
			return "Write plain addresses, such as soc@example.com, with a semicolon between them."
		}
	}
	return ""
}
