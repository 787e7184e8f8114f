package sync

import (
	"context"
	"errors"
	"sync"
	"time"

	"watchfloor/app"
)

const (
	firstBackoff  = 3 * time.Second
	lastBackoff   = 2 * time.Minute
	stuckInterval = 5 * time.Minute // between tries of what only a person can mend
)

// errSwitched ends a run when the analyst goes offline.
var errSwitched = errors.New("switched offline")

// job is what a follower does at each run.
type job interface {
	// begin is called once, before the first run of a follower that goes on.
	begin()
	// work runs the source to its end.
	work(ctx context.Context) error
	// every is the time from the end of a run to the next.
	every() time.Duration
	// lacks takes the error of a run for something that the tenant has not bought, which
	// is a state of the source and no failure.
	lacks(err error) bool
}

// follower follows one source.
type follower struct {
	engine *Engine
	id     app.SourceID
	job    job
	wake   chan struct{}
	run    sync.Mutex // one run at a time

	mu       sync.Mutex
	status   Status
	lost     time.Time // when the source stopped answering; zero while it answers
	heard    time.Time // when it last answered
	until    time.Time // the service asked not to be called before
	failures int
}

func newFollower(e *Engine, id app.SourceID) *follower {
	return &follower{engine: e, id: id, wake: make(chan struct{}, 1), status: Status{Source: id, Phase: Idle, Total: -1}}
}

func (f *follower) kick() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// snapshot returns the status, since when the source does not answer, and when it last
// did.
func (f *follower) snapshot() (st Status, lost, heard time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status, f.lost, f.heard
}

func (f *follower) set(change func(*Status)) {
	f.mu.Lock()
	change(&f.status)
	f.mu.Unlock()
	f.engine.cfg.Hub.Publish(app.Event{Topic: app.TopicSync})
}

// follow runs the source again and again until ctx ends.
func (f *follower) follow(ctx context.Context) {
	if _, last, err := f.engine.cfg.Store.Cursor(ctx, f.id); err == nil {
		f.set(func(s *Status) { s.LastSuccess = last })
	}
	f.job.begin()
	for ctx.Err() == nil {
		offline, changed := f.engine.switched()
		if offline {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		if left := f.held(); left > 0 { // the switch moved during a wait
			f.wait(ctx, left, true)
			continue
		}
		select {
		case <-f.wake: // what was asked for begins now
		default:
		}
		err := f.once(ctx)
		if ctx.Err() != nil {
			return
		}
		if f.held() == 0 {
			f.wait(ctx, f.delay(err), false)
		}
	}
}

// held is how long the source must still be left alone.
func (f *follower) held() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return max(0, f.until.Sub(f.engine.cfg.Now()))
}

// delay is how long to wait before the next run.
func (f *follower) delay(err error) time.Duration {
	cfg := f.engine.cfg
	if err == nil {
		return cfg.Jitter(f.job.every())
	}
	switch app.KindOf(err) {
	case app.KindPermission, app.KindSignIn, app.KindInvalid:
		return cfg.Jitter(stuckInterval)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return cfg.Jitter(f.backoff())
}

// backoff grows with each failure in a row; f.mu is held.
func (f *follower) backoff() time.Duration {
	return min(lastBackoff, firstBackoff<<min(max(f.failures-1, 0), 10))
}

// wait sleeps until the delay is over, ctx ends, the switch moves or somebody asks for
// a refresh; a wait that the service asked for is not cut short by a refresh.
func (f *follower) wait(ctx context.Context, d time.Duration, asked bool) {
	_, changed := f.engine.switched()
	wake := f.wake
	if asked {
		wake = nil
	}
	select {
	case <-ctx.Done():
	case <-f.engine.cfg.After(d):
	case <-changed:
	case <-wake:
	}
}

// once runs the source to its end and notes how it went.
func (f *follower) once(ctx context.Context) error {
	f.run.Lock()
	defer f.run.Unlock()
	offline, changed := f.engine.switched()
	if offline {
		return nil
	}
	if left := f.held(); left > 0 {
		return &app.Error{Kind: app.KindThrottled, Message: f.id.Label() + " asked us to wait.", RetryAfter: left}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-changed:
			cancel(errSwitched)
		case <-ctx.Done():
		}
	}()
	err := f.job.work(ctx)
	if err == error(errShut) {
		return nil
	}
	if errors.Is(context.Cause(ctx), errSwitched) {
		f.set(func(s *Status) { s.Phase = Idle })
		return nil
	}
	f.note(err)
	if f.job.lacks(err) {
		return nil
	}
	return err
}

// note records how a run ended.
func (f *follower) note(err error) {
	now := f.engine.cfg.Now().UTC()
	kind := app.KindOf(err)
	lacks, recovered := f.job.lacks(err), false
	f.mu.Lock()
	switch {
	case err == nil || lacks:
		f.failures = 0
	case kind == app.KindCancelled:
	default:
		f.failures++
	}
	s := &f.status
	if asked := app.RetryAfter(err); asked > 0 {
		f.until = now.Add(asked)
	}
	s.Problem, s.Kind, s.Until = app.Say(err), kind, time.Time{}
	switch {
	case err == nil:
		s.Phase, s.LastSuccess = Idle, now
	case kind == app.KindCancelled || lacks:
		s.Phase, s.Problem = Idle, ""
	case kind == app.KindThrottled:
		s.Phase, s.Until = Waiting, f.until
		if !f.until.After(now) { // it did not say how long
			s.Until = now.Add(f.backoff())
		}
	case kind == app.KindOffline:
		s.Phase = Offline
		if f.lost.IsZero() {
			f.lost = now
		}
	default:
		s.Phase = Failing
	}
	if kind != app.KindOffline && kind != app.KindCancelled {
		f.heard = now
		if !f.lost.IsZero() {
			f.lost, recovered = time.Time{}, true
		}
	}
	f.mu.Unlock()
	if err != nil && kind != app.KindCancelled && !lacks {
		f.engine.cfg.Log.Warn("sync", "source", string(f.id), "kind", string(kind), "err", err)
	}
	f.engine.cfg.Hub.Publish(app.Event{Topic: app.TopicSync})
	if recovered {
		f.engine.cfg.Recovered()
	}
}

// answered notes that the source is there, during a run.
func (f *follower) answered() {
	f.mu.Lock()
	was := !f.lost.IsZero()
	f.lost, f.heard = time.Time{}, f.engine.cfg.Now()
	f.mu.Unlock()
	if was {
		f.engine.cfg.Recovered()
	}
}
