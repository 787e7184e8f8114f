package simulator

import (
	"crypto/x509"
	"log/slog"
	"time"
)

// Options says what tenant to simulate. The zero value is a useful tenant of a
// thousand incidents.
type Options struct {
	Incidents int              // over both products, a pair of twins counts as two; 0 = 1000
	Seed      int64            // 0 = 1
	Now       func() time.Time // nil = time.Now
	Listen    string           // a loopback address; "" = 127.0.0.1:0
	// Live is how often the tenant changes by itself on the wall clock: an incident
	// arrives or another analyst edits one. 0 = never.
	Live time.Duration
	// TwinDelay is how long, on Now's clock, an edit needs to reach the twin at the
	// other product. 0 = at once.
	TwinDelay time.Duration
	// TokenLife is how long an access token is good, on Now's clock; 0 = an hour. Sign-in
	// libraries keep tokens by the machine's clock: where Now runs faster, set it longer
	// than the test's story, or the client sends tokens it believes in and meets 401.
	TokenLife time.Duration
	// ManualApproval makes sign-in by device code or browser wait for a person who
	// presses the button on the page; without it the tenant approves by itself.
	ManualApproval bool
	// Certificates are registered for the application, beside its secret; see
	// RegisterCertificate.
	Certificates []*x509.Certificate
	Entra        Entra  // how sign-in goes; the zero value lets everybody in
	Rights       Rights // what callers may do; the zero value is everything
	// RefreshLife is how long a sign-in of a person is remembered without being used,
	// on Now's clock; 0 = 90 days.
	RefreshLife time.Duration
	Throttle    Throttle // of writes; the zero value is no limit
	Posture     Posture  // what Defender for Cloud watches
	Users       int      // of the directory; 0 = 5000
	SignIns     int      // in the 30 days that the log keeps, about; 0 = 20000
	// Identity is what the tenant has of Entra ID Protection; the zero value is all.
	Identity IdentityMode
	Faults   Faults
	Log      *slog.Logger // nil = discard
}

func (o Options) withDefaults() Options {
	if o.Incidents <= 0 {
		o.Incidents = 1000
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Users <= 0 {
		o.Users = 5000
	}
	if o.SignIns <= 0 {
		o.SignIns = 20_000
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.TokenLife <= 0 {
		o.TokenLife = time.Hour
	}
	if o.RefreshLife <= 0 {
		o.RefreshLife = 90 * 24 * time.Hour
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Settings is what a client needs to connect.
type Settings struct {
	BaseURL     string // https://127.0.0.1:PORT
	Authority   string // cloud.Configuration.ActiveDirectoryAuthorityHost; discovery must be disabled
	ARM         string // endpoint of Azure Resource Manager
	ARMAudience string // audience of ARM tokens
	Graph       string // base of Graph including the version

	TenantID, ClientID, ClientSecret         string
	SubscriptionID, ResourceGroup, Workspace string

	CAPEM []byte // the certificate to trust
	User  string // UPN of the analyst who signs in by device code or browser

	// IdentityEndpoint and IdentityHeader are what App Service puts into the environment
	// of a process that has a managed identity; IdentityClientID is a second one, assigned
	// by a person. Managed identities and Azure CLI are told absolute times, so Now must
	// follow the machine's clock.
	IdentityEndpoint, IdentityHeader, IdentityClientID string
}

const (
	tenantID       = "6f1d2c3b-0a94-4e5f-8b7c-2d1e0f9a8b7c"
	clientID       = "a3c5e7f9-1b2d-4f60-8a9b-c0d1e2f3a4b5"
	clientSecret   = "simulated-secret-with-no-value" // #nosec G101 -- a fixed word of the simulated tenant
	subscriptionID = "0b5a7d1e-93c2-4f86-a1d4-5e6f7a8b9c0d"
	resourceGroup  = "rg-security-operations"
	workspace      = "law-sentinel-main"
	appName        = "Watchfloor (simulated)"
	appObjectID    = "c1d2e3f4-a5b6-4c7d-8e9f-0a1b2c3d4e5f"
	armAudience    = "https://management.core.windows.net/"
	identityHeader = "simulated-identity-header"            // #nosec G101 -- a fixed word of the simulated tenant
	identityID     = "d2e4f6a8-0b1c-4d3e-9f50-61728394a5b6" // client id of the assigned identity
	systemID       = "e3f5a7b9-1c2d-4e4f-8a61-728394a5b6c7" // of the system's own
)

// Settings returns what a client needs to connect to s.
func (s *Server) Settings() Settings {
	return Settings{
		BaseURL: s.base, Authority: s.base + "/", ARM: s.base, ARMAudience: armAudience,
		Graph: s.base + "/v1.0", TenantID: tenantID, ClientID: clientID, ClientSecret: clientSecret,
		SubscriptionID: subscriptionID, ResourceGroup: resourceGroup, Workspace: workspace,
		CAPEM: s.caPEM, User: s.t.world.Me().UPN,
		IdentityEndpoint: s.base + msiPath, IdentityHeader: identityHeader, IdentityClientID: identityID,
	}
}
