package directory

import (
	"context"
	"net/http"

	"watchfloor/app"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

func (c *Client) testSentinel(ctx context.Context, p profile.Profile) []profile.Finding {
	features := permission.Of(permission.Sentinel)
	checks := checksOf(features, true, p)
	place := workspacePath(p.Subscription, p.ResourceGroup, p.Workspace)
	on, err := c.sentinelOn(ctx, p.Subscription, p.ResourceGroup, p.Workspace)
	code := azure.StatusOf(err)
	switch {
	case err == nil && !on:
		return []profile.Finding{{
			Source: "Sentinel", Check: "Find the workspace", Verdict: profile.Failed,
			Said:  "Microsoft Sentinel is not enabled on the workspace " + p.Workspace + ".",
			Needs: "Another workspace, or Sentinel added to this one (Azure portal: Microsoft Sentinel, Create)",
			Costs: "There is nothing to read.",
		}}
	case code == http.StatusNotFound, code == http.StatusBadRequest:
		return []profile.Finding{{
			Source: "Sentinel", Check: "Find the workspace", Verdict: profile.Failed,
			Said: notFound(err, p), Needs: "The names as the Azure portal shows them on the page of the workspace", Costs: "There is nothing to read.",
		}}
	}
	err = c.arm.try(ctx, place+sentinelPath+"/incidents?$top=1&api-version="+onboardingVersion)
	switch {
	case err == nil:
		checks[0] = works(checks[0])
	case app.KindOf(err) == app.KindPermission:
		checks[0].Verdict, checks[0].Sure, checks[0].Said = profile.Missing, true, "The sign-in may not read incidents of this workspace."
	default:
		checks[0] = failed(checks[0], err)
		return append(checks[:1], untried(checks[1:], "Not tried: incidents could not be read.")...)
	}
	rights, err := c.rights(ctx, place)
	for i := 1; i < len(checks); i++ {
		checks[i] = allowed(checks[i], features[i], rights, err, "the workspace")
	}
	return checks
}

// allowed finds out from the rights at a place whether a write would be allowed there;
// err is why they are not known.
func allowed(f profile.Finding, n permission.Feature, rights []right, err error, place string) profile.Finding {
	switch {
	case app.KindOf(err) == app.KindPermission:
		f.Verdict, f.Said = profile.Unknown, "Azure does not tell this sign-in what it may do here; it shows at the first use."
	case err != nil:
		f = failed(f, err)
	case may(rights, n.Action):
		f = works(f)
	default:
		f.Verdict, f.Sure, f.Said = profile.Missing, true, "The sign-in may not do this at "+place+" (action "+n.Action+")."
	}
	return f
}

// notFound says which of the names is wrong.
func notFound(err error, p profile.Profile) string {
	switch azure.CodeOf(err) {
	case "SubscriptionNotFound", "InvalidSubscriptionId":
		return "The tenant has no subscription " + p.Subscription + ", or this sign-in cannot see it."
	case "ResourceGroupNotFound":
		return "The subscription has no resource group " + p.ResourceGroup + "."
	case "ResourceNotFound", "WorkspaceNotFound", "ParentResourceNotFound":
		return "The resource group " + p.ResourceGroup + " has no workspace " + p.Workspace + "."
	}
	return "The workspace " + p.Workspace + " was not found in the resource group " + p.ResourceGroup + "."
}
