package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/text"
)

// Fleeting are the tenants whose caches end with this process, because their keys are
// nowhere else.
type Fleeting struct {
	Tenants []string
	// Unsent counts their actions that have not reached their service.
	Unsent func(ctx context.Context) (int, error)
}

func (f *Fleeting) names() string {
	var names []string
	for _, n := range f.Tenants {
		names = append(names, text.Line(n, 60))
	}
	return strings.Join(names, ", ")
}

// forewarn says, before anything is decided, what becomes of it in a cache that ends with
// this command.
func (r *runner) forewarn(s *Session) {
	if s.Fleeting != nil {
		r.note("%s: the cache is for this session only. It begins empty, and what is not sent when this command ends is lost.", s.Fleeting.names())
	}
}

// mayWait refuses to queue what would be lost when this command ends.
func (r *runner) mayWait(s *Session, incident int64) error {
	if s.Fleeting == nil || !r.queueOnly {
		return nil
	}
	tenant := s.Tenant
	if s.Roster != nil {
		tenant = s.Roster.Of(incident).Name
	}
	if !slices.Contains(s.Fleeting.Tenants, tenant) {
		return nil
	}
	return usage("--queue would lose this: the cache of %s ends with this command; leave it out to send now", text.Line(tenant, 60))
}

// lost says what ends unsent with this command, and is its error then: whatever the command
// said of sending it later does not hold.
func (r *runner) lost(ctx context.Context, s *Session) error {
	if s.Fleeting == nil {
		return nil
	}
	n, err := s.Fleeting.Unsent(context.WithoutCancel(ctx))
	if err != nil || n == 0 {
		return err
	}
	what := "1 action has not reached its service and is lost"
	if n > 1 {
		what = fmt.Sprintf("%d actions have not reached their services and are lost", n)
	}
	what += ": the cache of " + s.Fleeting.names() + " was for this session only."
	r.note("watchfloor: %s", what) // also where the command was interrupted
	return Said(app.E(app.KindInvalid, what, nil))
}
