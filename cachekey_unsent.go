package main

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/data/keyslot"
)

// unsentPause joins the changes of a burst into one note.
const unsentPause = 2 * time.Second

// followUnsent notes how many actions wait, after each change, until ctx ends: should the
// key of the cache get lost, a person is told what is locked in.
func (t *tenant) followUnsent(ctx context.Context) {
	changed := make(chan struct{}, 1)
	cancel := t.hub.Subscribe(func(e app.Event) {
		if e.Topic == app.TopicOutbox {
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	})
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		t.noteUnsent()
		pause := time.NewTimer(unsentPause)
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

func (t *tenant) noteUnsent() {
	n, err := t.waiting(context.Background())
	if err == nil {
		err = keyslot.WriteUnsent(t.dir, n.Waiting()+n.Conflict+n.Failed)
	}
	if err != nil {
		t.log.Warn("unsent actions not counted", "err", err)
	}
}
