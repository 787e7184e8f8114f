package outbox

import (
	"context"

	"watchfloor/app"
)

const (
	look     = 64 // actions read from the cache at a time
	parallel = 4  // incidents of one source written at the same time
)

// Flush sends what can be sent now and returns how many actions were finished. Its
// error is the cache's; what became of each action is in the outbox.
func (s *Service) Flush(ctx context.Context) (finished int, err error) {
	s.flush.Lock()
	defer s.flush.Unlock()
	f := flight{s: s, air: map[int64]app.SourceID{}, flying: map[app.SourceID]int{}, idle: map[int64]bool{}, landed: make(chan landing)}
	// Every attempt finishes its action, delays it, holds its source or leaves it idle
	// for this time, so this ends.
	for {
		for err == nil && ctx.Err() == nil && s.cfg.Online() {
			a, ok, e := f.next(ctx)
			if err = e; !ok {
				break
			}
			f.start(ctx, a)
		}
		if len(f.air) == 0 {
			break
		}
		l := f.land()
		if err == nil {
			err = l.err
		}
		if !l.state.Pending() {
			finished++
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	return finished, err
}

// flight is one Flush: what is under way, and what was read but not begun.
type flight struct {
	s      *Service
	queue  []Action
	air    map[int64]app.SourceID // by Seq
	flying map[app.SourceID]int
	idle   map[int64]bool // those that somebody else took
	landed chan landing
}

type landing struct {
	seq   int64
	state State
	taken bool
	err   error
}

// next picks the first action whose source may be written to now.
func (f *flight) next(ctx context.Context) (Action, bool, error) {
	if a, ok := f.pick(); ok {
		return a, true, nil
	}
	now := f.s.cfg.Now()
	skip := f.s.holds.at(now)
	for src, n := range f.flying {
		if n >= parallel {
			skip = append(skip, src)
		}
	}
	var err error
	if f.queue, err = f.s.cfg.Store.Ready(ctx, now, look+len(f.air)+len(f.idle), skip...); err != nil {
		return Action{}, false, err
	}
	a, ok := f.pick()
	return a, ok, nil
}

// pick takes the first of the queue that can leave.
func (f *flight) pick() (Action, bool) {
	now := f.s.cfg.Now()
	for i, a := range f.queue {
		if _, flies := f.air[a.Seq]; flies || f.idle[a.Seq] || f.flying[a.Ref.Source] >= parallel || f.s.holds.holding(a.Ref.Source, now) {
			continue
		}
		f.queue = append(f.queue[:i:i], f.queue[i+1:]...)
		return a, true
	}
	return Action{}, false
}

func (f *flight) start(ctx context.Context, a Action) {
	f.air[a.Seq] = a.Ref.Source
	f.flying[a.Ref.Source]++
	go func() {
		state, taken, err := f.s.attempt(ctx, a.Seq)
		f.landed <- landing{a.Seq, state, taken, err}
	}()
}

func (f *flight) land() landing {
	l := <-f.landed
	f.flying[f.air[l.seq]]--
	delete(f.air, l.seq)
	if !l.taken {
		f.idle[l.seq] = true
	}
	return l
}
