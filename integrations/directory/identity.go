package directory

import (
	"context"
	"net/http"

	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

// conditional are the roles that may read the sign-in log besides the readers.
var conditional = append([]string{
	"4a5d8f65-41da-4de4-8968-e035b65339cf", // Reports Reader
}, readers...)

// accounts are the roles that may disable people and end their sessions. A target that
// holds a role itself takes a higher one.
var accounts = []string{
	"fe930be7-5e62-47db-91af-98c3a49a38b1", // User Administrator
	"c4e39bd9-1100-46d3-8c65-fb160da0071f", // Authentication Administrator
	"62e90394-69f5-4237-9190-012177145e10", // Global Administrator
}

// identityReads are tried one after the other: Entra ID Protection lets one request a
// second through for a whole tenant (sheet part 0.3).
var identityReads = []struct {
	check, path string
	need        need
	licence     string
	costs       string
}{
	{"Read users at risk", "/v1.0/identityProtection/riskyUsers?$top=1", need{"IdentityRiskyUser.Read.All", "Security Reader", readers},
		"Entra ID P2", "No user at risk is shown."},
	{"Read risk detections", "/v1.0/identityProtection/riskDetections?$top=1", need{"IdentityRiskEvent.Read.All", "Security Reader", readers},
		"Entra ID P2", "It is not told why a user is at risk."},
	{"Read workloads at risk", "/v1.0/identityProtection/riskyServicePrincipals?$top=1", need{"IdentityRiskyServicePrincipal.Read.All", "Security Reader", readers},
		"Workload ID Premium", "No service principal at risk is shown."},
	{"Read the sign-in log", "/v1.0/auditLogs/signIns?$top=1", need{"AuditLog.Read.All", "Reports Reader", conditional},
		"Entra ID P1", "No sign-in is shown and none can be compared."},
}

var identityWrites = []struct {
	check string
	need  need
	costs string
}{
	{"Dismiss and confirm risk", need{"IdentityRiskyUser.ReadWrite.All", "Security Operator", operators}, "The risk of users stays as it is; such actions fail."},
	{"End sessions", need{"User.RevokeSessions.All", "User Administrator", accounts}, "Sessions cannot be revoked."},
	{"Disable and enable accounts", need{"User.EnableDisableAccount.All", "User Administrator", accounts}, "Accounts cannot be disabled."},
}

// identityChecks are what Watchfloor does with identities, with what each takes.
func identityChecks(person bool) (out []profile.Finding) {
	for _, r := range identityReads {
		out = append(out, profile.Finding{Source: "Entra ID", Check: r.check, Needs: r.need.words(person) + "; the tenant needs " + r.licence, Costs: r.costs})
	}
	for _, w := range identityWrites {
		out = append(out, profile.Finding{Source: "Entra ID", Check: w.check, Needs: w.need.words(person), Costs: w.costs})
	}
	return out
}

func (c *Client) testIdentity(ctx context.Context, p profile.Profile) []profile.Finding {
	said, person, readable, err := c.bearer(ctx, p)
	checks := identityChecks(person)
	if err != nil {
		return untried(checks, "Not tried: there is no token for Microsoft Graph.")
	}
	for i, r := range identityReads {
		err := c.graph.try(ctx, r.path)
		switch code := azure.StatusOf(err); {
		case err == nil:
			checks[i] = works(checks[i])
		case code == http.StatusForbidden && readable && said.May(r.need.permission):
			checks[i].Verdict = profile.Missing
			checks[i].Said = "The permission is there; the tenant's licence (" + r.licence + ") or the person's role is not."
		case code == http.StatusForbidden:
			checks[i].Verdict, checks[i].Said = profile.Missing, "Microsoft Graph refuses this to the sign-in."
		case code == http.StatusTooManyRequests:
			checks[i].Verdict, checks[i].Said = profile.Unknown, "Microsoft Graph answers only so often; it shows at the first use."
		default:
			checks[i] = failed(checks[i], err)
		}
	}
	for i, w := range identityWrites {
		at := len(identityReads) + i
		checks[at] = judge(checks[at], said, w.need, readable)
	}
	return checks
}
