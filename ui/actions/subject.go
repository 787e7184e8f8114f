package actions

import (
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/act"
	"watchfloor/ui/look"
	"watchfloor/ui/present"
)

// About names what an action concerns: "#48211", or the person, workload, sign-in or
// setting by its name.
func About(a outbox.Action) string {
	switch {
	case a.On.IsZero():
		return present.Number(a.Number)
	case strings.TrimSpace(a.On.Name) != "":
		return present.Field(a.On.Name)
	}
	return present.Field(a.On.ID)
}

// subjectKinds are the kinds of subjects in words.
var subjectKinds = map[app.SubjectKind]string{
	app.SubjectUser: "user", app.SubjectWorkload: "workload", app.SubjectSignIn: "sign-in",
	app.SubjectControl: "M365 control", app.SubjectContact: "security contact",
}

// onWhat is what an action concerns, for its column: the incident's title, or the kind
// and name of its subject.
func onWhat(a outbox.Action) look.Cell {
	c := look.Cell{Text: present.Safe(a.Title), Tone: look.Dim, Fit: look.Middle}
	if !a.On.IsZero() {
		c.Text = subjectKind(a) + "  " + About(a)
	}
	return c
}

func subjectKind(a outbox.Action) string {
	if w := subjectKinds[a.On.Kind]; w != "" {
		return w
	}
	return present.Field(string(a.On.Kind))
}

// headline is the title over the details of an action.
func headline(a outbox.Action) string {
	if a.On.IsZero() {
		return present.Number(a.Number) + "  " + present.Safe(a.Title)
	}
	return About(a) + "  (" + subjectKind(a) + ")"
}

// lane is what actions have to keep their order on: an incident, or a subject.
type lane struct {
	incident int64 // of a subject its tenant
	kind     app.SubjectKind
	id       string
}

func laneOf(a *outbox.Action) lane {
	return lane{a.IncidentID, a.On.Kind, strings.ToLower(a.On.ID)}
}

// expiry says until when an action may be sent: "Expires 14:17Z, in 12 min."; "" where it
// does not expire or is over.
func expiry(a outbox.Action, c present.Clock) string {
	if a.Expires.IsZero() || !a.State.Pending() || a.State == outbox.Failed {
		return ""
	}
	left := a.Expires.Sub(c.Now)
	if left <= 0 {
		return "Its time is over: it is not sent any more."
	}
	return "Expires " + c.At(a.Expires) + ", in " + seconds(left) + "."
}

// rechecks reports that an action can be decided on again: its time was over, or it
// failed.
func rechecks(a outbox.Action) bool { return !a.On.IsZero() && a.State == outbox.Failed }

// expired reports that only a check can have the action sent.
func expired(a outbox.Action) bool { return a.State == outbox.Failed && a.Kind == app.KindExpired }

// deedWords say what a deed does, for the details of an action.
func deedWords(a outbox.Action) string {
	if a.On.IsZero() || a.State == outbox.Done || a.State == outbox.Discarded {
		return ""
	}
	return outbox.Words(app.Deed(a.Verb))
}

// propertyOptions are the values that a property has to choose from, with their keys;
// nil where it is free text.
func propertyOptions(p app.Property) (values []string, options []act.Option) {
	pick := func(pairs ...string) (out []act.Option) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, act.Option{Key: pairs[i], Label: pairs[i+1]})
		}
		return out
	}
	switch p {
	case app.PropControlState:
		return []string{"Default", "Reviewed", "Ignored", "ThirdParty"}, pick("d", "Default", "r", "Reviewed", "i", "Ignored", "t", "Third party")
	case app.PropNotify:
		return []string{"true", "false"}, pick("y", "yes", "n", "no")
	case app.PropAlertSeverity:
		return []string{"", "Low", "Medium", "High"}, pick("o", "none", "l", "Low", "m", "Medium", "h", "High")
	case app.PropAttackLevel:
		return []string{"", "Low", "Medium", "High", "Critical"}, pick("o", "none", "l", "Low", "m", "Medium", "h", "High", "c", "Critical")
	}
	return nil, nil
}

// listText is what a person typed for a property, as the outbox holds it.
func listText(p app.Property, s string) string {
	if p == app.PropEmails || p == app.PropRoles {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";, \t\n", r) }), ";")
	}
	return strings.TrimSpace(s)
}

// near reports that a moment is close enough to be counted down to in seconds.
func near(at, now time.Time) bool { return at.Sub(now) <= 2*time.Minute }
