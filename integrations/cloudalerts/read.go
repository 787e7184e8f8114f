package cloudalerts

import (
	"context"
	"net/http"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// Get implements app.Remote.
func (c *Client) Get(ctx context.Context, id string) (app.Pulled, error) {
	at, err := parse(id)
	if err != nil {
		return app.Pulled{}, err
	}
	a, err := c.alerts(at.sub)
	if err != nil {
		return app.Pulled{}, err
	}
	reply, err := azure.Call(azure.Read(ctx), reading, func(ctx context.Context) error {
		_, err := a.GetSubscriptionLevel(ctx, at.location, at.name, nil)
		return err
	})
	if err != nil {
		return app.Pulled{}, gone(err)
	}
	if err := azure.CheckObject(reply.Body, "properties"); err != nil {
		return app.Pulled{}, azure.Malformed(reply.Body, reading, err)
	}
	p, odd := DecodeAlert(reply.Body)
	if odd {
		c.odd.Note(ctx, "alert", id)
	}
	p.Incident.Ref.ID = id // as in the cache, however this answer spells it
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.clock(reply); c.known[id].print != p.Incident.ETag || p.Incident.Modified.After(now) {
		p.Incident.Modified = now
	}
	return p, nil
}

// gone tells an alert that is no more from a subscription that is not there: Azure says
// ResourceNotFound of both, and a subscription has a word of its own besides.
func gone(err error) error {
	if azure.StatusOf(err) == http.StatusNotFound && (azure.CodeOf(err) == "ResourceNotFound" || app.KindOf(err) == app.KindNotFound) {
		return azure.Reworded(err, app.KindNotFound, "Defender for Cloud does not know this alert any more.")
	}
	return err
}

// Details implements app.Remote; all there is comes with the alert.
func (c *Client) Details(ctx context.Context, id string) (app.Details, error) {
	p, err := c.Get(ctx, id)
	if err != nil {
		return app.Details{}, err
	}
	return *p.Details, nil
}

// Open implements app.Remote. Of a subscription that cannot be read, those are listed
// that were open when it last could: nothing tells that they are gone.
func (c *Client) Open(ctx context.Context) ([]string, error) {
	subs, err := c.choose(ctx)
	if err != nil {
		return nil, err
	}
	ids := []string{}
	for _, sub := range subs {
		open, err := c.openIn(ctx, sub)
		if azure.Refused(err) {
			c.conf.Logger().WarnContext(ctx, "open alerts of a subscription cannot be listed", "subscription", sub)
			open, err = c.knownIn(sub), nil
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, open...)
	}
	return ids, nil
}

func (c *Client) openIn(ctx context.Context, sub string) (ids []string, err error) {
	trail := azure.Trail{Most: mostPages}
	for link := ""; ; {
		l, _, err := c.list(ctx, sub, link)
		if err != nil {
			return nil, err
		}
		for _, raw := range l.Rows {
			if p, _ := DecodeAlert(raw); p.Incident.Status.Open() {
				ids = append(ids, p.Incident.Ref.ID)
			}
		}
		if err := trail.Step(link, l.Next); err != nil {
			return nil, err
		}
		if link = l.Next; link == "" {
			return ids, nil
		}
	}
}

func (c *Client) knownIn(sub string) (ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, k := range c.known {
		if at, err := parse(id); err == nil && at.sub == sub && k.open {
			ids = append(ids, id)
		}
	}
	return ids
}

// Comments implements app.Remote: an alert has none.
func (c *Client) Comments(context.Context, string) ([]app.Comment, error) {
	return []app.Comment{}, nil
}

// AddComment implements app.Remote: it is always refused.
func (c *Client) AddComment(context.Context, string, app.Comment) error {
	return app.E(app.KindInvalid, c.Lacks(app.FieldComment), nil)
}
