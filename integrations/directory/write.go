package directory

import (
	"context"
	"net/url"

	"watchfloor/app/permission"
	"watchfloor/app/profile"
)

// May finds out whether the sign-in may do one thing that changes something, with a token
// and at most one small request. Where it cannot be told the verdict is Unknown, or Failed
// without an answer: then the service decides when the action is sent.
func (c *Client) May(ctx context.Context, p profile.Profile, n permission.Feature) profile.Finding {
	person := p.Method.Person()
	f := checksOf([]permission.Feature{n}, person, p)[0]
	switch n.Place {
	case permission.Group:
		rights, err := c.rights(ctx, workspacePath(p.Subscription, p.ResourceGroup, p.Workspace))
		return allowed(f, n, rights, err, "the workspace")
	case permission.Subscriptions:
		subs, err := c.subscriptionsOf(ctx, p)
		if err == nil && len(subs) != 1 { // rights may differ from one to the next
			return untried([]profile.Finding{f}, "It depends on the subscription and shows at the first use.")[0]
		}
		var rights []right
		if err == nil {
			rights, err = c.rights(ctx, "/subscriptions/"+url.PathEscape(subs[0]))
		}
		return allowed(f, n, rights, err, "the subscription")
	}
	said, _, readable, err := c.bearer(ctx, p)
	if err != nil {
		return failed(f, err)
	}
	return judge(f, said, n, readable)
}

// subscriptionsOf are those that posture is read from.
func (c *Client) subscriptionsOf(ctx context.Context, p profile.Profile) ([]string, error) {
	subs := p.SubscriptionIDs()
	if len(subs) > 0 {
		return subs, nil
	}
	places, err := c.subscriptions(ctx)
	for _, place := range places {
		subs = append(subs, place.Subscription)
	}
	return subs, err
}
