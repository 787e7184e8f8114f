package main

import (
	"context"
	"time"
)

// elsewhereEvery is how soon the window notices what another process on its data folder
// stored, such as an action that a command queued.
const elsewhereEvery = 2 * time.Second

// followElsewhere has the window show and send what other processes stored, until ctx ends.
func (t *tenant) followElsewhere(ctx context.Context) {
	tick := time.NewTicker(elsewhereEvery)
	defer tick.Stop()
	for {
		changed, err := t.cache.ChangedElsewhere(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			t.log.Warn("other processes", "err", err)
		case changed:
			t.outbox.Kick()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
