package ui

import (
	"context"

	"watchfloor/app/permission"
)

// Guard keeps tenants from being changed, and tells what their sign-ins may do. ReadOnly
// and Everywhere return at once; the other calls run off the UI goroutine. Safe for
// concurrent use.
type Guard interface {
	// ReadOnly says why the tenant in a slot may not be changed and how to end that; ""
	// where it may.
	ReadOnly(slot int) string
	// Everywhere reports the switch for all tenants, SetEverywhere turns it and SetReadOnly
	// that of one tenant. What is queued waits while one is on.
	Everywhere() bool
	SetEverywhere(ctx context.Context, on bool) error
	SetReadOnly(ctx context.Context, slot int, on bool) error
	// Permissions asks the services of a tenant what its sign-in may do.
	Permissions(ctx context.Context, slot int) (permission.Report, error)
}
