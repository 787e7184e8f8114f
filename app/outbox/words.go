package outbox

import (
	"strings"

	"watchfloor/app"
)

// Words says what a deed does at the service, for the form that asks for it: to the risk
// state, when it takes effect, and whether it can be taken back. Sources: Microsoft's
// documentation of riskyUser, riskyServicePrincipal, signIn, revokeSignInSessions and
// secureScoreControlProfile on Graph, and of securityContacts on ARM.
func Words(d app.Deed) string {
	switch d {
	case app.DismissRisk:
		return "Sets the risk state to dismissed and the risk level to none, also for the detections behind it. Entra ID Protection takes it that the risk was real but harmless or dealt with. It cannot be taken back; a new detection raises the risk again."
	case app.ConfirmCompromised:
		return "Sets the risk state to confirmed compromised and the risk level to high. Policies for high risk apply from the next sign-in on: they may block it or ask for a new password. Sessions that are open stay open until they are revoked. It cannot be taken back; only remediation or a dismissal ends it."
	case app.ConfirmSafe:
		return "Sets the risk state to confirmed safe and the risk level to none, and teaches Entra ID Protection that these detections were false alarms. It cannot be taken back; a new detection raises the risk again."
	case app.RevokeSessions:
		return "Makes all refresh tokens and browser sessions issued so far invalid; the risk state stays as it is. It takes some minutes. Access tokens live on until they expire, mostly within an hour, unless the app supports continuous access evaluation. It cannot be taken back; the person signs in anew."
	case app.DisableAccount:
		return "Blocks every new sign-in of the account; the risk state stays as it is. Tokens issued before live on until they expire: revoke the sessions too. Enabling the account takes it back."
	case app.EnableAccount:
		return "Lets the account sign in again; the risk state stays as it is. Disabling the account takes it back."
	case app.SetControl:
		return "Changes how Microsoft 365 secure score counts this control and the note beside it; no product's settings change. The score moves with the next calculation, within a day or so. Setting the former state takes it back."
	case app.EditContact:
		return "Changes who Defender for Cloud notifies about this subscription. What the form does not name stays. Setting the former values takes it back."
	}
	return ""
}

// phrase is what a deed is called on a row, around the name of its subject.
func phrase(d app.Deed, k app.SubjectKind) (before, after string) {
	switch d {
	case app.DismissRisk:
		if k == app.SubjectSignIn {
			return "Dismiss the risk of the sign-in ", ""
		}
		return "Dismiss the risk of ", ""
	case app.ConfirmCompromised:
		if k == app.SubjectSignIn {
			return "Confirm the sign-in ", " as compromised"
		}
		return "Confirm ", " as compromised"
	case app.ConfirmSafe:
		if k == app.SubjectSignIn {
			return "Confirm the sign-in ", " as safe"
		}
		return "Confirm ", " as safe"
	case app.RevokeSessions:
		return "Revoke the sessions of ", ""
	case app.DisableAccount:
		return "Disable the account of ", ""
	case app.EnableAccount:
		return "Enable the account of ", ""
	case app.SetControl:
		return "Set the control ", ""
	}
	return "Edit the contact of ", ""
}

// describeSubject is Describe of an action on a subject.
func (r Request) describeSubject() string {
	name := r.On.Name
	if name == "" {
		name = r.On.ID
	}
	before, after := phrase(app.Deed(r.Verb), r.On.Kind)
	text := before + name + after
	var set []string
	for _, p := range settable(app.Deed(r.Verb)) {
		if v, ok := r.Set[p]; ok {
			set = append(set, string(p)+" "+PropertyText(p, v))
		}
	}
	if len(set) > 0 {
		text += ": " + strings.Join(set, ", ")
	}
	return text
}

// PropertyText is a value of a property for a person.
func PropertyText(p app.Property, v string) string {
	switch {
	case v == "":
		return "(none)"
	case p == app.PropEmails || p == app.PropRoles:
		return strings.Join(splitList(v), ", ")
	case v == "true":
		return "yes"
	case v == "false":
		return "no"
	}
	return v
}
