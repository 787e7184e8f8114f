package outbox

import (
	"context"
	"strings"

	"watchfloor/app"
)

// addTask brings a task to the service exactly once: its id is the action's.
func (s *Service) addTask(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
	tasker, ok := remote.(app.Tasker)
	if !ok {
		return nil, s.able(a.Request, a.Ref.Source)
	}
	if _, found, err := findTask(ctx, tasker, a.Ref.ID, a.ID); err != nil || found {
		a.Reason = confirmed
		return nil, err
	}
	err := s.write(ctx, a, app.Incident{}, func() error {
		_, err := tasker.PutTask(ctx, a.Ref.ID, app.Task{ID: a.ID, Title: a.TaskTitle, Description: a.Text})
		return err
	})
	if err == nil {
		a.Reason = ""
	}
	return nil, err
}

// finishTask completes a task, whatever its text is by now.
func (s *Service) finishTask(ctx context.Context, remote app.Remote, a *Action) ([]app.Pulled, error) {
	tasker, ok := remote.(app.Tasker)
	if !ok {
		return nil, s.able(a.Request, a.Ref.Source)
	}
	for range maxRereads {
		task, found, err := findTask(ctx, tasker, a.Ref.ID, a.TaskID)
		switch {
		case err != nil:
			return nil, err
		case !found:
			a.State, a.Reason = Discarded, "Not sent: the task no longer exists. It was not created again."
			return nil, nil
		case task.Done:
			a.Reason = a.alreadySo()
			return nil, nil
		}
		version := app.Incident{ETag: task.ETag, Modified: task.Modified}
		if !a.Sent.IsZero() && a.Sent.moved(version) {
			a.State, a.Reason = Conflict, "An earlier try may have arrived and been undone: the task was changed since. Send it again only if that is right."
			a.Drift = []Drift{{Field: app.FieldTask, Base: a.TaskTitle, Theirs: task.Title + " (open)", Mine: a.TaskTitle + " (completed)", When: task.Modified}}
			a.Theirs = a.Base
			return nil, nil
		}
		task.Done = true
		err = s.write(ctx, a, version, func() error {
			_, err := tasker.PutTask(ctx, a.Ref.ID, task)
			return err
		})
		if kind := app.KindOf(err); kind == app.KindConflict || kind == app.KindNotFound {
			continue // read again what became of it
		}
		if err == nil {
			a.Reason = ""
		}
		return nil, err
	}
	return nil, app.E(app.KindConflict, "Others keep changing this task; it will be tried again.", nil)
}

func findTask(ctx context.Context, tasker app.Tasker, incident, id string) (app.Task, bool, error) {
	all, err := tasker.Tasks(ctx, incident)
	for _, t := range all {
		if err == nil && strings.EqualFold(t.ID, id) {
			return t, true, nil
		}
	}
	return app.Task{}, false, err
}
