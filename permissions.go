package main

import (
	"context"
	"sync"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/permission"
	"watchfloor/app/profile"
)

// grants remembers what the sign-in of a tenant may do, so that no write is tried that it
// may not. Safe for concurrent use.
type grants struct {
	ask func(context.Context, permission.Feature) profile.Finding
	now func() time.Time

	mu    sync.Mutex
	known map[string]*grant // by the ID of the feature
}

type grant struct {
	mu      sync.Mutex // held while it is asked for
	at      time.Time  // zero before
	finding profile.Finding
}

// How long an answer counts. One that something is missing is asked for again each time
// the outbox looks, unless many actions ask at once.
const (
	grantedFor = time.Hour
	missingFor = 30 * time.Second
)

// lacks is what the sign-in lacks for an action, in a sentence, "" where it may be tried:
// also where nobody can tell beforehand, since then the service does.
func (g *grants) lacks(ctx context.Context, verb outbox.Verb, at app.SourceID, on app.SubjectKind) string {
	f, known := permission.For(verb, at, on)
	if !known {
		return ""
	}
	found := g.of(f.ID).get(ctx, g, f)
	if found.Verdict != profile.Missing || !found.Sure {
		return ""
	}
	return "It waits, nothing was sent: this sign-in may only read. Needed: " + f.Least() + " (g s, then P)."
}

func (g *grants) of(id string) *grant {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known[id] == nil {
		if g.known == nil {
			g.known = map[string]*grant{}
		}
		g.known[id] = &grant{}
	}
	return g.known[id]
}

func (x *grant) get(ctx context.Context, g *grants, f permission.Feature) profile.Finding {
	x.mu.Lock()
	defer x.mu.Unlock()
	age := g.now().Sub(x.at)
	if !x.at.IsZero() && age >= 0 && age < validity(x.finding) {
		return x.finding
	}
	found := g.ask(ctx, f)
	if ctx.Err() == nil {
		x.finding, x.at = found, g.now()
	}
	return found
}

// validity is how long an answer counts; without one the next action asks again.
func validity(f profile.Finding) time.Duration {
	switch f.Verdict {
	case profile.Works, profile.Unknown:
		return grantedFor
	case profile.Missing:
		return missingFor
	}
	return 0
}

// forget has everything asked for again.
func (g *grants) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known = nil
}

// may asks the services whether the sign-in may do one thing.
func (t *tenant) may(ctx context.Context, f permission.Feature) profile.Finding {
	dir, err := t.clients.directory()
	if err != nil {
		return profile.Finding{Verdict: profile.Failed, Said: app.Say(err)}
	}
	return dir.May(ctx, t.about(), f)
}

// permissions checks everything that the sign-in may do. What waited for a right goes on
// where it is there now.
func (t *tenant) permissions(ctx context.Context) (permission.Report, error) {
	p := t.about()
	found, err := t.clients.test(ctx, p)
	if err != nil {
		return permission.Report{}, err
	}
	t.grants.forget()
	if _, err := t.outbox.Resume(ctx); err != nil {
		t.log.Warn("outbox", "err", err)
	}
	return permission.Report{Profile: p, At: t.grants.now(), Everywhere: t.clients.only.everywhere(), Findings: found}, nil
}
