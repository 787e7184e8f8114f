package wiring_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/data"
)

var me = app.Owner{UPN: "ana@clinic.example", Name: "Ana"}

// floor is a cache, an outbox and two services, on a clock that moves by hand.
type floor struct {
	t       reporter
	path    string
	cache   *data.Cache
	box     *outbox.Service
	remotes []*service
	desks   []*desk
	now     time.Time
	online  bool
	grace   time.Duration
	ids     int
	dead    atomic.Bool // the process of the outbox: nothing it does counts any more
}

// reporter is what a test and a run of rapid have in common.
type reporter interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func newFloor(t testing.TB, remotes ...*service) *floor {
	f := &floor{t: t, path: freshPath(t), remotes: remotes, now: dawn.Add(time.Hour), online: true}
	f.start()
	t.Cleanup(func() { f.cache.Close() })
	return f
}

// start is a fresh process on the same file.
func (f *floor) start() {
	f.t.Helper()
	if f.cache != nil {
		f.cache.Close()
	}
	var err error
	if f.cache, err = data.Open(context.Background(), data.Config{Key: testKey, Path: f.path, Now: func() time.Time { return f.now }}); err != nil {
		f.t.Fatal(err)
	}
	f.dead.Store(false)
	cfg := f.config()
	cfg.Store = mortal{f.cache, f}
	for _, r := range f.remotes {
		r.after = func() { f.dead.Store(true) }
	}
	for _, d := range f.desks {
		d.after = func() { f.dead.Store(true) }
	}
	f.box = outbox.New(cfg)
}

func (f *floor) config() outbox.Config {
	cfg := outbox.Config{
		Store: f.cache, Actor: me, Tenant: "clinic", Grace: f.grace, Online: func() bool { return f.online && !f.dead.Load() },
		Now: func() time.Time { return f.now }, NewID: func() string { f.ids++; return fmt.Sprintf("00000000-0000-4000-8000-%012d", f.ids) },
	}
	for _, r := range f.remotes {
		cfg.Remotes = append(cfg.Remotes, r.remote())
	}
	for _, d := range f.desks {
		cfg.Responders = append(cfg.Responders, d)
	}
	return cfg
}

// window is another process on the same cache, which does not send.
func (f *floor) window(t testing.TB) *outbox.Service {
	cache, err := data.Open(context.Background(), data.Config{Key: testKey, Path: f.path, Now: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cache.Close() })
	cfg := f.config()
	cfg.Store, cfg.Owns = cache, func() bool { return false }
	return outbox.New(cfg)
}

// mortal is the cache as a process that dies sees it: after death nothing is stored.
type mortal struct {
	*data.Cache
	f *floor
}

var errDead = errors.New("the process is dead")

func (m mortal) Save(ctx context.Context, a outbox.Action, held ...app.Pulled) error {
	if m.f.dead.Load() {
		return errDead
	}
	return m.Cache.Save(ctx, a, held...)
}

func (m mortal) SaveSubjects(ctx context.Context, as []outbox.Action, states map[int64]app.SubjectState) ([]int64, error) {
	if m.f.dead.Load() {
		return nil, errDead
	}
	return m.Cache.SaveSubjects(ctx, as, states)
}

func (m mortal) Gone(ctx context.Context, a outbox.Action, incident app.Ref) error {
	if m.f.dead.Load() {
		return errDead
	}
	return m.Cache.Gone(ctx, a, incident)
}

// pull brings the cache up to date with its services, deleted incidents included.
func (f *floor) pull() {
	f.t.Helper()
	ctx := context.Background()
	for _, r := range f.remotes {
		upsets := r.upsets
		r.upsets = nil
		p, err := r.Pull(ctx, app.Cursor{})
		if err == nil {
			err = f.cache.StorePage(ctx, r.id, p)
		}
		have, e := f.cache.OpenIDs(ctx, r.id)
		for _, id := range have {
			if r.rows[id] == nil && e == nil {
				e = f.cache.MarkGone(ctx, app.Ref{Source: r.id, ID: id})
			}
		}
		due, e2 := f.cache.DetailsDue(ctx, r.id, 1000)
		for _, d := range due {
			var details app.Details
			if details, e2 = r.Details(ctx, d.Ref.ID); e2 == nil {
				e2 = f.cache.StoreDetails(ctx, map[int64]app.Details{d.ID: details})
			} else if app.KindOf(e2) == app.KindNotFound {
				e2 = f.cache.MarkGone(ctx, d.Ref)
			}
		}
		if err := errors.Join(err, e, e2); err != nil {
			f.t.Fatal(err)
		}
		r.upsets = upsets
	}
}

// id is the local id of an incident.
func (f *floor) id(r *service, remote string) int64 {
	f.t.Helper()
	k, err := f.cache.Lookup(context.Background(), app.Ref{Source: r.id, ID: remote})
	if err != nil {
		f.t.Fatalf("%s/%s: %v", r.id, remote, err)
	}
	return k.Incident.ID
}

func (f *floor) do(r outbox.Request) outbox.Action {
	f.t.Helper()
	a, err := f.box.Do(context.Background(), r)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func (f *floor) flush() {
	f.t.Helper()
	if _, err := f.box.Flush(context.Background()); err != nil && !errors.Is(err, errDead) {
		f.t.Fatal(err)
	}
}

// settle flushes, letting time pass, until nothing waits to be sent.
func (f *floor) settle() {
	f.t.Helper()
	for range 200 {
		f.flush()
		n, err := f.box.Counts(context.Background())
		if err != nil {
			f.t.Fatal(err)
		}
		if n.Waiting() == 0 || f.blocked() == n.Waiting() {
			return
		}
		f.now = f.now.Add(6 * time.Minute)
	}
	f.t.Fatal("the outbox does not settle")
}

// blocked counts actions that wait behind one that needs a person.
func (f *floor) blocked() (n int) {
	stuck := map[any]bool{}
	all := f.actions(unfinished...)
	for i := len(all) - 1; i >= 0; i-- { // oldest first
		a := all[i]
		lines := linesOf(a)
		behind := slices.ContainsFunc(lines, func(id any) bool { return stuck[id] })
		if behind || a.State == outbox.Conflict || a.State == outbox.Failed {
			for _, id := range lines {
				stuck[id] = true
			}
		}
		if a.State == outbox.Queued && behind {
			n++
		}
	}
	return n
}

// linesOf are the incidents, or the subject, on which an action keeps its order.
func linesOf(a outbox.Action) (lines []any) {
	if !a.On.IsZero() {
		return []any{string(a.On.Kind) + "/" + a.On.ID}
	}
	for _, id := range a.Involved() {
		lines = append(lines, id)
	}
	return lines
}

var unfinished = []outbox.State{outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed}

func (f *floor) actions(states ...outbox.State) []outbox.Action {
	f.t.Helper()
	all, err := f.cache.Actions(context.Background(), 1_000_000, states...)
	if err != nil {
		f.t.Fatal(err)
	}
	return all
}

func (f *floor) action(seq int64) outbox.Action {
	f.t.Helper()
	a, err := f.cache.Action(context.Background(), seq)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func (f *floor) page(id int64) triage.Case {
	f.t.Helper()
	c, err := f.cache.Case(context.Background(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// one is a floor with a single incident of one source, pulled.
func one(t testing.TB, src app.SourceID, start app.Fields) (f *floor, s *service, remote string, id int64) {
	s = newService(src)
	remote = s.add(start)
	f = newFloor(t, s)
	f.pull()
	return f, s, remote, f.id(s, remote)
}

func fresh() app.Fields { return app.Fields{Severity: app.High, Status: app.StatusNew} }

func severity(id int64, s app.Severity) outbox.Request {
	return outbox.Request{IncidentID: id, Verb: outbox.SetSeverity, Want: app.Fields{Severity: s}}
}

func comment(id int64, text string) outbox.Request {
	return outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: text}
}

var sources = []app.SourceID{app.Sentinel, app.Defender}
