package directory

import (
	"context"
	"slices"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

func (c *Client) testDefender(ctx context.Context, p profile.Profile) []profile.Finding {
	said, person, readable, err := c.bearer(ctx, p)
	features := permission.Of(permission.Defender)
	checks := checksOf(features, person, p)
	if err == nil {
		err = c.graph.try(ctx, "/v1.0/security/incidents?$top=1")
	}
	switch {
	case err == nil:
		checks[0] = works(checks[0])
	case app.KindOf(err) == app.KindPermission:
		checks[0].Verdict, checks[0].Sure, checks[0].Said = profile.Missing, true, "Microsoft Graph refuses to show incidents to this sign-in."
		if readable && features[0].Granted(said.May) {
			checks[0].Said = "The permission is there; the person's role, or the tenant's license for Defender XDR, is not."
		}
	default:
		checks[0] = failed(checks[0], err)
		return append(checks[:1], untried(checks[1:], "Not tried: incidents could not be read.")...)
	}
	for i := 1; i < len(checks); i++ {
		checks[i] = judge(checks[i], said, features[i], readable)
	}
	return checks
}

// checksOf are the features that a profile is tested for, with what each takes.
func checksOf(features []permission.Feature, person bool, p profile.Profile) []profile.Finding {
	var out []profile.Finding
	for _, f := range features {
		out = append(out, profile.Finding{Feature: f.ID, Source: f.Source, Check: f.Does, Needs: f.Needs(person, p.ResourceGroup), Costs: f.Costs})
	}
	return out
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
func judge(f profile.Finding, said azure.Claims, n permission.Feature, readable bool) profile.Finding {
	switch {
	case !readable:
		f.Verdict, f.Said = profile.Unknown, "The token cannot be read, so it shows at the first use."
	case !n.Granted(said.May):
		f.Verdict, f.Sure, f.Said = profile.Missing, true, "The permission "+n.Least()+" is not in the token."
	case said.Person() && said.Directory == nil:
		f.Verdict, f.Said = profile.Unknown, "The permission is there; the person's role is not told and shows at the first use."
	case said.Person() && !slices.ContainsFunc(n.Roles, func(id string) bool { return slices.Contains(said.Directory, id) }):
		f.Verdict, f.Said = profile.Missing, "The permission is there; the person has no Entra role such as "+n.Entra+"."
		if n.Source == permission.Defender {
			f.Said += " A role of Defender's own may still allow it."
		}
	default:
		return works(f)
	}
	return f
}
