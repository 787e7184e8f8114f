package app

import (
	"context"
	"sync"
)

// WireRequest is a request as it goes over the wire. Secrets are masked: it is safe to
// show and to copy into a ticket.
type WireRequest struct {
	Method, URL string
	// Header are the lines a person would look for, "Name: value", in order; the token
	// is masked.
	Header []string
	Body   string // indented JSON, "" without
}

// DryRun collects the writes that a remote would send. Safe for concurrent use.
type DryRun struct {
	mu   sync.Mutex
	sent []WireRequest
}

type dryRunKey struct{}

// WithDryRun marks ctx so that remotes record writes instead of sending them: such a
// call sends nothing, needs no token and no network, and returns as if it had been
// cancelled (KindCancelled).
func WithDryRun(ctx context.Context) (context.Context, *DryRun) {
	d := &DryRun{}
	return context.WithValue(ctx, dryRunKey{}, d), d
}

// DryRunOf is the recorder of ctx, nil where requests are to be sent.
func DryRunOf(ctx context.Context) *DryRun {
	d, _ := ctx.Value(dryRunKey{}).(*DryRun)
	return d
}

// Record adds a request.
func (d *DryRun) Record(r WireRequest) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sent = append(d.sent, r)
}

// Requests are those recorded so far, in order.
func (d *DryRun) Requests() []WireRequest {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]WireRequest(nil), d.sent...)
}
