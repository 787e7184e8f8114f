package defender

import (
	"context"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wire"
)

// Get implements app.Remote; alerts and comments come along in Details.
func (c *Client) Get(ctx context.Context, id string) (app.Pulled, error) {
	reply, err := c.get(ctx, c.one(id)+"?$expand=alerts")
	if err != nil {
		return app.Pulled{}, err
	}
	return c.decode(ctx, reply, id, reading)
}

func (c *Client) decode(ctx context.Context, reply azure.Reply, id string, i azure.Intent) (app.Pulled, error) {
	if err := azure.CheckObject(reply.Body, "id"); err != nil {
		return app.Pulled{}, azure.Malformed(reply.Body, i, err)
	}
	p, odd := DecodeIncident(reply.Body)
	if odd {
		c.odd.Note(ctx, "incident", id)
	}
	return p, nil
}

// Details implements app.Remote. Defender XDR has no tasks and no bookmarks: both are
// empty, not nil.
func (c *Client) Details(ctx context.Context, id string) (app.Details, error) {
	p, err := c.Get(ctx, id)
	if err != nil {
		return app.Details{}, err
	}
	if p.Details == nil {
		return app.Details{}, azure.Malformed(p.Raw, reading, errNoAlerts)
	}
	return *p.Details, nil
}

// Comments implements app.Remote: they are part of the incident.
func (c *Client) Comments(ctx context.Context, id string) ([]app.Comment, error) {
	reply, err := c.get(ctx, c.one(id))
	if err != nil {
		return nil, err
	}
	if err := azure.CheckObject(reply.Body, "id"); err != nil {
		return nil, azure.Malformed(reply.Body, reading, err)
	}
	row := wire.ReadRow(reply.Body)
	list, _ := row.List("comments")
	out, odd := DecodeComments(list)
	if row.Odd || odd > 0 {
		c.odd.Note(ctx, "comments of", id)
	}
	return out, nil
}
