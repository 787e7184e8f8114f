package directory

import (
	"context"
	"net/http"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
)

// sentinelWrites are the actions behind the checks, by the index of sentinelChecks.
var sentinelWrites = map[int]string{
	1: "Microsoft.SecurityInsights/incidents/write",
	2: "Microsoft.SecurityInsights/incidents/comments/write",
	3: "Microsoft.SecurityInsights/incidents/tasks/write",
}

// sentinelChecks are what Watchfloor does at a workspace, with what each takes.
func sentinelChecks(p profile.Profile) []profile.Finding {
	role := func(name string) string {
		return "Role " + name + " on the resource group " + p.ResourceGroup + " (Azure portal: Access control (IAM) of the group)"
	}
	const source, reader, responder = "Sentinel", "Microsoft Sentinel Reader", "Microsoft Sentinel Responder"
	return []profile.Finding{
		{Source: source, Check: "Read incidents", Needs: role(reader), Costs: "No incident of Sentinel is shown."},
		{Source: source, Check: "Change incidents", Needs: role(responder), Costs: "Status, severity, owner and labels stay as they are at Sentinel; such actions fail."},
		{Source: source, Check: "Comment", Needs: role(responder), Costs: "Comments on incidents of Sentinel fail."},
		{Source: source, Check: "Add and complete tasks", Needs: role(responder), Costs: "Tasks can be read only."},
	}
}

func (c *Client) testSentinel(ctx context.Context, p profile.Profile) []profile.Finding {
	checks := sentinelChecks(p)
	place := workspacePath(p.Subscription, p.ResourceGroup, p.Workspace)
	on, err := c.sentinelOn(ctx, p.Subscription, p.ResourceGroup, p.Workspace)
	code := azure.StatusOf(err)
	switch {
	case err == nil && !on:
		return []profile.Finding{{Source: "Sentinel", Check: "Find the workspace", Verdict: profile.Failed,
			Said:  "Microsoft Sentinel is not enabled on the workspace " + p.Workspace + ".",
			Needs: "Another workspace, or Sentinel added to this one (Azure portal: Microsoft Sentinel, Create)",
			Costs: "There is nothing to read."}}
	case code == http.StatusNotFound, code == http.StatusBadRequest:
		return []profile.Finding{{Source: "Sentinel", Check: "Find the workspace", Verdict: profile.Failed,
			Said: notFound(err, p), Needs: "The names as the Azure portal shows them on the page of the workspace", Costs: "There is nothing to read."}}
	}
	err = c.arm.try(ctx, place+sentinelPath+"/incidents?$top=1&api-version="+onboardingVersion)
	switch {
	case err == nil:
		checks[0] = works(checks[0])
	case app.KindOf(err) == app.KindPermission:
		checks[0].Verdict, checks[0].Said = profile.Missing, "The sign-in may not read incidents of this workspace."
	default:
		checks[0] = failed(checks[0], err)
		return append(checks[:1], untried(checks[1:], "Not tried: incidents could not be read.")...)
	}
	rights, err := c.rights(ctx, place)
	for i, action := range sentinelWrites {
		switch {
		case app.KindOf(err) == app.KindPermission:
			checks[i] = untried(checks[i:i+1], "Azure does not tell this sign-in what it may do here; it shows at the first use.")[0]
		case err != nil:
			checks[i] = failed(checks[i], err)
		case may(rights, action):
			checks[i] = works(checks[i])
		default:
			checks[i].Verdict, checks[i].Said = profile.Missing, "The sign-in may not do this at the workspace (action "+action+")."
		}
	}
	return checks
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
