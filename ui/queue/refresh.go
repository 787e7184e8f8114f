package queue

import (
	"context"
	"time"

	"watchfloor/app"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/ui/present"
)

// Refresh reads again what is on screen and redraws it in place.
func (p *Presenter) Refresh() {
	if p.list.Busy() {
		p.stale = true // a stream of events must not keep a read from ending
		return
	}
	if !p.loaded || p.err != nil || len(p.rows) == 0 {
		p.Load()
		return
	}
	from := max(0, min(p.Top()-around, len(p.rows)-1))
	to := min(len(p.rows), from+pageSize)
	q := p.query()
	q.Limit = to - from + around
	if from > 0 {
		after := p.rows[from-1]
		q.After = &after
	}
	pin := p.rows[p.cursor].ID
	count := len(p.rows)
	p.list.Run(func(ctx context.Context) func() {
		w, err := p.d.Queue.Window(ctx, q)
		var pinned *triage.Row
		if err == nil && !holds(w, pin) {
			if r, e := p.d.Queue.Row(ctx, pin); e == nil {
				pinned = &r
			}
		}
		return func() {
			if err != nil {
				if app.KindOf(err) != app.KindCancelled {
					p.err = err
					p.Changed(Head)
				}
				return
			}
			if count == len(p.rows) {
				p.apply(from, to, w, pinned)
			}
			p.catchUp()
		}
	})
	p.recount()
}

// catchUp does what a read that was on its way kept waiting.
func (p *Presenter) catchUp() {
	switch {
	case p.stale:
		p.stale = false
		p.Refresh()
	case p.cursor >= len(p.rows)-lookAhead:
		p.loadMore()
	}
}

func holds(w triage.Window, id int64) bool {
	for _, r := range w.Rows {
		if r.ID == id {
			return true
		}
	}
	return false
}

// apply merges a window that was read again. The cursor keeps its incident; where
// that is gone, it keeps its place.
func (p *Presenter) apply(from, to int, w triage.Window, pinned *triage.Row) {
	id := p.rows[p.cursor].ID
	all := to == len(p.rows)
	p.rows = merge(p.rows, from, to, w, pinned, p.sort != triage.ByModified)
	p.seen(w.Rows)
	p.partial = from > 0 || !all
	p.fresh = [2]int{from, min(len(p.rows), from+len(w.Rows))}
	if all && w.More {
		p.more = true
	}
	at := min(p.cursor, len(p.rows)-1)
	for i, r := range p.rows {
		if r.ID == id {
			at = i
			break
		}
	}
	p.cursor = at
	p.Changed(Rows | Cursor)
	p.follow()
}

// SetSync tells how the pull stands. The end of the first pull makes new rows wait,
// the end of any brings the figures up to date.
func (p *Presenter) SetSync(s sync.State) {
	was := p.firstPull()
	ended := pulling(p.pull) > pulling(s)
	p.pull = s
	if was && !p.firstPull() {
		p.until = p.d.Now()
	}
	if ended && p.loaded {
		p.viewsAt = time.Time{}
		p.recount()
	}
	p.Changed(Head)
}

// pulling counts the sources that bring rows now.
func pulling(s sync.State) (n int) {
	for _, x := range s.Sources {
		if x.Phase == sync.FirstPull || x.Phase == sync.Updating {
			n++
		}
	}
	return n
}

func (p *Presenter) firstPull() bool {
	for _, s := range p.pull.Sources {
		if s.Phase == sync.FirstPull || s.LastSuccess.IsZero() && s.Rows > 0 {
			return true
		}
	}
	return false
}

// follow completes the preview of the row under the cursor.
func (p *Presenter) follow() {
	r, ok := p.Current()
	if !ok {
		p.shown.Stop()
		p.detail, p.detailErr, p.before = nil, nil, nil
		p.Changed(Preview)
		return
	}
	if p.detail != nil && p.detail.Row.ID != r.ID {
		p.detail, p.before = nil, nil
	}
	p.detailErr = nil
	p.Changed(Preview)
	id := r.ID
	p.shown.Run(func(ctx context.Context) func() {
		c, err := p.d.Cases.Case(ctx, id)
		var before map[app.Field]string
		if err == nil && c.Row.Queued > 0 && p.d.Waiting != nil {
			before = present.Before(p.d.Waiting(ctx, c.Row))
		}
		return func() {
			if err != nil {
				p.detailErr = err
			} else {
				p.detail, p.before = &c, before
			}
			p.Changed(Preview)
		}
	})
}
