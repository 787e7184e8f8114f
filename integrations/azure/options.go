package azure

import (
	"log/slog"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Access is what a client needs to reach its service.
type Access struct {
	Cloud Cloud
	// Transport is normally the cloud's *Transport; tests wrap it.
	Transport policy.Transporter
	// Log may be nil.
	Log *slog.Logger
	// Now is the clock for durations in the log; nil means the system's.
	Now func() time.Time
	// AtOnce is how many requests may run at the same time; 0 means 8.
	AtOnce int
	// Jitter spreads a wait, so that the workstations of a tenant do not come back all at
	// once; nil leaves it as it is.
	Jitter func(time.Duration) time.Duration
	// ReadOnly, where it is not nil, is asked before every request: while it reports true
	// none that could change anything leaves, and no token is asked for it. The error is
	// KindPermission. It must be quick.
	ReadOnly func() bool
}

// Spread is how long to wait where the service asked for d: never less, and at most about
// a fifth more.
func (a Access) Spread(d time.Duration) time.Duration {
	if a.Jitter == nil {
		return d
	}
	return min(max(d, a.Jitter(d+d/10)), d+d/4)
}

// Logger is a.Log, or one that drops everything.
func (a Access) Logger() *slog.Logger {
	if a.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return a.Log
}

// ClientOptions are the options of a pipeline that talks to endpoint only.
func (a Access) ClientOptions(endpoint string) (policy.ClientOptions, Pin, error) {
	pin, err := NewPin(endpoint)
	if err != nil {
		return policy.ClientOptions{}, Pin{}, err
	}
	if a.Now == nil {
		a.Now = time.Now
	}
	if a.AtOnce == 0 {
		a.AtOnce = 8
	}
	return policy.ClientOptions{
		Cloud:            a.Cloud.Configuration(),
		Transport:        a.Transport,
		Retry:            WriteOnce(),
		Telemetry:        policy.TelemetryOptions{ApplicationID: "watchfloor"},
		PerCallPolicies:  []policy.Policy{exchange{}, dryRun{}, journal{a.Logger(), a.Now}, readOnly{a.ReadOnly}, answer{}, pin},
		PerRetryPolicies: []policy.Policy{NewGate(a.AtOnce)},
	}, pin, nil
}
