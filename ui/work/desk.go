// Package work carries jobs off the UI goroutine and brings their results back.
//
// Promises. A job never runs on the caller's goroutine. A result is handed over
// through the injected poster, and only when nothing newer was started in the same
// slot: a late answer never overwrites a newer one. Starting a job cancels the one
// before it in its slot. Slots belong to the UI goroutine; jobs get only a context.
package work

import "context"

// Desk starts jobs. Post runs a function on the UI goroutine; Go starts one elsewhere.
type Desk struct {
	post   func(func())
	start  func(func())
	ctx    context.Context
	cancel context.CancelFunc
}

// New returns a desk; a nil start means a new goroutine for each job.
func New(post func(func()), start func(func())) *Desk {
	if start == nil {
		start = func(f func()) { go f() }
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Desk{post: post, start: start, ctx: ctx, cancel: cancel}
}

// Close cancels every job; results still on their way are dropped.
func (d *Desk) Close() { d.cancel() }

// Post runs f on the UI goroutine, from any goroutine; nothing after Close.
func (d *Desk) Post(f func()) {
	d.post(func() {
		if d.ctx.Err() == nil {
			f()
		}
	})
}

// Run starts a job that belongs to no slot; then, if not nil, runs on the UI goroutine.
func (d *Desk) Run(job func(ctx context.Context) (then func())) {
	d.start(func() {
		if then := job(d.ctx); then != nil {
			d.Post(then)
		}
	})
}

// Slot holds at most one job whose result still counts.
type Slot struct {
	desk   *Desk
	gen    uint64
	cancel context.CancelFunc
	busy   bool
}

// Slot returns an empty slot.
func (d *Desk) Slot() *Slot { return &Slot{desk: d} }

// Run cancels the slot's job and starts another; its result runs on the UI goroutine
// unless the slot moved on.
func (s *Slot) Run(job func(ctx context.Context) (then func())) {
	s.Stop()
	ctx, cancel := context.WithCancel(s.desk.ctx)
	s.cancel, s.busy = cancel, true
	gen := s.gen
	s.desk.start(func() {
		then := job(ctx)
		s.desk.Post(func() {
			if gen != s.gen {
				return
			}
			s.busy = false
			cancel()
			if then != nil {
				then()
			}
		})
	})
}

// Stop cancels the job; its result is dropped.
func (s *Slot) Stop() {
	s.gen++
	s.busy = false
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
}

// Busy reports that a job's result is still awaited.
func (s *Slot) Busy() bool { return s.busy }
