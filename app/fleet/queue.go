package fleet

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Window implements triage.Queue: the rows of all tenants the filter names, in one
// order. Local ids follow the creation time in every cache, so they also order rows of
// different caches; rows of the same instant come in order of their slots.
func (f *Fleet) Window(ctx context.Context, q triage.Query) (triage.Window, error) {
	if q.Limit <= 0 {
		q.Limit = 50
	}
	members, rest := f.chosen(q.Filter)
	wins, err := each(f, members, func(m member) (triage.Window, error) {
		w, err := m.Queue.Window(ctx, localQuery(q, rest, m))
		for i := range w.Rows {
			w.Rows[i].ID = Global(m.Slot, w.Rows[i].ID)
		}
		return w, err
	})
	if err != nil || len(wins) == 0 {
		return triage.Window{}, err
	}
	if len(wins) == 1 {
		return wins[0], nil
	}
	var out triage.Window
	for _, w := range wins {
		out.Rows = append(out.Rows, w.Rows...)
		out.More = out.More || w.More
	}
	slices.SortFunc(out.Rows, order(q.Sort))
	if len(out.Rows) > q.Limit {
		out.Rows, out.More = out.Rows[:q.Limit], true
	}
	return out, nil
}

// localQuery is a query in the terms of one member.
func localQuery(q triage.Query, rest triage.Filter, m member) triage.Query {
	q.Filter, q.Me = rest, m.Me.UPN
	if q.After != nil {
		after := *q.After
		slot, local := Split(after.ID)
		after.ID = local
		if m.Slot > slot {
			after.ID++ // its row of the same instant comes behind
		}
		q.After = &after
	}
	return q
}

// order compares rows with global ids as the caches order theirs.
func order(s triage.Sort) func(a, b triage.Row) int {
	return func(a, b triage.Row) int {
		c := 0
		switch s {
		case triage.BySeverity:
			c = cmp.Compare(b.Severity, a.Severity)
		case triage.ByModified:
			c = b.Modified.Compare(a.Modified)
		case triage.ByScore:
			c = cmp.Compare(b.Rank(), a.Rank())
		}
		aSlot, aID := Split(a.ID)
		bSlot, bID := Split(b.ID)
		return cmp.Or(c, cmp.Compare(bID, aID), cmp.Compare(aSlot, bSlot))
	}
}

// chosen are the members that a filter's tenant terms leave, and the filter without
// those terms. A value is a tenant's name, or where none has it, part of one.
func (f *Fleet) chosen(filter triage.Filter) ([]member, triage.Filter) {
	members := f.all()
	rest := triage.Filter{}
	for _, t := range filter.Terms {
		if t.Key != triage.Tenant {
			rest.Terms = append(rest.Terms, t)
			continue
		}
		members = slices.DeleteFunc(slices.Clone(members), func(m member) bool {
			hit := slices.ContainsFunc(t.Values, func(v string) bool { return f.means(v, m.Name) })
			return hit == t.Not
		})
	}
	return members, rest
}

// means reports that a value of a filter means the tenant of a name.
func (f *Fleet) means(value, name string) bool {
	if slices.ContainsFunc(f.all(), func(m member) bool { return strings.EqualFold(m.Name, value) }) {
		return strings.EqualFold(name, value)
	}
	return strings.Contains(strings.ToLower(name), strings.ToLower(value))
}

// Count implements triage.Queue; Total and Open are of the tenants the filter names.
func (f *Fleet) Count(ctx context.Context, q triage.Query) (sum triage.Counts, err error) {
	members, rest := f.chosen(q.Filter)
	counts, err := each(f, members, func(m member) (triage.Counts, error) {
		return m.Queue.Count(ctx, localQuery(q, rest, m))
	})
	for _, c := range counts {
		sum.Match, sum.Total, sum.Open = sum.Match+c.Match, sum.Total+c.Total, sum.Open+c.Open
		sum.Capped = sum.Capped || c.Capped
	}
	return sum, err
}

// Arrived implements triage.Queue.
func (f *Fleet) Arrived(ctx context.Context, q triage.Query, since time.Time) (sum int, err error) {
	members, rest := f.chosen(q.Filter)
	counts, err := each(f, members, func(m member) (int, error) {
		return m.Queue.Arrived(ctx, localQuery(q, rest, m), since)
	})
	for _, n := range counts {
		sum += n
	}
	return sum, err
}

// Row implements triage.Queue.
func (f *Fleet) Row(ctx context.Context, id int64) (triage.Row, error) {
	m, local, err := f.at(id)
	if err != nil {
		return triage.Row{}, err
	}
	r, err := m.Queue.Row(ctx, local)
	r.ID = Global(m.Slot, r.ID)
	return r, err
}

// Find implements triage.Queue. A number that several tenants have is KindInvalid: the
// sentence names them.
func (f *Fleet) Find(ctx context.Context, number string) (int64, error) {
	var found []int64
	var names []string
	var missing error
	for _, m := range f.all() {
		id, err := m.Queue.Find(ctx, number)
		switch {
		case err == nil:
			found, names = append(found, Global(m.Slot, id)), append(names, m.Name)
		case app.KindOf(err) == app.KindNotFound:
			missing = err
		default:
			return 0, err
		}
	}
	switch len(found) {
	case 0:
		if missing == nil {
			missing = app.E(app.KindNotFound, "No tenant is connected.", nil)
		}
		return 0, missing
	case 1:
		return found[0], nil
	}
	return 0, app.E(app.KindInvalid, "Several tenants have an incident with this number: "+strings.Join(names, ", ")+". Name the one you mean.", nil)
}
