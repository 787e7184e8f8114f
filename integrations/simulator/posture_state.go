package simulator

import (
	"net/http"
	"slices"
)

// PostureState says which subscriptions Defender for Cloud does not serve.
type PostureState struct {
	// Unregistered have not registered the provider: ARM answers 409. A subscription that
	// is disabled is among them from the start.
	Unregistered []string `json:"unregistered,omitempty"`
	// Unwatched have no plan of Defender for Cloud: every list is empty.
	Unwatched []string `json:"unwatched,omitempty"`
}

func (p PostureState) unregistered(e *estate) bool { return e.off || wordIn(p.Unregistered, e.id) >= 0 }
func (p PostureState) unwatched(e *estate) bool    { return e.off || wordIn(p.Unwatched, e.id) >= 0 }

// SetPostureState says which subscriptions are not served from now on.
func (s *Server) SetPostureState(p PostureState) { s.posture.state.Store(&p) }

// PostureState returns which subscriptions are not served.
func (s *Server) PostureState() PostureState { return *s.posture.state.Load() }

// securityRoles are what a caller may do with Microsoft.Security at a subscription:
// Security Admin and Reader, Security Reader alone, or neither.
func (r Rights) securityRoles(sub string) []permission {
	base := []string{"Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.OperationalInsights/workspaces/read"}
	switch {
	case wordIn(r.NoSecurity, sub) >= 0:
	case r.SecurityReadOnly:
		base = append(base, "Microsoft.Security/*/read")
	default:
		base = append(base, "*/read", "Microsoft.Security/*")
	}
	return []permission{{Actions: base, NotActions: []string{}, DataActions: []string{}, NotDataActions: []string{}}}
}

// mayRead reports whether the caller may read Microsoft.Security of a subscription.
func (r Rights) mayRead(sub string) bool {
	return r.securityRoles(sub)[0].allows("Microsoft.Security/assessments/read")
}

// securityMay answers 403 where the caller may not do an action.
func (s *Server) securityMay(w http.ResponseWriter, c claims, sub, action, scope string) bool {
	if slices.ContainsFunc(s.Rights().securityRoles(sub), func(x permission) bool { return x.allows(action) }) {
		return true
	}
	armForbidden(w, c, action, scope)
	return false
}
