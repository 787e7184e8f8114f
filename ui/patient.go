package ui

import (
	"context"
	"time"

	"watchfloor/app/triage"
)

// afterFirst is how long after the window has opened the figures around the list are
// counted: the first picture needs the processor more.
const afterFirst = 150 * time.Millisecond

// patientQueue serves rows at once and lets counting wait until the window is open.
type patientQueue struct {
	triage.Queue
	open chan struct{}
}

// Count implements triage.Queue.
func (p patientQueue) Count(ctx context.Context, q triage.Query) (triage.Counts, error) {
	select {
	case <-p.open:
	case <-ctx.Done():
		return triage.Counts{}, ctx.Err()
	}
	return p.Queue.Count(ctx, q)
}
