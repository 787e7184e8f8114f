package data

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

const taskColumns = `remote_id, title, description, done, created_by, created, modified, etag, pending`

func scanTask(scan func(...any) error) (k app.Task, err error) {
	var created, modified int64
	err = scan(&k.ID, &k.Title, &k.Description, &k.Done, &k.CreatedBy, &created, &modified, &k.ETag, &k.Pending)
	k.Created, k.Modified = when(created), when(modified)
	return k, err
}

// KnownTask implements outbox.Store.
func (c *Cache) KnownTask(ctx context.Context, id int64, task string) (k app.Task, err error) {
	err = c.view(ctx, func(q querier) error {
		k, err = scanTask(func(dest ...any) error {
			return q.one(`SELECT `+taskColumns+` FROM task WHERE incident_id = ? AND remote_id = ?`, []any{id, task}, dest...)
		})
		return err
	})
	if app.KindOf(err) == app.KindNotFound {
		err = app.E(app.KindNotFound, "This task is not in the cache.", err)
	}
	return k, err
}

// addTasks stores tasks as the service holds them, and pending actions over them.
func (t *tx) addTasks(id int64, tasks []app.Task) error {
	for _, k := range tasks {
		if err := t.exec(`INSERT OR REPLACE INTO task (incident_id, remote_id, title, description, done, created_by, created, modified, etag)
VALUES (?,?,?,?,?,?,?,?,?)`, id, k.ID, k.Title, k.Description, k.Done, k.CreatedBy, micros(k.Created), micros(k.Modified), k.ETag); err != nil {
			return err
		}
	}
	if tasks == nil {
		return nil
	}
	var pending []outbox.Action
	err := t.each(selectAction+`WHERE incident_id = ? AND state NOT IN ('done', 'discarded') ORDER BY seq`, []any{id},
		func(scan func(...any) error) error {
			a, err := scanAction(scan)
			if err == nil && !a.Unreadable {
				pending = append(pending, a)
			}
			return err
		})
	if err != nil {
		return err
	}
	for _, a := range pending {
		if err := t.showTask(a); err != nil {
			return err
		}
	}
	return nil
}

// showTask has the local effect of a pending action on the tasks as stored.
func (t *tx) showTask(a outbox.Action) error {
	switch a.Verb {
	case outbox.AddTask:
		return t.exec(`INSERT OR IGNORE INTO task (incident_id, remote_id, title, description, done, created_by, created, modified, pending)
VALUES (?,?,?,?,0,?,?,?,1)`, a.IncidentID, a.ID, a.TaskTitle, a.Text, a.Actor, micros(a.Created), micros(a.Created))
	case outbox.FinishTask:
		return t.exec(`UPDATE task SET done = 1, pending = 1 WHERE incident_id = ? AND remote_id = ? AND done = 0`, a.IncidentID, a.TaskID)
	}
	return nil
}

// taskKnown refuses to complete a task that is not there or is completed.
func (t *tx) taskKnown(a outbox.Action) error {
	var n int
	var done bool
	err := t.one(`SELECT count(*), coalesce(max(done), 0) FROM task WHERE incident_id = ? AND remote_id = ?`,
		[]any{a.IncidentID, a.TaskID}, &n, &done)
	switch {
	case err != nil:
		return err
	case n == 0:
		return refuse(app.KindNotFound, "This task is no longer on the incident.")
	case done:
		return refuse(app.KindInvalid, "This task is completed already.")
	}
	return nil
}

func (t *tx) enqueueTask(a outbox.Action) error {
	if err := t.showTask(a); err != nil {
		return err
	}
	was, now := "", a.TaskTitle
	if a.Verb == outbox.FinishTask {
		was, now = a.TaskTitle, a.TaskTitle+" (completed)"
	}
	return t.change(a.IncidentID, t.now, a.Actor, app.FieldTask, was, now, app.OriginAction)
}

// settleTask ends the local effect of a finished action on a task. What the service
// made of it is read with the details, which are due now.
func (t *tx) settleTask(a outbox.Action) error {
	var err error
	switch {
	case a.State == outbox.Done && a.Verb == outbox.AddTask:
		// What is completed here already waits to be so at the service.
		err = t.exec(`UPDATE task SET pending = done WHERE incident_id = ? AND remote_id = ?`, a.IncidentID, a.ID)
	case a.State == outbox.Done:
		err = t.exec(`UPDATE task SET done = 1, pending = 0 WHERE incident_id = ? AND remote_id = ?`, a.IncidentID, a.TaskID)
	case a.Verb == outbox.AddTask:
		err = t.exec(`DELETE FROM task WHERE incident_id = ? AND remote_id = ? AND pending = 1`, a.IncidentID, a.ID)
	default:
		err = t.exec(`UPDATE task SET done = 0, pending = EXISTS (SELECT 1 FROM outbox o WHERE o.id = task.remote_id AND o.state NOT IN ('done', 'discarded'))
    WHERE incident_id = ? AND remote_id = ? AND pending = 1`, a.IncidentID, a.TaskID)
	}
	if err != nil {
		return err
	}
	t.touch(a.IncidentID)
	if err := t.exec(`UPDATE incident SET details_due = 1 WHERE id = ? AND deleted = 0`, a.IncidentID); err != nil {
		return err
	}
	if a.State != outbox.Discarded {
		return nil
	}
	was, now := a.TaskTitle, ""
	if a.Verb == outbox.FinishTask {
		was, now = a.TaskTitle+" (completed)", a.TaskTitle
	}
	return t.change(a.IncidentID, t.now, a.Actor, app.FieldTask, was, now, app.OriginAction)
}
