package uitest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	gosync "sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
)

// Outbox records requests and answers from Actions.
type Outbox struct {
	mu      gosync.Mutex
	Asked   []outbox.Request
	Actions []outbox.Action
	Calls   []string // "retry 3", "discard 4", "settle 4 v2 severity=theirs"
	OnDo    func(outbox.Request) error
	// Keep adds what was asked to Actions; Grace is the time to undo it.
	Keep  bool
	Grace time.Duration
	// Back are reverse actions by Seq. OnUndo replaces Undo, Refuses is the error of
	// Settle and Follow.
	Back    map[int64]outbox.Request
	OnUndo  func(seqs []int64) (int, error)
	Refuses error
	seq     int64
}

// Do records the request.
func (o *Outbox) Do(_ context.Context, r outbox.Request) (outbox.Action, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.do(r, "")
}

func (o *Outbox) do(r outbox.Request, batch string) (outbox.Action, error) {
	o.Asked = append(o.Asked, r)
	if o.OnDo != nil {
		if err := o.OnDo(r); err != nil {
			return outbox.Action{}, err
		}
	}
	o.seq++
	a := outbox.Action{Seq: 100 + o.seq, Request: r, Batch: batch, State: outbox.Queued, Created: Now, Number: fmt.Sprint(r.IncidentID)}
	if o.Grace > 0 {
		a.HeldUntil = Now.Add(o.Grace)
	}
	if o.Keep {
		o.Actions = append([]outbox.Action{a}, o.Actions...)
	}
	return a, nil
}

// DoMany records the requests as one batch.
func (o *Outbox) DoMany(_ context.Context, rs []outbox.Request, progress func(done, total int)) ([]outbox.Result, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch := ""
	if len(rs) > 1 {
		batch = fmt.Sprintf("batch-%d", o.seq+1)
	}
	out := make([]outbox.Result, len(rs))
	for i, r := range rs {
		out[i].Request = r
		out[i].Action, out[i].Err = o.do(r, batch)
		if (i+1)%100 == 0 && progress != nil {
			progress(i+1, len(rs))
		}
	}
	return out, nil
}

// Undo records the call and takes back what is still queued.
func (o *Outbox) Undo(_ context.Context, seqs ...int64) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Calls = append(o.Calls, "undo "+strings.Trim(fmt.Sprint(seqs), "[]"))
	if o.OnUndo != nil {
		return o.OnUndo(seqs)
	}
	return len(seqs), nil
}

// Reverse answers from Back.
func (o *Outbox) Reverse(_ context.Context, seq int64) (outbox.Request, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	r, ok := o.Back[seq]
	return r, ok, nil
}

// Preview is one request that says what was asked.
func (o *Outbox) Preview(_ context.Context, r outbox.Request) ([]app.WireRequest, error) {
	return []app.WireRequest{{
		Method: "PATCH", URL: fmt.Sprintf("https://graph.example/v1.0/security/incidents/%d", r.IncidentID),
		Header: []string{"Authorization: Bearer •••", "Content-Type: application/json"},
		Body:   fmt.Sprintf("{\n  \"verb\": %q\n}", r.Verb),
	}}, nil
}

// PreviewAction is Preview of one of Actions.
func (o *Outbox) PreviewAction(ctx context.Context, seq int64) ([]app.WireRequest, error) {
	all, _ := o.List(ctx, 0)
	for _, a := range all {
		if a.Seq == seq {
			return o.Preview(ctx, a.Request)
		}
	}
	return nil, app.E(app.KindNotFound, "There is no such action.", nil)
}

// PreviewSettled is PreviewAction, none where theirs is kept everywhere.
func (o *Outbox) PreviewSettled(ctx context.Context, seq int64, choices []outbox.Choice) ([]app.WireRequest, error) {
	if !slices.ContainsFunc(choices, func(c outbox.Choice) bool { return c.Keep != outbox.Theirs }) {
		return nil, nil
	}
	return o.PreviewAction(ctx, seq)
}

// Settle records the call: what is kept of which field.
func (o *Outbox) Settle(_ context.Context, seq, version int64, choices []outbox.Choice) error {
	call := fmt.Sprintf("settle %d v%d", seq, version)
	for _, c := range choices {
		call += fmt.Sprintf(" %s=%s", c.Field, c.Keep)
		if c.Keep == outbox.Edited {
			call += ":" + outbox.Value(c.Value, c.Field)
		}
	}
	return o.note(call)
}

// Follow records the call.
func (o *Outbox) Follow(_ context.Context, seq, version int64) (outbox.Action, error) {
	return outbox.Action{}, o.note(fmt.Sprintf("follow %d v%d", seq, version))
}

// Recheck records the call.
func (o *Outbox) Recheck(_ context.Context, seq int64) (outbox.Action, error) {
	return outbox.Action{}, o.note(fmt.Sprint("recheck ", seq))
}

func (o *Outbox) note(call string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Calls = append(o.Calls, call)
	return o.Refuses
}

// BatchOf counts the actions of a batch.
func (o *Outbox) BatchOf(ctx context.Context, id string) (outbox.Batch, []outbox.Action, error) {
	all, _ := o.List(ctx, 0)
	b := outbox.Batch{ID: id}
	var out []outbox.Action
	for _, a := range all {
		if a.Batch != id {
			continue
		}
		b.Total++
		switch a.State {
		case outbox.Done:
			b.Done++
		case outbox.Conflict:
			b.Conflict++
		case outbox.Failed:
			b.Failed++
		case outbox.Discarded:
			b.Discarded++
		default:
			b.Waiting++
		}
		out = append(out, a)
	}
	slices.Reverse(out)
	return b, out, nil
}

// RetryBatch queues the failed ones of a batch again.
func (o *Outbox) RetryBatch(_ context.Context, id string) (n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Calls = append(o.Calls, "retry batch "+id)
	for i := range o.Actions {
		if o.Actions[i].Batch == id && o.Actions[i].State == outbox.Failed {
			o.Actions[i].State = outbox.Queued
			n++
		}
	}
	return n, nil
}

// Turn changes the actions of a test in place, as sending would.
func (o *Outbox) Turn(f func(i int, a *outbox.Action)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.Actions {
		f(i, &o.Actions[i])
	}
}

// List answers from Actions.
func (o *Outbox) List(_ context.Context, limit int, states ...outbox.State) ([]outbox.Action, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []outbox.Action
	for _, a := range o.Actions {
		ok := len(states) == 0
		for _, s := range states {
			ok = ok || s == a.State
		}
		if ok && (limit <= 0 || len(out) < limit) {
			out = append(out, a)
		}
	}
	return out, nil
}

// Counts counts Actions.
func (o *Outbox) Counts(context.Context) (outbox.Counts, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var c outbox.Counts
	for _, a := range o.Actions {
		switch a.State {
		case outbox.Queued:
			c.Queued++
		case outbox.Sending:
			c.Sending++
		case outbox.Conflict:
			c.Conflict++
		case outbox.Failed:
			c.Failed++
		}
	}
	return c, nil
}

func (o *Outbox) call(name string, seq int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Calls = append(o.Calls, fmt.Sprint(name, " ", seq))
	return nil
}

// Retry and Discard record the call.
func (o *Outbox) Retry(_ context.Context, seq int64) error   { return o.call("retry", seq) }
func (o *Outbox) Discard(_ context.Context, seq int64) error { return o.call("discard", seq) }

// SampleActions is one action in every state.
func SampleActions() []outbox.Action {
	at := func(m int) time.Time { return Now.Add(-time.Duration(m) * time.Minute) }
	who := app.Owner{UPN: "jo@contoso.example", Name: "Jo Doe"}
	return []outbox.Action{
		{Seq: 6, Request: outbox.Request{IncidentID: 3, Verb: outbox.Comment, Text: "Called the user, waiting for the laptop."}, Number: "48211", Ref: app.Ref{Source: app.Sentinel, ID: "48211"}, Title: plots[2].title, State: outbox.Queued, Created: at(1), Actor: Me.UPN},
		{Seq: 5, Request: outbox.Request{IncidentID: 4, Verb: outbox.Assign, Want: app.Fields{Owner: Me}}, Number: "48210", Ref: app.Ref{Source: app.Sentinel, ID: "48210"}, Title: plots[3].title, State: outbox.Sending, Created: at(2), Attempts: 1, Actor: Me.UPN},
		{
			Seq: 4, Version: 7, Request: outbox.Request{IncidentID: 7, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}}, Number: "9004", Ref: app.Ref{Source: app.Defender, ID: "9004"}, Title: plots[6].title, State: outbox.Conflict, Created: at(30), Actor: Me.UPN,
			Reason: "Somebody else changed the severity meanwhile.",
			Drift:  []outbox.Drift{{Field: app.FieldSeverity, Base: "Medium", Theirs: "High", Mine: "Low", Who: who.UPN, When: at(12)}},
		},
		{
			Seq: 3, Request: outbox.Request{IncidentID: 8, Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}}, Number: "48206", Ref: app.Ref{Source: app.Sentinel, ID: "48206"}, Title: plots[7].title, State: outbox.Failed, Created: at(44), Attempts: 3, Actor: Me.UPN,
			Reason: "The role Microsoft Sentinel Responder is missing on the workspace.",
		},
		{Seq: 2, Request: outbox.Request{IncidentID: 9, Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}}, Number: "48205", Ref: app.Ref{Source: app.Sentinel, ID: "48205"}, Title: plots[8].title, State: outbox.Done, Created: at(90), Finished: at(89), Attempts: 1, Actor: Me.UPN, Reason: "Confirmed by the service."},
		{Seq: 1, Request: outbox.Request{IncidentID: 10, Verb: outbox.Tag, AddTags: []string{"vip"}}, Number: "48204", Ref: app.Ref{Source: app.Sentinel, ID: "48204"}, Title: plots[9].title, State: outbox.Discarded, Created: at(120), Finished: at(100), Actor: Me.UPN, Reason: "Discarded by you."},
	}
}

// Sync is a pull engine that pulls nothing.
type Sync struct {
	mu    gosync.Mutex
	Now   sync.State
	Asked []string
	Reads []int64
	Hub   *app.Hub
}

// NewSync is fresh on both sources.
func NewSync(h *app.Hub) *Sync {
	return &Sync{Hub: h, Now: sync.State{Sources: []sync.Status{
		{Source: app.Sentinel, Phase: sync.Idle, LastSuccess: Now.Add(-time.Minute), Total: -1},
		{Source: app.Defender, Phase: sync.Idle, LastSuccess: Now.Add(-2 * time.Minute), Total: -1},
	}}}
}

// State answers from Now.
func (s *Sync) State() sync.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Now
}

// Refresh is recorded.
func (s *Sync) Refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Asked = append(s.Asked, "refresh")
}

// SetOffline turns the switch.
func (s *Sync) SetOffline(on bool) {
	s.mu.Lock()
	s.Now.OfflineByChoice, s.Now.OfflineSince = on, time.Time{}
	if on {
		s.Now.OfflineSince = Now
	}
	s.mu.Unlock()
	if s.Hub != nil {
		s.Hub.Publish(app.Event{Topic: app.TopicSync})
	}
}

// Read is recorded.
func (s *Sync) Read(_ context.Context, id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Reads = append(s.Reads, id)
	return nil
}

// Prefs are a map.
type Prefs struct {
	mu gosync.Mutex
	m  map[string]string
}

// Get implements ui.Prefs.
func (p *Prefs) Get(k string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.m[k]
}

// Set implements ui.Prefs.
func (p *Prefs) Set(k, v string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.m == nil {
		p.m = map[string]string{}
	}
	p.m[k] = v
}
