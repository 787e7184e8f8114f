package cli

import (
	"errors"

	"watchfloor/app"
)

// Exit codes, as the help lists them.
const (
	ExitOK      = 0
	ExitFailed  = 1 // anything not named below
	ExitUsage   = 2 // the command line is wrong; nothing was done
	ExitPartly  = 3 // done in part: conflicts or failed actions are left, or a service asks to wait
	ExitOffline = 4 // no usable answer from a service; what could be queued is queued
	ExitAccess  = 5 // sign in again, or a role, scope or licence is missing
	ExitStopped = 130
)

const exitHelp = `Exit codes:
  0  done
  1  failed; the sentence on standard error says why
  2  the command line is wrong, nothing was done
  3  done in part: conflicts or failed actions wait in the outbox, or a service
     answered that it wants to be asked later (throttling)
  4  no usable answer: no service answered, or its answer was cut short or an
     error of its own; what was decided stays queued
  5  sign in again, or a role, scope or licence is missing
  130  interrupted`

// usageError is a mistake on the command line.
type usageError struct{ error }

// partlyError ends a command that did only a part of its work, which it has printed.
type partlyError struct{ message string }

func (e partlyError) Error() string { return e.message }

// saidError is an error whose sentence the person has already seen.
type saidError struct{ error }

func (e saidError) Unwrap() error { return e.error }

// Said marks an error whose sentence was already printed: Run does not print it again,
// and its exit code stays.
func Said(err error) error { return saidError{err} }

// exitCode maps an error to its exit code.
func exitCode(err error) int {
	var usage usageError
	var partly partlyError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &usage):
		return ExitUsage
	case errors.As(err, &partly):
		return ExitPartly
	}
	switch app.KindOf(err) {
	case app.KindThrottled:
		return ExitPartly
	case app.KindOffline:
		return ExitOffline
	case app.KindSignIn, app.KindPermission, app.KindLicence:
		return ExitAccess
	case app.KindCancelled:
		return ExitStopped
	}
	return ExitFailed
}

// sentence is what is printed of an error: its message where it is ours, its safe
// sentence elsewhere.
func sentence(err error) string {
	var usage usageError
	var partly partlyError
	if errors.As(err, &usage) || errors.As(err, &partly) {
		return err.Error()
	}
	return app.Say(err)
}
