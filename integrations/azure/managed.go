package azure

import (
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

// managedWithin bounds a request for a token, repeats included: where there is no
// managed identity its address mostly swallows what is sent there.
const managedWithin = 6 * time.Second

const noManaged = "There is no managed identity here: it exists on machines of Azure that were given one, and through Azure Arc."

// ManagedIdentity signs in as the identity that Azure gave this machine, or as the
// user-assigned one with a client id. It asks nobody.
func ManagedIdentity(t policy.Transporter, client string) (*Credential, error) {
	if own, ok := t.(*Transport); ok {
		t = own.direct()
	}
	o := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: policy.ClientOptions{
		Transport:       t,
		Telemetry:       policy.TelemetryOptions{ApplicationID: "watchfloor"},
		Retry:           policy.RetryOptions{MaxRetries: 2, ShouldRetry: worthRepeating, RetryDelay: 200e6, MaxRetryDelay: 1e9},
		PerCallPolicies: []policy.Policy{listen{explainManaged, managedSilent}},
	}}
	if client != "" {
		o.ID = azidentity.ClientID(client)
	}
	cred, err := azidentity.NewManagedIdentityCredential(o)
	if err != nil {
		return nil, app.E(app.KindInvalid, "A managed identity of this kind of machine cannot be used here; choose another way to sign in.", err)
	}
	return &Credential{inner: cred, within: managedWithin, late: noManaged, other: explainNothing}, nil
}

// managedSilent covers a token service that cannot be reached: there is none.
func managedSilent(err error) *app.Error {
	if neverSent(err) {
		return app.E(app.KindSignIn, noManaged, err)
	}
	return Explain(err, Intent{Name: "the managed identity"})
}

// explainManaged reads a refusal of the machine's token service.
func explainManaged(resp *http.Response, _ []byte) *app.Error {
	cause := statusError{status: resp.StatusCode}
	switch code := resp.StatusCode; {
	case code == http.StatusTooManyRequests, code >= 500:
		e := app.E(app.KindOffline, "The managed identity does not answer now; it is asked again later.", cause)
		e.RetryAfter, _ = RetryAfter(resp.Header, time.Now())
		return e
	case code == http.StatusBadRequest, code == http.StatusNotFound:
		return app.E(app.KindSignIn, "This machine has not the managed identity asked for; assign it in the portal, or check the client id.", cause)
	}
	return app.E(app.KindSignIn, "The managed identity of this machine refused a token (HTTP "+strconv.Itoa(resp.StatusCode)+").", cause)
}

// direct is t without a proxy and with little patience: the token service is on the
// machine or on its link.
func (t *Transport) direct() *Transport {
	own, _ := t.client.Transport.(*http.Transport)
	own = own.Clone()
	own.Proxy, own.DisableKeepAlives = nil, true
	own.DialContext = (&net.Dialer{Timeout: managedWithin / 3}).DialContext
	return &Transport{limits: t.limits, client: &http.Client{CheckRedirect: t.client.CheckRedirect, Transport: own}}
}
