package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"watchfloor/app/triage"
)

// Results that come before the window opens run at the opening; later ones are posted
// to the event loop, in either case exactly once.
func TestResultsBeforeTheWindowOpensRunAtTheOpening(t *testing.T) {
	var posted, ran int
	e := newEarlyPost(func(func()) { posted++ })
	e.Post(func() { ran++ })
	go e.Post(func() { ran++ })

	e.Open(time.Minute, func() bool { return ran == 2 })
	e.Post(func() { ran++ })

	if ran != 2 || posted != 1 {
		t.Errorf("%d ran at the opening, %d posted", ran, posted)
	}
}

func TestTheWindowOpensWithoutResultsAfterItsLimit(t *testing.T) {
	posted := 0
	e := newEarlyPost(func(func()) { posted++ })
	e.Open(time.Millisecond, func() bool { return false })
	e.Post(func() {})
	if posted != 1 {
		t.Error("the poster did not open")
	}
}

// Rows come at once; counting waits for the window, and no longer than its caller.
func TestCountingWaitsForTheWindow(t *testing.T) {
	q := patientQueue{Queue: counter{}, open: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := q.Count(ctx, triage.Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("before the window: %v", err)
	}
	close(q.open)
	if n, err := q.Count(t.Context(), triage.Query{}); err != nil || n.Match != 7 {
		t.Errorf("after: %+v, err %v", n, err)
	}
}

type counter struct{ triage.Queue }

func (counter) Count(context.Context, triage.Query) (triage.Counts, error) {
	return triage.Counts{Match: 7}, nil
}
