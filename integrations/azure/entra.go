package azure

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"watchfloor/app"
)

// entra is Entra ID as errors call it.
var entra = Intent{Name: "Entra"}

func entraSilent(err error) *app.Error { return Explain(err, entra) }

var aadsts = regexp.MustCompile(`AADSTS(\d+)`)

// explainEntra reads the refusal of a token. nil: the person has not finished yet, so
// the device code is polled on.
func explainEntra(resp *http.Response, body []byte) *app.Error {
	var said struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(body, &said) // a portal's page leaves both empty
	if said.Error == "authorization_pending" || said.Error == "slow_down" {
		return nil
	}
	pause, asked := RetryAfter(resp.Header, time.Now())
	switch {
	case asked && resp.StatusCode >= 429, resp.StatusCode == http.StatusTooManyRequests:
		e := app.E(app.KindThrottled, "Entra asks to wait before the next sign-in.", errors.New(resp.Status))
		e.RetryAfter = pause
		return e
	case said.Error == "":
		return explainNotEntra(resp, body)
	case resp.StatusCode >= 500:
		return app.E(app.KindOffline, "Entra did not answer the sign-in as it should; it is tried again later.", errors.New(resp.Status))
	}
	// The description carries a correlation id and no secret; the request is not kept.
	cause := errors.New(said.Error + ": " + said.Description)
	if m := aadsts.FindStringSubmatch(said.Description); m != nil {
		return explainCode(m[1], cause)
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

// explainNotEntra covers what a proxy or a portal answers in Entra's place.
func explainNotEntra(resp *http.Response, body []byte) *app.Error {
	status := &azcore.ResponseError{StatusCode: resp.StatusCode, RawResponse: resp}
	switch code := resp.StatusCode; {
	case code == http.StatusProxyAuthRequired, code == http.StatusNetworkAuthenticationRequired, code/100 == 3:
		return explainStatus(status, entra)
	case strings.HasPrefix(strings.TrimSpace(string(body)), "<"):
		return explainBody(errNotJSON, entra)
	}
	return app.E(app.KindOffline, "Entra did not answer the sign-in as it should; it is tried again later.", errors.New(resp.Status))
}

// explainCode says what to do about a numbered refusal of Entra. The kind is KindSignIn
// also where an administrator must act: queued actions wait for the next sign-in, where
// KindPermission would park every one of them.
func explainCode(number string, cause error) *app.Error {
	if listed(entraBusy, number) {
		return app.E(app.KindOffline, "Entra cannot serve the sign-in now; it is tried again later.", cause)
	}
	for _, way := range entraWays {
		if listed(way.numbers, number) {
			return app.E(app.KindSignIn, way.say, cause)
		}
	}
	return app.E(app.KindSignIn, "Entra refused the sign-in (AADSTS"+number+").", cause)
}

func listed(numbers, n string) bool { return slices.Contains(strings.Fields(numbers), n) }
