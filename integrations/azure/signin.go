package azure

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

type attemptKey struct{}

// attempt remembers how the last exchange with the sign-in service failed. azidentity
// keeps only its text, and nothing at all where a silent renewal failed: a person who is
// offline must not be told to sign in again, and one who must should be told why.
type attempt struct {
	ctx  context.Context
	last atomic.Pointer[app.Error]
}

func watchAttempt(ctx context.Context) (context.Context, *attempt) {
	a := &attempt{}
	a.ctx = context.WithValue(ctx, attemptKey{}, a)
	return a.ctx, a
}

// listen is the policy that tells the attempt of its context. An answer that cannot
// come from the service, such as a portal's page, becomes an error.
type listen struct {
	// refused reads a refusal; nil where it is none, such as "the person has not
	// entered the code yet".
	refused func(resp *http.Response, body []byte) *app.Error
	// failed reads an exchange that brought no answer.
	failed func(error) *app.Error
}

func (l listen) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	a, ok := req.Raw().Context().Value(attemptKey{}).(*attempt)
	if !ok {
		return resp, err
	}
	var body []byte
	if err == nil {
		body, err = runtime.Payload(resp)
	}
	if err == nil && resp.StatusCode/100 == 2 {
		err = checkAnswer(resp.Header.Get("Content-Type"), body)
		if err == nil && !json.Valid(body) {
			err = errNotJSON
		}
	}
	switch {
	case err != nil:
		a.last.Store(l.failed(err))
	case resp.StatusCode/100 == 2:
		a.last.Store(nil)
	default:
		if e := l.refused(resp, body); e != nil {
			a.last.Store(e)
		}
	}
	return resp, err
}

// explain says why no token came. other explains what did not come from an exchange
// over the network, nil where there is nothing better to say.
func (a *attempt) explain(err error, other func(error) *app.Error) error {
	if err == nil {
		return nil
	}
	if a.ctx.Err() != nil {
		return explainContext(a.ctx.Err(), entra)
	}
	var known *app.Error
	if errors.As(err, &known) {
		return known
	}
	if last := a.last.Load(); last != nil {
		return last
	}
	if e := other(err); e != nil {
		return e
	}
	// MSAL quotes an answer that it cannot decode, and that may hold a token.
	text, _, _ := strings.Cut(err.Error(), "raw message")
	return app.E(app.KindSignIn, "Signing in failed; the log has the details.", errors.New(text))
}

// gaveUp is how a program ends that was to open a browser and found none, as xdg-open does
// on a machine without a desktop; azidentity passes on the text alone.
var gaveUp = regexp.MustCompile(`exit status \d+`)

// explainPerson covers a person's credential that has nothing to renew a token with, or
// could not open a browser.
func explainPerson(err error) *app.Error {
	var required *azidentity.AuthenticationRequiredError
	switch {
	case errors.As(err, &required):
		return app.E(app.KindSignIn, "Sign in again: the saved sign-in has ended.", err)
	case aadsts.MatchString(err.Error()): // the page in the browser refused
		return explainCode(aadsts.FindStringSubmatch(err.Error())[1], err)
	case noProgram(err), gaveUp.MatchString(err.Error()):
		return app.E(app.KindSignIn, "No browser could be opened on this computer; sign in by device code instead.", err)
	}
	return explainStore(err)
}

func explainNothing(error) *app.Error { return nil }
