package app

import (
	"context"
	"time"
)

// SubjectKind says what an action concerns where that is no incident.
type SubjectKind string

// Kinds of subjects.
const (
	SubjectUser     SubjectKind = "user"     // ID is the Entra object id
	SubjectWorkload SubjectKind = "workload" // a service principal, by its object id
	SubjectSignIn   SubjectKind = "sign-in"  // by its request id, which is its id in the log
	SubjectControl  SubjectKind = "control"  // a Microsoft 365 control profile
	SubjectContact  SubjectKind = "contact"  // the security contact of a subscription, by the subscription's id
)

// Subject is a person, workload, sign-in or setting that an action concerns.
type Subject struct {
	Kind SubjectKind
	ID   string
	// Name is what a person reads; it is tenant text.
	Name string
}

// IsZero reports that there is none.
func (s Subject) IsZero() bool { return s.Kind == "" }

// Property names a value of a subject that actions compare or set.
type Property string

// Properties. Risk words are as Graph spells them (sheet part C), times RFC 3339 in UTC,
// booleans "true" and "false", lists joined by ";".
const (
	PropRiskState    Property = "risk state"
	PropRiskLevel    Property = "risk level"
	PropRiskDetail   Property = "risk detail"
	PropRiskChanged  Property = "risk changed"    // riskLastUpdatedDateTime
	PropEnabled      Property = "account enabled" // accountEnabled
	PropSessionsFrom Property = "sessions valid from"

	PropControlState Property = "state" // Default, Ignored, ThirdParty, Reviewed
	PropControlNote  Property = "note"

	PropEmails        Property = "e-mails"
	PropPhone         Property = "phone"
	PropNotify        Property = "notifications on" // isEnabled
	PropRoles         Property = "roles notified"   // "" when notificationsByRole is off
	PropAlertSeverity Property = "alerts from severity"
	PropAttackLevel   Property = "attack paths from level"
)

// Values are properties of one subject. A property that is absent is not known.
type Values map[Property]string

// SubjectState is a subject as its service holds it.
type SubjectState struct {
	Subject
	Values Values
	// Modified and By are of the last change, where the service says.
	Modified time.Time
	By       string
	// Gone is true where the service does not know the subject any more.
	Gone bool
	Raw  []byte
}

// Deed is what an action does to a subject.
type Deed string

// Deeds.
const (
	DismissRisk        Deed = "dismiss risk"        // users, workloads, sign-ins
	ConfirmCompromised Deed = "confirm compromised" // users, workloads, sign-ins
	ConfirmSafe        Deed = "confirm safe"        // users, sign-ins
	RevokeSessions     Deed = "revoke sessions"     // users
	DisableAccount     Deed = "disable account"     // users
	EnableAccount      Deed = "enable account"      // users
	SetControl         Deed = "set control state"   // controls: PropControlState, PropControlNote
	EditContact        Deed = "edit contact"        // contacts
)

// Response is one call that does a deed to subjects of one kind.
type Response struct {
	Deed     Deed
	Subjects []Subject
	// Set are the new values of SetControl and EditContact; those absent stay.
	Set Values
}

// Responder is a source whose subjects can be acted on. Safe for concurrent use. Errors
// are *Error; every call ends within 200 ms of its context being cancelled, and honours
// WithDryRun. Its calls carry no id of the client, so the caller reads back before it
// repeats one.
type Responder interface {
	ID() SourceID
	// Can reports that this source does the deed to subjects of the kind.
	Can(d Deed, k SubjectKind) bool
	// Together is how many subjects one call may name: 60 for the risk of users and
	// workloads (sheet part C), 1 where a call names one.
	Together(d Deed, k SubjectKind) int
	// Read reads subjects of one kind afresh, in the order given, with the properties
	// that the deed compares and changes. One the service does not know has Gone set.
	Read(ctx context.Context, d Deed, subjects []Subject) ([]SubjectState, error)
	// Respond does the deed in one call.
	Respond(ctx context.Context, r Response) error
}

// Lack is a part of a source that the tenant's licence or this sign-in does not open. It
// is shown as a state, not as an error.
type Lack struct {
	// What is missing, in words for a person: "Risk of workload identities".
	What string
	// Needs is the licence, permission or role: "Workload ID Premium".
	Needs string
	// Still says what works without it.
	Still string
}

// Words say what is missing and what it needs: tenant text, to be cleaned like any other.
func (l Lack) Words() string {
	if l.Needs == "" {
		return "Not available: " + l.What + "."
	}
	return "Not available: " + l.What + " (needs " + l.Needs + ")."
}
