package outbox

import (
	"context"
	"slices"

	"watchfloor/app"
)

const (
	look = 64 // actions read from the cache at a time

	// Incidents of one source written at the same time: few at first and after
	// trouble, one more with each success, so that a distant service is used as fully
	// as a near one.
	narrow, wide = 4, 24

	// spread is how many times as many actions are looked at as one call takes, to find
	// those that go together.
	spread = 8
)

// Flush sends what can be sent now and returns how many actions were finished. Its
// error is the cache's; what became of each action is in the outbox.
func (s *Service) Flush(ctx context.Context) (finished int, err error) {
	s.flush.Lock()
	defer s.flush.Unlock()
	if err := s.void(ctx); err != nil {
		return 0, err
	}
	f := flight{s: s, air: map[int64]app.SourceID{}, flying: map[app.SourceID]int{}, width: map[app.SourceID]int{}, idle: map[int64]bool{}, landed: make(chan []landing)}
	// Every attempt finishes its action, delays it, holds its source or leaves it idle
	// for this time, so this ends.
	for {
		for err == nil && ctx.Err() == nil && s.cfg.Online() && s.readOnly() == "" {
			a, ok, e := f.next(ctx)
			if err = e; !ok {
				break
			}
			if err = f.start(ctx, a); err != nil {
				break
			}
		}
		if len(f.air) == 0 {
			break
		}
		for _, l := range f.land() {
			if err == nil {
				err = l.err
			}
			if l.taken && !l.action.State.Pending() {
				finished++
			}
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
	width  map[app.SourceID]int // how many may be
	idle   map[int64]bool       // those that somebody else took
	landed chan []landing       // those that left together
}

// landing is what became of an action that left.
type landing struct {
	seq    int64
	action Action
	taken  bool // by this attempt
	err    error
}

// next picks the first action whose source may be written to now.
func (f *flight) next(ctx context.Context) (Action, bool, error) {
	if a, ok := f.pick(); ok {
		return a, true, nil
	}
	now := f.s.cfg.Now()
	skip := f.s.holds.at(now)
	for src := range f.flying {
		if f.full(src) {
			skip = append(skip, src)
		}
	}
	f.queue = slices.DeleteFunc(f.queue, func(a Action) bool { return !f.full(a.Ref.Source) })
	more, err := f.s.cfg.Store.Ready(ctx, now, look+len(f.air)+len(f.idle), skip...)
	if err != nil {
		return Action{}, false, err
	}
	f.queue = append(f.queue, more...)
	a, ok := f.pick()
	return a, ok, nil
}

func (f *flight) full(src app.SourceID) bool { return f.flying[src] >= max(narrow, f.width[src]) }

// pick takes the first of the queue that can leave.
func (f *flight) pick() (Action, bool) {
	now := f.s.cfg.Now()
	for i, a := range f.queue {
		if _, flies := f.air[a.Seq]; flies || f.idle[a.Seq] || f.full(a.Ref.Source) || f.s.holds.holding(a.Ref.Source, now) {
			continue
		}
		f.queue = append(f.queue[:i:i], f.queue[i+1:]...)
		return a, true
	}
	return Action{}, false
}

func (f *flight) start(ctx context.Context, a Action) error {
	seqs, err := f.mates(ctx, a)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		f.air[seq] = a.Ref.Source
	}
	f.flying[a.Ref.Source]++
	go func() {
		if a.Verb.IsDeed() {
			f.landed <- f.s.together(ctx, seqs)
			return
		}
		after, taken, err := f.s.attempt(ctx, a.Seq)
		f.landed <- []landing{{a.Seq, after, taken, err}}
	}()
	return nil
}

// mates are the actions that one call does together, that of a first.
func (f *flight) mates(ctx context.Context, a Action) ([]int64, error) {
	seqs, most := []int64{a.Seq}, 1
	if r, ok := f.s.responder(app.Deed(a.Verb), a.On.Kind); ok && a.Verb.IsDeed() && a.Set == nil {
		most = r.Together(app.Deed(a.Verb), a.On.Kind)
	}
	if most < 2 {
		return seqs, nil
	}
	ready, err := f.s.cfg.Store.Ready(ctx, f.s.cfg.Now(), spread*most+len(f.air)+len(f.idle), f.s.holds.at(f.s.cfg.Now())...)
	for _, m := range ready {
		_, flies := f.air[m.Seq]
		if len(seqs) < most && !flies && !f.idle[m.Seq] && m.Seq != a.Seq && m.Verb == a.Verb && m.On.Kind == a.On.Kind {
			seqs = append(seqs, m.Seq)
		}
	}
	f.queue = slices.DeleteFunc(f.queue, func(x Action) bool { return slices.Contains(seqs, x.Seq) })
	return seqs, err
}

func (f *flight) land() []landing {
	ls := <-f.landed
	src, well, bad := f.air[ls[0].seq], true, false
	f.flying[src]--
	for _, l := range ls {
		well = well && l.taken && !l.action.State.Pending()
		bad = bad || l.action.Kind != app.KindThrottled // which says when, not how many
		if delete(f.air, l.seq); !l.taken {
			f.idle[l.seq] = true
		}
	}
	switch width := max(narrow, f.width[src]); {
	case well:
		f.width[src] = min(wide, width+1)
	case bad:
		f.width[src] = narrow
	}
	return ls
}
