package work

import "sync"

// Line is a desk's two ends in one place: jobs and results wait in order until Drain
// runs them on the caller's goroutine. Tests and off-screen pictures use it.
type Line struct {
	mu    sync.Mutex
	queue []func()
}

// Add puts f at the end.
func (l *Line) Add(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, f)
}

// Step runs the first waiting function and reports whether there was one.
func (l *Line) Step() bool {
	l.mu.Lock()
	if len(l.queue) == 0 {
		l.mu.Unlock()
		return false
	}
	f := l.queue[0]
	l.queue = l.queue[1:]
	l.mu.Unlock()
	f()
	return true
}

// Drain runs everything that waits and all that this adds.
func (l *Line) Drain() {
	for l.Step() {
	}
}

// Desk returns a desk whose jobs and results go through the line.
func (l *Line) Desk() *Desk { return New(l.Add, l.Add) }
