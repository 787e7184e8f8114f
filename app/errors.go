package app

import (
	"context"
	"errors"
	"time"
)

// Kind classifies an error by what a person or the program can do about it.
type Kind string

// Kinds of error.
const (
	KindNotFound   Kind = "not found"
	KindConflict   Kind = "conflict"   // somebody else changed it first
	KindThrottled  Kind = "throttled"  // wait RetryAfter
	KindPermission Kind = "permission" // a role or scope is missing
	KindLicence    Kind = "licence"    // the tenant has not bought it
	KindSignIn     Kind = "sign-in"    // the person must sign in again
	KindOffline    Kind = "offline"    // no answer, or not from the service
	KindInvalid    Kind = "invalid"    // the request or the data is wrong; repeating it will not help
	KindCancelled  Kind = "cancelled"
	KindExpired    Kind = "expired" // decided too long ago to be sent without another look
	KindInternal   Kind = "internal"
)

// Error carries a kind, a sentence that is safe to show and says what to do, and the
// cause for the log.
type Error struct {
	Kind Kind
	// Message is one sentence for a person. It holds no secret.
	Message string
	// RetryAfter is how long the service asked to wait; zero where it did not say.
	RetryAfter time.Duration
	// MaybeApplied is true when a write may have reached the service although its
	// answer did not arrive: read back before sending again.
	MaybeApplied bool
	// Answered is true when the service, or something in front of it, did answer.
	Answered bool
	Cause    error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// E builds an Error.
func E(kind Kind, message string, cause error) *Error {
	return &Error{Kind: kind, Message: message, Cause: cause}
}

// KindOf returns the kind of err; KindInternal where it carries none, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	if errors.Is(err, context.Canceled) {
		return KindCancelled
	}
	return KindInternal
}

// Say returns the sentence of err that is safe to show to a person.
func Say(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	if errors.Is(err, context.Canceled) {
		return "Cancelled."
	}
	return "Something went wrong inside Watchfloor; the log has the details."
}

// RetryAfter is how long the service asked to wait before err is worth a retry; zero
// where it did not say.
func RetryAfter(err error) time.Duration {
	var e *Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// Answered reports that err is what a service said, not its silence.
func Answered(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Answered
}
