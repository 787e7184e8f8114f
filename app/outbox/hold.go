package outbox

import (
	"sync"
	"time"

	"watchfloor/app"
)

// holds remembers which sources are not to be asked before a time: the service said
// so, or it gave no answer. Other sources are not affected. The zero value is ready.
type holds struct {
	mu  sync.Mutex
	end map[app.SourceID]time.Time
	own map[app.SourceID]bool // the hold is ours, not asked by the service
	bad map[app.SourceID]losses
}

// losses are answers that did not come or told of trouble, in a row.
type losses struct {
	n    int
	last time.Time
}

// lost notes that the answer of an attempt did not come or told of trouble, and returns
// how many there were since the last good one. Attempts that were under way together
// when a connection broke are lost together and count once.
func (h *holds) lost(src app.SourceID, began, now time.Time) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.bad == nil {
		h.bad = map[app.SourceID]losses{}
	}
	l := h.bad[src]
	if l.n == 0 || began.After(l.last) {
		l = losses{l.n + 1, now}
		h.bad[src] = l
	}
	return l.n
}

// well notes a good answer.
func (h *holds) well(src app.SourceID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.bad, src)
}

// until holds a source because the service asked to; a longer hold stays.
func (h *holds) until(src app.SourceID, t time.Time) { h.put(src, t, false) }

// pause holds a source of which no answer came; a longer hold stays.
func (h *holds) pause(src app.SourceID, t time.Time) { h.put(src, t, true) }

func (h *holds) put(src app.SourceID, t time.Time, own bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.end == nil {
		h.end, h.own = map[app.SourceID]time.Time{}, map[app.SourceID]bool{}
	}
	if t.After(h.end[src]) {
		h.end[src], h.own[src] = t, own
	}
}

// lift ends the pauses; what a service asked for stays.
func (h *holds) lift() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for src, own := range h.own {
		if own {
			delete(h.end, src)
		}
	}
}

func (h *holds) holding(src app.SourceID, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.end[src].After(now)
}

// at lists the sources held at a time.
func (h *holds) at(now time.Time) (held []app.SourceID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for src, t := range h.end {
		if t.After(now) {
			held = append(held, src)
		}
	}
	return held
}

// next is when the first hold after now ends, zero without one.
func (h *holds) next(now time.Time) (first time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.end {
		if t.After(now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
