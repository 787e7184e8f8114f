package profile

import (
	"strings"
	"testing"
)

const (
	tenantA = "11111111-2222-3333-4444-555555555555"
	tenantB = "66666666-2222-3333-4444-555555555555"
)

func soc() Profile {
	return Profile{
		ID: "soc", Name: "Contoso", TenantID: tenantA, Colour: "teal", Defender: true,
		Subscription: tenantB, ResourceGroup: "rg", Workspace: "ws",
	}
}

// Two profiles must never be mistaken for one another, nor read the same rows twice.
func TestWhatIsConnectedIsTaken(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Profile)
		want   string
	}{
		"another tenant":                {func(p *Profile) { p.TenantID, p.Workspace = tenantB, "ws2" }, ""},
		"the same name":                 {func(p *Profile) { p.Name, p.TenantID, p.Workspace = " contoso ", tenantB, "ws2" }, "named Contoso is already"},
		"the same workspace":            {func(p *Profile) { p.Workspace, p.TenantID = "WS", "contoso.example" }, "already connected as Contoso"},
		"another workspace, with XDR":   {func(p *Profile) { p.Workspace = "ws2" }, "already read by Contoso"},
		"another workspace without XDR": {func(p *Profile) { p.Workspace, p.Defender = "ws2", false }, ""},
		"the same in another cloud":     {func(p *Profile) { p.Cloud = "usgov" }, ""},
		"public by name":                {func(p *Profile) { p.Cloud = "public" }, "already connected as Contoso"},
		"XDR alone, no workspace":       {func(p *Profile) { p.TenantID, p.Subscription, p.ResourceGroup, p.Workspace = tenantB, "", "", "" }, ""},
	} {
		p := soc()
		p.ID, p.Name = "", "Second"
		c.change(&p)
		got := p.Taken([]Profile{soc()})
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if got := soc().Taken([]Profile{soc()}); got != "" {
		t.Errorf("a profile is in its own way: %q", got)
	}
}

func TestANameThatAFilterCannotHoldIsRefused(t *testing.T) {
	for name, want := range map[string]string{"Contoso Europe": "", " ": "say what", `a "b"`: "leave out", "a,b": "leave out", strings.Repeat("ü", 41): "at most 40"} {
		p := Profile{Name: name}
		if got := p.NameProblem(); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestSuggestionsAreFree(t *testing.T) {
	one := Profile{Name: "contoso", Colour: "teal"}
	for want, p := range map[string]Profile{
		"contoso":   {TenantID: "contoso.example"},
		"fabrikam":  {TenantID: tenantA, Account: "jo@fabrikam.example"},
		"soc":       {TenantID: tenantA, Workspace: "soc"},
		"Tenant":    {TenantID: tenantA},
		"contoso 2": {TenantID: "contoso.example"},
	} {
		var others []Profile
		if want == "contoso 2" {
			others = []Profile{one}
		}
		got, colour := p.Suggested(others)
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if colour == "" || len(others) > 0 && colour == "teal" {
			t.Errorf("colour %q beside %v", colour, others)
		}
	}
	all := make([]Profile, len(Colours))
	for i, c := range Colours {
		all[i].Colour = c
	}
	if _, colour := one.Suggested(all); colour == "" {
		t.Error("no colour when all are taken")
	}
}
