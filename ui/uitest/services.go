package uitest

import (
	"context"
	gosync "sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
)

// Outbox records requests and answers from Actions.
type Outbox struct {
	mu      gosync.Mutex
	Asked   []outbox.Request
	Actions []outbox.Action
	Calls   []string // "retry 3", "discard 4", "mine 5"
	OnDo    func(outbox.Request) error
}

// Do records the request.
func (o *Outbox) Do(_ context.Context, r outbox.Request) (outbox.Action, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Asked = append(o.Asked, r)
	if o.OnDo != nil {
		return outbox.Action{}, o.OnDo(r)
	}
	return outbox.Action{Request: r, State: outbox.Queued}, nil
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
	o.Calls = append(o.Calls, name+" "+string(rune('0'+seq)))
	return nil
}

// Retry, Discard and KeepMine record the call.
func (o *Outbox) Retry(_ context.Context, seq int64) error    { return o.call("retry", seq) }
func (o *Outbox) Discard(_ context.Context, seq int64) error  { return o.call("discard", seq) }
func (o *Outbox) KeepMine(_ context.Context, seq int64) error { return o.call("mine", seq) }

// SampleActions is one action in every state.
func SampleActions() []outbox.Action {
	at := func(m int) time.Time { return Now.Add(-time.Duration(m) * time.Minute) }
	who := app.Owner{UPN: "jo@contoso.example", Name: "Jo Doe"}
	return []outbox.Action{
		{Seq: 6, Request: outbox.Request{IncidentID: 3, Verb: outbox.Comment, Text: "Called the user, waiting for the laptop."}, Number: "48211", Title: plots[2].title, State: outbox.Queued, Created: at(1), Actor: Me.UPN},
		{Seq: 5, Request: outbox.Request{IncidentID: 4, Verb: outbox.Assign, Want: app.Fields{Owner: Me}}, Number: "48210", Title: plots[3].title, State: outbox.Sending, Created: at(2), Attempts: 1, Actor: Me.UPN},
		{Seq: 4, Request: outbox.Request{IncidentID: 7, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}}, Number: "9004", Title: plots[6].title, State: outbox.Conflict, Created: at(30), Actor: Me.UPN,
			Reason: "Somebody else changed the severity meanwhile.",
			Drift:  []outbox.Drift{{Field: app.FieldSeverity, Base: "Medium", Theirs: "High", Mine: "Low", Who: who.UPN, When: at(12)}}},
		{Seq: 3, Request: outbox.Request{IncidentID: 8, Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}}, Number: "48206", Title: plots[7].title, State: outbox.Failed, Created: at(44), Attempts: 3, Actor: Me.UPN,
			Reason: "The role Microsoft Sentinel Responder is missing on the workspace."},
		{Seq: 2, Request: outbox.Request{IncidentID: 9, Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}}, Number: "48205", Title: plots[8].title, State: outbox.Done, Created: at(90), Finished: at(89), Attempts: 1, Actor: Me.UPN, Reason: "Confirmed by the service."},
		{Seq: 1, Request: outbox.Request{IncidentID: 10, Verb: outbox.Tag, AddTags: []string{"vip"}}, Number: "48204", Title: plots[9].title, State: outbox.Discarded, Created: at(120), Finished: at(100), Actor: Me.UPN, Reason: "Discarded by you."},
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
		{Source: app.Defender, Phase: sync.Idle, LastSuccess: Now.Add(-2 * time.Minute), Total: -1}}}}
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

// Exports answers with a path.
type Exports struct{ Asked []string }

// Export records the format.
func (e *Exports) Export(_ context.Context, q triage.Query, format string) (string, error) {
	e.Asked = append(e.Asked, format+" "+q.Filter.String())
	return "/exports/queue." + format, nil
}

// CaseHTML records the incident.
func (e *Exports) CaseHTML(context.Context, int64) (string, error) {
	e.Asked = append(e.Asked, "html")
	return "/exports/incident.html", nil
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
