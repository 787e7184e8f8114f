package profile

import (
	"regexp"
	"slices"
	"strings"
)

var (
	guid   = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	domain = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?)+$`)
)

// Clean trims every field a person types.
func (d Draft) Clean() Draft {
	for _, p := range []*string{&d.Name, &d.TenantID, &d.ClientID, &d.Account, &d.Certificate, &d.Subscription, &d.ResourceGroup, &d.Workspace} {
		*p = strings.TrimSpace(*p)
	}
	return d
}

// SignInProblem is the first thing that is missing or wrong for signing in, in words;
// "" when it can be tried.
func (d Draft) SignInProblem() string {
	switch {
	case d.Method == Managed && d.TenantID == "":
	case !guid.MatchString(d.TenantID) && !domain.MatchString(d.TenantID):
		return "Tenant: give its id (a GUID) or its domain, such as contoso.example."
	}
	switch {
	case !slices.Contains(Methods, d.Method):
		return "Sign in by: choose one of the ways offered."
	case d.Method == Managed && d.ClientID != "" && !guid.MatchString(d.ClientID):
		return "Client id: leave it empty for the machine's own identity, or give that of a user-assigned one, a GUID."
	case d.Method != Managed && d.Method != AzureCLI && !guid.MatchString(d.ClientID):
		return "Client id: give the application (client) id of the app registration, a GUID."
	case d.Method == Secret && d.Secret == "":
		return "Client secret: paste the secret's value, not its id."
	case d.Method == Certificate && d.Certificate == "":
		return "Certificate: give the path of its PEM or PFX file."
	case !slices.ContainsFunc(Clouds, func(c struct{ ID, Words string }) bool { return c.ID == d.Cloud || d.Cloud == "" }):
		return "Cloud: choose one of those offered."
	}
	return d.AddressProblem()
}

// Problem is the first thing that is missing or wrong, in words; "" when complete.
func (d Draft) Problem() string {
	if p := d.SignInProblem(); p != "" {
		return p
	}
	if p := d.SourcesProblem(); p != "" {
		return p
	}
	if d.Colour != "" && !slices.Contains(Colours, d.Colour) {
		return "Colour: choose one of " + strings.Join(Colours, ", ") + "."
	}
	return ""
}

// SourcesProblem is the first thing that is missing or wrong about what is read, in words.
func (p Profile) SourcesProblem() string {
	switch {
	case !p.Sentinel() && !p.Defender && !p.Identity && !p.Posture && !p.CloudAlerts:
		return "Choose at least one source: Defender XDR, or a Sentinel workspace."
	case p.Sentinel() && !guid.MatchString(p.Subscription):
		return "Subscription: give its id, a GUID."
	case p.Sentinel() && p.ResourceGroup == "":
		return "Resource group: give the name of the one that holds the workspace."
	case p.Sentinel() && p.Workspace == "":
		return "Workspace: give the name of the Log Analytics workspace."
	case p.Defender && p.Cloud == "china":
		return "Defender XDR: Microsoft Graph offers no security incidents in China; leave it out."
	case !slices.Contains([]SignIns{"", RiskySignIns, InteractiveSignIns, AllSignIns}, p.SignIns):
		return "Sign-ins: choose risky, interactive or all."
	case slices.ContainsFunc(p.SubscriptionIDs(), func(s string) bool { return !guid.MatchString(s) }):
		return "Subscriptions: give their ids, GUIDs."
	}
	return ""
}
