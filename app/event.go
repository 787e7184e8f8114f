package app

import "sync"

// Event tells screens what changed, so that they read again what they show.
type Event struct {
	Topic Topic
	// Incidents that changed; empty means many or unknown.
	Incidents []int64
}

// Topic of an Event.
type Topic string

// Topics.
const (
	TopicIncidents Topic = "incidents" // rows stored or changed
	TopicOutbox    Topic = "outbox"
	TopicSync      Topic = "sync" // freshness, progress, offline
	TopicIdentity  Topic = "identity"
	TopicPosture   Topic = "posture"
)

// Hub hands events to listeners. Publish calls each listener on the caller's
// goroutine, so a listener only notes the event and returns. The zero Hub is ready.
type Hub struct {
	mu   sync.Mutex
	next int
	fns  map[int]func(Event)
}

// Subscribe adds a listener until the returned function is called.
func (h *Hub) Subscribe(fn func(Event)) (cancel func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.fns == nil {
		h.fns = map[int]func(Event){}
	}
	id := h.next
	h.next++
	h.fns[id] = fn
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.fns, id)
	}
}

// Publish tells every listener.
func (h *Hub) Publish(e Event) {
	h.mu.Lock()
	fns := make([]func(Event), 0, len(h.fns))
	for _, fn := range h.fns {
		fns = append(fns, fn)
	}
	h.mu.Unlock()
	for _, fn := range fns {
		fn(e)
	}
}
