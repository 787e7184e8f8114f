package azure

import (
	"errors"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"watchfloor/app"
)

// placeGone are error codes of ARM that answer 404 for the subscription, group or
// workspace. They must never be taken for a deleted incident.
var placeGone = map[string]bool{
	"SubscriptionNotFound": true, "InvalidSubscriptionId": true, "ResourceGroupNotFound": true,
	"ParentResourceNotFound": true, "WorkspaceNotFound": true, "InvalidResourceType": true,
	"NoRegisteredProviderFound": true, "MissingSubscriptionRegistration": true, "ResourceNotFound": true,
}

// page reports an answer that is a page for a browser. The services explain their
// refusals as JSON, so it is a proxy's or a portal's, and nothing may be concluded from
// it: least of all that an incident is gone.
func page(h http.Header) bool {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return kind == "text/html" || kind == "application/xhtml+xml"
}

var plainCode = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.]{0,60}$`)

func explainStatus(r *azcore.ResponseError, i Intent) *app.Error {
	code := r.StatusCode
	var header http.Header
	if r.RawResponse != nil {
		header = r.RawResponse.Header
	}
	pause, asked := RetryAfter(header, time.Now())
	e := app.E(app.KindInternal, "", brief(r))
	e.Answered = true
	switch {
	case code == http.StatusTooManyRequests, asked && code == http.StatusServiceUnavailable:
		e.Kind, e.RetryAfter = app.KindThrottled, pause
		e.Message = "The service asks to wait before the next request."
		e.MaybeApplied = i.Write && code != http.StatusTooManyRequests
		return e
	case placeGone[r.ErrorCode] && code >= 400 && code < 500:
		e.Kind, e.Message = app.KindInvalid, "The subscription, resource group or workspace was not found; check the connection's settings."
		return e
	case r.ErrorCode == "" && code >= 400 && code < 500 && code != http.StatusProxyAuthRequired && page(header):
		e.Kind, e.Answered, e.MaybeApplied = app.KindOffline, false, i.Write
		e.Cause = errors.New(e.Cause.Error()) // its status says nothing about the service: StatusOf is 0
		e.Message = "Something between here and " + i.service() + " answered in its place (HTTP " + strconv.Itoa(code) + "); it is asked again later."
		return e
	}
	switch code {
	case http.StatusUnauthorized:
		e.Kind, e.Message = app.KindSignIn, "The service did not accept the sign-in; sign in again."
	case http.StatusForbidden:
		e.Kind, e.Message = app.KindPermission, "Permission is missing"
		if i.Need != "" {
			e.Message += ": ask for " + i.Need
		}
		e.Message += "."
	case http.StatusNotFound, http.StatusGone:
		e.Kind, e.Message = app.KindNotFound, "It no longer exists at "+i.service()+"."
	case http.StatusConflict, http.StatusPreconditionFailed:
		e.Kind, e.Message = app.KindConflict, "Somebody else changed it first; nothing was written."
		if !i.Write {
			e.Message = "A change is under way at " + i.service() + " (HTTP " + strconv.Itoa(code) + "); it is asked again later."
		}
	case http.StatusProxyAuthRequired:
		e.Kind, e.Message = app.KindOffline, proxyPassword
	case http.StatusNetworkAuthenticationRequired:
		e.Kind, e.Message = app.KindOffline, "The network asks to sign in; open a browser and do so."
	case http.StatusRequestTimeout:
		e.Kind, e.Message = app.KindOffline, "The service waited too long for the request; it is sent again later."
		e.MaybeApplied = i.Write
	default:
		switch {
		case code >= 500:
			e.Kind, e.Message = app.KindOffline, i.service()+" has trouble (HTTP "+strconv.Itoa(code)+"); it is asked again later."
			e.RetryAfter, e.MaybeApplied = pause, i.Write
		case code >= 400:
			e.Kind, e.Message = app.KindInvalid, i.service()+" refuses the request as invalid (HTTP "+strconv.Itoa(code)+word(r.ErrorCode)+")."
		case code < 300:
			e.Kind, e.Message = app.KindOffline, "The answer of "+i.service()+" was empty; it is asked again later."
			e.MaybeApplied = i.Write
		default:
			e.Kind, e.Message = app.KindOffline, "Something between here and "+i.service()+" sent a redirect (HTTP "+strconv.Itoa(code)+"); it was not followed."
			e.MaybeApplied = i.Write
		}
	}
	return e
}

// word is the service's error code where it is one plain word, safe to show.
func word(code string) string {
	if plainCode.MatchString(code) {
		return ", " + code
	}
	return ""
}

// statusError is a refusal without the answer's body, which may hold tenant text.
type statusError struct {
	status      int
	code, reqID string
}

func (s statusError) Error() string {
	return "HTTP " + strconv.Itoa(s.status) + word(s.code) + s.reqID
}

func brief(r *azcore.ResponseError) error {
	s := statusError{status: r.StatusCode, code: r.ErrorCode}
	if r.RawResponse != nil {
		for _, h := range []string{"x-ms-request-id", "request-id"} {
			if id := r.RawResponse.Header.Get(h); len(id) > 0 && len(id) < 80 {
				s.reqID = " request " + strconv.Quote(id)
				break
			}
		}
	}
	return s
}

// StatusOf returns the HTTP status that a service answered with behind an error of
// Explain, 0 where there is none.
func StatusOf(err error) int {
	for err != nil {
		switch e := err.(type) {
		case statusError:
			return e.status
		case *app.Error:
			err = e.Cause
		default:
			return 0
		}
	}
	return 0
}
