package sentinel

import (
	"context"
	"errors"
	"net/http"
	"slices"

	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

var errCreated = errors.New("PUT of an incident answered 201 Created")

// Update implements app.Remote. Sentinel replaces the whole incident, so the body is
// the JSON of seen with the changed fields written over, and its ETag inside: a stale
// one is refused. Closing takes a classification, for all but undetermined with a
// reason; opening again removes both.
func (c *Client) Update(ctx context.Context, seen app.Pulled, want app.Fields, changed []app.Field) (app.Pulled, error) {
	if len(changed) == 0 {
		return seen, nil
	}
	if seen.Incident.ETag == "" {
		return app.Pulled{}, app.E(app.KindInvalid, "Sentinel gave no version of this incident, so it cannot be changed safely; refresh it.", nil)
	}
	body, err := putBody(seen, want, changed)
	if err != nil {
		return app.Pulled{}, err
	}
	id := seen.Incident.Ref.ID
	reply, err := c.call(ctx, writing, func(ctx context.Context) error {
		_, err := c.incidents.CreateOrUpdate(azure.WithBody(ctx, body), c.conf.ResourceGroup, c.conf.Workspace, id, sdk.Incident{}, nil)
		return err
	})
	if err != nil {
		return app.Pulled{}, err
	}
	if reply.Status == http.StatusCreated {
		c.conf.Logger().ErrorContext(ctx, "an incident was created by an edit", "id", id)
		e := app.E(app.KindInternal, "Sentinel made a new incident out of this edit: the old one had been deleted. Look at it in the portal.", errCreated)
		e.MaybeApplied = true
		return app.Pulled{}, e
	}
	return c.one(ctx, reply, id, writing)
}

// AddComment implements app.Remote. c.ID, a GUID, is the comment's name, so the call
// can be repeated: the service refuses a second PUT without an ETag, and the comment
// is then compared.
func (c *Client) AddComment(ctx context.Context, id string, note app.Comment) error {
	switch n := len([]rune(note.Text)); {
	case n == 0:
		return app.E(app.KindInvalid, "A comment needs text.", nil)
	case n > mostCommentText:
		return app.E(app.KindInvalid, "Sentinel takes at most 30,000 characters in a comment.", nil)
	case note.ID == "":
		return app.E(app.KindInternal, "The comment has no id; it was not sent.", nil)
	}
	_, err := c.call(ctx, writing, func(ctx context.Context) error {
		_, err := c.comments.CreateOrUpdate(ctx, c.conf.ResourceGroup, c.conf.Workspace, id, note.ID,
			sdk.IncidentComment{Properties: &sdk.IncidentCommentProperties{Message: &note.Text}}, nil)
		return err
	})
	if app.KindOf(err) != app.KindConflict {
		return err
	}
	there, readErr := c.Comments(ctx, id)
	if readErr != nil {
		return readErr
	}
	if slices.ContainsFunc(there, func(t app.Comment) bool { return t.ID == note.ID && t.Text == note.Text }) {
		return nil
	}
	return err
}

// mostCommentText is the service's limit (sheet part A).
const mostCommentText = 30_000
