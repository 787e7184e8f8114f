package kill_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/rpc"
	"slices"
	"strconv"
	"sync"
	"time"

	"watchfloor/app"
)

// service is a source of incidents in memory: Sentinel with ETags and comment ids of the
// client, or Defender with neither.
type service struct {
	source  app.SourceID
	mu      sync.Mutex
	at      time.Time
	rows    []app.Pulled
	written map[string]int // how often a comment with this text was accepted
}

func newService(source app.SourceID, incidents int) *service {
	s := &service{source: source, at: time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC), written: map[string]int{}}
	for i := range incidents {
		id := strconv.Itoa(i + 1)
		s.rows = append(s.rows, app.Pulled{Incident: app.Incident{
			Ref: app.Ref{Source: source, ID: id}, Number: id, Title: "Incident " + id,
			Fields: app.Fields{Severity: app.Medium, Status: app.StatusNew}, Created: s.at, AlertCount: -1,
		}, Details: &app.Details{Comments: []app.Comment{}, Alerts: []app.Alert{}}})
		s.touch(i)
	}
	return s
}

func (s *service) touch(i int) {
	s.at = s.at.Add(time.Second)
	in := &s.rows[i].Incident
	in.Modified = s.at
	if s.source == app.Sentinel {
		in.ETag = fmt.Sprintf("%q", strconv.FormatInt(s.at.Unix(), 16))
	}
}

func (s *service) row(id string) (int, error) {
	i, err := strconv.Atoi(id)
	if err != nil || i < 1 || i > len(s.rows) {
		return 0, app.E(app.KindNotFound, "gone", nil)
	}
	return i - 1, nil
}

func (s *service) copy(i int) app.Pulled {
	p := s.rows[i]
	p.Incident.Tags = slices.Clone(p.Incident.Tags)
	p.Raw, _ = json.Marshal(p.Incident)
	d := *p.Details
	d.Comments = slices.Clone(d.Comments)
	p.Details = &d
	return p
}

// Wire is what a child calls, by net/rpc. An answer holds a kind instead of an error.
type Wire map[app.SourceID]*service

// Call is a request of a child.
type Call struct {
	Source  app.SourceID
	ID      string
	ETag    string
	Since   time.Time
	Want    app.Fields
	Changed []app.Field
	Comment app.Comment
}

// Answer is what it gets.
type Answer struct {
	Failed bool
	Kind   app.Kind
	Rows   []app.Pulled
	At     time.Time
}

func (a *Answer) fail(err error) { a.Failed, a.Kind = true, app.KindOf(err) }

// Pull answers with what changed at or after a time.
func (w Wire) Pull(c Call, a *Answer) error {
	s := w[c.Source]
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.rows {
		if !s.rows[i].Incident.Modified.Before(c.Since) {
			a.Rows = append(a.Rows, s.copy(i))
		}
	}
	slices.SortFunc(a.Rows, func(x, y app.Pulled) int { return x.Incident.Modified.Compare(y.Incident.Modified) })
	a.At = s.at
	return nil
}

// Get answers with one incident.
func (w Wire) Get(c Call, a *Answer) error {
	s := w[c.Source]
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.row(c.ID)
	if err != nil {
		a.fail(err)
		return nil
	}
	a.Rows = []app.Pulled{s.copy(i)}
	return nil
}

// Update writes fields over the version that was read.
func (w Wire) Update(c Call, a *Answer) error {
	s := w[c.Source]
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.row(c.ID)
	if err == nil && s.source == app.Sentinel && c.ETag != s.rows[i].Incident.ETag {
		err = app.E(app.KindConflict, "stale", nil)
	}
	if err != nil {
		a.fail(err)
		return nil
	}
	if slices.Contains(c.Changed, app.FieldTags) {
		for _, tag := range c.Want.Tags {
			if !slices.Contains(s.rows[i].Incident.Tags, tag) {
				s.written[tag]++
			}
		}
		s.rows[i].Incident.Tags = c.Want.Tags
	}
	s.touch(i)
	a.Rows = []app.Pulled{s.copy(i)}
	return nil
}

// AddComment takes a comment: Sentinel once for each id, Defender each time.
func (w Wire) AddComment(c Call, a *Answer) error {
	s := w[c.Source]
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.row(c.ID)
	if err != nil {
		a.fail(err)
		return nil
	}
	d := s.rows[i].Details
	if s.source == app.Sentinel && slices.ContainsFunc(d.Comments, func(x app.Comment) bool { return x.ID == c.Comment.ID }) {
		return nil
	}
	if s.source == app.Defender {
		c.Comment.ID = fmt.Sprint(len(d.Comments) + 1)
	}
	c.Comment.Created = s.at
	d.Comments = append(d.Comments, c.Comment)
	s.written[c.Comment.Text]++
	s.touch(i)
	return nil
}

// remote is the service as a child sees it.
type remote struct {
	source app.SourceID
	to     *rpc.Client
}

func (r remote) ask(method string, c Call) (a Answer, err error) {
	c.Source = r.source
	if err := r.to.Call("Wire."+method, c, &a); err != nil {
		return a, &app.Error{Kind: app.KindOffline, Message: "No answer.", Cause: err, MaybeApplied: true}
	}
	if a.Failed {
		return a, app.E(a.Kind, "The service refused.", nil)
	}
	return a, nil
}

func (r remote) one(method string, c Call) (app.Pulled, error) {
	a, err := r.ask(method, c)
	if err != nil {
		return app.Pulled{}, err
	}
	return a.Rows[0], nil
}

func (r remote) ID() app.SourceID { return r.source }

// Pull brings pages of five, so that a kill falls between pages of a run.
func (r remote) Pull(_ context.Context, cur app.Cursor) (app.Page, error) {
	since := cur.Watermark
	if cur.Next != "" {
		if err := since.UnmarshalText([]byte(cur.Next)); err != nil {
			return app.Page{}, err
		}
	}
	a, err := r.ask("Pull", Call{Since: since})
	if err != nil {
		return app.Page{}, err
	}
	p := app.Page{Rows: a.Rows, Done: true, Total: -1, Cursor: app.Cursor{Watermark: a.At}}
	if len(a.Rows) > 5 {
		p.Rows, p.Done = a.Rows[:5], false
		next, err := a.Rows[5].Incident.Modified.MarshalText()
		if err != nil {
			return app.Page{}, err
		}
		p.Cursor = app.Cursor{Watermark: cur.Watermark, Ahead: a.At, Next: string(next)}
	}
	return p, nil
}

func (r remote) Get(_ context.Context, id string) (app.Pulled, error) {
	return r.one("Get", Call{ID: id})
}

func (r remote) Details(_ context.Context, id string) (app.Details, error) {
	p, err := r.one("Get", Call{ID: id})
	if err != nil {
		return app.Details{}, err
	}
	return *p.Details, nil
}

func (r remote) Open(context.Context) (ids []string, err error) {
	a, err := r.ask("Pull", Call{})
	for _, p := range a.Rows {
		ids = append(ids, p.Incident.Ref.ID)
	}
	return ids, err
}

func (r remote) Update(_ context.Context, seen app.Pulled, want app.Fields, changed []app.Field) (app.Pulled, error) {
	return r.one("Update", Call{ID: seen.Incident.Ref.ID, ETag: seen.Incident.ETag, Want: want, Changed: changed})
}

func (r remote) Comments(ctx context.Context, id string) ([]app.Comment, error) {
	d, err := r.Details(ctx, id)
	return d.Comments, err
}

func (r remote) AddComment(_ context.Context, id string, c app.Comment) error {
	_, err := r.ask("AddComment", Call{ID: id, Comment: c})
	return err
}
