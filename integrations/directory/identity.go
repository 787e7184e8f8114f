package directory

import (
	"context"
	"net/http"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

// identityReads are tried one after the other: Entra ID Protection lets one request a
// second through for a whole tenant (sheet part 0.3). By the ID of the feature.
var identityReads = map[string]string{
	"entra.users":      "/v1.0/identityProtection/riskyUsers?$top=1",
	"entra.detections": "/v1.0/identityProtection/riskDetections?$top=1",
	"entra.workloads":  "/v1.0/identityProtection/riskyServicePrincipals?$top=1",
	"entra.signins":    "/v1.0/auditLogs/signIns?$top=1",
}

func (c *Client) testIdentity(ctx context.Context, p profile.Profile) []profile.Finding {
	said, person, readable, err := c.bearer(ctx, p)
	features := permission.Of(permission.Entra)
	checks := checksOf(features, person, p)
	if err != nil {
		return untried(checks, "Not tried: there is no token for Microsoft Graph.")
	}
	for i, f := range features {
		path, read := identityReads[f.ID]
		if !read { // a write; and of names and roles the token tells
			checks[i] = judge(checks[i], said, f, readable)
			continue
		}
		err := c.graph.try(ctx, path)
		switch code := azure.StatusOf(err); {
		case err == nil:
			checks[i] = works(checks[i])
		case code == http.StatusForbidden && readable && f.Granted(said.May):
			checks[i].Verdict, checks[i].Sure = profile.Missing, true
			checks[i].Said = "The permission is there; the tenant's licence (" + f.Licence + ") or the person's role is not."
		case code == http.StatusForbidden:
			checks[i].Verdict, checks[i].Sure, checks[i].Said = profile.Missing, true, "Microsoft Graph refuses this to the sign-in."
		case code == http.StatusTooManyRequests:
			checks[i].Verdict, checks[i].Said = profile.Unknown, "Microsoft Graph answers only so often; it shows at the first use."
		default:
			checks[i] = failed(checks[i], err)
		}
	}
	return checks
}
