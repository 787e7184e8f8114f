package sync

import (
	"context"
	"slices"
	"time"

	"watchfloor/app"
)

// licencePause is how long a feed whose licence is missing is left alone.
const licencePause = time.Hour

// feeding is the job that follows a feed.
type feeding struct {
	*follower
	feed  Feed
	found []app.Lack // by this run
	shut  time.Time  // the licence was missing; not asked again before
}

func followFeed(e *Engine, feed Feed) *feeding {
	f := &feeding{follower: newFollower(e, feed.ID()), feed: feed}
	f.job = f
	return f
}

func (f *feeding) begin() {}

// every is longer while a licence is missing.
func (f *feeding) every() time.Duration {
	pace := f.feed.Every()
	if pace <= 0 {
		pace = f.engine.cfg.Interval
	}
	return max(pace, f.resting())
}

// resting is how long the feed is still to be left alone for want of a licence.
func (f *feeding) resting() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.shut.Sub(f.engine.cfg.Now())
}

func (f *feeding) work(ctx context.Context) error {
	if f.resting() > 0 {
		return errShut
	}
	f.found = nil
	err := f.pull(ctx, f.page)
	switch {
	case err == nil:
		f.set(func(s *Status) { s.Lacks = f.found })
	case f.lacks(err):
		f.set(func(s *Status) {
			f.shut = f.engine.cfg.Now().Add(licencePause)
			s.Lacks = []app.Lack{{What: f.id.Label(), Needs: "a licence that the tenant does not have", Still: app.Say(err)}}
		})
	}
	return err
}

// errShut ends a run that was not worth a request.
var errShut = app.E(app.KindLicence, "A licence was missing a short while ago; it is looked for again within an hour.", nil)

func (f *feeding) lacks(err error) bool { return app.KindOf(err) == app.KindLicence }

// page reads one page of the feed.
func (f *feeding) page(ctx context.Context, cur app.Cursor) (page, error) {
	p, err := f.feed.Pull(ctx, cur)
	return page{cursor: p.Cursor, done: p.Done, rows: p.Rows, total: -1, store: func(ctx context.Context) error {
		for _, l := range p.Lacks {
			if !slices.Contains(f.found, l) {
				f.found = append(f.found, l)
			}
		}
		return f.engine.cfg.FeedStore.StoreFeed(ctx, f.id, p)
	}}, err
}
