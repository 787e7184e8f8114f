package main

import (
	"context"
	"sync"
	"time"

	"watchfloor/app/text"
)

// notices are sentences that a person must see: what was done to open a cache, and damage
// that was found later. They wait until somebody shows them.
type notices struct {
	mu    sync.Mutex
	early []string
	show  func(string)
}

func (n *notices) tell(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.show == nil {
		n.early = append(n.early, line)
		return
	}
	n.show(line)
}

// to hands the lines over, those that came before too.
func (n *notices) to(show func(string)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.show = show
	for _, line := range n.early {
		show(line)
	}
	n.early = nil
}

// tellOf tells a line about a tenant.
func (s *session) tellOf(t *tenant, line string) {
	if line != "" {
		s.told.tell(text.Line(t.about().Name, 60) + ": " + line)
	}
}

const (
	// firstCare is when a cache is looked after first, once pulls have caught up.
	firstCare = 3 * time.Minute
	careEvery = 10 * time.Minute
	// watchEvery is how soon damage that was met while reading is said.
	watchEvery = 5 * time.Second
)

// care looks after the cache while the tenant is open: backups, retention, the reserve for
// actions; and says once when it turns out to be damaged.
func (t *tenant) care(ctx context.Context, ticks <-chan time.Time, say func(string)) {
	next, said := t.now().Add(firstCare), false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		if t.cache.Damaged() {
			if !said {
				said = true
				say("A part of the cache cannot be read. Close Watchfloor and start it again: it checks every page then, repairs the file, and brings over what is waiting to be sent.")
			}
			continue
		}
		now := t.now()
		if until := next.Sub(now); until > 0 && until <= careEvery { // further off: the clock was set back
			continue
		}
		next = now.Add(careEvery)
		if err := t.cache.Care(ctx); err != nil && ctx.Err() == nil {
			t.log.Warn("cache care", "err", err)
		}
	}
}

// startCare runs care until ctx ends.
func (t *tenant) startCare(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	t.care(ctx, ticker.C, t.say)
}
