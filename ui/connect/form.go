// Package connect asks what is needed to connect a tenant. Form checks itself; the
// view only shows it. Nothing typed here is logged or kept by this package.
package connect

import (
	"regexp"
	"strings"
)

// Method is how to sign in.
type Method string

// Methods.
const (
	Secret  Method = "secret"
	Device  Method = "device"
	Browser Method = "browser"
)

// Methods in the order they are offered, with their words.
var Methods = []struct {
	ID    Method
	Words string
}{{Browser, "Browser"}, {Device, "Device code"}, {Secret, "Client secret"}}

// Clouds in the order they are offered.
var Clouds = []struct{ ID, Words string }{
	{"public", "Azure public"}, {"usgov", "Azure US Government"}, {"china", "Azure China"},
}

// Form is what a person fills in. Workspace "" leaves Sentinel out.
type Form struct {
	Name                                   string
	Cloud                                  string
	TenantID, ClientID                     string
	Method                                 Method
	Secret                                 string
	Account                                string
	Subscription, ResourceGroup, Workspace string
	Defender                               bool
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
var host = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9\-.]*[A-Za-z0-9])$`)

// Clean trims every field.
func (f Form) Clean() Form {
	for _, p := range []*string{&f.Name, &f.TenantID, &f.ClientID, &f.Account, &f.Subscription, &f.ResourceGroup, &f.Workspace} {
		*p = strings.TrimSpace(*p)
	}
	return f
}

// Problem is the first thing that is missing or wrong, in words; "" when complete.
func (f Form) Problem() string {
	f = f.Clean()
	sentinel := f.Subscription != "" || f.ResourceGroup != "" || f.Workspace != ""
	switch {
	case !guid.MatchString(f.TenantID) && !(strings.Contains(f.TenantID, ".") && host.MatchString(f.TenantID)):
		return "Tenant: give its id (a GUID) or its domain, such as contoso.example."
	case !guid.MatchString(f.ClientID):
		return "Client id: give the application (client) id of the app registration, a GUID."
	case f.Method == Secret && f.Secret == "":
		return "Client secret: paste the secret's value, not its id."
	case !sentinel && !f.Defender:
		return "Choose at least one source: Defender XDR, or a Sentinel workspace."
	case sentinel && !guid.MatchString(f.Subscription):
		return "Subscription: give its id, a GUID."
	case sentinel && f.ResourceGroup == "":
		return "Resource group: give the name of the one that holds the workspace."
	case sentinel && f.Workspace == "":
		return "Workspace: give the name of the Log Analytics workspace."
	}
	return ""
}
