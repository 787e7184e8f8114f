package azure

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

type networkKey struct{}

// network remembers the last failure to reach Entra. azidentity keeps only its text,
// and a person who is offline must not be told to sign in again.
type network struct {
	ctx  context.Context
	last atomic.Pointer[error]
}

func watchNetwork(ctx context.Context) (context.Context, *network) {
	n := &network{}
	n.ctx = context.WithValue(ctx, networkKey{}, n)
	return n.ctx, n
}

func noteNetwork(ctx context.Context, err error) {
	if n, ok := ctx.Value(networkKey{}).(*network); ok {
		n.last.Store(&err)
	}
}

func (n *network) explain(err error) error {
	if err == nil {
		return nil
	}
	if n.ctx.Err() != nil {
		return explainContext(n.ctx.Err(), Intent{})
	}
	var known *app.Error
	var failed *azidentity.AuthenticationFailedError
	var required *azidentity.AuthenticationRequiredError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &required):
		return app.E(app.KindSignIn, "Sign in again: the saved sign-in has ended.", err)
	case errors.As(err, &failed) && failed.RawResponse != nil:
		return explainEntra(failed)
	}
	if last := n.last.Load(); last != nil {
		return explainNetwork(*last, Intent{})
	}
	return app.E(app.KindSignIn, "Signing in failed; the log has the details.", err)
}

var aadsts = regexp.MustCompile(`AADSTS(\d+)`)

// entraWays are the refusals of Entra that a person can do something about.
var entraWays = map[string]string{
	"7000215": "The client secret is wrong; enter the secret's value, not its id.",
	"7000222": "The client secret has expired; create a new one in Entra.",
	"700016":  "Entra does not know this client id in the tenant; check both.",
	"90002":   "Entra does not know this tenant; check its id.",
	"50034":   "Entra does not know this user.",
	"50076":   "Entra asks for a second factor; sign in again.",
	"53003":   "A Conditional Access policy blocks this sign-in.",
	"65001":   "The application lacks consent; an administrator has to grant it.",
	"70043":   "The sign-in has expired; sign in again.",
	"700082":  "The sign-in has expired; sign in again.",
	"70020":   "The code was not entered in time; sign in again.",
}

func explainEntra(err *azidentity.AuthenticationFailedError) error {
	resp := err.RawResponse
	b, readErr := runtime.Payload(resp)
	if readErr != nil {
		return explainNetwork(readErr, Intent{})
	}
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(b, &said) // a portal's page leaves both empty
	if pause, ok := RetryAfter(resp.Header, time.Now()); ok && resp.StatusCode >= 429 || resp.StatusCode == http.StatusTooManyRequests {
		e := app.E(app.KindThrottled, "Entra asks to wait before the next sign-in.", nil)
		e.RetryAfter = pause
		return e
	}
	if resp.StatusCode >= 500 || said.Error == "" {
		return app.E(app.KindOffline, "Entra did not answer the sign-in as it should; it is tried again later.", errors.New(resp.Status))
	}
	// The description carries a correlation id and no secret; the request is not kept.
	cause := errors.New(said.Error + ": " + said.Description)
	if m := aadsts.FindStringSubmatch(said.Description); m != nil {
		if way, ok := entraWays[m[1]]; ok {
			return app.E(app.KindSignIn, way, cause)
		}
		return app.E(app.KindSignIn, "Entra refused the sign-in (AADSTS"+m[1]+").", cause)
	}
	switch said.Error {
	case "authorization_declined", "access_denied":
		return app.E(app.KindSignIn, "The sign-in was declined.", cause)
	case "expired_token", "code_expired":
		return app.E(app.KindSignIn, "The code was not entered in time; sign in again.", cause)
	case "invalid_client":
		return app.E(app.KindSignIn, "Entra refused the client id or its secret.", cause)
	}
	return app.E(app.KindSignIn, "Entra refused the sign-in; sign in again.", cause)
}
