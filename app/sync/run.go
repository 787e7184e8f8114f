package sync

import (
	"context"

	"watchfloor/app"
)

// page is a unit of a pull, of whatever it brings.
type page struct {
	cursor           app.Cursor
	done             bool
	rows, total, odd int // total is -1 where the service does not say
	// store keeps the page and its cursor in one transaction.
	store func(context.Context) error
}

// pull takes pages until the run ends.
func (f *follower) pull(ctx context.Context, read func(context.Context, app.Cursor) (page, error)) error {
	st := f.engine.cfg.Store
	cur, last, err := st.Cursor(ctx, f.id)
	if err != nil {
		return err
	}
	phase := Updating
	if cur.First() {
		phase = FirstPull
	}
	f.set(func(s *Status) { s.Phase, s.Rows, s.Total, s.LastSuccess = phase, 0, -1, last })
	ctx, cancel := context.WithCancel(ctx)
	next := fetch(ctx, cur, read)
	defer func() { // no request outlives the run
		cancel()
		_, _ = next()
	}()
	for {
		p, err := next()
		if err != nil {
			return err
		}
		f.answered()
		if !p.done && p.cursor.Next != cur.Next {
			next = fetch(ctx, p.cursor, read) // the service works while the page is stored
		}
		if err := p.store(ctx); err != nil {
			return err
		}
		if p.odd > 0 {
			f.engine.cfg.Log.Warn("rows kept as received", "source", string(f.id), "rows", p.odd)
		}
		f.set(func(s *Status) {
			if s.Rows += p.rows; p.total >= 0 {
				s.Total = p.total
			}
			if s.Total >= 0 { // pages may repeat rows, and incidents arrive meanwhile
				s.Total = max(s.Total, s.Rows)
			}
		})
		if p.done {
			return st.Finish(ctx, f.id, f.engine.cfg.Now())
		}
		if p.cursor.Next == cur.Next {
			return app.E(app.KindInvalid, f.id.Label()+" keeps answering with the same page; the pull stopped and is tried again later.", nil)
		}
		cur = p.cursor
	}
}

// fetch starts reading a page and returns a function that waits for it.
func fetch(ctx context.Context, cur app.Cursor, read func(context.Context, app.Cursor) (page, error)) func() (page, error) {
	var p page
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		p, err = read(ctx, cur)
	}()
	return func() (page, error) {
		<-done
		return p, err
	}
}
