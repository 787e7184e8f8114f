package outbox

import (
	"slices"
	"strings"
	"time"

	"watchfloor/app"
)

// IsDeed reports that the verb acts on a subject, not on an incident.
func (v Verb) IsDeed() bool {
	switch v {
	case DismissRisk, ConfirmCompromised, ConfirmSafe, RevokeSessions, DisableAccount, EnableAccount, SetControl, EditContact:
		return true
	}
	return false
}

// SourceOf is the source that subjects of a kind are acted on at.
func SourceOf(k app.SubjectKind) app.SourceID {
	switch k {
	case app.SubjectControl:
		return app.M365Score
	case app.SubjectContact:
		return app.CloudPosture
	}
	return app.EntraRisk
}

// Destructive reports a deed that locks somebody out: it asks for a confirmation that
// names target, tenant and effect, and it expires. The others do not expire: dismissing
// and confirming safe only close what was looked at, and a risk that moved since is asked
// about; enabling an account, controls and contacts can be set back.
func Destructive(d app.Deed) bool {
	return d == app.ConfirmCompromised || d == app.RevokeSessions || d == app.DisableAccount
}

// allowed are the kinds of subjects that a deed exists for (Graph v1.0 and ARM).
func allowed(d app.Deed) []app.SubjectKind {
	switch d {
	case app.DismissRisk, app.ConfirmCompromised:
		return []app.SubjectKind{app.SubjectUser, app.SubjectWorkload, app.SubjectSignIn}
	case app.ConfirmSafe:
		return []app.SubjectKind{app.SubjectUser, app.SubjectSignIn}
	case app.RevokeSessions, app.DisableAccount, app.EnableAccount:
		return []app.SubjectKind{app.SubjectUser}
	case app.SetControl:
		return []app.SubjectKind{app.SubjectControl}
	case app.EditContact:
		return []app.SubjectKind{app.SubjectContact}
	}
	return nil
}

// settable are the properties that a deed may be told to set, in the order of the form.
func settable(d app.Deed) []app.Property {
	switch d {
	case app.SetControl:
		return []app.Property{app.PropControlState, app.PropControlNote}
	case app.EditContact:
		return []app.Property{app.PropEmails, app.PropPhone, app.PropNotify, app.PropRoles, app.PropAlertSeverity, app.PropAttackLevel}
	}
	return nil
}

// watched are the properties whose move since the decision has the analyst asked again.
func (r Request) watched() []app.Property {
	switch d := app.Deed(r.Verb); d {
	case app.DismissRisk, app.ConfirmCompromised, app.ConfirmSafe:
		return []app.Property{app.PropRiskState, app.PropRiskLevel, app.PropRiskChanged}
	case app.RevokeSessions:
		return []app.Property{app.PropRiskState, app.PropRiskLevel, app.PropEnabled}
	case app.DisableAccount:
		return []app.Property{app.PropEnabled, app.PropRiskState, app.PropRiskLevel}
	case app.EnableAccount:
		return []app.Property{app.PropEnabled}
	case app.SetControl:
		return settable(d)
	default:
		return slices.DeleteFunc(settable(d), func(p app.Property) bool { _, named := r.Set[p]; return !named })
	}
}

// wanted are the values that the subject has once the deed is done; RevokeSessions has
// none that could be named beforehand.
func (r Request) wanted() app.Values {
	switch app.Deed(r.Verb) {
	case app.DismissRisk:
		return app.Values{app.PropRiskState: "dismissed", app.PropRiskLevel: "none"}
	case app.ConfirmCompromised:
		return app.Values{app.PropRiskState: "confirmedCompromised", app.PropRiskLevel: "high"}
	case app.ConfirmSafe:
		return app.Values{app.PropRiskState: "confirmedSafe", app.PropRiskLevel: "none"}
	case app.DisableAccount:
		return app.Values{app.PropEnabled: "false"}
	case app.EnableAccount:
		return app.Values{app.PropEnabled: "true"}
	case app.SetControl, app.EditContact:
		return r.Set
	}
	return nil
}

// After are values of a subject as they are once the request is done: what it sets, and
// without what the service will set in a way that nobody knows beforehand.
func (r Request) After(v app.Values) app.Values {
	out := app.Values{}
	for p, s := range v {
		out[p] = s
	}
	for p, s := range r.wanted() {
		out[p] = s
	}
	switch app.Deed(r.Verb) {
	case app.DismissRisk, app.ConfirmCompromised, app.ConfirmSafe:
		delete(out, app.PropRiskChanged)
		delete(out, app.PropRiskDetail)
	case app.RevokeSessions:
		delete(out, app.PropSessionsFrom)
	}
	return out
}

// has reports that values are as the request wants them. The risk level follows from the
// state by the service's own rules and is not asked for.
func (r Request) has(v app.Values) bool {
	want := r.wanted()
	if len(want) == 0 {
		return false
	}
	for p, s := range want {
		if p == app.PropRiskLevel {
			continue
		}
		if got, known := v[p]; !known || !SameProperty(p, got, s) {
			return false
		}
	}
	return true
}

// SameProperty compares two values of a property as its service does: lists without
// order, times as moments, words without case, notes as people read them.
func SameProperty(p app.Property, a, b string) bool {
	switch p {
	case app.PropEmails, app.PropRoles:
		x, y := splitList(strings.ToLower(a)), splitList(strings.ToLower(b))
		slices.Sort(x)
		slices.Sort(y)
		return slices.Equal(slices.Compact(x), slices.Compact(y))
	case app.PropRiskChanged, app.PropSessionsFrom:
		x, y := moment(a), moment(b)
		return x.Equal(y) && (!x.IsZero() || a == b)
	case app.PropControlNote, app.PropPhone:
		return sameText(a, b)
	}
	return strings.EqualFold(a, b)
}

func splitList(s string) (out []string) {
	for part := range strings.SplitSeq(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// moment is a time property to the microsecond, which is what a cache keeps of it while
// services send seven decimals; zero where it cannot be read.
func moment(s string) time.Time {
	t, _ := time.Parse(time.RFC3339Nano, s)
	return t.Truncate(time.Microsecond)
}
