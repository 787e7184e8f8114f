package profile

import (
	"strings"
	"testing"
)

func TestWhatIsMissingIsNamed(t *testing.T) {
	full := Draft{Profile: Profile{TenantID: tenantA, ClientID: tenantA, Method: Browser, Defender: true}}
	for name, c := range map[string]struct {
		change func(*Draft)
		want   string
	}{
		"complete":                     {func(*Draft) {}, ""},
		"domain instead of id":         {func(d *Draft) { d.TenantID = " contoso.example " }, ""},
		"no tenant":                    {func(d *Draft) { d.TenantID = "" }, "Tenant:"},
		"a word is no tenant":          {func(d *Draft) { d.TenantID = "contoso" }, "Tenant:"},
		"a path is no tenant":          {func(d *Draft) { d.TenantID = "contoso.example/../x" }, "Tenant:"},
		"no client":                    {func(d *Draft) { d.ClientID = "app" }, "Client id:"},
		"no method":                    {func(d *Draft) { d.Method = "magic" }, "Sign in by:"},
		"secret forgotten":             {func(d *Draft) { d.Method = Secret }, "Client secret:"},
		"secret given":                 {func(d *Draft) { d.Method, d.Secret = Secret, "s" }, ""},
		"certificate forgotten":        {func(d *Draft) { d.Method = Certificate }, "Certificate:"},
		"certificate without password": {func(d *Draft) { d.Method, d.Certificate = Certificate, "a.pem" }, ""},
		"the CLI needs no client":      {func(d *Draft) { d.Method, d.ClientID = AzureCLI, "" }, ""},
		"the machine needs neither":    {func(d *Draft) { d.Method, d.ClientID, d.TenantID = Managed, "", "" }, ""},
		"a user-assigned one by id":    {func(d *Draft) { d.Method, d.ClientID = Managed, "name" }, "Client id:"},
		"another planet":               {func(d *Draft) { d.Cloud = "moon" }, "Cloud:"},
		"no source":                    {func(d *Draft) { d.Defender = false }, "at least one source"},
		"half a workspace":             {func(d *Draft) { d.Workspace = "soc" }, "Subscription:"},
		"no group":                     {func(d *Draft) { d.Workspace, d.Subscription = "soc", tenantA }, "Resource group:"},
		"no workspace":                 {func(d *Draft) { d.ResourceGroup, d.Subscription = "rg", tenantA }, "Workspace:"},
		"Graph in China":               {func(d *Draft) { d.Cloud = "china" }, "leave it out"},
		"no such colour":               {func(d *Draft) { d.Colour = "red" }, "Colour:"},
		"Sentinel alone": {func(d *Draft) {
			d.Defender, d.Workspace, d.ResourceGroup, d.Subscription = false, "soc", "rg", tenantA
		}, ""},
	} {
		d := full
		c.change(&d)
		if got := d.Clean().Problem(); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
