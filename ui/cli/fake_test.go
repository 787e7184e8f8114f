package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
)

var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

// floor is a whole session in memory. The outbox finishes an action when it is
// flushed online, unless fate says otherwise.
type floor struct {
	rows    []triage.Row
	asked   []triage.Query
	cases   map[int64]triage.Case
	fresh   []int64
	actions []outbox.Action
	fate    outbox.State
	offline bool
	syncErr error
	opened  []Options
	closed  int
	openErr error
	asleep  bool          // this process has not synced
	held    bool          // nothing new is tried
	window  bool          // another process syncs and sends
	fleets  bool          // the cache ends with the process
	why     outbox.Action // Reason, Attempts and NotBefore of what stays queued
}

func newFloor() *floor {
	f := &floor{fate: outbox.Done, cases: map[int64]triage.Case{}}
	for i, title := range []string{"Hands-on-keyboard on 3 endpoints", "=HYPERLINK(\"https://evil.example\")\u202e<b>", "Impossible travel – 日本語"} {
		r := triage.Row{
			ID: int64(i + 1), Ref: app.Ref{Source: app.Sentinel, ID: "r"}, Number: []string{"48213", "48214", "48215"}[i], Title: title,
			Severity: []app.Severity{app.High, app.Medium, app.Low}[i], Status: app.StatusNew, Alerts: 2, Created: noon.Add(-time.Duration(i+1) * time.Hour), Modified: noon,
		}
		f.rows = append(f.rows, r)
		f.cases[r.ID] = triage.Case{
			Row: r, Incident: app.Incident{
				Title: title, Description: "beacon to https://evil.example/a", Created: r.Created,
				Fields: app.Fields{Severity: r.Severity, Status: r.Status},
			}, DetailsAt: noon,
			Details: app.Details{Comments: []app.Comment{{Author: "jo", Text: "seen\x1b[31m", Created: noon}}, Entities: []app.Entity{{Kind: "ip", Name: "203.0.113.7", Key: "203.0.113.7"}}},
		}
	}
	f.rows[0].Owner = "Jo"
	return f
}

func (f *floor) session() *Session {
	s := &Session{
		Queue: f, Cases: f, Outbox: f, Sync: f, Metrics: f, Handover: f, Me: app.Owner{UPN: "me@contoso.com", Name: "Me"}, Tenant: "Contoso", Home: "/data", Sends: !f.window,
		Close: func() error { f.closed++; return nil },
	}
	if f.fleets {
		s.Fleeting = &Fleeting{Tenants: []string{s.Tenant}, Unsent: func(ctx context.Context) (int, error) {
			c, err := f.Counts(ctx)
			return c.Waiting() + c.Conflict + c.Failed, err
		}}
	}
	return s
}

func (f *floor) Window(_ context.Context, q triage.Query) (triage.Window, error) {
	f.asked = append(f.asked, q)
	from := 0
	if q.After != nil {
		from = int(q.After.ID)
	}
	to := min(len(f.rows), from+q.Limit)
	return triage.Window{Rows: f.rows[from:to], More: to < len(f.rows)}, nil
}

func (f *floor) Count(context.Context, triage.Query) (triage.Counts, error) {
	return triage.Counts{Match: len(f.rows), Open: len(f.rows), Total: len(f.rows)}, nil
}
func (f *floor) Arrived(context.Context, triage.Query, time.Time) (int, error) { return 0, nil }
func (f *floor) Row(_ context.Context, id int64) (triage.Row, error)           { return f.rows[id-1], nil }
func (f *floor) Find(_ context.Context, number string) (int64, error) {
	for _, r := range f.rows {
		if r.Number == number {
			return r.ID, nil
		}
	}
	return 0, app.E(app.KindNotFound, "No such incident.", nil)
}

func (f *floor) Case(_ context.Context, id int64) (triage.Case, error) { return f.cases[id], nil }
func (f *floor) Raw(context.Context, int64) (string, error)            { return "{\n  \"a\": \"\u202e\"\n}", nil }
func (f *floor) SaveDraft(context.Context, int64, string) error        { return nil }
func (f *floor) Looked(context.Context, int64) error                   { return nil }

func (f *floor) Do(_ context.Context, r outbox.Request) (outbox.Action, error) {
	a := outbox.Action{Seq: int64(len(f.actions) + 1), Request: r, State: outbox.Queued, Created: noon}
	if r.On.IsZero() {
		a.Number = f.rows[r.IncidentID-1].Number
	}
	f.actions = append(f.actions, a)
	return a, nil
}

func (f *floor) List(_ context.Context, _ int, states ...outbox.State) ([]outbox.Action, error) {
	var out []outbox.Action
	for _, a := range f.actions {
		for _, s := range states {
			if a.State == s {
				out = append(out, a)
			}
		}
		if len(states) == 0 {
			out = append(out, a)
		}
	}
	return out, nil
}

func (f *floor) Counts(context.Context) (c outbox.Counts, err error) {
	for _, a := range f.actions {
		switch a.State {
		case outbox.Queued:
			c.Queued++
		case outbox.Conflict:
			c.Conflict++
		case outbox.Failed:
			c.Failed++
		}
	}
	return c, nil
}

func (f *floor) settle(seq int64, to outbox.State) error {
	if seq > int64(len(f.actions)) {
		return app.E(app.KindNotFound, "There is no such action.", nil)
	}
	f.actions[seq-1].State = to
	return nil
}
func (f *floor) Retry(_ context.Context, seq int64) error    { return f.settle(seq, outbox.Queued) }
func (f *floor) Discard(_ context.Context, seq int64) error  { return f.settle(seq, outbox.Discarded) }
func (f *floor) KeepMine(_ context.Context, seq int64) error { return f.settle(seq, outbox.Queued) }
func (f *floor) Flush(context.Context) (int, error) {
	n := 0
	for i := range f.actions {
		a := &f.actions[i]
		if a.State == outbox.Queued && f.offline && !f.held {
			a.Reason, a.Attempts, a.NotBefore = f.why.Reason, f.why.Attempts, f.why.NotBefore
		}
		if a.State != outbox.Queued || f.offline || f.window {
			continue
		}
		a.State = f.fate
		switch f.fate {
		case outbox.Done:
			n++
		case outbox.Conflict:
			a.Reason = "Somebody changed it first."
			a.Drift = []outbox.Drift{{Field: app.FieldOwner, Base: "", Theirs: "Ann", Mine: "Me", Who: "ann@contoso.com", When: noon}}
		}
	}
	return n, nil
}

func (f *floor) Once(context.Context) error { return f.syncErr }
func (f *floor) State() sync.State {
	if f.asleep {
		return sync.State{Sources: []sync.Status{{Source: app.Sentinel, Phase: sync.Idle}}}
	}
	return sync.State{Sources: []sync.Status{{Source: app.Sentinel, Phase: sync.Idle, LastSuccess: noon.Add(-5 * time.Minute), Rows: 3}}}
}
func (f *floor) SetOffline(off bool)                    { f.offline = off }
func (f *floor) Read(_ context.Context, id int64) error { f.fresh = append(f.fresh, id); return nil }
func (f *floor) Ages(_ context.Context, at []time.Time) ([]metrics.Ages, error) {
	return slices.Repeat([]metrics.Ages{{4: 7}}, len(at)), nil
}

func (f *floor) Acked(context.Context, time.Time, time.Time) ([]metrics.Lapse, error) {
	return []metrics.Lapse{{Severity: app.High, At: noon.Add(-time.Hour), Took: 5 * time.Minute}}, nil
}

func (f *floor) Resolved(context.Context, time.Time, time.Time) ([]metrics.Lapse, error) {
	return nil, nil
}
func (f *floor) Since(context.Context) (time.Time, error) { return noon.AddDate(0, -1, 0), nil }
func (f *floor) AsOf(context.Context) (time.Time, error)  { return noon, nil }
func (f *floor) Flow(_ context.Context, from, to time.Time, loc *time.Location) ([]metrics.Day, error) {
	var days []metrics.Day
	y, m, d := from.In(loc).Date()
	for at := time.Date(y, m, d, 0, 0, 0, 0, loc); !at.After(to); at = at.AddDate(0, 0, 1) {
		day := metrics.Day{Date: at}
		day.Created[app.High] = 2
		days = append(days, day)
	}
	return days, nil
}

// result is what a command line did.
type result struct {
	code     int
	out, err string
}

// run executes a command line on the floor.
func (f *floor) run(t *testing.T, change func(*Deps), args ...string) result {
	t.Helper()
	d := Deps{Open: func(_ context.Context, o Options) (*Session, error) {
		f.opened = append(f.opened, o)
		if f.openErr != nil {
			return nil, f.openErr
		}
		return f.session(), nil
	}, Now: func() time.Time { return noon }, DefaultHome: filepath.Join(t.TempDir(), "home"), Version: "1.2.3"}
	if change != nil {
		change(&d)
	}
	var out, err bytes.Buffer
	code := Run(context.Background(), d, args, &out, &err)
	if len(f.opened) > 0 && f.openErr == nil && f.closed != len(f.opened) {
		t.Errorf("%s: opened %d times, closed %d times", strings.Join(args, " "), len(f.opened), f.closed)
	}
	return result{code, out.String(), err.String()}
}

// expect checks the exit code and that each word is on stdout or stderr.
func (r result) expect(t *testing.T, code int, words ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	for _, w := range words {
		if !strings.Contains(r.out+r.err, w) {
			t.Errorf("does not say %q", w)
		}
	}
	if t.Failed() {
		t.Logf("stdout:\n%s\nstderr:\n%s", r.out, r.err)
	}
}
