package wiring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

var dawn = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

// trouble is what happens to one call at the service.
type trouble int

const (
	fine      trouble = iota
	lost              // done, but the answer does not arrive
	busy              // 503, not done; the client cannot know
	offline           // no connection
	throttled         // 429
	crashed           // done, and the client dies before it reads the answer
	broken            // 500, for good
)

// service is a source of incidents in memory, in the manner of Sentinel (ETags, comment
// ids chosen by the client) or of Defender (neither). Its clock is its own and moves
// one second with each change.
type service struct {
	id      app.SourceID
	mu      sync.Mutex
	at      time.Time
	rows    map[string]*record
	numbers int
	weak    bool // ETags are weak
	noETag  bool // and none at all, where the service should give one
	upsets  func(op string, write bool) trouble
	asked   time.Duration // Retry-After of throttled
	calls   int
	writes  []string // one line for each write that had an effect
	// before is told of an update that is about to have its effect.
	before func(r *record, changed []app.Field, want app.Fields)
	// after is told of a crash.
	after func()
}

type record struct {
	in       app.Incident
	comments []app.Comment
	alerts   []string
	tasks    []app.Task
	// foreign is when somebody else last changed a field.
	foreign map[app.Field]time.Time
}

func newService(id app.SourceID) *service {
	return &service{id: id, at: dawn, rows: map[string]*record{}, asked: time.Minute}
}

func (s *service) ID() app.SourceID { return s.id }

// add puts an incident there and returns its remote id.
func (s *service) add(f app.Fields) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers++
	n := strconv.Itoa(s.numbers)
	s.at = s.at.Add(time.Second)
	r := &record{
		in:      app.Incident{Ref: app.Ref{Source: s.id, ID: n}, Number: n, Title: "Incident " + n, Fields: f, Created: s.at, AlertCount: -1},
		foreign: map[app.Field]time.Time{},
	}
	s.rows[n] = r
	s.touch(r, "rule")
	return n
}

func (s *service) touch(r *record, who string) {
	s.at = s.at.Add(time.Second)
	r.in.Modified = s.at
	if s.id == app.Defender {
		r.in.ModifiedBy = who
		return
	}
	if r.in.ETag = fmt.Sprintf("%q", strconv.FormatInt(s.at.Unix(), 16)); s.weak {
		r.in.ETag = "W/" + r.in.ETag
	}
	if s.noETag {
		r.in.ETag = ""
	}
}

var all = []app.Field{
	app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldClassification, app.FieldDetermination,
	app.FieldClosingNote, app.FieldTags,
}

// edit is another analyst's change.
func (s *service) edit(id, who string, change func(*app.Fields)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rows[id]
	if r == nil {
		return
	}
	was := r.in.Fields
	change(&r.in.Fields)
	s.touch(r, who)
	for _, f := range all {
		if !outbox.Equal(was, r.in.Fields, f) {
			r.foreign[f] = s.at
		}
	}
}

func (s *service) say(id, who, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.rows[id]; r != nil {
		s.touch(r, who)
		r.comments = append(r.comments, app.Comment{ID: fmt.Sprint(who, s.at.Unix()), Author: who, Text: text, Created: s.at})
	}
}

func (s *service) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rows, id)
}

// call lets trouble happen: before tells that the call must not have its effect.
func (s *service) call(ctx context.Context, op string, write bool) (what trouble, err error) {
	if dry := app.DryRunOf(ctx); dry != nil && write {
		dry.Record(app.WireRequest{Method: op, URL: string(s.id)})
		return fine, app.E(app.KindCancelled, "Not sent.", nil)
	}
	s.calls++
	if err := ctx.Err(); err != nil {
		return fine, app.E(app.KindCancelled, "Cancelled.", err)
	}
	if s.upsets != nil {
		what = s.upsets(op, write)
	}
	switch what {
	case busy:
		return what, &app.Error{Kind: app.KindInternal, Message: "The service is busy.", MaybeApplied: write}
	case broken:
		return what, &app.Error{Kind: app.KindInternal, Message: "The service is broken."}
	case offline:
		return what, app.E(app.KindOffline, "No network.", nil)
	case throttled:
		return what, &app.Error{Kind: app.KindThrottled, Message: "Too many requests.", RetryAfter: s.asked}
	}
	return what, nil
}

// answer is what the client gets to know of a call that was done.
func (s *service) answer(what trouble) error {
	switch what {
	case lost:
		return &app.Error{Kind: app.KindOffline, Message: "The answer was lost.", MaybeApplied: true}
	case crashed:
		s.after()
		return app.E(app.KindCancelled, "Cancelled.", context.Canceled)
	}
	return nil
}

func (s *service) gone() error {
	return app.E(app.KindNotFound, "The incident does not exist.", nil)
}

func (s *service) pulled(r *record) app.Pulled {
	in := r.in
	in.Tags = slices.Clone(in.Tags)
	p := app.Pulled{Incident: in}
	var err error
	if p.Raw, err = json.Marshal(struct {
		app.Incident
		Comments []app.Comment
		Alerts   []string
	}{in, r.comments, r.alerts}); err != nil {
		panic(err)
	}
	if s.id == app.Defender {
		p.Details = &app.Details{Comments: append([]app.Comment{}, r.comments...), Alerts: []app.Alert{}}
		for _, id := range r.alerts {
			p.Details.Alerts = append(p.Details.Alerts, app.Alert{ID: id, Title: "Alert " + id})
		}
	}
	return p
}

// Pull returns everything at once, oldest change first.
func (s *service) Pull(ctx context.Context, cur app.Cursor) (app.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "pull", false)
	if err != nil {
		return app.Page{}, err
	}
	p := app.Page{Done: true, Total: -1, Cursor: app.Cursor{Watermark: s.at}}
	for _, r := range s.rows {
		p.Rows = append(p.Rows, s.pulled(r))
	}
	slices.SortFunc(p.Rows, func(a, b app.Pulled) int { return a.Incident.Modified.Compare(b.Incident.Modified) })
	return p, s.answer(what)
}

func (s *service) Get(ctx context.Context, id string) (app.Pulled, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "get", false)
	if err != nil {
		return app.Pulled{}, err
	}
	r := s.rows[id]
	if r == nil {
		return app.Pulled{}, s.gone()
	}
	return s.pulled(r), s.answer(what)
}

func (s *service) Details(ctx context.Context, id string) (app.Details, error) {
	c, err := s.Comments(ctx, id)
	d := app.Details{Comments: c}
	if err == nil && s.id == app.Sentinel {
		d.Tasks, err = tasking{s}.Tasks(ctx, id)
	}
	return d, err
}

func (s *service) Open(ctx context.Context) (ids []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "open", false)
	for id, r := range s.rows {
		if r.in.Status.Open() {
			ids = append(ids, id)
		}
	}
	if err == nil {
		err = s.answer(what)
	}
	return ids, err
}

func (s *service) Update(ctx context.Context, seen app.Pulled, want app.Fields, changed []app.Field) (app.Pulled, error) {
	if app.DryRunOf(ctx) != nil {
		app.DryRunOf(ctx).Record(app.WireRequest{Method: "update", URL: seen.Incident.Ref.String(), Body: fmt.Sprint(changed)})
		return app.Pulled{}, app.E(app.KindCancelled, "Not sent.", nil)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "update", true)
	if err != nil {
		return app.Pulled{}, err
	}
	r := s.rows[seen.Incident.Ref.ID]
	if r == nil {
		return app.Pulled{}, s.gone()
	}
	if s.id == app.Sentinel {
		if seen.Incident.ETag == "" {
			return app.Pulled{}, app.E(app.KindInvalid, "The service gave no version of this incident.", nil)
		}
		if seen.Incident.ETag != r.in.ETag {
			return app.Pulled{}, app.E(app.KindConflict, "Somebody was faster.", nil)
		}
	}
	if r.in.Status == app.StatusRedirected {
		return app.Pulled{}, app.E(app.KindInvalid, "A merged incident cannot be changed.", nil)
	}
	if s.before != nil {
		s.before(r, changed, want)
	}
	for _, f := range changed {
		was := outbox.Value(r.in.Fields, f)
		s.put(&r.in.Fields, want, f)
		if now := outbox.Value(r.in.Fields, f); now != was {
			s.writes = append(s.writes, fmt.Sprintf("%s %s: %s -> %s", r.in.Ref, f, was, now))
			delete(r.foreign, f)
		}
	}
	s.touch(r, "me")
	return s.pulled(r), s.answer(what)
}

// put sets a field as the service would store it.
func (s *service) put(f *app.Fields, want app.Fields, field app.Field) {
	switch field {
	case app.FieldSeverity:
		f.Severity = want.Severity
	case app.FieldOwner:
		if f.Owner = want.Owner; s.id == app.Defender { // takes and tells a UPN only
			f.Owner = app.Owner{UPN: want.Owner.UPN}
		}
	case app.FieldTags:
		f.Tags = slices.Clone(want.Tags)
	case app.FieldStatus:
		if f.Status = want.Status; f.Status.Open() {
			f.Classification, f.Determination, f.ClosingNote = "", "", ""
		}
	case app.FieldClassification:
		f.Classification = app.ParseClassification(want.Classification.Wire(s.id))
	case app.FieldDetermination:
		f.Determination = app.ParseDetermination(app.DeterminationFor(s.id, want.Classification, want.Determination))
	case app.FieldClosingNote:
		f.ClosingNote = want.ClosingNote
	}
}

func (s *service) Comments(ctx context.Context, id string) ([]app.Comment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "comments", false)
	if err != nil {
		return nil, err
	}
	r := s.rows[id]
	if r == nil {
		return nil, s.gone()
	}
	return append([]app.Comment{}, r.comments...), s.answer(what)
}

func (s *service) AddComment(ctx context.Context, id string, c app.Comment) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	what, err := s.call(ctx, "comment", true)
	if err != nil {
		return err
	}
	r := s.rows[id]
	if r == nil {
		return s.gone()
	}
	if s.id == app.Sentinel && slices.ContainsFunc(r.comments, func(x app.Comment) bool { return x.ID == c.ID }) {
		return s.answer(what)
	}
	s.touch(r, "me")
	if c.Author, c.Created = "me", s.at; s.id == app.Defender {
		c.ID = fmt.Sprint("me", s.at.Unix())
	}
	r.comments = append(r.comments, c)
	s.writes = append(s.writes, r.in.Ref.String()+" comment: "+c.Text)
	return s.answer(what)
}
