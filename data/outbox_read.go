package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

const selectAction = `SELECT seq, id, incident_id, source, remote_id, number, title, request, base, actor, tenant, created, state,
    attempts, not_before, reason, drift, theirs, comments_before, sent, finished, batch, version, saved, held_until, kind, result,
    others, subject_kind, subject_id, subject_name, seen, found, expires FROM outbox `

func scanAction(scan func(...any) error) (a outbox.Action, err error) {
	var request, base, drift, theirs, sent, others, seen, found string
	var created, notBefore, finished, saved, heldUntil, expires int64
	var incident sql.NullInt64
	var on app.Subject
	err = scan(&a.Seq, &a.ID, &incident, &a.Ref.Source, &a.Ref.ID, &a.Number, &a.Title, &request, &base, &a.Actor, &a.Tenant,
		&created, &a.State, &a.Attempts, &notBefore, &a.Reason, &drift, &theirs, &a.CommentsBefore, &sent, &finished,
		&a.Batch, &a.Version, &saved, &heldUntil, &a.Kind, &a.Result, &others, &on.Kind, &on.ID, &on.Name, &seen, &found, &expires)
	if err != nil {
		return a, err
	}
	a.Created, a.NotBefore, a.Finished, a.Saved, a.HeldUntil = when(created), when(notBefore), when(finished), when(saved), when(heldUntil)
	a.Expires = when(expires)
	var inv involved
	for text, into := range map[*string]any{
		&request: &a.Request, &base: &a.Base, &drift: &a.Drift, &theirs: &a.Theirs, &sent: &a.Sent, &others: &inv,
		&seen: &a.Seen, &found: &a.Found,
	} {
		if *text != "{}" && json.Unmarshal([]byte(*text), into) != nil {
			a.Unreadable = true
		}
	}
	// A verb or state of another version says nothing that this one knows: taken for sent,
	// it would be lost.
	if a.Unreadable = a.Unreadable || a.State.Pending() && !a.Verb.Known() || !a.State.Known(); a.Unreadable {
		a.Raw = request // never deleted, never sent
		if a.State.Pending() {
			a.State, a.Reason = outbox.Failed, "This action cannot be read by this version of Watchfloor; it is kept."
		}
	}
	a.IncidentID, a.On, a.Others, a.Closed = incident.Int64, on, inv.Refs, inv.Closed
	return a, nil
}

// Actions implements outbox.Store.
func (c *Cache) Actions(ctx context.Context, limit int, states ...outbox.State) (out []outbox.Action, err error) {
	cond, args := "", []any{}
	if len(states) > 0 {
		cond = "WHERE state IN (" + strings.TrimSuffix(strings.Repeat("?,", len(states)), ",") + ") "
		for _, s := range states {
			args = append(args, string(s))
		}
	}
	err = c.view(ctx, func(q querier) error {
		return q.each(selectAction+cond+"ORDER BY seq DESC LIMIT ?", append(args, limit), func(scan func(...any) error) error {
			a, err := scanAction(scan)
			out = append(out, a)
			return err
		})
	})
	return out, err
}

// Action reads one action by its number.
func (c *Cache) Action(ctx context.Context, seq int64) (a outbox.Action, err error) {
	err = c.view(ctx, func(q querier) error {
		a, err = scanAction(func(dest ...any) error { return q.one(selectAction+"WHERE seq = ?", []any{seq}, dest...) })
		return err
	})
	if app.KindOf(err) == app.KindNotFound {
		err = app.E(app.KindNotFound, "There is no action with this number.", err)
	}
	return a, err
}

// BatchActions implements outbox.Store.
func (c *Cache) BatchActions(ctx context.Context, id string) (out []outbox.Action, err error) {
	if id == "" {
		return nil, nil
	}
	err = c.view(ctx, func(q querier) error {
		out, err = rows(q, selectAction+`WHERE batch = ? AND batch <> '' ORDER BY seq`, id, scanAction)
		return err
	})
	return out, err
}

// errEnough ends the reading of rows early.
var errEnough = errors.New("enough rows")

// setBack is how far the clock may be set back before a wait noted with it is void.
const setBack = time.Minute

// selectReady walks what is first in its lines, of one source.
const selectReady = selectAction + `INDEXED BY outbox_front WHERE state IN ('queued', 'sending') AND blocked = 0 AND source = ?
    AND (max(not_before, held_until) <= ? OR saved > ?) ORDER BY seq`

// Ready implements outbox.Store.
func (c *Cache) Ready(ctx context.Context, now time.Time, limit int, held ...app.SourceID) (out []outbox.Action, err error) {
	err = c.view(ctx, func(q querier) error {
		sources, err := q.waiting()
		if err != nil {
			return err
		}
		for _, src := range sources {
			if slices.Contains(held, src) {
				continue
			}
			some, err := q.ready(src, now, limit)
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b outbox.Action) int { return cmp.Compare(a.Seq, b.Seq) })
	return out[:min(limit, len(out))], err
}

// waiting lists the sources that something is to be sent to.
func (q querier) waiting() (sources []app.SourceID, err error) {
	for src := app.SourceID(""); err == nil; sources = append(sources, src) {
		err = q.one(`SELECT source FROM outbox INDEXED BY outbox_front WHERE state IN ('queued', 'sending') AND blocked = 0
    AND source > ? ORDER BY source LIMIT 1`, []any{string(src)}, &src)
		if errors.Is(err, sql.ErrNoRows) {
			return sources, nil
		}
	}
	return nil, err
}

func (q querier) ready(src app.SourceID, now time.Time, limit int) (out []outbox.Action, err error) {
	err = q.each(selectReady, []any{string(src), micros(now), micros(now.Add(setBack))}, func(scan func(...any) error) error {
		a, err := scanAction(scan)
		if err == nil && !a.Unreadable {
			out = append(out, a)
		}
		if err == nil && len(out) >= limit {
			return errEnough
		}
		return err
	})
	if errors.Is(err, errEnough) {
		return out, nil
	}
	return out, err
}

// NextAt implements outbox.Store.
func (c *Cache) NextAt(ctx context.Context, now time.Time) (time.Time, error) {
	var at sql.NullInt64
	err := c.view(ctx, func(q querier) error {
		return q.one(`SELECT min(max(not_before, held_until)) FROM outbox INDEXED BY outbox_due
    WHERE state IN ('queued', 'sending') AND blocked = 0 AND max(not_before, held_until) > ?`, []any{micros(now)}, &at)
	})
	return when(at.Int64), err
}

// CountActions counts unfinished actions by state.
func (c *Cache) CountActions(ctx context.Context) (n outbox.Counts, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.each(`SELECT state, count(*) FROM outbox WHERE state IN ('queued', 'sending', 'conflict', 'failed') GROUP BY state`, nil,
			func(scan func(...any) error) error {
				var s outbox.State
				var k int
				err := scan(&s, &k)
				switch s {
				case outbox.Queued:
					n.Queued = k
				case outbox.Sending:
					n.Sending = k
				case outbox.Conflict:
					n.Conflict = k
				case outbox.Failed:
					n.Failed = k
				}
				return err
			})
	})
	return n, err
}
