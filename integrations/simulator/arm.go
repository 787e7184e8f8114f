package simulator

import (
	"net/http"
	"strings"
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
	c, ok := s.caller(w, r, audARM)
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
	tenantLevel, named := p.is(0, "providers"), ""
	if len(p) > 1 && !tenantLevel {
		named = p[1]
	}
	if !s.mayReadARM(w, r, named) {
		return
	}
	if len(p) > 1 && !tenantLevel && s.subscription(p[1]) == nil {
		armError(w, http.StatusNotFound, "SubscriptionNotFound", "The subscription '"+p[1]+"' could not be found.")
		return
	}
	if tenantLevel && len(p) == 3 && p.is(1, "Microsoft.ResourceGraph") && p.is(2, "resources") {
		s.resourceGraph(w, r, version)
		return
	}
	if s.security(w, r, p, c, version) {
		return
	}
	if tenantLevel {
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type could not be found.")
		return
	}
	scope, in := s.scopeOf(p)
	if len(p) > 3 && p.is(2, "resourceGroups") && in == nil {
		armError(w, http.StatusNotFound, "ResourceGroupNotFound", "Resource group '"+p[3]+"' could not be found.")
		return
	}
	if len(p) > 7 && p.is(6, "workspaces") && scope != 8 {
		armError(w, http.StatusNotFound, "ResourceNotFound", "The Resource 'Microsoft.OperationalInsights/workspaces/"+p[7]+"' under resource group '"+p[3]+"' was not found.")
		return
	}
	switch {
	case s.discover(w, r, p, c):
	case scope == 8 && len(p) >= 11 && p.is(8, "providers") && p.is(9, "Microsoft.SecurityInsights"):
		if wordIn(apiVersions, version) < 0 {
			armError(w, http.StatusBadRequest, "InvalidResourceType", "The api-version '"+version+"' is not supported. The supported api-versions are '"+strings.Join(apiVersions, ", ")+"'.")
			return
		}
		if s.armMay(w, c, in, armAction(r, p[10:]), in.id()+"/providers/Microsoft.SecurityInsights/"+strings.Join(p[10:], "/")) && !s.atSite(w, r, in, p[10:]) {
			s.sentinel(w, r, p[10:], c.owner())
		}
	default:
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type could not be found.")
	}
}
