package azure

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

// Intent says what a failed call wanted, for the words of its error.
type Intent struct {
	Source app.SourceID
	// Write: an unknown outcome sets MaybeApplied.
	Write bool
	// Need is the role or permission the call takes.
	Need string
	// Name is what the service is called where it is no Source.
	Name string
}

func (i Intent) service() string {
	switch {
	case i.Name != "":
		return i.Name
	case i.Source == "":
		return "the service"
	}
	return i.Source.Label()
}

// Explain turns every error of a call into an *app.Error with a sentence to act on.
// It returns nil for nil, and an *app.Error unchanged but for MaybeApplied.
func Explain(err error, i Intent) *app.Error {
	if err == nil {
		return nil
	}
	var known *app.Error
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return explainContext(err, i)
	}
	var status *azcore.ResponseError
	if errors.As(err, &status) {
		return explainStatus(status, i)
	}
	var failed *azidentity.AuthenticationFailedError
	var required *azidentity.AuthenticationRequiredError
	if errors.As(err, &failed) || errors.As(err, &required) {
		return app.E(app.KindSignIn, "Sign in again.", err)
	}
	if e := explainBody(err, i); e != nil {
		return e
	}
	return explainNetwork(err, i)
}

func explainContext(err error, i Intent) *app.Error {
	e := app.E(app.KindCancelled, "Cancelled.", err)
	if errors.Is(err, context.DeadlineExceeded) {
		e = app.E(app.KindOffline, "No answer from "+i.service()+" in time.", err)
	}
	e.MaybeApplied = i.Write
	return e
}

// explainBody covers answers that came but cannot be used; a write that got one may
// well have been done.
func explainBody(err error, i Intent) *app.Error {
	var syntax *json.SyntaxError
	var packed flate.CorruptInputError
	var e *app.Error
	switch {
	case errors.Is(err, errNotJSON):
		e = app.E(app.KindOffline, "A page of the network answered instead of "+i.service()+"; open a browser and sign in to the network.", err)
	case errors.Is(err, errEmpty):
		e = app.E(app.KindOffline, "The answer of "+i.service()+" was empty; it is asked again later.", err)
	case errors.Is(err, errCharset):
		e = app.E(app.KindInvalid, "The answer of "+i.service()+" is not in UTF-8; a proxy may have changed it.", err)
	case errors.Is(err, errTooLarge), strings.Contains(err.Error(), "response headers exceeded"):
		e = app.E(app.KindInvalid, "The answer of "+i.service()+" is larger than Watchfloor accepts; it was not read.", err)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &packed):
		e = app.E(app.KindOffline, "The answer of "+i.service()+" cannot be unpacked; a proxy may have changed it.", err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && cut(syntax):
		e = app.E(app.KindOffline, "The answer of "+i.service()+" was cut short; it is asked again later.", err)
	case errors.As(err, &syntax):
		e = app.E(app.KindInvalid, "The answer of "+i.service()+" is not valid JSON.", err)
	default:
		return nil
	}
	e.MaybeApplied = i.Write
	return e
}

func cut(s *json.SyntaxError) bool { return s.Error() == "unexpected end of JSON input" }

// Reworded is an error of Explain with a kind and a sentence that fit the call better;
// all else that is known of the failure stays.
func Reworded(err error, kind app.Kind, message string) *app.Error {
	var known *app.Error
	if !errors.As(err, &known) {
		return app.E(kind, message, err)
	}
	e := *known
	e.Kind, e.Message = kind, message
	return &e
}

// Malformed is the error for an answer that is JSON and yet not what was asked for.
func Malformed(body []byte, i Intent, cause error) *app.Error {
	if len(bytes.TrimSpace(body)) == 0 {
		cause = errEmpty
	}
	if e := explainBody(cause, i); e != nil {
		return e
	}
	e := app.E(app.KindInvalid, "The answer of "+i.service()+" has not the form it should have; the log has the details.", cause)
	e.MaybeApplied = i.Write
	return e
}

// CodeOf returns the service's error code behind an error of Explain, such as
// SubscriptionNotFound; "" where there is none.
func CodeOf(err error) string {
	var s statusError
	errors.As(err, &s)
	return s.code
}
