package ui

import (
	"context"
	gosync "sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/sync"
	"watchfloor/ui/look"
)

const (
	eventPause = 250 * time.Millisecond // events within it are handled together
	tickPause  = 15 * time.Second       // relative times are drawn again
)

// eventBuffer joins events until the UI goroutine takes them. Add may be called on
// any goroutine.
type eventBuffer struct {
	mu      gosync.Mutex
	waiting map[app.Topic][]int64
	many    map[app.Topic]bool
	armed   bool
	arm     func()
}

func newEventBuffer(arm func()) *eventBuffer {
	return &eventBuffer{waiting: map[app.Topic][]int64{}, many: map[app.Topic]bool{}, arm: arm}
}

func (b *eventBuffer) add(e app.Event) {
	b.mu.Lock()
	if len(e.Incidents) == 0 || len(b.waiting[e.Topic]) > 500 {
		b.many[e.Topic] = true
	}
	b.waiting[e.Topic] = append(b.waiting[e.Topic], e.Incidents...)
	first := !b.armed
	b.armed = true
	b.mu.Unlock()
	if first {
		b.arm()
	}
}

// take returns one event per topic.
func (b *eventBuffer) take() []app.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []app.Event
	for _, t := range []app.Topic{app.TopicSync, app.TopicOutbox, app.TopicIncidents, app.TopicIdentity, app.TopicPosture} {
		ids, ok := b.waiting[t]
		if !ok {
			continue
		}
		if b.many[t] {
			ids = nil
		}
		out = append(out, app.Event{Topic: t, Incidents: ids})
	}
	b.waiting, b.many, b.armed = map[app.Topic][]int64{}, map[app.Topic]bool{}, false
	return out
}

// listen follows the hub and the clock until the services change.
func (sh *Shell) listen() {
	desk := sh.desk
	sh.events = newEventBuffer(func() {
		sh.s.After(eventPause, func() { desk.Post(sh.handleEvents) })
	})
	buffer := sh.events
	sh.unhook = sh.s.Hub.Subscribe(buffer.add)
	if sh.s.Go != nil {
		return // driven by a test or for a picture: no clock of its own
	}
	stop := sh.stop
	go func() {
		t := time.NewTicker(tickPause)
		defer t.Stop()
		for {
			select {
			case <-stop:
				return
			case <-t.C:
				desk.Post(sh.tick)
			}
		}
	}()
}

func (sh *Shell) handleEvents() {
	for _, e := range sh.events.take() {
		switch e.Topic {
		case app.TopicSync:
			sh.heard = true
			sh.readState()
		case app.TopicOutbox:
			sh.readState()
			sh.readMany()
		}
		if p := sh.page(); p != nil {
			p.Event(e)
		}
	}
}

func (sh *Shell) tick() {
	if p := sh.page(); p != nil {
		p.Tick()
	}
	sh.status.draw()
	sh.lockIfIdle()
}

// endSync takes "syncing" back once the pull was heard of and no source is being
// pulled any more.
func (sh *Shell) endSync() {
	if !sh.syncing || !sh.heard {
		return
	}
	for _, x := range sh.state.Sources {
		if x.Phase == sync.Updating || x.Phase == sync.FirstPull {
			return
		}
	}
	if sh.message.Text == syncingNow {
		sh.message = look.Cell{}
	}
	sh.syncing = false
}

// readState asks for freshness and outbox figures.
func (sh *Shell) readState() {
	sh.outbox.Run(func(ctx context.Context) func() {
		state := sh.s.Sync.State()
		counts, err := sh.s.Outbox.Counts(ctx)
		return func() {
			sh.state = state
			if err == nil {
				sh.counts = counts
			}
			sh.endSync()
			sh.drawState()
		}
	})
}

func (sh *Shell) drawState() {
	for _, p := range sh.pages {
		if f, ok := p.(interface{ Synced() }); ok {
			f.Synced()
		}
	}
	sh.banner.draw(sh)
	sh.rail.draw()
	sh.status.draw()
}
