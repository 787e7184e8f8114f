// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"watchfloor/integrations/simulator/story"
)

// site is a workspace of the tenant. Only the main one holds incidents; at the others
// the caller is a Reader.
type site struct {
	subscription, group, name string
	sentinel                  bool
}

const (
	researchID = "4c8e2f60-7a1b-4d39-92e5-b6c7d8e9fa01"
	archiveID  = "9d0e1f2a-3b4c-4d5e-8f60-718293a4b5c6"
)

// subscriptions of the tenant; the last one holds no workspace.
var subscriptions = []struct{ id, name, state string }{
	{subscriptionID, "Northwind Clinic production", "Enabled"},
	{researchID, "Northwind Clinic research", "Enabled"},
	{archiveID, "Northwind Clinic archive", "Disabled"},
}

var sites = []site{
	{subscriptionID, resourceGroup, workspace, true},
	{subscriptionID, "rg-platform", "law-platform-logs", false},
	{researchID, "rg-research-security", "law-sentinel-research", true},
}

func (p *site) main() bool { return p.subscription == subscriptionID && p.group == resourceGroup }

func (p *site) groupID() string {
	return "/subscriptions/" + p.subscription + "/resourceGroups/" + p.group
}

func (p *site) id() string {
	return p.groupID() + "/providers/Microsoft.OperationalInsights/workspaces/" + p.name
}

// Sizes of pages: small, so that every client meets a second one.
const (
	subscriptionPage = 2
	workspacePage    = 1
)

// discover answers what a client asks before it knows a workspace: subscriptions,
// resource groups, workspaces and the caller's permissions. The path names a known
// subscription.
func (s *Server) discover(w http.ResponseWriter, r *http.Request, p armPath, c claims) bool {
	var items []any
	size := 1000
	var one any
	scope, in := s.scopeOf(p)
	switch {
	case len(p) == 1:
		items = s.subscriptions()
		size = max(subscriptionPage, len(items)/2)
	case len(p) == 2:
		one = s.subscription(p[1])
	case scope > 0 && len(p) == scope+3 && p.is(scope, "providers") && p.is(scope+1, "Microsoft.Authorization") && p.is(scope+2, "permissions"):
		roles := s.Rights().at(in)
		if in == nil {
			roles = s.Rights().securityRoles(p[1])
		}
		for _, x := range roles {
			items = append(items, x)
		}
	case len(p) == 3 && p.is(2, "resourceGroups"):
		for _, x := range s.visible(p[1], "") {
			items = append(items, s.group(x))
		}
	case len(p) == 4 && p.is(2, "resourceGroups") && in != nil:
		if !s.armMay(w, c, in, "Microsoft.Resources/subscriptions/resourceGroups/read", in.groupID()) {
			return true
		}
		one = s.group(in)
	case len(p) == 5 && p.is(3, "Microsoft.OperationalInsights") && p.is(4, "workspaces"):
		for _, x := range s.visible(p[1], "") {
			items = append(items, s.workspace(x))
		}
		size = workspacePage
	case len(p) == 7 && p.is(5, "Microsoft.OperationalInsights") && p.is(6, "workspaces"):
		for _, x := range s.visible(p[1], p[3]) {
			items = append(items, s.workspace(x))
		}
		size = workspacePage
	case len(p) == 8 && scope == 8 && in != nil:
		if !s.armMay(w, c, in, "Microsoft.OperationalInsights/workspaces/read", in.id()) {
			return true
		}
		one = s.workspace(in)
	default:
		return false
	}
	s.count("arm discovery")
	switch {
	case r.Method != http.MethodGet:
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The resource can only be read here.")
	case one != nil:
		writeJSON(w, http.StatusOK, one)
	default:
		s.discovered(w, r, items, size)
	}
	return true
}

// discovered writes a page of a list.
func (s *Server) discovered(w http.ResponseWriter, r *http.Request, items []any, size int) {
	q := r.URL.Query()
	from, err := 0, error(nil)
	if v := q.Get("$skiptoken"); v != "" {
		from, err = strconv.Atoi(v)
	}
	if err != nil || from < 0 {
		armError(w, http.StatusBadRequest, "InvalidSkipToken", "The skip token is not valid.")
		return
	}
	from = min(from, len(items))
	to := min(from+size, len(items))
	page := map[string]any{"value": append([]any{}, items[from:to]...)}
	if to < len(items) {
		q.Set("$skiptoken", strconv.Itoa(to))
		page["nextLink"] = s.base + r.URL.Path + "?" + q.Encode()
	}
	writeJSON(w, http.StatusOK, page)
}

// scopeOf says how many segments of a path name a subscription, group or workspace,
// and the site they lead to; 0 where they name none that exists, with the site where only
// the workspace does not. A subscription leads to no site.
func (s *Server) scopeOf(p armPath) (n int, in *site) {
	if len(p) < 2 || !p.is(0, "subscriptions") {
		return 0, nil
	}
	if !p.is(2, "resourceGroups") {
		return 2, nil
	}
	if len(p) < 4 {
		return 0, nil
	}
	for i := range sites {
		if x := &sites[i]; strings.EqualFold(x.subscription, p[1]) && strings.EqualFold(x.group, p[3]) {
			in = x
		}
	}
	if in == nil {
		return 0, nil
	}
	if len(p) < 8 || !p.is(4, "providers") || !p.is(5, "Microsoft.OperationalInsights") || !p.is(6, "workspaces") {
		return 4, in
	}
	if !strings.EqualFold(in.name, p[7]) { // one workspace to a group
		return 0, in
	}
	return 8, in
}

// visible are the sites of a subscription, and group where one is given, at which the
// caller has a role.
func (s *Server) visible(sub, group string) (out []*site) {
	for i := range sites {
		x := &sites[i]
		if strings.EqualFold(x.subscription, sub) && (group == "" || strings.EqualFold(x.group, group)) && len(s.Rights().at(x)) > 0 {
			out = append(out, x)
		}
	}
	return out
}

func (s *Server) subscriptions() (out []any) {
	for _, x := range s.posture.subs {
		out = append(out, s.subscription(x.id))
	}
	return out
}

func (s *Server) subscription(id string) any {
	x := s.posture.sub(id)
	if x == nil {
		return nil
	}
	state := "Enabled"
	if x.off {
		state = "Disabled"
	}
	return map[string]any{
		"id": "/subscriptions/" + x.id, "subscriptionId": x.id, "tenantId": tenantID, "displayName": x.name,
		"state": state, "authorizationSource": "RoleBased", "managedByTenants": []any{},
		"subscriptionPolicies": map[string]string{"locationPlacementId": "Public_2014-09-01", "quotaId": "EnterpriseAgreement_2014-09-01", "spendingLimit": "Off"},
	}
}

func (s *Server) group(p *site) any {
	return map[string]any{
		"id": p.groupID(), "name": p.group, "type": "Microsoft.Resources/resourceGroups", "location": "westeurope",
		"properties": map[string]string{"provisioningState": "Succeeded"},
	}
}

func (s *Server) workspace(p *site) any {
	key := "workspace"
	if !p.main() {
		key += p.name
	}
	return map[string]any{
		"id": p.id(), "name": p.name, "type": "Microsoft.OperationalInsights/workspaces", "location": "westeurope",
		"properties": map[string]any{
			"customerId": story.GUID(uint64(s.o.Seed), key), "provisioningState": "Succeeded", "retentionInDays": 90,
			"sku": map[string]string{"name": "PerGB2018"},
		},
	}
}

// atSite answers what is beneath Microsoft.SecurityInsights of a workspace before its
// incidents are looked at: the onboarding, and everything of a workspace without
// Sentinel or without incidents. p starts at the type.
func (s *Server) atSite(w http.ResponseWriter, r *http.Request, in *site, p armPath) bool {
	switch {
	case p.is(0, "onboardingStates") && len(p) <= 2:
		s.onboarding(w, r, in, p)
	case !in.sentinel:
		armError(w, http.StatusBadRequest, "BadRequest", "Workspace '"+in.name+"' is not onboarded to Microsoft Sentinel. Please onboard through the portal or use the OnboardingStates ARM api to onboard to Sentinel.")
	case in.main():
		return false
	case r.Method == http.MethodGet && len(p) == 1 && slices.Contains([]string{"incidents", "bookmarks"}, strings.ToLower(p[0])):
		writeJSON(w, http.StatusOK, map[string]any{"value": []any{}})
	default: // only reads come here: the role at the other sites is Reader
		armError(w, http.StatusNotFound, "NotFound", "Resource '"+p[len(p)-1]+"' was not found.")
	}
	return true
}

// onboarding answers whether Sentinel is switched on at a workspace.
func (s *Server) onboarding(w http.ResponseWriter, r *http.Request, in *site, p armPath) {
	s.count("sentinel onboarding")
	state := map[string]any{
		"id": in.id() + "/providers/Microsoft.SecurityInsights/onboardingStates/default", "name": "default",
		"type": "Microsoft.SecurityInsights/onboardingStates", "properties": map[string]any{"customerManagedKey": false},
	}
	switch {
	case r.Method != http.MethodGet:
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The onboarding can only be read here.")
	case len(p) == 1 && in.sentinel:
		writeJSON(w, http.StatusOK, map[string]any{"value": []any{state}})
	case len(p) == 1:
		writeJSON(w, http.StatusOK, map[string]any{"value": []any{}})
	case in.sentinel && p.is(1, "default"):
		writeJSON(w, http.StatusOK, state)
	default:
		armError(w, http.StatusNotFound, "NotFound", "Sentinel onboarding state '"+p[1]+"' was not found.")
	}
}
