package data

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// topicOf is the topic of the screens that show subjects of a kind.
func topicOf(k app.SubjectKind) app.Topic {
	if k == app.SubjectControl || k == app.SubjectContact {
		return app.TopicPosture
	}
	return app.TopicIdentity
}

// subjectLine is the line of a subject: its id in this cache, below zero.
func (t *tx) subjectLine(on app.Subject) (int64, error) {
	if err := t.exec(`INSERT INTO subject (kind, remote_id) VALUES (?,?) ON CONFLICT DO NOTHING`, string(on.Kind), on.ID); err != nil {
		return 0, err
	}
	var id int64
	err := t.one(`SELECT id FROM subject WHERE kind = ? AND remote_id = ?`, []any{string(on.Kind), on.ID}, &id)
	return -id, err
}

// enqueueSubject stores a new action on a subject. What was seen of it is what the cache
// holds, with earlier actions of this client that have not arrived yet.
func (t *tx) enqueueSubject(a outbox.Action) (_ outbox.Action, err error) {
	a.Ref = app.Ref{Source: outbox.SourceOf(a.On.Kind), ID: a.On.ID}
	if a.Seen, _, err = seen(t, a.On); err != nil {
		return a, err
	}
	earlier, err := t.unfinishedOn(a.On, 0)
	if err != nil {
		return a, err
	}
	for _, e := range earlier {
		a.Seen = e.After(a.Seen)
	}
	a.Title = a.On.Name
	a.Created, a.Saved, a.State, a.CommentsBefore, a.Version = when(t.now), when(t.now), outbox.Queued, -1, 1
	t.topics[topicOf(a.On.Kind)] = true
	a.Seq, err = t.insertAction(a)
	return a, err
}

// unfinishedOn lists the unfinished actions on a subject behind a number, in order.
func (t *tx) unfinishedOn(on app.Subject, after int64) (out []outbox.Action, err error) {
	err = t.each(selectAction+`WHERE subject_kind = ? AND subject_id = ? AND seq > ? AND state NOT IN ('done', 'discarded') ORDER BY seq`,
		[]any{string(on.Kind), on.ID, after}, func(scan func(...any) error) error {
			a, err := scanAction(scan)
			if err == nil && !a.Unreadable {
				out = append(out, a)
			}
			return err
		})
	return out, err
}

// rebaseSubject has later actions on a subject count on what became of an earlier one.
func (t *tx) rebaseSubject(ended outbox.Action, rebase func(ended outbox.Action, later []outbox.Action) []outbox.Action) error {
	later, err := t.unfinishedOn(ended.On, ended.Seq)
	if err != nil {
		return err
	}
	for _, a := range rebase(ended, later) {
		text, err := json.Marshal(a.Seen)
		if err != nil {
			return err
		}
		// The version moves, lest whoever read it before writes the old one back.
		if err := t.exec(`UPDATE outbox SET seen = ?, version = version + 1 WHERE seq = ?`, string(text), a.Seq); err != nil {
			return err
		}
	}
	return nil
}

// SaveSubjects implements outbox.Store.
func (c *Cache) SaveSubjects(ctx context.Context, as []outbox.Action, states map[int64]app.SubjectState) (saved []int64, err error) {
	err = c.tx(ctx, func(t *tx) error {
		saved = nil
		for _, a := range as {
			if err := t.alive(); err != nil {
				return err
			}
			moved, err := t.saveSubject(a, states)
			if err != nil {
				return err
			}
			if !moved {
				saved = append(saved, a.Seq)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(saved)
	return saved, nil
}

func (t *tx) saveSubject(a outbox.Action, states map[int64]app.SubjectState) (moved bool, err error) {
	if err := t.saveServed(a, nil, states[a.Seq].Modified); err != nil {
		if err == error(errMoved) {
			return true, nil
		}
		return false, err
	}
	if st, known := states[a.Seq]; known {
		if err := t.storeState(st); err != nil {
			return false, err
		}
	}
	if a.State != outbox.Done {
		return false, nil
	}
	return false, t.rebaseSubject(a, outbox.Forward)
}

// SubjectKnown implements outbox.Store.
func (c *Cache) SubjectKnown(ctx context.Context, on app.Subject) (v app.Values, found bool, err error) {
	err = c.view(ctx, func(q querier) error {
		v, found, err = seen(q, on)
		return err
	})
	return v, found, err
}

// SubjectActions implements outbox.Store.
func (c *Cache) SubjectActions(ctx context.Context, on app.Subject, limit int) (out []outbox.Action, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.each(selectAction+`WHERE subject_kind = ? AND subject_id = ? ORDER BY seq DESC LIMIT ?`,
			[]any{string(on.Kind), on.ID, limit}, func(scan func(...any) error) error {
				a, err := scanAction(scan)
				out = append(out, a)
				return err
			})
	})
	return out, err
}

// Expiring implements outbox.Store.
func (c *Cache) Expiring(ctx context.Context) (out []outbox.Action, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.each(selectAction+`INDEXED BY outbox_expires WHERE expires > 0 AND state IN ('queued', 'sending') ORDER BY expires`,
			nil, func(scan func(...any) error) error {
				a, err := scanAction(scan)
				if err == nil && !a.Unreadable {
					out = append(out, a)
				}
				return err
			})
	})
	return out, err
}

// clockPace is how often the clock is noted.
const clockPace = 30 * time.Second

// Clock implements outbox.Store.
func (c *Cache) Clock(ctx context.Context, now time.Time) (time.Time, error) {
	var latest int64
	err := c.view(ctx, func(q querier) error {
		_, err := ask(q, `SELECT latest FROM outbox_clock`, nil, &latest)
		return err
	})
	if ahead := micros(now) - latest; err == nil && (latest == 0 || ahead >= clockPace.Microseconds() || ahead <= -clockPace.Microseconds()) {
		err = c.tx(ctx, func(t *tx) error {
			return t.exec(`INSERT INTO outbox_clock (only, latest) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET latest = excluded.latest`, micros(now))
		})
	}
	return when(latest), err
}
