package ui

import (
	"testing"
	"time"
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
