package data

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Save implements outbox.Store.
func (c *Cache) Save(ctx context.Context, a outbox.Action, held ...app.Pulled) error {
	return c.tx(ctx, func(t *tx) error { return t.saveAndSettle(a, held) })
}

// SaveMany implements outbox.Store.
func (c *Cache) SaveMany(ctx context.Context, as []outbox.Action) (saved []int64, err error) {
	as = slices.Clone(as)
	// The latest first: dropping an action rebases later ones, which moves their versions.
	slices.SortFunc(as, func(a, b outbox.Action) int { return cmp.Compare(b.Seq, a.Seq) })
	err = c.tx(ctx, func(t *tx) error {
		saved = nil
		for _, a := range as {
			if err := t.alive(); err != nil {
				return err
			}
			err := t.saveAndSettle(a, nil)
			if errors.Is(err, errMoved) {
				continue
			}
			if err != nil {
				return err
			}
			saved = append(saved, a.Seq)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(saved)
	return saved, nil
}

// errMoved says that a row is no longer as it was read; nothing was written.
var errMoved = app.E(app.KindConflict, "This action was changed in another window meanwhile; look at it again.", nil)

func (t *tx) saveAndSettle(a outbox.Action, held []app.Pulled) error {
	return t.saveServed(a, held, a.Served(held))
}

// saveServed is saveAndSettle where it is known when the service did what the action
// became, by its own clock.
func (t *tx) saveServed(a outbox.Action, held []app.Pulled, served time.Time) error {
	was, err := t.saveAction(a, served)
	if err != nil {
		return err
	}
	for _, p := range held {
		var own []app.Field
		if p.Incident.Ref == a.Ref {
			own = effects(a, p.Incident.Fields)
		}
		if _, err := t.store(p, own); err != nil {
			return err
		}
	}
	if was.State == outbox.Queued && a.State == outbox.Sending && len(held) == 0 {
		return nil // a note before a write: nothing that is shown differs
	}
	return t.settle(a, len(held) == 0)
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

// saveAction writes the row where its version is still that of a, else errMoved, and what
// became of the action to the audit log. It returns the row as it was.
func (t *tx) saveAction(a outbox.Action, served time.Time) (was outbox.Action, err error) {
	if was, err = scanAction(func(dest ...any) error { return t.one(selectAction+`WHERE seq = ?`, []any{a.Seq}, dest...) }); err != nil {
		return was, err
	}
	if err := t.writeAction(a); err != nil {
		return was, err
	}
	return was, t.auditSaved(was, a, served)
}

func (t *tx) writeAction(a outbox.Action) error {
	t.topics[app.TopicOutbox] = true
	if a.Unreadable {
		return t.moved(`UPDATE outbox SET state=?, reason=?, finished=?, saved=?, version=version+1 WHERE seq=? AND version=?`,
			string(a.State), a.Reason, micros(a.Finished), t.now, a.Seq, a.Version)
	}
	var texts [8]string
	for i, v := range []any{a.Request, a.Base, a.Drift, a.Theirs, a.Sent, involved{a.Others, a.Closed}, a.Seen, a.Found} {
		if texts[i] = "{}"; i == 3 && a.Drift == nil || i == 4 && a.Sent.IsZero() || i == 6 && a.Seen == nil || i == 7 && a.Found == nil {
			continue // the zero value, as most have it
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		texts[i] = string(b)
	}
	return t.moved(`UPDATE outbox SET request=?, base=?, drift=?, theirs=?, sent=?, others=?, state=?, attempts=?, not_before=?,
    held_until=?, reason=?, kind=?, result=?, comments_before=?, finished=?, saved=?, seen=?, found=?, expires=?,
    version=version+1 WHERE seq=? AND version=?`,
		texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], string(a.State), a.Attempts, micros(a.NotBefore),
		micros(a.HeldUntil), a.Reason, string(a.Kind), a.Result, a.CommentsBefore, micros(a.Finished), t.now,
		texts[6], texts[7], micros(a.Expires), a.Seq, a.Version)
}

// moved runs an update of one row; errMoved when it met none.
func (t *tx) moved(query string, args ...any) error {
	s, err := t.cache.writer.statement(query)
	if err != nil {
		return err
	}
	res, err := s.Exec(args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return errMoved
}

// settle makes the incidents agree with their actions after one of them changed.
// decided tells that a person changed it, not the service: what that does to the
// fields shown is recorded.
func (t *tx) settle(a outbox.Action, decided bool) error {
	if !a.State.Pending() {
		if err := t.settleParts(a); err != nil {
			return err
		}
	}
	if a.State == outbox.Discarded {
		if err := t.rebase(a); err != nil {
			return err
		}
	}
	lines, err := t.lined(a.Seq)
	if err != nil {
		return err
	}
	if !a.State.Pending() {
		if err := t.leave(a.Seq, lines); err != nil {
			return err
		}
	}
	if !a.On.IsZero() {
		t.topics[topicOf(a.On.Kind)] = true
		return nil
	}
	if err := t.mark(lines); err != nil {
		return err
	}
	for _, id := range lines {
		if id != a.IncidentID {
			if err := t.unlay(id); err != nil {
				return err
			}
		}
	}
	return t.refold(a, decided || a.State == outbox.Discarded)
}

// refold shows the incident's fields with what is still pending over them.
func (t *tx) refold(a outbox.Action, record bool) error {
	old, err := t.loadID(a.IncidentID)
	if err != nil || !old.overlaid {
		return err
	}
	shown, err := t.fold(old.id, old.remote)
	if err != nil {
		return err
	}
	for _, f := range tracked {
		if !record || outbox.Equal(old.incident.Fields, shown, f) {
			continue
		}
		if err := t.change(old.id, t.now, a.Actor, f, outbox.Value(old.incident.Fields, f), outbox.Value(shown, f), app.OriginAction); err != nil {
			return err
		}
	}
	if err := t.show(old, shown, old.incident.Modified); err != nil {
		return err
	}
	if old.queued > 0 { // counted anew before
		return nil
	}
	return t.setRemote(old.id, nil)
}

// unlay ends the overlay of an incident that a merge or move concerned besides its own:
// once nothing is pending there the fields shown are the service's.
func (t *tx) unlay(id int64) error {
	return t.exec(`UPDATE incident_text SET remote = NULL WHERE incident_id = ? AND remote IS NOT NULL
    AND (SELECT queued FROM incident WHERE id = incident_id) = 0`, id)
}

// settleParts ends what a finished action had put beneath its incident.
func (t *tx) settleParts(a outbox.Action) error {
	switch a.Verb {
	case outbox.Comment:
		return t.settleComment(a)
	case outbox.AddTask, outbox.FinishTask:
		return t.settleTask(a)
	}
	return nil
}

// rebase has later actions on the incident no longer count on one that was discarded.
func (t *tx) rebase(dropped outbox.Action) error {
	if !dropped.On.IsZero() {
		return t.rebaseSubject(dropped, outbox.Rebase)
	}
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
		base, err := json.Marshal(a.Base)
		if err != nil {
			return err
		}
		// The version moves, lest whoever read it before writes the old base back.
		if err := t.exec(`UPDATE outbox SET base = ?, version = version + 1 WHERE seq = ?`, string(base), a.Seq); err != nil {
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
func (c *Cache) Gone(ctx context.Context, a outbox.Action, incident app.Ref) error {
	return c.tx(ctx, func(t *tx) error {
		if _, err := t.saveAction(a, time.Time{}); err != nil {
			return err
		}
		if err := t.markGone(incident); err != nil {
			return err
		}
		return t.settle(a, false)
	})
}
