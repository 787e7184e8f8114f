package sync

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"watchfloor/app"
)

// source answers from functions; those left nil answer with nothing at once.
type source struct {
	id      app.SourceID
	pull    func(ctx context.Context, cur app.Cursor) (app.Page, error)
	get     func(id string) (app.Pulled, error)
	details func(ctx context.Context, id string) (app.Details, error)
	open    func() ([]string, error)

	mu    sync.Mutex
	pulls []time.Time // when Pull was called
}

func (s *source) ID() app.SourceID { return s.id }

func (s *source) Pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	s.mu.Lock()
	s.pulls = append(s.pulls, time.Now())
	s.mu.Unlock()
	if s.pull == nil {
		return app.Page{Done: true, Total: -1, Cursor: app.Cursor{Watermark: time.Now()}}, nil
	}
	return s.pull(ctx, cur)
}

// times are the moments of the pulls, since start.
func (s *source) times(start time.Time) (out []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.pulls {
		out = append(out, t.Sub(start))
	}
	return out
}

func (s *source) count() int { return len(s.times(time.Time{})) }

func (s *source) Get(_ context.Context, id string) (app.Pulled, error) {
	if s.get == nil {
		return app.Pulled{Incident: app.Incident{Ref: app.Ref{Source: s.id, ID: id}}}, nil
	}
	return s.get(id)
}

func (s *source) Details(ctx context.Context, id string) (app.Details, error) {
	if s.details == nil {
		return app.Details{}, nil
	}
	return s.details(ctx, id)
}

func (s *source) Open(context.Context) ([]string, error) {
	if s.open == nil {
		return nil, nil
	}
	return s.open()
}

func (s *source) Update(context.Context, app.Pulled, app.Fields, []app.Field) (app.Pulled, error) {
	panic("the pull engine writes nothing")
}
func (s *source) Comments(context.Context, string) ([]app.Comment, error) { return nil, nil }
func (s *source) AddComment(context.Context, string, app.Comment) error {
	panic("the pull engine writes nothing")
}

// shelf is a Store in memory. Incidents have their remote id as local one.
type shelf struct {
	mu      sync.Mutex
	cursors map[app.SourceID]app.Cursor
	last    map[app.SourceID]time.Time
	rows    []string // ids in the order they were stored
	due     []string
	read    []string // ids whose details are stored
	gone    []string
	kept    []string // ids stored by StoreIncident
	full    error    // of StorePage
	fed     []string // sources of feed pages, in the order they were stored
}

func newShelf(due ...string) *shelf {
	return &shelf{cursors: map[app.SourceID]app.Cursor{}, last: map[app.SourceID]time.Time{}, due: slices.Clone(due)}
}

func (s *shelf) Cursor(_ context.Context, src app.SourceID) (app.Cursor, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[src], s.last[src], nil
}

func (s *shelf) StorePage(_ context.Context, src app.SourceID, p app.Page) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full != nil {
		return s.full
	}
	for _, r := range p.Rows {
		s.rows = append(s.rows, r.Incident.Ref.ID)
	}
	s.cursors[src] = p.Cursor
	return nil
}

func (s *shelf) StoreFeed(_ context.Context, src app.SourceID, p FeedPage) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fed = append(s.fed, string(src))
	s.cursors[src] = p.Cursor
	return nil
}

// pages lists what feeds brought so far.
func (s *shelf) pages() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.fed)
}

func (s *shelf) Finish(_ context.Context, src app.SourceID, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[src] = at
	return nil
}

// lost lists the ids marked as gone.
func (s *shelf) lost() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.gone)
}

func (s *shelf) DetailsDue(_ context.Context, src app.SourceID, limit int) (out []Due, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.due[:min(limit, len(s.due))] {
		n, _ := strconv.ParseInt(id, 10, 64)
		out = append(out, Due{ID: n, Ref: app.Ref{Source: src, ID: id}})
	}
	return out, nil
}

func (s *shelf) DetailsDueCount(context.Context, app.SourceID) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.due), nil
}

func (s *shelf) StoreDetails(_ context.Context, details map[int64]app.Details) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range details {
		s.read = append(s.read, strconv.FormatInt(id, 10))
		s.drop(strconv.FormatInt(id, 10))
	}
	return nil
}

func (s *shelf) drop(id string) {
	s.due = slices.DeleteFunc(s.due, func(d string) bool { return d == id })
}

func (s *shelf) StoreIncident(_ context.Context, p app.Pulled) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, p.Incident.Ref.ID)
	return nil
}

func (s *shelf) Ref(_ context.Context, id int64) (app.Ref, error) {
	return app.Ref{Source: app.Sentinel, ID: strconv.FormatInt(id, 10)}, nil
}

func (s *shelf) OpenIDs(context.Context, app.SourceID) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rows), nil
}

func (s *shelf) MarkGone(_ context.Context, ref app.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = append(s.gone, ref.ID)
	s.drop(ref.ID)
	return nil
}

func incidents(ids ...string) (rows []app.Pulled) {
	for _, id := range ids {
		rows = append(rows, app.Pulled{Incident: app.Incident{Ref: app.Ref{Source: app.Sentinel, ID: id}}})
	}
	return rows
}

// book pulls three pages of two rows, newest first, and then nothing new.
func book(ctx context.Context, cur app.Cursor) (app.Page, error) {
	if err := ctx.Err(); err != nil {
		return app.Page{}, app.E(app.KindCancelled, "Cancelled.", err)
	}
	pages := map[string]app.Page{
		"":  {Rows: incidents("6", "5"), Total: 6, Cursor: app.Cursor{Next: "b"}},
		"b": {Rows: incidents("4", "3"), Total: -1, Cursor: app.Cursor{Next: "c"}},
		"c": {Rows: incidents("2", "1", "1"), Total: 6, Done: true, Cursor: app.Cursor{Watermark: time.Now()}},
	}
	if !cur.First() {
		return app.Page{Done: true, Total: 0, Cursor: cur}, nil
	}
	return pages[cur.Next], nil
}

func fault(k app.Kind, after time.Duration) error {
	return &app.Error{Kind: k, Message: "The service says: " + string(k), RetryAfter: after}
}

// feed answers each pull from a function and remembers when it was asked.
type feed struct {
	id    app.SourceID
	every time.Duration
	pull  func(cur app.Cursor) (FeedPage, error)

	mu    sync.Mutex
	asked []time.Time
}

func (f *feed) ID() app.SourceID     { return f.id }
func (f *feed) Every() time.Duration { return f.every }

func (f *feed) Pull(_ context.Context, cur app.Cursor) (FeedPage, error) {
	f.mu.Lock()
	f.asked = append(f.asked, time.Now())
	f.mu.Unlock()
	if f.pull == nil {
		return FeedPage{Done: true, Cursor: app.Cursor{Watermark: time.Now()}}, nil
	}
	return f.pull(cur)
}

// times are the moments it was asked, since start.
func (f *feed) times(start time.Time) (out []time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.asked {
		out = append(out, t.Sub(start))
	}
	return out
}
