package sync

import (
	"context"
	"sync"
	"time"

	"watchfloor/app"
)

const (
	detailBatch    = 32 // incidents whose details are stored together
	detailParallel = 4  // requests for details at the same time
)

// pull takes pages until the run ends.
func (f *follower) pull(ctx context.Context) error {
	st := f.engine.cfg.Store
	cur, last, err := st.Cursor(ctx, f.remote.ID())
	if err != nil {
		return err
	}
	phase := Updating
	if cur.First() {
		phase = FirstPull
	}
	f.set(func(s *Status) { s.Phase, s.Rows, s.Total, s.LastSuccess = phase, 0, -1, last })
	for {
		page, err := f.remote.Pull(ctx, cur)
		if err != nil {
			return err
		}
		f.answered()
		if err := st.StorePage(ctx, f.remote.ID(), page); err != nil {
			return err
		}
		if page.Odd > 0 {
			f.engine.cfg.Log.Warn("rows kept as received", "source", string(f.remote.ID()), "rows", page.Odd)
		}
		cur = page.Cursor
		f.set(func(s *Status) { s.Rows += len(page.Rows); s.Total = page.Total })
		if page.Done {
			return st.Finish(ctx, f.remote.ID(), f.engine.cfg.Now())
		}
	}
}

// readDue reads the details that are due, newest first.
func (f *follower) readDue(ctx context.Context) error {
	st := f.engine.cfg.Store
	f.refused = map[int64]bool{}
	for {
		due, err := st.DetailsDue(ctx, f.remote.ID(), detailBatch+len(f.refused))
		if err != nil {
			return err
		}
		todo := due[:0]
		for _, d := range due {
			if !f.refused[d.ID] {
				todo = append(todo, d)
			}
		}
		if len(todo) == 0 {
			f.set(func(s *Status) { s.DetailsDue = 0 })
			return nil
		}
		n, err := st.DetailsDueCount(ctx, f.remote.ID())
		if err != nil {
			return err
		}
		f.set(func(s *Status) { s.Phase, s.DetailsDue = Reading, n })
		if err := f.readBatch(ctx, todo); err != nil {
			return err
		}
	}
}

// readBatch reads the details of a few incidents at once and stores what it got, also
// when one of them failed.
func (f *follower) readBatch(ctx context.Context, due []Due) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	got := map[int64]app.Details{}
	slots := make(chan struct{}, detailParallel)
	for _, d := range due {
		slots <- struct{}{}
		mu.Lock()
		stop := failed != nil
		mu.Unlock()
		if stop {
			<-slots
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			details, err := f.remote.Details(ctx, d.Ref.ID)
			mu.Lock()
			defer mu.Unlock()
			switch app.KindOf(err) {
			case "":
				got[d.ID] = details
			case app.KindNotFound:
				err = f.engine.cfg.Store.MarkGone(ctx, d.Ref)
			case app.KindInvalid:
				f.refused[d.ID] = true // kept due: the next run tries again
				f.engine.cfg.Log.Warn("details", "incident", d.Ref.String(), "err", err)
				err = nil
			}
			if err != nil && failed == nil {
				failed = err
			}
		})
	}
	wg.Wait()
	if len(got) > 0 {
		if err := f.engine.cfg.Store.StoreDetails(context.WithoutCancel(ctx), got); err != nil {
			return err
		}
	}
	return failed
}

// sweep looks for incidents that are open here and no longer listed there: each is
// read, and marked as gone when it does not exist.
func (f *follower) sweep(ctx context.Context) error {
	now := f.engine.cfg.Now()
	if now.Sub(f.swept) < f.engine.cfg.Sweep {
		return nil
	}
	st := f.engine.cfg.Store
	listed, err := f.remote.Open(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(listed))
	for _, id := range listed {
		there[id] = true
	}
	have, err := st.OpenIDs(ctx, f.remote.ID())
	if err != nil {
		return err
	}
	for _, id := range have {
		if there[id] {
			continue
		}
		if err := f.reread(ctx, app.Ref{Source: f.remote.ID(), ID: id}); err != nil {
			return err
		}
	}
	f.swept = now
	return nil
}

// reread stores an incident as it is now, or marks it as gone.
func (f *follower) reread(ctx context.Context, ref app.Ref) error {
	p, err := f.remote.Get(ctx, ref.ID)
	if app.KindOf(err) == app.KindNotFound {
		return f.engine.cfg.Store.MarkGone(ctx, ref)
	}
	if err != nil {
		return err
	}
	return f.engine.cfg.Store.StoreIncident(ctx, p)
}

// read fetches one incident with its details for a person who waits.
func (f *follower) read(ctx context.Context, id int64, ref app.Ref) error {
	p, err := f.remote.Get(ctx, ref.ID)
	if app.KindOf(err) == app.KindNotFound {
		if gone := f.engine.cfg.Store.MarkGone(ctx, ref); gone != nil {
			return gone
		}
		return app.E(app.KindNotFound, "This incident was deleted at "+ref.Source.Label()+"; the cache keeps what it had.", err)
	}
	if err != nil {
		return err
	}
	if err := f.engine.cfg.Store.StoreIncident(ctx, p); err != nil {
		return err
	}
	if p.Details != nil {
		return nil
	}
	d, err := f.remote.Details(ctx, ref.ID)
	if err != nil {
		return err
	}
	return f.engine.cfg.Store.StoreDetails(ctx, map[int64]app.Details{id: d})
}

// Stale reports whether a source's last good run is too long ago to trust the screen.
func (s Status) Stale(now time.Time, after time.Duration) bool {
	return s.LastSuccess.IsZero() || now.Sub(s.LastSuccess) > after
}
