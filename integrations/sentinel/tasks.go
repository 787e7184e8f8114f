package sentinel

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

var errTaskCreated = errors.New("PUT of a task with an ETag answered 201 Created")

// Tasks implements app.Tasker. KindInvalid with status 400: the workspace does not
// offer tasks.
func (c *Client) Tasks(ctx context.Context, id string) ([]app.Task, error) {
	rows, err := all(ctx, c, func() *runtime.Pager[sdk.IncidentTasksClientListResponse] {
		return c.tasks.NewListPager(c.conf.ResourceGroup, c.conf.Workspace, id, nil)
	})
	if err != nil {
		return nil, err
	}
	out, odd := DecodeTasks(rows)
	c.noteOdd(ctx, "tasks of", id, odd)
	return out, nil
}

// PutTask implements app.Tasker. A PUT over a task that was deleted would make it
// again, so a task with an ETag is read first. What the service already holds is not
// written: a repeated call finds its own effect, and a task added before is returned
// as others have left it.
func (c *Client) PutTask(ctx context.Context, id string, t app.Task) (app.Task, error) {
	switch {
	case t.ID == "":
		return app.Task{}, app.E(app.KindInternal, "The task has no id; it was not sent.", nil)
	case strings.TrimSpace(t.Title) == "":
		return app.Task{}, app.E(app.KindInvalid, "A task needs a title.", nil)
	}
	if t.ETag != "" && app.DryRunOf(ctx) == nil {
		now, err := c.task(ctx, id, t.ID)
		switch {
		case app.KindOf(err) == app.KindNotFound:
			return app.Task{}, azure.Reworded(err, app.KindNotFound, "The task no longer exists at Sentinel; it was not made again.")
		case err != nil:
			return app.Task{}, err
		case sameTask(now, t):
			return now, nil
		case opaque(now.ETag) != opaque(t.ETag):
			return app.Task{}, app.E(app.KindConflict, "Somebody else changed this task first; nothing was written.", nil)
		}
	}
	reply, err := c.call(ctx, writing, func(ctx context.Context) error {
		_, err := c.tasks.CreateOrUpdate(ctx, c.conf.ResourceGroup, c.conf.Workspace, id, t.ID, taskBody(t), nil)
		return err
	})
	switch {
	case app.KindOf(err) == app.KindConflict:
		return c.settled(ctx, id, t, err)
	case azure.StatusOf(err) == http.StatusBadRequest:
		return app.Task{}, azure.Reworded(err, app.KindInvalid, "Sentinel refuses this task; an incident takes at most 40 of them.")
	case err != nil:
		return app.Task{}, err
	case reply.Status == http.StatusCreated && t.ETag != "":
		c.conf.Logger().ErrorContext(ctx, "a task was created by an edit", "id", t.ID)
		e := app.E(app.KindInternal, "Sentinel made a new task out of this change: the old one had been deleted. Look at it in the portal.", errTaskCreated)
		e.MaybeApplied = true
		return app.Task{}, e
	}
	return c.oneTask(ctx, reply, t.ID, writing)
}

// settled looks at a task that the service refused to write: an earlier call may have
// had the wanted effect already.
func (c *Client) settled(ctx context.Context, id string, t app.Task, refusal error) (app.Task, error) {
	now, err := c.task(ctx, id, t.ID)
	switch {
	case app.KindOf(err) == app.KindNotFound && t.ETag == "":
		return app.Task{}, refusal
	case err != nil:
		return app.Task{}, err
	case sameTask(now, t), t.ETag == "" && !t.Done: // the id is the client's own
		return now, nil
	}
	return app.Task{}, refusal
}

func (c *Client) task(ctx context.Context, id, task string) (app.Task, error) {
	reply, err := c.read(ctx, func(ctx context.Context) error {
		_, err := c.tasks.Get(ctx, c.conf.ResourceGroup, c.conf.Workspace, id, task, nil)
		return err
	})
	if err != nil {
		return app.Task{}, err
	}
	return c.oneTask(ctx, reply, task, reading)
}

// oneTask decodes an answer that must be the task named.
func (c *Client) oneTask(ctx context.Context, reply azure.Reply, task string, i azure.Intent) (app.Task, error) {
	if err := azure.CheckObject(reply.Body, "properties"); err != nil {
		return app.Task{}, azure.Malformed(reply.Body, i, err)
	}
	t, odd := decodeTask(reply.Body)
	if odd {
		c.odd.Note(ctx, "task", task)
	}
	t.ID = task
	return t, nil
}

func taskBody(t app.Task) sdk.IncidentTask {
	status := sdk.IncidentTaskStatusNew
	if t.Done {
		status = sdk.IncidentTaskStatusCompleted
	}
	body := sdk.IncidentTask{Properties: &sdk.IncidentTaskProperties{Title: &t.Title, Status: &status}}
	if t.Description != "" {
		body.Properties.Description = &t.Description
	}
	if t.ETag != "" {
		body.Etag = to.Ptr(t.ETag)
	}
	return body
}

func sameTask(a, b app.Task) bool {
	return a.Title == b.Title && a.Description == b.Description && a.Done == b.Done
}

// opaque is an ETag without its quotes and the mark of a weak one: the service's own
// samples have it with and without.
func opaque(etag string) string { return strings.Trim(strings.TrimPrefix(etag, "W/"), `"`) }
