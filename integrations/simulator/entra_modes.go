package simulator

import (
	"net/http"
	"strings"
)

// IdentityMode says what of Entra the tenant has. The zero value is every licence and
// rows that keep to the published schema.
type IdentityMode struct {
	NoP1       bool `json:"noP1,omitempty"`       // no sign-in log through Graph, and no P2
	NoP2       bool `json:"noP2,omitempty"`       // no Entra ID Protection; risk of sign-ins is hidden
	NoWorkload bool `json:"noWorkload,omitempty"` // no Workload ID Premium
	// Extra adds to sign-ins what only the beta of Graph declares: the network's number,
	// session, token and the second factor in detail.
	Extra bool `json:"extra,omitempty"`
	// Odd lets the odd rows use words that the schema's lists do not have.
	Odd bool `json:"odd,omitempty"`
}

// SetIdentity changes what the tenant has from now on.
func (s *Server) SetIdentity(m IdentityMode) {
	s.ids.mu.Lock()
	defer s.ids.mu.Unlock()
	s.ids.mode = m
}

// IdentityMode says what the tenant has.
func (s *Server) IdentityMode() IdentityMode {
	s.ids.mu.Lock()
	defer s.ids.mu.Unlock()
	return s.ids.mode
}

// licence is what a route of Graph takes beside permissions.
type licence uint8

const (
	free licence = iota
	premium1
	premium2
	workloadPremium
)

// licensed answers 403 where the tenant lacks a licence. The words of Entra ID
// Protection are what tenants report; no reference page shows them.
func (s *Server) licensed(w http.ResponseWriter, l licence) bool {
	switch m := s.IdentityMode(); {
	case l == premium1 && m.NoP1:
		graphError(w, http.StatusForbidden, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "Neither tenant is B2C or tenant doesn't have premium license")
	case l == premium2 && (m.NoP1 || m.NoP2), l == workloadPremium && m.NoWorkload:
		graphError(w, http.StatusForbidden, "Forbidden", "Your tenant is not licensed for this feature.")
	default:
		return true
	}
	return false
}

// Permissions of Graph for identities.
const (
	RiskyUserRead      = "IdentityRiskyUser.Read.All"
	RiskyUserReadWrite = "IdentityRiskyUser.ReadWrite.All"
	RiskEventRead      = "IdentityRiskEvent.Read.All"
	// RiskEventReadWrite is what feedback on sign-ins takes. The reference of the beta says
	// so; that of v1.0 does not show the calls.
	RiskEventReadWrite = "IdentityRiskEvent.ReadWrite.All"
	RiskyAppRead       = "IdentityRiskyServicePrincipal.Read.All"
	RiskyAppReadWrite  = "IdentityRiskyServicePrincipal.ReadWrite.All"
	AuditLogRead       = "AuditLog.Read.All"
	UserRead           = "User.Read.All"
	UserReadWrite      = "User.ReadWrite.All"
	UserRevoke         = "User.RevokeSessions.All"
	UserEnable         = "User.EnableDisableAccount.All"
	RolesRead          = "RoleManagement.Read.Directory"
)

var identityPermissions = []string{
	RiskyUserRead, RiskyUserReadWrite, RiskEventRead, RiskEventReadWrite, RiskyAppRead, RiskyAppReadWrite,
	AuditLogRead, UserRead, UserReadWrite, UserRevoke, UserEnable, RolesRead,
}

var (
	readRiskyUsers  = need{any: []string{RiskyUserRead, RiskyUserReadWrite}}
	writeRiskyUsers = need{any: []string{RiskyUserReadWrite}, write: true}
	readRiskEvents  = need{any: []string{RiskEventRead, RiskEventReadWrite}}
	writeRiskEvents = need{any: []string{RiskEventReadWrite}, write: true}
	readRiskyApps   = need{any: []string{RiskyAppRead, RiskyAppReadWrite}}
	writeRiskyApps  = need{any: []string{RiskyAppReadWrite}, write: true}
	readSignIns     = need{any: []string{AuditLogRead}}
	readUsers       = need{any: []string{UserRead, UserReadWrite}}
	revokeSessions  = need{any: []string{UserRevoke, UserReadWrite}, write: true}
	enableAccounts  = need{any: []string{UserEnable, UserReadWrite}, write: true}
	readRoleHolders = need{any: []string{RolesRead}}
)

// EntraThrottle is what Graph grants (sheet part 0.3): one request a second for all of
// Entra ID Protection, refused without Retry-After, and five in ten seconds for the
// sign-in log. Reading counts as well.
var EntraThrottle = Throttle{Protection: Rate{PerSecond: 1}, SignIns: Rate{PerSecond: 0.5, Burst: 5}}

// identityLimit is the limit that a path counts against, nil without one.
func (b *faultBox) identityLimit(path string) *bucket {
	switch p := strings.ToLower(path); {
	case strings.HasPrefix(p, "/v1.0/identityprotection/"):
		return &b.protection
	case strings.HasPrefix(p, "/v1.0/auditlogs/signins"):
		return &b.signIns
	}
	return nil
}
