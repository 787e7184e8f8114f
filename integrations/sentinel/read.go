package sentinel

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// Get implements app.Remote. Only a 404 for the incident itself is KindNotFound; one
// for the workspace or what is above it is KindInvalid.
func (c *Client) Get(ctx context.Context, id string) (app.Pulled, error) {
	reply, err := c.read(ctx, func(ctx context.Context) error {
		_, err := c.incidents.Get(ctx, c.conf.ResourceGroup, c.conf.Workspace, id, nil)
		return err
	})
	if err != nil {
		return app.Pulled{}, err
	}
	return c.one(ctx, reply, id, reading)
}

// one decodes an answer that must be the incident id.
func (c *Client) one(ctx context.Context, reply azure.Reply, id string, i azure.Intent) (app.Pulled, error) {
	if err := azure.CheckObject(reply.Body, "properties"); err != nil {
		return app.Pulled{}, azure.Malformed(reply.Body, i, err)
	}
	p, odd := DecodeIncident(reply.Body)
	if odd {
		c.odd.Note(ctx, "incident", id)
	}
	p.Incident.Ref.ID = id // a name of another case would be another row in the cache
	return p, nil
}

// Open implements app.Remote.
func (c *Client) Open(ctx context.Context) ([]string, error) {
	rows, err := all(ctx, c, func() *runtime.Pager[sdk.IncidentsClientListResponse] {
		return c.incidents.NewListPager(c.conf.ResourceGroup, c.conf.Workspace, &sdk.IncidentsClientListOptions{
			Filter: to.Ptr("properties/status ne 'Closed'"), Top: to.Ptr(c.conf.PageSize),
			Orderby: to.Ptr("properties/createdTimeUtc asc"),
		})
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(rows))
	for _, raw := range rows {
		p, _ := DecodeIncident(raw)
		ids = append(ids, p.Incident.Ref.ID)
	}
	return ids, nil
}

// Comments implements app.Remote.
func (c *Client) Comments(ctx context.Context, id string) ([]app.Comment, error) {
	rows, err := all(ctx, c, func() *runtime.Pager[sdk.IncidentCommentsClientListResponse] {
		return c.comments.NewListPager(c.conf.ResourceGroup, c.conf.Workspace, id, nil)
	})
	if err != nil {
		return nil, err
	}
	out, odd := DecodeComments(rows)
	c.noteOdd(ctx, "comments of", id, odd)
	return out, nil
}

func (c *Client) noteOdd(ctx context.Context, what, id string, odd int) {
	if odd > 0 {
		c.odd.Note(ctx, what, id)
	}
}
