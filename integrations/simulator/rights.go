package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// Rights says what the signed-in application or person may do. The zero value is the
// full set: Sentinel Contributor at the workspace, every permission of Graph that
// Watchfloor asks for, Security Operator.
//
// A change is felt at once where something is taken away, and at ARM where something is
// given. A permission of Graph that is given back counts in tokens issued from then on,
// because it travels in the token.
type Rights struct {
	ARM          ARMRole       `json:"arm,omitempty"`
	GraphWithout []string      `json:"graphWithout,omitempty"` // permissions that were not granted
	Role         DirectoryRole `json:"role,omitempty"`         // of people; applications need none
	// NoSecurity are subscriptions at which no role lets the caller read Microsoft.Security;
	// SecurityReadOnly leaves Security Reader alone where there also was Security Admin.
	NoSecurity       []string `json:"noSecurity,omitempty"`
	SecurityReadOnly bool     `json:"securityReadOnly,omitempty"`
}

// ARMRole is the role at the resource group of the main workspace.
type ARMRole string

// The roles at the workspace. ARMNobody has no role there, but is a Reader of the rest
// of the subscription.
const (
	ARMContributor ARMRole = ""
	ARMResponder   ARMRole = "responder"
	ARMReader      ARMRole = "reader"
	ARMNobody      ARMRole = "none"
)

// DirectoryRole is the Entra role of a person.
type DirectoryRole string

// The roles of a person.
const (
	SecurityOperator DirectoryRole = ""
	SecurityReader   DirectoryRole = "reader"
	NoDirectoryRole  DirectoryRole = "none"
)

// The permissions of Graph that the routes here take.
const (
	IncidentRead      = "SecurityIncident.Read.All"
	IncidentReadWrite = "SecurityIncident.ReadWrite.All"
	AlertRead         = "SecurityAlert.Read.All"
	AlertReadWrite    = "SecurityAlert.ReadWrite.All"
	// DataManage is what merging incidents and moving alerts take, and nothing else here
	// does (Graph v1.0 reference, security-incident-mergeincidents and
	// security-alert-movealerts, "Permissions").
	DataManage = "SecurityData.Manage.All"
	// EventsRead and EventsReadWrite are of the secure score and its controls.
	EventsRead      = "SecurityEvents.Read.All"
	EventsReadWrite = "SecurityEvents.ReadWrite.All"
)

var graphPermissions = append([]string{IncidentRead, IncidentReadWrite, AlertRead, AlertReadWrite, DataManage, EventsRead, EventsReadWrite}, identityPermissions...)

// cliScopes are what Azure CLI's own application may do at Graph: nobody can add to it.
const cliScopes = "AuditLog.Read.All Directory.AccessAsUser.All email Group.ReadWrite.All openid profile User.ReadWrite.All"

// Template ids of directory roles.
const (
	operatorID = "5f2222b1-57c3-48ba-8ad5-d4759f1fde6f"
	readerID   = "5d6b6bb7-de71-4623-b4af-96380a352509"
	memberID   = "b79fbf4d-3ef9-4689-8143-76b194e85509" // everybody's
)

func (r Rights) granted() (out []string) {
	for _, p := range graphPermissions {
		if wordIn(r.GraphWithout, p) < 0 {
			out = append(out, p)
		}
	}
	return out
}

func (r Rights) roleIDs() []string {
	switch r.Role {
	case SecurityOperator:
		return []string{operatorID, memberID}
	case SecurityReader:
		return []string{readerID, memberID}
	}
	return []string{memberID}
}

// valid says what is wrong with rights, "" where nothing is.
func (r Rights) valid() string {
	for _, p := range r.GraphWithout {
		if wordIn(graphPermissions, p) < 0 {
			return "graphWithout: no permission " + p
		}
	}
	switch {
	case !slices.Contains([]ARMRole{ARMContributor, ARMResponder, ARMReader, ARMNobody}, r.ARM):
		return "arm: no role " + string(r.ARM)
	case !slices.Contains([]DirectoryRole{SecurityOperator, SecurityReader, NoDirectoryRole}, r.Role):
		return "role: no role " + string(r.Role)
	}
	return ""
}

// Rights returns what callers may do now.
func (s *Server) Rights() Rights { return *s.rights.Load() }

// SetRights changes what callers may do. Words that Rights does not know panic.
func (s *Server) SetRights(r Rights) {
	if text := r.valid(); text != "" {
		panic("simulator: " + text)
	}
	s.rights.Store(&r)
}

// permission is one entry of Microsoft.Authorization/permissions: what a role allows.
type permission struct {
	Actions        []string `json:"actions"`
	NotActions     []string `json:"notActions"`
	DataActions    []string `json:"dataActions"`
	NotDataActions []string `json:"notDataActions"`
}

// armRoles are the built-in roles, as far as they matter here. Those of Sentinel do not
// name workspaces/read: their holders find a workspace in lists and cannot read it alone.
var armRoles = map[ARMRole]permission{
	ARMReader: {Actions: []string{"*/read"}},
	ARMResponder: {
		Actions: []string{
			"Microsoft.SecurityInsights/*/read", "Microsoft.SecurityInsights/automationRules/*",
			"Microsoft.SecurityInsights/incidents/*", "Microsoft.SecurityInsights/entities/runPlaybook/action",
			"Microsoft.OperationalInsights/workspaces/analytics/query/action", "Microsoft.OperationalInsights/workspaces/*/read",
			"Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read",
		},
		NotActions: []string{"Microsoft.SecurityInsights/incidents/*/Delete", "Microsoft.SecurityInsights/ConfidentialWatchlists/*"},
	},
	ARMContributor: {
		Actions: []string{
			"Microsoft.SecurityInsights/*", "Microsoft.OperationalInsights/workspaces/analytics/query/action",
			"Microsoft.OperationalInsights/workspaces/*/read", "Microsoft.Authorization/*/read",
			"Microsoft.Resources/subscriptions/resourceGroups/read",
		},
		NotActions: []string{"Microsoft.SecurityInsights/ConfidentialWatchlists/*"},
	},
}

// at lists what the caller may do at a site; empty where they have no role. The
// reference page says that asking takes a role with Microsoft.Authorization/permissions/read
// and shows no refusal: the empty list is a choice, and clients have to take 403 too.
func (r Rights) at(p *site) []permission {
	role := ARMReader
	if p != nil && p.main() {
		if role = r.ARM; role == ARMNobody {
			return []permission{}
		}
	}
	one := armRoles[role]
	for _, list := range []*[]string{&one.Actions, &one.NotActions, &one.DataActions, &one.NotDataActions} {
		if *list == nil {
			*list = []string{}
		}
	}
	return []permission{one}
}

// allows reports that an action is among those of a role.
func (p permission) allows(action string) bool {
	match := func(pattern string) bool { return wildcard(strings.ToLower(pattern), strings.ToLower(action)) }
	return slices.ContainsFunc(p.Actions, match) && !slices.ContainsFunc(p.NotActions, match)
}

// wildcard matches a pattern in which * stands for any text.
func wildcard(pattern, s string) bool {
	head, rest, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	s = s[len(head):]
	for i := 0; i <= len(s); i++ {
		if wildcard(rest, s[i:]) {
			return true
		}
	}
	return false
}

// armMay answers 403 where the caller may not do an action at a site.
func (s *Server) armMay(w http.ResponseWriter, c claims, p *site, action, scope string) bool {
	if slices.ContainsFunc(s.Rights().at(p), func(x permission) bool { return x.allows(action) }) {
		return true
	}
	armForbidden(w, c, action, scope)
	return false
}

// armForbidden answers as ARM does where no role of the caller allows an action.
func armForbidden(w http.ResponseWriter, c claims, action, scope string) {
	who := c.AppID
	if !c.app() {
		who = c.UPN
	}
	armError(w, http.StatusForbidden, "AuthorizationFailed", "The client '"+who+"' with object id '"+c.OID+
		"' does not have authorization to perform action '"+action+"' over scope '"+scope+
		"' or the scope is invalid. If access was recently granted, please refresh your credentials.")
}

// armAction names the action of a request on a Sentinel resource; path starts at the
// type. POSTs that only read are read here: the documentation names no action for them.
func armAction(r *http.Request, path armPath) string {
	var types []string
	for i := 0; i < len(path); i += 2 {
		types = append(types, path[i])
	}
	verb := map[string]string{http.MethodPut: "write", http.MethodDelete: "delete"}[r.Method]
	switch {
	case r.Method == http.MethodPost && path.is(len(path)-1, "runPlaybook"):
		verb = "action"
	case verb == "":
		verb = "read"
	}
	return "Microsoft.SecurityInsights/" + strings.Join(types, "/") + "/" + verb
}

// need is what a route of Graph takes: one of the permissions, and the role for people.
type need struct {
	any   []string
	write bool
}

var (
	readIncidents  = need{any: []string{IncidentRead, IncidentReadWrite}}
	writeIncidents = need{any: []string{IncidentReadWrite}, write: true}
	readAlerts     = need{any: []string{AlertRead, AlertReadWrite}}
	writeAlerts    = need{any: []string{AlertReadWrite}, write: true}
	regroup        = need{any: []string{DataManage}, write: true}
	readScores     = need{any: []string{EventsRead, EventsReadWrite}}
	writeScores    = need{any: []string{EventsReadWrite}, write: true}
)

// graphMay answers 403 where the caller lacks a permission, in the token or by now, or
// the role.
func (s *Server) graphMay(w http.ResponseWriter, c claims, n need) bool {
	rights := s.Rights()
	missing, has := "application roles", strings.Join(c.Roles, ",")
	if !c.app() {
		missing, has = "application scopes", strings.Join(strings.Fields(c.Scopes), ",")
	}
	if now := rights.granted(); !c.may(n.any...) || !slices.ContainsFunc(n.any, func(p string) bool { return slices.Contains(now, p) && c.may(p) }) {
		graphError(w, http.StatusForbidden, "Forbidden", "Missing "+missing+". API required: "+strings.Join(n.any, ",")+", "+missing+": "+has+".")
		return false
	}
	if !c.app() && (rights.Role == NoDirectoryRole || n.write && rights.Role == SecurityReader) {
		graphError(w, http.StatusForbidden, "Forbidden", "The user lacks a directory role that allows this operation, such as Security Operator.")
		return false
	}
	return true
}
