package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

var _ outbox.Store = (*Cache)(nil)

// Enqueue implements outbox.Store.
func (c *Cache) Enqueue(ctx context.Context, a outbox.Action) (outbox.Action, error) {
	err := c.tx(ctx, func(t *tx) error {
		old, err := t.loadID(a.IncidentID)
		if err != nil {
			return err
		}
		if old.deleted {
			return app.E(app.KindNotFound, "This incident was deleted at its source; nothing can be changed.", nil)
		}
		if err := t.one(`SELECT source, remote_id FROM incident WHERE id = ?`, []any{old.id}, &a.Ref.Source, &a.Ref.ID); err != nil {
			return err
		}
		a.Request = a.Request.For(a.Ref.Source)
		a.Base, a.Title, a.Number = old.incident.Fields, old.incident.Title, old.incident.Number
		a.Created, a.State, a.CommentsBefore = when(t.now), outbox.Queued, -1
		if a.Seq, err = t.insertAction(a); err != nil {
			return err
		}
		if a.Verb == outbox.Comment {
			return t.enqueueComment(a)
		}
		return t.showAction(old, a)
	})
	return a, err
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
	t.topics[app.TopicOutbox] = true
	t.touch(a.IncidentID)
	if err := t.exec(`UPDATE incident SET queued = queued + 1 WHERE id = ?`, a.IncidentID); err != nil {
		return 0, err
	}
	return t.insert(`
INSERT INTO outbox (id, incident_id, source, remote_id, number, title, request, base, actor, tenant, created, state)
VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`, a.ID, a.IncidentID, string(a.Ref.Source), a.Ref.ID, a.Number, a.Title, string(request),
		string(base), a.Actor, a.Tenant, t.now, string(a.State))
}

func (t *tx) enqueueComment(a outbox.Action) error {
	t.reword(a.IncidentID)
	if err := t.exec(`INSERT INTO comment (incident_id, remote_id, author, text, created, pending) VALUES (?,?,?,?,?,1)`,
		a.IncidentID, a.ID, a.Actor, a.Text, t.now); err != nil {
		return err
	}
	if err := t.exec(`DELETE FROM draft WHERE incident_id = ?`, a.IncidentID); err != nil {
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

// Save implements outbox.Store.
func (c *Cache) Save(ctx context.Context, a outbox.Action, remote *app.Pulled) error {
	return c.tx(ctx, func(t *tx) error {
		if err := t.saveAction(a); err != nil {
			return err
		}
		if remote != nil {
			if _, err := t.store(*remote, effects(a, remote.Incident.Fields)); err != nil {
				return err
			}
		}
		return t.settle(a)
	})
}

// effects lists the fields that the service now holds as the action wanted: their
// change was recorded when the action was queued.
func effects(a outbox.Action, now app.Fields) (fields []app.Field) {
	if a.State != outbox.Done {
		return nil
	}
	want := a.Apply(a.Base)
	for _, f := range tracked {
		if !outbox.Equal(a.Base, want, f) && (f == app.FieldTags || outbox.Equal(now, want, f)) {
			fields = append(fields, f)
		}
	}
	return fields
}

func (t *tx) saveAction(a outbox.Action) error {
	if a.Unreadable {
		t.topics[app.TopicOutbox] = true
		return t.exec(`UPDATE outbox SET state=?, reason=?, finished=? WHERE seq=?`, string(a.State), a.Reason, micros(a.Finished), a.Seq)
	}
	sent, err := json.Marshal(a.Sent)
	if err != nil {
		return err
	}
	drift, err := json.Marshal(a.Drift)
	if err != nil {
		return err
	}
	base, err := json.Marshal(a.Base)
	if err != nil {
		return err
	}
	theirs, err := json.Marshal(a.Theirs)
	if err != nil {
		return err
	}
	t.topics[app.TopicOutbox] = true
	return t.exec(`UPDATE outbox SET base=?, state=?, attempts=?, not_before=?, reason=?, drift=?, theirs=?, comments_before=?, sent=?, finished=?
WHERE seq=?`,
		string(base), string(a.State), a.Attempts, micros(a.NotBefore), a.Reason, string(drift), string(theirs), a.CommentsBefore, string(sent), micros(a.Finished), a.Seq)
}

// settle makes the incident agree with its actions after one of them changed state.
func (t *tx) settle(a outbox.Action) error {
	if a.Verb == outbox.Comment && !a.State.Pending() {
		if err := t.settleComment(a); err != nil {
			return err
		}
	}
	if a.State == outbox.Discarded {
		if err := t.rebase(a); err != nil {
			return err
		}
	}
	old, err := t.loadID(a.IncidentID)
	if err != nil {
		return err
	}
	if err := t.exec(`
UPDATE incident SET queued = (SELECT count(*) FROM outbox o WHERE o.incident_id = incident.id AND o.state NOT IN ('done', 'discarded')),
    conflict = EXISTS (SELECT 1 FROM outbox o WHERE o.incident_id = incident.id AND o.state IN ('conflict', 'failed')) WHERE id = ?`, old.id); err != nil {
		return err
	}
	if !old.overlaid {
		t.touch(old.id)
		return nil
	}
	shown, err := t.fold(old.id, old.remote)
	if err != nil {
		return err
	}
	if a.State == outbox.Discarded {
		for _, f := range tracked {
			if outbox.Equal(old.incident.Fields, shown, f) {
				continue
			}
			if err := t.change(old.id, t.now, a.Actor, f, outbox.Value(old.incident.Fields, f), outbox.Value(shown, f), app.OriginAction); err != nil {
				return err
			}
		}
	}
	if err := t.show(old, shown, old.incident.Modified); err != nil {
		return err
	}
	var pending int
	err = t.one(`SELECT count(*) FROM outbox WHERE incident_id = ? AND state NOT IN ('done', 'discarded')`, []any{old.id}, &pending)
	if err != nil || pending > 0 {
		return err
	}
	return t.setRemote(old.id, nil)
}

// rebase has later actions on the incident no longer count on one that was discarded.
func (t *tx) rebase(dropped outbox.Action) error {
	var later []outbox.Action
	err := t.each(selectAction+`WHERE incident_id = ? AND seq > ? AND state NOT IN ('done', 'discarded') ORDER BY seq`,
		[]any{dropped.IncidentID, dropped.Seq}, func(scan func(...any) error) error {
			a, err := scanAction(scan)
			if err == nil && !a.Unreadable {
				later = append(later, a)
			}
			return err
		})
	if err != nil {
		return err
	}
	for _, a := range outbox.Rebase(dropped, later) {
		if err := t.saveAction(a); err != nil {
			return err
		}
	}
	return nil
}

// settleComment ends the pending comment of an action: at Sentinel it is now the
// service's own, elsewhere the service's copy has come under another id.
func (t *tx) settleComment(a outbox.Action) error {
	t.reword(a.IncidentID)
	if a.State == outbox.Done && a.Ref.Source == app.Sentinel {
		return t.exec(`UPDATE comment SET pending = 0 WHERE incident_id = ? AND remote_id = ?`, a.IncidentID, a.ID)
	}
	if a.State == outbox.Discarded {
		if err := t.change(a.IncidentID, t.now, a.Actor, app.FieldComment, a.Text, "", app.OriginAction); err != nil {
			return err
		}
	}
	return t.exec(`DELETE FROM comment WHERE incident_id = ? AND remote_id = ? AND pending = 1`, a.IncidentID, a.ID)
}

// Gone implements outbox.Store.
func (c *Cache) Gone(ctx context.Context, a outbox.Action) error {
	return c.tx(ctx, func(t *tx) error {
		if err := t.saveAction(a); err != nil {
			return err
		}
		if err := t.markGone(a.Ref); err != nil {
			return err
		}
		return t.settle(a)
	})
}

const selectAction = `SELECT seq, id, incident_id, source, remote_id, number, title, request, base, actor, tenant, created, state,
    attempts, not_before, reason, drift, theirs, comments_before, sent, finished FROM outbox `

func scanAction(scan func(...any) error) (a outbox.Action, err error) {
	var request, base, drift, theirs, sent string
	var created, notBefore, finished, incident int64
	err = scan(&a.Seq, &a.ID, &incident, &a.Ref.Source, &a.Ref.ID, &a.Number, &a.Title, &request, &base, &a.Actor, &a.Tenant,
		&created, &a.State, &a.Attempts, &notBefore, &a.Reason, &drift, &theirs, &a.CommentsBefore, &sent, &finished)
	if err != nil {
		return a, err
	}
	a.Created, a.NotBefore, a.Finished = when(created), when(notBefore), when(finished)
	for text, into := range map[*string]any{&request: &a.Request, &base: &a.Base, &drift: &a.Drift, &theirs: &a.Theirs, &sent: &a.Sent} {
		if json.Unmarshal([]byte(*text), into) != nil {
			a.Unreadable = true // never deleted, never sent
			if !a.State.Pending() {
				continue
			}
			a.State, a.Reason = outbox.Failed, "This action cannot be read by this version of Watchfloor; it is kept."
		}
	}
	a.IncidentID = incident
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

// errEnough ends the reading of rows early.
var errEnough = errors.New("enough rows")

// Ready implements outbox.Store.
func (c *Cache) Ready(ctx context.Context, now time.Time, limit int, held ...app.SourceID) (out []outbox.Action, err error) {
	skip, err := json.Marshal(append([]app.SourceID{}, held...))
	if err != nil {
		return nil, wrap(err)
	}
	err = c.view(ctx, func(q querier) error {
		err := q.each(selectAction+`WHERE seq IN (SELECT min(seq) FROM outbox WHERE state NOT IN ('done', 'discarded') GROUP BY incident_id)
    AND state IN ('queued', 'sending') AND not_before <= ? AND source NOT IN (SELECT value FROM json_each(?)) ORDER BY seq`,
			[]any{micros(now), string(skip)}, func(scan func(...any) error) error {
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
			return nil
		}
		return err
	})
	return out, err
}

// NextAt implements outbox.Store.
func (c *Cache) NextAt(ctx context.Context, now time.Time) (time.Time, error) {
	var at sql.NullInt64
	err := c.view(ctx, func(q querier) error {
		return q.one(`SELECT min(not_before) FROM outbox WHERE state IN ('queued', 'sending') AND not_before > ?`, []any{micros(now)}, &at)
	})
	return when(at.Int64), err
}

// CountActions counts unfinished actions by state.
func (c *Cache) CountActions(ctx context.Context) (n outbox.Counts, err error) {
	err = c.view(ctx, func(q querier) error {
		return q.each(`SELECT state, count(*) FROM outbox WHERE state NOT IN ('done', 'discarded') GROUP BY state`, nil,
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
