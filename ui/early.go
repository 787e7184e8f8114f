package ui

import (
	gosync "sync"
	"time"
)

// earlyPost runs results on the goroutine that opens the window, before the event loop
// runs, so that the first picture of the window already has its rows. From the opening
// on results go to the event loop.
type earlyPost struct {
	post func(func())

	mu      gosync.Mutex
	open    bool
	waiting []func()
	came    chan struct{}
}

func newEarlyPost(post func(func())) *earlyPost {
	return &earlyPost{post: post, came: make(chan struct{}, 1)}
}

// Post is a poster for any goroutine.
func (e *earlyPost) Post(f func()) {
	e.mu.Lock()
	if e.open {
		e.mu.Unlock()
		e.post(f)
		return
	}
	e.waiting = append(e.waiting, f)
	e.mu.Unlock()
	select {
	case e.came <- struct{}{}:
	default:
	}
}

// Open runs what came so far and what comes until ready, at most for limit, and hands
// everything later to the event loop.
func (e *earlyPost) Open(limit time.Duration, ready func() bool) {
	over := time.NewTimer(limit)
	defer over.Stop()
	for late := false; ; {
		e.mu.Lock()
		run := e.waiting
		e.waiting = nil
		e.open = len(run) == 0 && (late || ready())
		opened := e.open
		e.mu.Unlock()
		for _, f := range run {
			f()
		}
		if opened {
			return
		}
		if len(run) > 0 {
			continue
		}
		select {
		case <-e.came:
		case <-over.C:
			late = true
		}
	}
}
