package directory

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Bounds of what can be offered for choosing; beyond them a workspace is typed.
const (
	mostSubscriptions = 1000
	mostWorkspaces    = 2000
	atOnce            = 6 // requests
)

const (
	workspacesVersion = "2023-09-01"
	resourcesVersion  = "2021-04-01"
	onboardingVersion = "2025-09-01"
)

// Places lists the Log Analytics workspaces that the sign-in can see, those with
// Sentinel first, then by name. A subscription whose workspaces cannot be listed is one
// place with a Problem and no workspace. KindPermission: it sees no subscription at all.
// Where there are more than can be offered, the places come with an error that says so.
func (c *Client) Places(ctx context.Context) ([]profile.Place, error) {
	places, err := c.subscriptions(ctx)
	if err != nil {
		return nil, err
	}
	if len(places) == 0 {
		return nil, app.E(app.KindPermission, "This sign-in sees no subscription of Azure. Ask for the role Microsoft Sentinel Reader on the resource group of the workspace, or type the workspace by hand.", nil)
	}
	cut := len(places) > mostSubscriptions
	places = places[:min(len(places), mostSubscriptions)]

	lists := make([][]profile.Place, len(places))
	each(len(places), func(i int) { lists[i] = c.workspaces(ctx, places[i]) })
	places = slices.Concat(lists...)
	cut = cut || len(places) > mostWorkspaces
	places = places[:min(len(places), mostWorkspaces)]
	each(len(places), func(i int) { c.onboarded(ctx, &places[i]) })
	if ctx.Err() != nil {
		return nil, azure.Explain(ctx.Err(), azure.Intent{Name: "Azure"})
	}

	slices.SortStableFunc(places, func(a, b profile.Place) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.SubscriptionName, b.SubscriptionName),
			strings.Compare(a.ResourceGroup, b.ResourceGroup), strings.Compare(a.Workspace, b.Workspace))
	})
	if cut {
		return places, app.E(app.KindInvalid, "There are more workspaces than can be listed here; type the one you look for by hand.", nil)
	}
	return places, nil
}

// subscriptions lists those that the sign-in can see, as places without a workspace.
func (c *Client) subscriptions(ctx context.Context) (places []profile.Place, err error) {
	list, err := c.subs.List(ctx)
	for _, sub := range list {
		places = append(places, profile.Place{Subscription: sub.ID, SubscriptionName: sub.Name})
	}
	return places, err
}

// rank puts workspaces with Sentinel first and subscriptions without any last.
func rank(p profile.Place) int {
	switch {
	case p.Sentinel:
		return 0
	case p.Workspace != "":
		return 1
	}
	return 2
}

// workspaces lists those of one subscription. The list of the provider takes a role on
// the whole subscription at some tenants; the list of all resources always holds what
// the sign-in can see.
func (c *Client) workspaces(ctx context.Context, sub profile.Place) []profile.Place {
	base := "/subscriptions/" + url.PathEscape(sub.Subscription)
	rows, err := c.arm.list(ctx, base+"/providers/Microsoft.OperationalInsights/workspaces?api-version="+workspacesVersion)
	if app.KindOf(err) == app.KindPermission {
		q := url.Values{"api-version": {resourcesVersion}, "$filter": {"resourceType eq 'Microsoft.OperationalInsights/workspaces'"}}
		rows, err = c.arm.list(ctx, base+"/resources?"+q.Encode())
	}
	if err != nil {
		sub.Problem = "The workspaces of this subscription cannot be listed. " + app.Say(err)
		return []profile.Place{sub}
	}
	var out []profile.Place
	for _, raw := range rows {
		var ws struct {
			ID       wire.Text `json:"id"`
			Name     wire.Text `json:"name"`
			Location wire.Text `json:"location"`
		}
		p := sub
		if wire.Into(raw, &ws) {
			p.ResourceGroup, p.Workspace, p.Location = groupOf(ws.ID.S), ws.Name.S, ws.Location.S
		}
		if p.ResourceGroup != "" && p.Workspace != "" {
			out = append(out, p)
		}
	}
	return out
}

// groupOf is the resource group in the id of a resource.
func groupOf(id string) string {
	p := strings.Split(id, "/")
	for i := 0; i+1 < len(p); i++ {
		if strings.EqualFold(p[i], "resourceGroups") {
			return p[i+1]
		}
	}
	return ""
}

// onboarded finds out whether Sentinel is on.
func (c *Client) onboarded(ctx context.Context, p *profile.Place) {
	if p.Workspace == "" {
		return
	}
	on, err := c.sentinelOn(ctx, p.Subscription, p.ResourceGroup, p.Workspace)
	switch {
	case err == nil:
		p.Sentinel = on
	case azure.StatusOf(err) == http.StatusNotFound, azure.StatusOf(err) == http.StatusBadRequest:
		// the workspace was just listed: there is no Sentinel to ask
	case app.KindOf(err) == app.KindPermission:
		p.Problem = "Whether Sentinel is on cannot be seen without the role Microsoft Sentinel Reader."
	default:
		p.Problem = "Whether Sentinel is on is not known. " + app.Say(err)
	}
}

func workspacePath(subscription, group, workspace string) string {
	return "/subscriptions/" + url.PathEscape(subscription) + "/resourceGroups/" + url.PathEscape(group) +
		"/providers/Microsoft.OperationalInsights/workspaces/" + url.PathEscape(workspace)
}

const sentinelPath = "/providers/Microsoft.SecurityInsights"

func (c *Client) sentinelOn(ctx context.Context, subscription, group, workspace string) (bool, error) {
	rows, err := c.arm.list(ctx, workspacePath(subscription, group, workspace)+sentinelPath+"/onboardingStates?api-version="+onboardingVersion)
	for _, raw := range rows {
		var state struct {
			Name wire.Text `json:"name"`
		}
		if wire.Into(raw, &state) && strings.EqualFold(state.Name.S, "default") {
			return true, nil
		}
	}
	return false, err
}

// each runs f for 0 to n-1, a few at a time.
func each(n int, f func(int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	wg.Wait()
}
