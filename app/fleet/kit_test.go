package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	appsync "watchfloor/app/sync"
	"watchfloor/app/triage"
)

// cache is a tenant's cache in memory: rows in no order, windows by the same keyset rules
// as the real one.
type cache struct {
	rows []triage.Row
	err  error
	me   string // of the last query
}

func (c *cache) Window(_ context.Context, q triage.Query) (triage.Window, error) {
	c.me = q.Me
	if c.err != nil {
		return triage.Window{}, c.err
	}
	rows := slices.Clone(c.rows)
	key := func(r triage.Row) [2]int64 {
		switch q.Sort {
		case triage.BySeverity:
			return [2]int64{int64(r.Severity), r.ID}
		case triage.ByModified:
			return [2]int64{r.Modified.UnixMicro(), r.ID}
		case triage.ByScore:
			if r.Score == nil {
				return [2]int64{-1, r.ID}
			}
			return [2]int64{int64(*r.Score), r.ID}
		}
		return [2]int64{0, r.ID}
	}
	less := func(a, b triage.Row) int { return slices.Compare(rev(key(a)), rev(key(b))) }
	slices.SortFunc(rows, less)
	var w triage.Window
	for _, r := range rows {
		if q.After != nil && less(r, *q.After) <= 0 {
			continue
		}
		if len(w.Rows) == q.Limit {
			w.More = true
			break
		}
		w.Rows = append(w.Rows, r)
	}
	return w, nil
}

func rev(k [2]int64) []int64 { return []int64{-k[0], -k[1]} }

func (c *cache) Count(context.Context, triage.Query) (triage.Counts, error) {
	return triage.Counts{Match: len(c.rows), Total: len(c.rows), Open: len(c.rows)}, c.err
}

func (c *cache) Arrived(context.Context, triage.Query, time.Time) (int, error) {
	return len(c.rows), c.err
}

func (c *cache) Row(_ context.Context, id int64) (triage.Row, error) {
	for _, r := range c.rows {
		if r.ID == id {
			return r, nil
		}
	}
	return triage.Row{}, app.E(app.KindNotFound, "none", nil)
}

func (c *cache) Find(_ context.Context, number string) (int64, error) {
	for _, r := range c.rows {
		if r.Number == number {
			return r.ID, nil
		}
	}
	return 0, app.E(app.KindNotFound, "There is no incident with this number.", nil)
}

func (c *cache) Case(ctx context.Context, id int64) (triage.Case, error) {
	r, err := c.Row(ctx, id)
	return triage.Case{
		Row: r, Incident: app.Incident{ID: r.ID}, Twin: &app.Incident{ID: r.ID + 1},
		Changes: []app.Change{{IncidentID: r.ID}},
	}, err
}
func (c *cache) Raw(_ context.Context, id int64) (string, error) { return fmt.Sprint(id), nil }
func (c *cache) SaveDraft(context.Context, int64, string) error  { return nil }

// box remembers what it was asked, by local ids.
type box struct {
	Outbox // panics on what a test does not expect
	asked  []outbox.Request
	seqs   []int64
	left   bool  // everything has left: nothing can be undone
	full   error // what DoMany ends with, having queued nothing
}

func (b *box) Do(_ context.Context, r outbox.Request) (outbox.Action, error) {
	b.asked = append(b.asked, r)
	return outbox.Action{Seq: int64(len(b.asked)), Request: r}, nil
}

func (b *box) DoMany(ctx context.Context, rs []outbox.Request, progress func(done, total int)) ([]outbox.Result, error) {
	var out []outbox.Result
	for i, r := range rs {
		a, _ := b.Do(ctx, r)
		out = append(out, outbox.Result{Request: r, Action: a})
		if b.full != nil {
			out[i] = outbox.Result{Request: r, Err: b.full}
		}
		progress(i+1, len(rs))
	}
	return out, b.full
}

func (b *box) Undo(_ context.Context, seqs ...int64) (int, error) {
	b.seqs = append(b.seqs, seqs...)
	if b.left {
		return 0, app.E(app.KindInvalid, "It has already been sent.", nil)
	}
	return len(seqs), nil
}

func (b *box) List(_ context.Context, limit int, _ ...outbox.State) ([]outbox.Action, error) {
	var out []outbox.Action
	for i := len(b.asked); i > 0 && len(out) < limit; i-- {
		out = append(out, outbox.Action{Seq: int64(i), Created: time.Unix(int64(i), 0), Request: b.asked[i-1]})
	}
	return out, nil
}

func (b *box) Counts(context.Context) (outbox.Counts, error) {
	return outbox.Counts{Queued: len(b.asked), Failed: 1}, nil
}

func (b *box) Discard(_ context.Context, seq int64) error {
	b.seqs = append(b.seqs, seq)
	return nil
}

func (b *box) Recheck(_ context.Context, seq int64) (outbox.Action, error) {
	b.seqs = append(b.seqs, seq)
	return outbox.Action{Seq: seq, Request: b.asked[seq-1]}, nil
}

// line is a pull engine in one state.
type line struct {
	Sync
	state appsync.State
}

func (l *line) State() appsync.State { return l.state }

// fleetOf is a fleet of caches; member i has slot slots[i] and the name of that letter.
func fleetOf(slots []int, caches ...*cache) (*Fleet, []*box) {
	f := New(&app.Hub{})
	var boxes []*box
	for i, c := range caches {
		b := &box{}
		name := string(rune('A' + i))
		f.Add(Member{
			Tenant: Tenant{Slot: slots[i], Name: "Tenant " + name, Me: app.Owner{UPN: strings.ToLower(name) + "@x.example"}},
			Queue:  c, Cases: c, Outbox: b, Sync: &line{},
		})
		boxes = append(boxes, b)
	}
	return f, boxes
}

// union is what one big cache would answer, sorted by the fleet's own rule of ties.
func union(s triage.Sort, slots []int, caches ...*cache) []triage.Row {
	var all []triage.Row
	for i, c := range caches {
		w, _ := c.Window(context.Background(), triage.Query{Sort: s, Limit: 1 << 30})
		for _, r := range w.Rows {
			r.ID = Global(slots[i], r.ID)
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, order(s))
	return all
}
