package fleet

import (
	"cmp"
	"context"
	"slices"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// local is a request with the ids of the one member it concerns.
func (f *Fleet) local(r outbox.Request) (member, outbox.Request, error) {
	m, id, err := f.at(r.IncidentID)
	if err != nil {
		return m, r, err
	}
	r.IncidentID = id
	r.With = slices.Clone(r.With)
	for i, other := range r.With {
		if r.With[i], err = f.beside(m, other); err != nil {
			return m, r, err
		}
	}
	if r.Into != 0 {
		r.Into, err = f.beside(m, r.Into)
	}
	return m, r, err
}

// beside is the local id of an incident that must be of the same tenant.
func (f *Fleet) beside(m member, id int64) (int64, error) {
	slot, local := Split(id)
	if slot != m.Slot {
		return 0, app.E(app.KindInvalid, "These incidents are of different tenants; they cannot be joined.", nil)
	}
	return local, nil
}

func globalRequest(slot int, r outbox.Request) outbox.Request {
	r.IncidentID, r.Into = Global(slot, r.IncidentID), Global(slot, r.Into)
	if !r.On.IsZero() {
		r.IncidentID = Home(slot)
	}
	r.With = slices.Clone(r.With)
	for i := range r.With {
		r.With[i] = Global(slot, r.With[i])
	}
	return r
}

func globalAction(slot int, a outbox.Action) outbox.Action {
	a.Seq, a.Request = Global(slot, a.Seq), globalRequest(slot, a.Request)
	return a
}

func globalActions(slot int, in []outbox.Action) []outbox.Action {
	for i := range in {
		in[i] = globalAction(slot, in[i])
	}
	return in
}

// Do queues a request at the tenant of its incident.
func (f *Fleet) Do(ctx context.Context, r outbox.Request) (outbox.Action, error) {
	m, r, err := f.local(r)
	if err != nil {
		return outbox.Action{}, err
	}
	a, err := m.Outbox.Do(ctx, r)
	return globalAction(m.Slot, a), err
}

// DoMany queues requests at their tenants, one tenant after the other; the results are
// in the order of the requests, and all share a batch.
func (f *Fleet) DoMany(ctx context.Context, rs []outbox.Request, progress func(done, total int)) ([]outbox.Result, error) {
	out := make([]outbox.Result, len(rs))
	local := make([]outbox.Request, len(rs))
	of := map[int][]int{} // slot to the indexes of its requests
	var members []member  // those asked, in order of slots
	before := 0           // requests that are queued or refused
	for i, r := range rs {
		m, l, err := f.local(r)
		out[i] = outbox.Result{Request: r, Err: err}
		if err != nil {
			before++
			continue
		}
		if local[i] = l; of[m.Slot] == nil {
			members = append(members, m)
		}
		of[m.Slot] = append(of[m.Slot], i)
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.Slot, b.Slot) })
	if len(of) > 1 {
		ctx = outbox.WithBatch(ctx)
	}
	var failed error
	for _, m := range members {
		index := of[m.Slot]
		part := make([]outbox.Request, len(index))
		for i, at := range index {
			part[i] = local[at]
		}
		done, err := m.Outbox.DoMany(ctx, part, func(n, _ int) {
			if progress != nil {
				progress(before+n, len(rs))
			}
		})
		for i, r := range done {
			r.Request, r.Action = rs[index[i]], globalAction(m.Slot, r.Action)
			out[index[i]] = r
		}
		if err != nil && failed == nil { // the other tenants have caches of their own
			failed = named(m, f.all(), err)
		}
		before += len(index)
	}
	return out, failed
}

// Undo takes back actions that have not left.
func (f *Fleet) Undo(ctx context.Context, seqs ...int64) (undone int, err error) {
	of := map[int][]int64{}
	for _, seq := range seqs {
		m, local, e := f.at(seq)
		if e != nil {
			err = e
			continue
		}
		of[m.Slot] = append(of[m.Slot], local)
	}
	for _, m := range f.all() {
		if len(of[m.Slot]) == 0 {
			continue
		}
		n, e := m.Outbox.Undo(ctx, of[m.Slot]...)
		undone += n
		if e != nil {
			err = e
		}
	}
	if undone > 0 && app.KindOf(err) == app.KindInvalid {
		err = nil // one tenant's had left, another's not
	}
	return undone, err
}

// Reverse is the request that takes an action's effect back, where there is one.
func (f *Fleet) Reverse(ctx context.Context, seq int64) (outbox.Request, bool, error) {
	m, local, err := f.at(seq)
	if err != nil {
		return outbox.Request{}, false, err
	}
	r, ok, err := m.Outbox.Reverse(ctx, local)
	return globalRequest(m.Slot, r), ok, err
}

// Preview shows what a request would send now.
func (f *Fleet) Preview(ctx context.Context, r outbox.Request) ([]app.WireRequest, error) {
	m, r, err := f.local(r)
	if err != nil {
		return nil, err
	}
	return m.Outbox.Preview(ctx, r)
}

// PreviewAction shows what a queued action would send now.
func (f *Fleet) PreviewAction(ctx context.Context, seq int64) ([]app.WireRequest, error) {
	m, local, err := f.at(seq)
	if err != nil {
		return nil, err
	}
	return m.Outbox.PreviewAction(ctx, local)
}

// Settle settles a conflict field by field.
func (f *Fleet) Settle(ctx context.Context, seq, version int64, choices []outbox.Choice) error {
	return f.to(seq, func(m member, local int64) error { return m.Outbox.Settle(ctx, local, version, choices) })
}

// Follow does an action on the incident that its own was merged into.
func (f *Fleet) Follow(ctx context.Context, seq, version int64) (outbox.Action, error) {
	m, local, err := f.at(seq)
	if err != nil {
		return outbox.Action{}, err
	}
	a, err := m.Outbox.Follow(ctx, local, version)
	return globalAction(m.Slot, a), err
}

// BatchOf lists the actions of one form, of all tenants, in the order they were decided.
func (f *Fleet) BatchOf(ctx context.Context, id string) (sum outbox.Batch, actions []outbox.Action, err error) {
	sum.ID = id
	for _, m := range f.all() {
		b, part, err := m.Outbox.BatchOf(ctx, id)
		if app.KindOf(err) == app.KindNotFound {
			continue
		}
		if err != nil {
			return sum, nil, named(m, f.all(), err)
		}
		sum.Total, sum.Done, sum.Waiting = sum.Total+b.Total, sum.Done+b.Done, sum.Waiting+b.Waiting
		sum.Conflict, sum.Failed, sum.Discarded = sum.Conflict+b.Conflict, sum.Failed+b.Failed, sum.Discarded+b.Discarded
		actions = append(actions, globalActions(m.Slot, part)...)
	}
	return sum, actions, nil
}

// RetryBatch queues the failed actions of one form again.
func (f *Fleet) RetryBatch(ctx context.Context, id string) (n int, err error) {
	for _, m := range f.all() {
		k, e := m.Outbox.RetryBatch(ctx, id)
		n += k
		if e != nil && app.KindOf(e) != app.KindNotFound {
			err = e
		}
	}
	return n, err
}

// List returns actions of all tenants, newest first.
func (f *Fleet) List(ctx context.Context, limit int, states ...outbox.State) ([]outbox.Action, error) {
	lists, err := each(f, f.all(), func(m member) ([]outbox.Action, error) {
		l, err := m.Outbox.List(ctx, limit, states...)
		return globalActions(m.Slot, l), err
	})
	if err != nil || len(lists) == 0 {
		return nil, err
	}
	if len(lists) == 1 {
		return lists[0], nil
	}
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b outbox.Action) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.Seq, a.Seq))
	})
	return all[:min(limit, len(all))], nil
}

// Counts are the unfinished actions of all tenants.
func (f *Fleet) Counts(ctx context.Context) (sum outbox.Counts, err error) {
	counts, err := each(f, f.all(), func(m member) (outbox.Counts, error) { return m.Outbox.Counts(ctx) })
	for _, c := range counts {
		sum.Queued, sum.Sending = sum.Queued+c.Queued, sum.Sending+c.Sending
		sum.Conflict, sum.Failed = sum.Conflict+c.Conflict, sum.Failed+c.Failed
	}
	return sum, err
}

// Retry queues an action again.
func (f *Fleet) Retry(ctx context.Context, seq int64) error {
	return f.to(seq, func(m member, local int64) error { return m.Outbox.Retry(ctx, local) })
}

// Discard gives an action up.
func (f *Fleet) Discard(ctx context.Context, seq int64) error {
	return f.to(seq, func(m member, local int64) error { return m.Outbox.Discard(ctx, local) })
}

// KeepMine settles a conflict for the analyst's values.
func (f *Fleet) KeepMine(ctx context.Context, seq int64) error {
	return f.to(seq, func(m member, local int64) error { return m.Outbox.KeepMine(ctx, local) })
}

// Recheck has a person decide again on an action that has expired or failed.
func (f *Fleet) Recheck(ctx context.Context, seq int64) (outbox.Action, error) {
	m, local, err := f.at(seq)
	if err != nil {
		return outbox.Action{}, err
	}
	a, err := m.Outbox.Recheck(ctx, local)
	return globalAction(m.Slot, a), err
}

// Flush sends what can be sent now at every tenant.
func (f *Fleet) Flush(ctx context.Context) (finished int, err error) {
	done, err := each(f, f.all(), func(m member) (int, error) { return m.Outbox.Flush(ctx) })
	for _, n := range done {
		finished += n
	}
	return finished, err
}

func (f *Fleet) to(id int64, call func(m member, local int64) error) error {
	m, local, err := f.at(id)
	if err != nil {
		return err
	}
	return call(m, local)
}
