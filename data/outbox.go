package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

var _ outbox.Store = (*Cache)(nil)

// Enqueue implements outbox.Store.
func (c *Cache) Enqueue(ctx context.Context, a outbox.Action) (outbox.Action, error) {
	err := c.tx(ctx, func(t *tx) (err error) {
		a, err = t.enqueue(a)
		return err
	})
	return a, err
}

// EnqueueMany implements outbox.Store.
func (c *Cache) EnqueueMany(ctx context.Context, as []outbox.Action) ([]outbox.Action, []error, error) {
	out, refused := slices.Clone(as), make([]error, len(as))
	err := c.tx(ctx, func(t *tx) error {
		for i := range out {
			if err := t.alive(); err != nil {
				return err
			}
			a, err := t.enqueue(out[i])
			var why refusal
			if errors.As(err, &why) {
				refused[i] = why.Unwrap()
				continue
			}
			if err != nil {
				return err
			}
			out[i] = a
		}
		return nil
	})
	return out, refused, err
}

// Replace implements outbox.Store.
func (c *Cache) Replace(ctx context.Context, old, next outbox.Action) (outbox.Action, error) {
	err := c.tx(ctx, func(t *tx) (err error) {
		if err := t.saveAndSettle(old, nil); err != nil {
			return err
		}
		next, err = t.enqueue(next)
		return err
	})
	return next, err
}

// refusal is why an action cannot be queued; nothing was written for it.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func refuse(kind app.Kind, message string) error {
	return refusal{app.E(kind, message, nil)}
}

// enqueue stores a new action and its local effect.
func (t *tx) enqueue(a outbox.Action) (outbox.Action, error) {
	if a.Verb.IsDeed() {
		return t.enqueueSubject(a)
	}
	old, err := t.loadID(a.IncidentID)
	if errors.Is(err, sql.ErrNoRows) {
		return a, refusal{wrap(err)}
	}
	if err != nil {
		return a, err
	}
	if old.deleted {
		return a, refuse(app.KindNotFound, "This incident was deleted at its source; nothing can be changed.")
	}
	if err := t.one(`SELECT source, remote_id FROM incident WHERE id = ?`, []any{old.id}, &a.Ref.Source, &a.Ref.ID); err != nil {
		return a, err
	}
	if err := t.others(old, &a); err != nil {
		return a, err
	}
	a.Request = a.Request.For(a.Ref.Source)
	a.Base, a.Title, a.Number = old.incident.Fields, old.incident.Title, old.incident.Number
	a.Created, a.Saved, a.State, a.CommentsBefore, a.Version = when(t.now), when(t.now), outbox.Queued, -1, 1
	if a.Verb == outbox.FinishTask {
		if err := t.taskKnown(a); err != nil {
			return a, err
		}
	}
	if a.Seq, err = t.insertAction(a); err != nil {
		return a, err
	}
	switch a.Verb {
	case outbox.Comment:
		return a, t.enqueueComment(a)
	case outbox.AddTask, outbox.FinishTask:
		return a, t.enqueueTask(a)
	case outbox.Merge, outbox.MoveAlerts:
		return a, nil
	}
	return a, t.showAction(old, a)
}

// others fills in who else a merge or move concerns, and refuses what cannot be joined.
func (t *tx) others(main *stored, a *outbox.Action) error {
	a.Others, a.Closed = nil, nil
	if a.Verb != outbox.Merge && a.Verb != outbox.MoveAlerts {
		return nil
	}
	joins := func(s *stored) bool { return s.incident.Status != app.StatusRedirected && s.incident.RedirectTo == "" }
	if !joins(main) {
		return refuse(app.KindInvalid, "This incident was merged into another; act on that one.")
	}
	note := func(s *stored, ref app.Ref) {
		if s.incident.Status == app.StatusClosed {
			a.Closed = append(a.Closed, ref.ID)
		}
	}
	note(main, a.Ref)
	for _, id := range a.Involved()[1:] {
		s, err := t.loadID(id)
		if errors.Is(err, sql.ErrNoRows) {
			return refusal{wrap(err)}
		}
		if err != nil {
			return err
		}
		var ref app.Ref
		if err := t.one(`SELECT source, remote_id FROM incident WHERE id = ?`, []any{id}, &ref.Source, &ref.ID); err != nil {
			return err
		}
		switch {
		case s.deleted:
			return refuse(app.KindNotFound, fmt.Sprintf("Incident %s was deleted at its source; leave it out.", s.incident.Number))
		case ref.Source != a.Ref.Source:
			return refuse(app.KindInvalid, fmt.Sprintf("Incident %s is of %s; only incidents of one product can be joined.", s.incident.Number, ref.Source.Label()))
		case !joins(s):
			return refuse(app.KindInvalid, fmt.Sprintf("Incident %s was already merged into another; leave it out.", s.incident.Number))
		}
		note(s, ref)
		a.Others = append(a.Others, ref)
	}
	return nil
}

// involved is how the other incidents of a merge or move are stored.
type involved struct {
	Refs   []app.Ref `json:",omitempty"`
	Closed []string  `json:",omitempty"`
}

func (t *tx) insertAction(a outbox.Action) (int64, error) {
	request, err := json.Marshal(a.Request)
	if err != nil {
		return 0, err
	}
	base, err := json.Marshal(a.Base)
	if err != nil {
		return 0, err
	}
	others, err := json.Marshal(involved{a.Others, a.Closed})
	if err != nil {
		return 0, err
	}
	t.topics[app.TopicOutbox] = true
	seen := []byte("{}")
	if a.Seen != nil {
		if seen, err = json.Marshal(a.Seen); err != nil {
			return 0, err
		}
	}
	lines, incident := a.Involved(), any(a.IncidentID)
	if !a.On.IsZero() {
		line, err := t.subjectLine(a.On)
		if err != nil {
			return 0, err
		}
		lines, incident = []int64{line}, nil
	}
	if a.Seq, err = t.insert(`
INSERT INTO outbox (id, incident_id, source, remote_id, number, title, request, base, actor, tenant, created, state,
    batch, saved, held_until, others, subject_kind, subject_id, subject_name, seen, expires)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, a.ID, incident, string(a.Ref.Source), a.Ref.ID, a.Number, a.Title, string(request),
		string(base), a.Actor, a.Tenant, t.now, string(a.State), a.Batch, t.now, micros(a.HeldUntil), string(others),
		string(a.On.Kind), a.On.ID, a.On.Name, string(seen), micros(a.Expires)); err != nil {
		return 0, err
	}
	if err := t.audit(a.Decided()); err != nil {
		return 0, err
	}
	return a.Seq, t.lineUp(a.Seq, lines)
}

func (t *tx) enqueueComment(a outbox.Action) error {
	t.reword(a.IncidentID)
	if err := t.exec(`INSERT INTO comment (incident_id, remote_id, author, text, created, pending) VALUES (?,?,?,?,?,1)`,
		a.IncidentID, a.ID, a.Actor, a.Text, t.now); err != nil {
		return err
	}
	// What was being written goes only where the comment holds it: a comment on many, or
	// one that follows a merge, is another text.
	if err := t.exec(`DELETE FROM draft WHERE incident_id = ? AND instr(?, trim(text)) > 0`, a.IncidentID, a.Text); err != nil {
		return err
	}
	return t.change(a.IncidentID, t.now, a.Actor, app.FieldComment, "", a.Text, app.OriginAction)
}

// showAction applies the action to the row as shown, keeps the service's fields beside
// it and records what the analyst changed.
func (t *tx) showAction(old *stored, a outbox.Action) error {
	want := a.Apply(old.incident.Fields)
	if !old.overlaid {
		if err := t.setRemote(old.id, &old.remote); err != nil {
			return err
		}
	}
	for _, f := range tracked {
		if outbox.Equal(old.incident.Fields, want, f) {
			continue
		}
		if err := t.change(old.id, t.now, a.Actor, f, outbox.Value(old.incident.Fields, f), outbox.Value(want, f), app.OriginAction); err != nil {
			return err
		}
	}
	return t.show(old, want, when(t.now))
}

// setRemote stores the fields as the service holds them; nil when no action is
// pending and the shown ones are the service's.
func (t *tx) setRemote(id int64, f *app.Fields) error {
	if f == nil {
		return t.exec(`UPDATE incident_text SET remote = NULL WHERE incident_id = ?`, id)
	}
	b, err := json.Marshal(*f)
	if err != nil {
		return err
	}
	return t.exec(`UPDATE incident_text SET remote = ? WHERE incident_id = ?`, string(b), id)
}

// show writes the shown fields of an incident.
func (t *tx) show(old *stored, f app.Fields, at time.Time) error {
	t.touch(old.id)
	if err := t.exec(`UPDATE incident_text SET closing_note = ? WHERE incident_id = ?`, f.ClosingNote, old.id); err != nil {
		return err
	}
	return t.exec(`UPDATE incident SET severity=?, status=?, open=?, owner_upn=?, owner_name=?, owner_oid=?, classification=?,
    determination=?, tags=?, closed_at=? WHERE id=?`,
		f.Severity, f.Status, f.Status.Open(), f.Owner.UPN, f.Owner.Name, f.Owner.ObjectID, string(f.Classification),
		f.Determination, formatList(f.Tags), closedAt(old, f.Status, at), old.id)
}
