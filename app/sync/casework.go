package sync

import (
	"context"
	"sync"
	"time"

	"watchfloor/app"
)

const (
	detailBatch    = 32  // incidents whose details are stored together
	detailWindow   = 256 // incidents looked up at a time
	detailParallel = 8   // requests for details at the same time
	maxRefused     = 16  // incidents a run may fail to read before it takes the service for broken
)

// casework is the job that follows a source of incidents.
type casework struct {
	*follower
	remote  app.Remote
	swept   time.Time
	refused map[int64]bool // incidents whose details cannot be read in this run
}

func followRemote(e *Engine, r app.Remote) *casework {
	f := &casework{follower: newFollower(e, r.ID()), remote: r}
	f.job = f
	return f
}

func (f *casework) begin() {
	if f.swept.IsZero() { // deleted incidents can wait until the start is over
		f.swept = f.engine.cfg.Now().Add(min(2*f.engine.cfg.Interval, f.engine.cfg.Sweep) - f.engine.cfg.Sweep)
	}
}

func (f *casework) every() time.Duration { return f.engine.cfg.Interval }

func (f *casework) lacks(error) bool { return false }

func (f *casework) work(ctx context.Context) error {
	err := f.pull(ctx, f.page)
	if err == nil {
		err = f.readDue(ctx)
	}
	if err == nil {
		err = f.sweep(ctx)
	}
	return err
}

// page reads one page of incidents.
func (f *casework) page(ctx context.Context, cur app.Cursor) (page, error) {
	p, err := f.remote.Pull(ctx, cur)
	return page{cursor: p.Cursor, done: p.Done, rows: len(p.Rows), total: p.Total, odd: p.Odd, store: func(ctx context.Context) error {
		return f.engine.cfg.Store.StorePage(ctx, f.id, p)
	}}, err
}

// readDue reads the details that are due, newest first.
func (f *casework) readDue(ctx context.Context) error {
	st := f.engine.cfg.Store
	f.refused = map[int64]bool{}
	for {
		due, err := st.DetailsDue(ctx, f.id, detailWindow+len(f.refused))
		if err != nil {
			return err
		}
		var todo []Due
		for _, d := range due {
			if !f.refused[d.ID] {
				todo = append(todo, d)
			}
		}
		if len(todo) == 0 {
			f.set(func(s *Status) { s.DetailsDue = len(due) })
			return nil
		}
		n, err := st.DetailsDueCount(ctx, f.id)
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
func (f *casework) readBatch(ctx context.Context, due []Due) error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	got := map[int64]app.Details{}
	store := func(got map[int64]app.Details) error { // what was read is kept also when the run ends
		return f.engine.cfg.Store.StoreDetails(context.WithoutCancel(ctx), got)
	}
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
				if got[d.ID] = details; len(got) >= detailBatch {
					full := got
					got = map[int64]app.Details{}
					mu.Unlock()
					err = store(full)
					mu.Lock()
				}
			case app.KindNotFound: // the incident, or only a part of it
				f.refused[d.ID] = true
				err = f.reread(ctx, d.Ref)
			case app.KindInvalid, app.KindInternal:
				f.refused[d.ID] = true // kept due: the next run tries again
				f.engine.cfg.Log.Warn("details", "incident", d.Ref.String(), "err", err)
				if len(f.refused) < maxRefused || app.KindOf(err) == app.KindInvalid {
					err = nil
				}
			}
			if err != nil && failed == nil {
				failed = err
			}
		})
	}
	wg.Wait()
	if len(got) > 0 {
		if err := store(got); err != nil {
			return err
		}
	}
	return failed
}

// sweep looks for incidents that are open here and no longer listed there: each is
// read, and marked as gone when it does not exist.
func (f *casework) sweep(ctx context.Context) error {
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
	have, err := st.OpenIDs(ctx, f.id)
	if err != nil {
		return err
	}
	for _, id := range have {
		if there[id] {
			continue
		}
		switch err := f.reread(ctx, app.Ref{Source: f.id, ID: id}); app.KindOf(err) {
		case "":
		case app.KindInvalid: // this one only
			f.engine.cfg.Log.Warn("sweep", "incident", id, "err", err)
		default:
			return err
		}
	}
	f.swept = now
	return nil
}

// reread stores an incident as it is now, or marks it as gone.
func (f *casework) reread(ctx context.Context, ref app.Ref) error {
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
func (f *casework) read(ctx context.Context, id int64, ref app.Ref) error {
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
	f.answered()
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
