package uitest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Now is the fixed instant of tests.
var Now = time.Date(2026, 11, 20, 14, 2, 0, 0, time.UTC)

// Me is the analyst of tests.
var Me = app.Owner{UPN: "ana@contoso.example", Name: "Ana Lyst"}

// Tenant is a queue in memory. Safe for concurrent use.
type Tenant struct {
	mu      sync.Mutex
	Rows    []triage.Row
	Stored  map[int64]time.Time // when a row was first stored, where it matters
	Details map[int64]triage.Case
	Drafts  map[int64]string
	Rules   map[int64]string // the rule behind a row, in lower case

	OnWindow func(triage.Query) (triage.Window, error)
	OnCount  func(triage.Query) (triage.Counts, error)
	OnCase   func(id int64) (triage.Case, error)
	OnRaw    func(id int64) (string, error)
}

var (
	_ triage.Queue = (*Tenant)(nil)
	_ triage.Cases = (*Tenant)(nil)
)

var plots = []struct {
	title, entities string
	sev             app.Severity
}{
	{"Hands-on-keyboard attack was launched from a compromised account on 3 endpoints", "3 hosts · 2 accounts", app.High},
	{"Impossible travel activity involving one user", "1 account · 2 ips", app.Medium},
	{"TI map IP entity to AzureActivity", "1 ip", app.Low},
	{"Mass download of labelled files by a leaver", "1 account · 214 files", app.Medium},
	{"New country for a service principal", "1 cloud application", app.Informational},
	{"Suspicious inbox rule forwards mail outside the organisation", "1 mailbox · 1 account", app.High},
	{"Password spray against legacy authentication from a single address", "44 accounts · 1 ip", app.Medium},
	{"Web shell written by w3wp.exe on srv-web-02.contoso.example", "1 host · 3 files", app.High},
	{"Scheduled scan finished with findings", "1 host", app.Informational},
	{"Consent granted to a risky OAuth application", "1 cloud application · 1 account", app.Low},
}

// NewTenant returns n incidents, newest first, that are always the same.
func NewTenant(n int) *Tenant {
	t := &Tenant{Stored: map[int64]time.Time{}, Details: map[int64]triage.Case{}, Drafts: map[int64]string{}}
	for i := range n {
		t.Rows = append(t.Rows, row(i, n))
	}
	return t
}

func row(i, n int) triage.Row {
	p := plots[i%len(plots)]
	created := Now.Add(-time.Duration(i*i%97+i*13) * time.Minute)
	r := triage.Row{
		ID: int64(n - i), Number: fmt.Sprint(48213 - i), Title: p.title, Severity: p.sev, Status: app.StatusNew,
		Entities: p.entities, Alerts: 1 + i%5, Created: created, Modified: created.Add(4 * time.Minute),
		Ref: app.Ref{Source: app.Sentinel, ID: fmt.Sprintf("00000000-0000-0000-0000-%012d", i)},
	}
	if i%3 == 1 {
		r.Ref = app.Ref{Source: app.Defender, ID: fmt.Sprint(9000 + i)}
		r.Number = r.Ref.ID
		score := 95 - i%60
		r.Score = &score
	}
	if i%5 == 2 {
		r.Twin, r.TwinRef = fmt.Sprint(7000+i), app.Ref{Source: app.Defender, ID: fmt.Sprint(7000 + i)}
		r.Disagree = i%10 == 2
	}
	switch i % 4 {
	case 1:
		r.Status, r.Owner, r.OwnerUPN = app.StatusActive, Me.Name, Me.UPN
	case 2:
		r.Owner, r.OwnerUPN = "Jo Doe", "jo@contoso.example"
	}
	if i%11 == 7 {
		r.Status = app.StatusClosed
	}
	r.Queued = map[bool]int{true: 1}[i == 4]
	r.Conflict = i == 6
	if i%6 == 0 {
		r.Tags = []string{"crown-jewel", "vip"}
	}
	return r
}

func (t *Tenant) match(q triage.Query, r triage.Row) bool {
	for _, term := range q.Filter.Terms {
		hit := false
		for _, v := range term.Values {
			switch term.Key {
			case triage.Status:
				hit = hit || v == "any" || v == "open" && r.Status.Open() || triage.StatusOf(v) == r.Status && v != "open"
			case triage.Severity:
				hit = hit || app.ParseSeverity(v) == r.Severity
			case triage.Owner:
				hit = hit || v == "me" && r.OwnerUPN == q.Me || v == "none" && r.Owner == "" || strings.Contains(strings.ToLower(r.Owner), v)
			case triage.Rule:
				hit = hit || v == t.Rules[r.ID]
			case triage.Words:
				hit = hit || strings.Contains(strings.ToLower(r.Title), strings.ToLower(v))
			case triage.Is:
				hit = hit || v == "queued" && r.Queued > 0 || v == "conflict" && r.Conflict || v == "twin" && r.Twin != ""
			default:
				hit = true
			}
		}
		if hit == term.Not {
			return false
		}
	}
	return true
}

func (t *Tenant) sorted(q triage.Query) []triage.Row {
	var out []triage.Row
	for _, r := range t.Rows {
		if t.match(q, r) && (q.Until.IsZero() || !t.Stored[r.ID].After(q.Until)) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b triage.Row) int {
		switch q.Sort {
		case triage.BySeverity:
			if a.Severity != b.Severity {
				return cmp.Compare(b.Severity, a.Severity)
			}
		case triage.ByModified:
			return b.Modified.Compare(a.Modified)
		}
		return cmp.Compare(b.ID, a.ID)
	})
	return out
}

// Window implements triage.Queue.
func (t *Tenant) Window(_ context.Context, q triage.Query) (triage.Window, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.OnWindow != nil {
		return t.OnWindow(q)
	}
	rows := t.sorted(q)
	if q.After != nil {
		for i, r := range rows {
			if r.ID == q.After.ID {
				rows = rows[i+1:]
				break
			}
		}
	}
	w := triage.Window{Rows: slices.Clone(rows), More: q.Limit > 0 && len(rows) > q.Limit}
	if w.More {
		w.Rows = w.Rows[:q.Limit]
	}
	return w, nil
}

// Count implements triage.Queue.
func (t *Tenant) Count(_ context.Context, q triage.Query) (triage.Counts, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.OnCount != nil {
		return t.OnCount(q)
	}
	c := triage.Counts{Match: len(t.sorted(q)), Total: len(t.Rows)}
	for _, r := range t.Rows {
		if r.Status.Open() {
			c.Open++
		}
	}
	return c, nil
}

// Arrived implements triage.Queue.
func (t *Tenant) Arrived(_ context.Context, q triage.Query, since time.Time) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, r := range t.sorted(q) {
		if t.Stored[r.ID].After(since) {
			n++
		}
	}
	return n, nil
}

// Row implements triage.Queue.
func (t *Tenant) Row(_ context.Context, id int64) (triage.Row, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.Rows {
		if r.ID == id {
			return r, nil
		}
	}
	return triage.Row{}, app.E(app.KindNotFound, "This incident is not in the cache.", nil)
}

// Find implements triage.Queue.
func (t *Tenant) Find(_ context.Context, number string) (int64, error) {
	for _, r := range t.Rows {
		if r.Number == number {
			return r.ID, nil
		}
	}
	return 0, app.E(app.KindNotFound, "No incident has this number.", nil)
}

// Edit changes a row in place, as a pull would.
func (t *Tenant) Edit(id int64, f func(*triage.Row)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.Rows {
		if t.Rows[i].ID == id {
			f(&t.Rows[i])
		}
	}
}

// Arrive adds a row at the top that was first stored at when.
func (t *Tenant) Arrive(r triage.Row, when time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Rows = append([]triage.Row{r}, t.Rows...)
	t.Stored[r.ID] = when
}
