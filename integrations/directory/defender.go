package directory

import (
	"context"
	"slices"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

const (
	readIncidents  = "SecurityIncident.Read.All"
	writeIncidents = "SecurityIncident.ReadWrite.All"
	manageData     = "SecurityData.Manage.All" // merge and move: learn.microsoft.com/graph/api/security-incident-mergeincidents
)

// Template ids of the Entra roles that may read and change security incidents.
var (
	operators = []string{
		"5f2222b1-57c3-48ba-8ad5-d4759f1fde6f", // Security Operator
		"194ae4cb-b126-40b2-bd5b-6091b380977d", // Security Administrator
		"62e90394-69f5-4237-9190-012177145e10", // Global Administrator
	}
	readers = append([]string{
		"5d6b6bb7-de71-4623-b4af-96380a352509", // Security Reader
		"f2ef992c-3afb-46b9-b7cf-a126ee74c451", // Global Reader
	}, operators...)
)

// need is what a check at Microsoft Graph takes: a permission and, for a person, one of
// the roles.
type need struct {
	permission, role string
	roles            []string
}

// words name the need, and where it is granted.
func (n need) words(person bool) string {
	const consent = " with admin consent (Entra: App registrations, API permissions)"
	if !person {
		return "Application permission " + n.permission + consent
	}
	return "Delegated permission " + n.permission + consent + " and the Entra role " + n.role
}

var defenderNeeds = []need{
	{readIncidents, "Security Reader", readers},
	{writeIncidents, "Security Operator", operators},
	{manageData, "Security Operator", operators},
}

// defenderChecks are what Watchfloor does at Microsoft Graph, with what each takes.
func defenderChecks(person bool) []profile.Finding {
	const source = "Defender XDR"
	return []profile.Finding{
		{Source: source, Check: "Read incidents", Needs: defenderNeeds[0].words(person), Costs: "No incident of Defender XDR is shown."},
		{Source: source, Check: "Change and comment", Needs: defenderNeeds[1].words(person), Costs: "Status, owner, classification and comments stay as they are at Defender XDR; such actions fail."},
		{Source: source, Check: "Merge incidents, move alerts", Needs: defenderNeeds[2].words(person), Costs: "Incidents of Defender XDR cannot be merged and alerts not moved."},
	}
}

func (c *Client) testDefender(ctx context.Context, p profile.Profile) []profile.Finding {
	said, person, readable, err := c.bearer(ctx, p)
	checks := defenderChecks(person)
	if err == nil {
		err = c.graph.try(ctx, "/v1.0/security/incidents?$top=1")
	}
	switch {
	case err == nil:
		checks[0] = works(checks[0])
	case app.KindOf(err) == app.KindPermission:
		checks[0].Verdict, checks[0].Said = profile.Missing, "Microsoft Graph refuses to show incidents to this sign-in."
		if readable && (said.May(readIncidents) || said.May(writeIncidents)) {
			checks[0].Said = "The permission is there; the person's role, or the tenant's license for Defender XDR, is not."
		}
	default:
		checks[0] = failed(checks[0], err)
		return append(checks[:1], untried(checks[1:], "Not tried: incidents could not be read.")...)
	}
	for i := 1; i < len(checks); i++ {
		checks[i] = judge(checks[i], said, defenderNeeds[i], readable)
	}
	return checks
}

// bearer is who the token for Microsoft Graph is for; readable is false where it does not
// say.
func (c *Client) bearer(ctx context.Context, p profile.Profile) (said azure.Claims, person, readable bool, err error) {
	said, err = c.claims(ctx, c.graph.scope)
	person = p.Method.Person() || p.Method == profile.AzureCLI
	if readable = said.Object != ""; readable {
		person = said.Person()
	}
	return said, person, readable, err
}

// judge finds out from the token alone whether a write would be allowed.
func judge(f profile.Finding, said azure.Claims, n need, readable bool) profile.Finding {
	switch {
	case !readable:
		f.Verdict, f.Said = profile.Unknown, "The token cannot be read, so it shows at the first use."
	case !said.May(n.permission):
		f.Verdict, f.Said = profile.Missing, "The permission "+n.permission+" is not in the token."
	case said.Person() && said.Directory == nil:
		f.Verdict, f.Said = profile.Unknown, "The permission is there; the person's role is not told and shows at the first use."
	case said.Person() && !slices.ContainsFunc(n.roles, func(id string) bool { return slices.Contains(said.Directory, id) }):
		f.Verdict, f.Said = profile.Missing, "The permission is there; the person has no Entra role such as "+n.role+". A role of Defender's own may still allow it."
	default:
		return works(f)
	}
	return f
}
