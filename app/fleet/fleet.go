package fleet

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/metrics"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
	"watchfloor/app/report"
	appsync "watchfloor/app/sync"
	"watchfloor/app/triage"
)

// Outbox is what the fleet needs of a member's outbox.
type Outbox interface {
	Do(ctx context.Context, r outbox.Request) (outbox.Action, error)
	DoMany(ctx context.Context, rs []outbox.Request, progress func(done, total int)) ([]outbox.Result, error)
	Undo(ctx context.Context, seqs ...int64) (int, error)
	Reverse(ctx context.Context, seq int64) (outbox.Request, bool, error)
	Preview(ctx context.Context, r outbox.Request) ([]app.WireRequest, error)
	PreviewAction(ctx context.Context, seq int64) ([]app.WireRequest, error)
	PreviewSettled(ctx context.Context, seq int64, choices []outbox.Choice) ([]app.WireRequest, error)
	Settle(ctx context.Context, seq, version int64, choices []outbox.Choice) error
	Follow(ctx context.Context, seq, version int64) (outbox.Action, error)
	BatchOf(ctx context.Context, id string) (outbox.Batch, []outbox.Action, error)
	RetryBatch(ctx context.Context, id string) (int, error)
	List(ctx context.Context, limit int, states ...outbox.State) ([]outbox.Action, error)
	Counts(ctx context.Context) (outbox.Counts, error)
	Retry(ctx context.Context, seq int64) error
	Discard(ctx context.Context, seq int64) error
	KeepMine(ctx context.Context, seq int64) error
	Recheck(ctx context.Context, seq int64) (outbox.Action, error)
	Flush(ctx context.Context) (finished int, err error)
}

// Sync is what the fleet needs of a member's pull engine.
type Sync interface {
	State() appsync.State
	Refresh()
	SetOffline(on bool)
	Once(ctx context.Context) error
	Read(ctx context.Context, incidentID int64) error
}

// Member is a connected tenant with everything that works for it.
type Member struct {
	Tenant
	Queue   triage.Queue
	Cases   triage.Cases
	Outbox  Outbox
	Sync    Sync
	Metrics metrics.History
	// Handover may be nil: then there are no hand-overs.
	Handover report.HandoverStore
	// Identity and Posture may be nil.
	Identity identity.Reader
	Posture  posture.Reader
	// Hub tells what changes at this member, with local ids.
	Hub *app.Hub
}

// Fleet is all connected tenants as one. Safe for concurrent use; members may come and
// go while it is used.
type Fleet struct {
	hub *app.Hub

	mu      sync.RWMutex
	members []member // in order of slots; replaced, never changed in place
}

type member struct {
	Member
	unhook func()
}

var (
	_ Roster          = (*Fleet)(nil)
	_ triage.Queue    = (*Fleet)(nil)
	_ triage.Cases    = (*Fleet)(nil)
	_ Outbox          = (*Fleet)(nil)
	_ Sync            = (*Fleet)(nil)
	_ metrics.History = (*Fleet)(nil)
)

// New returns a fleet without members. What changes at any of them is told on hub, with
// global ids.
func New(hub *app.Hub) *Fleet { return &Fleet{hub: hub} }

// Add takes a member in; one of the same slot is replaced.
func (f *Fleet) Add(m Member) {
	f.Remove(m.Slot)
	added := member{Member: m, unhook: func() {}}
	if m.Hub != nil {
		added.unhook = m.Hub.Subscribe(func(e app.Event) { f.hub.Publish(globalEvent(m.Slot, e)) })
	}
	f.mu.Lock()
	f.members = append(slices.Clone(f.members), added)
	slices.SortFunc(f.members, func(a, b member) int { return cmp.Compare(a.Slot, b.Slot) })
	f.mu.Unlock()
	f.tell()
}

// Remove lets the member of a slot go; its cache is the caller's to close.
func (f *Fleet) Remove(slot int) {
	f.mu.Lock()
	at := slices.IndexFunc(f.members, func(m member) bool { return m.Slot == slot })
	if at < 0 {
		f.mu.Unlock()
		return
	}
	f.members[at].unhook()
	f.members = slices.Delete(slices.Clone(f.members), at, at+1)
	f.mu.Unlock()
	f.tell()
}

// Rename gives the member of a slot another name, colour or account.
func (f *Fleet) Rename(t Tenant) {
	f.mu.Lock()
	f.members = slices.Clone(f.members)
	for i := range f.members {
		if f.members[i].Slot == t.Slot {
			f.members[i].Tenant = t
		}
	}
	f.mu.Unlock()
	f.tell()
}

func (f *Fleet) tell() {
	for _, topic := range []app.Topic{app.TopicIncidents, app.TopicOutbox, app.TopicSync} {
		f.hub.Publish(app.Event{Topic: topic})
	}
}

func globalEvent(slot int, e app.Event) app.Event {
	ids := make([]int64, len(e.Incidents))
	for i, id := range e.Incidents {
		ids[i] = Global(slot, id)
	}
	e.Incidents = ids
	return e
}

func (f *Fleet) all() []member {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.members
}

// at is the member that a global id belongs to, with the local id.
func (f *Fleet) at(id int64) (member, int64, error) {
	slot, local := Split(id)
	for _, m := range f.all() {
		if m.Slot == slot {
			return m, local, nil
		}
	}
	return member{}, 0, app.E(app.KindNotFound, "The tenant this belongs to is no longer connected.", nil)
}

// Tenants implements Roster.
func (f *Fleet) Tenants() []Tenant {
	all := f.all()
	out := make([]Tenant, len(all))
	for i, m := range all {
		out[i] = m.Tenant
	}
	return out
}

// Of implements Roster; the zero Tenant for one that is not connected.
func (f *Fleet) Of(id int64) Tenant {
	m, _, err := f.at(id)
	if err != nil {
		slot, _ := Split(id)
		return Tenant{Slot: slot}
	}
	return m.Tenant
}

// named puts the name of the tenant before an error's sentence where there are several.
func named(m member, all []member, err error) error {
	if err == nil || len(all) < 2 {
		return err
	}
	e := app.E(app.KindOf(err), m.Name+": "+app.Say(err), err)
	e.RetryAfter = app.RetryAfter(err)
	return e
}

// each asks members side by side and joins what they answer, in order of slots. The
// first error ends it.
func each[T any](f *Fleet, members []member, ask func(member) (T, error)) ([]T, error) {
	out, errs := make([]T, len(members)), make([]error, len(members))
	if len(members) == 1 { // nothing to wait for in parallel
		var err error
		out[0], err = ask(members[0])
		return out, named(members[0], f.all(), err)
	}
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() { out[i], errs[i] = ask(m) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, named(members[i], f.all(), err)
		}
	}
	return out, nil
}
