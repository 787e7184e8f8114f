package profile

import "strings"

// Method is how a profile signs in.
type Method string

// Methods. The first two are a person's, the others an application's; the Azure CLI is
// whoever signed in there.
const (
	Browser     Method = "browser"
	Device      Method = "device"
	Secret      Method = "secret"
	Certificate Method = "certificate" // PEM, or PFX with or without a password
	AzureCLI    Method = "cli"
	Managed     Method = "managed" // the machine's managed identity
)

// Methods in the order they are offered.
var Methods = []Method{Browser, Device, Secret, Certificate, AzureCLI, Managed}

// Label is the method's name on screen; an unknown one is shown as it is.
func (m Method) Label() string {
	switch m {
	case Browser:
		return "Browser"
	case Device:
		return "Device code"
	case Secret:
		return "Client secret"
	case Certificate:
		return "Client certificate"
	case AzureCLI:
		return "Azure CLI"
	case Managed:
		return "Managed identity"
	}
	return string(m)
}

// Person reports that a person signs in with Watchfloor itself, so that it can ask.
func (m Method) Person() bool { return m == Browser || m == Device || m == "" }

// Profile is one connection. Its JSON form is profile.json, what simulate prints and
// what connect --settings reads.
type Profile struct {
	// ID names the profile's folder; letters, digits and hyphens. Slot tells its rows
	// from those of other profiles (package fleet) and is never given twice.
	ID   string `json:"id,omitempty"`
	Slot int    `json:"slot,omitempty"`
	// Name is what people call it; Colour is one of Colours.
	Name   string `json:"name,omitempty"`
	Colour string `json:"colour,omitempty"`

	TenantID string `json:"tenantId"` // a GUID or a domain
	ClientID string `json:"clientId,omitempty"`
	Method   Method `json:"method"`
	// Certificate is the path of a PEM or PFX file.
	Certificate string `json:"certificate,omitempty"`
	// Account is the UPN that owner:me and assign me stand for.
	Account string `json:"account,omitempty"`
	// Cloud is one of Clouds; "" is the public one.
	Cloud string `json:"cloud,omitempty"`
	// Sentinel's workspace; empty leaves Sentinel out.
	Subscription  string `json:"subscription,omitempty"`
	ResourceGroup string `json:"resourceGroup,omitempty"`
	Workspace     string `json:"workspace,omitempty"`
	// Defender adds Defender XDR through Microsoft Graph.
	Defender bool `json:"defender"`
	// Identity adds Entra ID Protection and the sign-in log; SignIns says which rows of
	// that log are kept.
	Identity bool    `json:"identity,omitempty"`
	SignIns  SignIns `json:"signIns,omitempty"`
	// Posture adds the secure scores of Defender for Cloud and of Microsoft 365;
	// Subscriptions limits the former to some ids, separated by commas; "" means all that
	// the sign-in sees.
	Posture       bool   `json:"posture,omitempty"`
	Subscriptions string `json:"subscriptions,omitempty"`
	// CloudAlerts shows alerts of Defender for Cloud in the queue as a source of their own.
	CloudAlerts bool `json:"cloudAlerts,omitempty"`
	// ReadOnly has Watchfloor change nothing at this tenant: no action is taken and none is
	// sent, whatever the sign-in may do.
	ReadOnly bool `json:"readOnly,omitempty"`
	// Authority, ARM and Graph replace the cloud's addresses and CAFile its trust, for
	// a simulated tenant on loopback; empty otherwise. Other addresses are refused:
	// whoever changes them in a file would get the secret sent there.
	Authority string `json:"authority,omitempty"`
	ARM       string `json:"arm,omitempty"`
	Graph     string `json:"graph,omitempty"`
	CAFile    string `json:"caFile,omitempty"`
}

// SignIns says which sign-ins are kept.
type SignIns string

// Choices of SignIns; "" is RiskySignIns.
const (
	RiskySignIns       SignIns = "risky"
	InteractiveSignIns SignIns = "interactive" // risky ones of a person at a screen
	AllSignIns         SignIns = "all"
)

// Draft is a profile that is being connected, with what must not be stored in a file:
// the client secret, or the password of the certificate.
type Draft struct {
	Profile
	Secret string `json:"secret,omitempty"`
}

// Sentinel reports that the profile reads a workspace.
func (p Profile) Sentinel() bool {
	return p.Subscription != "" || p.ResourceGroup != "" || p.Workspace != ""
}

// Also names the sources besides the workspace.
func (p Profile) Also() (out []string) {
	for _, s := range []struct {
		on   bool
		name string
	}{{p.Defender, "Defender XDR"}, {p.Identity, "identities"}, {p.Posture, "posture"}, {p.CloudAlerts, "cloud alerts"}} {
		if s.on {
			out = append(out, s.name)
		}
	}
	return out
}

// Sources names all that is read, in words: "the workspace law-soc, Defender XDR".
func (p Profile) Sources() string {
	also := p.Also()
	if p.Sentinel() {
		also = append([]string{"the workspace " + p.Workspace}, also...)
	}
	return strings.Join(also, ", ")
}

// Reading is p with the sources of o besides the workspace, and what is kept of them.
func (p Profile) Reading(o Profile) Profile {
	p.Defender, p.Identity, p.SignIns, p.Posture, p.Subscriptions, p.CloudAlerts = o.Defender, o.Identity, o.SignIns, o.Posture, o.Subscriptions, o.CloudAlerts
	return p
}

// SubscriptionIDs are those that posture and cloud alerts are limited to, nil for all.
func (p Profile) SubscriptionIDs() (ids []string) {
	for id := range strings.SplitSeq(p.Subscriptions, ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Clouds in the order they are offered, with their words.
var Clouds = []struct{ ID, Words string }{
	{"public", "Azure public"}, {"usgov", "Azure US Government"}, {"dod", "Azure US Government DoD"}, {"china", "Azure China"},
}

// Colours a profile can have. None is a colour of a severity.
var Colours = []string{"teal", "violet", "pink", "lime", "brown", "slate"}
