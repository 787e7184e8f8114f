package simulator

import (
	"net/http"
	"strings"

	"watchfloor/integrations/simulator/story"
)

// armPath is a resource path, split. ARM ignores case in it except in names that
// belong to the caller.
type armPath []string

// is reports whether segment i equals a word.
func (p armPath) is(i int, word string) bool { return i < len(p) && strings.EqualFold(p[i], word) }

const (
	wsPrefix = "/subscriptions/" + subscriptionID + "/resourceGroups/" + resourceGroup +
		"/providers/Microsoft.OperationalInsights/workspaces/" + workspace + "/providers/Microsoft.SecurityInsights"
)

// apiVersions that the Sentinel routes accept; the first is what the Go client sends.
var apiVersions = []string{"2025-07-01-preview", "2025-09-01", "2024-03-01", "2024-09-01", "2025-06-01"}

// arm routes everything of Azure Resource Manager.
func (s *Server) arm(w http.ResponseWriter, r *http.Request) {
	who, ok := s.caller(w, r, audARM)
	if !ok {
		return
	}
	s.settle()
	p := armPath(strings.Split(strings.Trim(r.URL.Path, "/"), "/"))
	version := r.URL.Query().Get("api-version")
	if version == "" {
		armError(w, http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
		return
	}
	if len(p) > 1 && !strings.EqualFold(p[1], subscriptionID) {
		armError(w, http.StatusNotFound, "SubscriptionNotFound", "The subscription '"+p[1]+"' could not be found.")
		return
	}
	if len(p) > 3 && p.is(2, "resourceGroups") && !strings.EqualFold(p[3], resourceGroup) {
		armError(w, http.StatusNotFound, "ResourceGroupNotFound", "Resource group '"+p[3]+"' could not be found.")
		return
	}
	switch {
	case s.discover(w, r, p):
	case len(p) >= 11 && p.is(4, "providers") && p.is(5, "Microsoft.OperationalInsights") && p.is(6, "workspaces") &&
		p.is(8, "providers") && p.is(9, "Microsoft.SecurityInsights"):
		if !strings.EqualFold(p[7], workspace) {
			armError(w, http.StatusNotFound, "ResourceNotFound", "The workspace '"+p[7]+"' was not found.")
			return
		}
		if wordIn(apiVersions, version) < 0 {
			armError(w, http.StatusBadRequest, "InvalidResourceType", "The api-version '"+version+"' is not supported. The supported api-versions are '"+strings.Join(apiVersions, ", ")+"'.")
			return
		}
		s.sentinel(w, r, p[10:], who)
	default:
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type could not be found.")
	}
}

// discover answers the lists of subscriptions, resource groups and workspaces.
func (s *Server) discover(w http.ResponseWriter, r *http.Request, p armPath) bool {
	sub := map[string]any{"id": "/subscriptions/" + subscriptionID, "subscriptionId": subscriptionID, "tenantId": tenantID,
		"displayName": "Northwind Clinic production", "state": "Enabled"}
	group := map[string]any{"id": "/subscriptions/" + subscriptionID + "/resourceGroups/" + resourceGroup, "name": resourceGroup,
		"type": "Microsoft.Resources/resourceGroups", "location": "westeurope", "properties": map[string]string{"provisioningState": "Succeeded"}}
	ws := map[string]any{"id": strings.TrimSuffix(wsPrefix, "/providers/Microsoft.SecurityInsights"), "name": workspace,
		"type": "Microsoft.OperationalInsights/workspaces", "location": "westeurope",
		"properties": map[string]any{"customerId": story.GUID(uint64(s.o.Seed), "workspace"), "provisioningState": "Succeeded", "retentionInDays": 90,
			"sku": map[string]string{"name": "PerGB2018"}}}
	var one, all any
	switch {
	case len(p) == 1:
		all = sub
	case len(p) == 2:
		one = sub
	case len(p) == 3 && p.is(2, "resourceGroups"):
		all = group
	case len(p) == 4 && p.is(2, "resourceGroups"):
		one = group
	case len(p) == 5 && p.is(3, "Microsoft.OperationalInsights") && p.is(4, "workspaces"),
		len(p) == 7 && p.is(5, "Microsoft.OperationalInsights") && p.is(6, "workspaces"):
		all = ws
	case len(p) == 8 && p.is(5, "Microsoft.OperationalInsights") && p.is(6, "workspaces") && strings.EqualFold(p[7], workspace):
		one = ws
	default:
		return false
	}
	s.count("arm discovery")
	if r.Method != http.MethodGet {
		armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The resource can only be read here.")
		return true
	}
	if one != nil {
		writeJSON(w, http.StatusOK, one)
	} else {
		writeJSON(w, http.StatusOK, map[string]any{"value": []any{all}})
	}
	return true
}
