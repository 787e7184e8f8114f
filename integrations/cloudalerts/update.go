package cloudalerts

import (
	"context"
	"slices"

	sdk "github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/security/armsecurity"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// Update implements app.Remote. New activates the alert, in progress sets it in progress.
// Closing as a false positive dismisses it; closing as anything else resolves it.
// Classification, reason and note are not kept (app.ClosedAs). Other fields are refused
// as invalid.
//
// The service has no versions: the alert is read again right before, and a state that
// moved since seen is a conflict. What changes between the two requests is overwritten.
func (c *Client) Update(ctx context.Context, seen app.Pulled, want app.Fields, changed []app.Field) (app.Pulled, error) {
	if len(changed) == 0 {
		return seen, nil
	}
	for _, f := range changed {
		if why := c.Lacks(f); why != "" {
			return app.Pulled{}, app.E(app.KindInvalid, why, nil)
		}
	}
	to := seen.Incident.Fields
	if slices.Contains(changed, app.FieldStatus) {
		to.Status = want.Status
	}
	if slices.Contains(changed, app.FieldStatus) || slices.Contains(changed, app.FieldClassification) {
		to.Classification = want.Classification
	}
	act, err := actOf(to)
	if err != nil {
		return app.Pulled{}, err
	}
	id := seen.Incident.Ref.ID
	if app.DryRunOf(ctx) == nil {
		now, err := c.Get(ctx, id)
		if err != nil {
			return app.Pulled{}, err
		}
		if state(now) != state(seen) {
			return app.Pulled{}, app.E(app.KindConflict, "Somebody else changed the state of this alert first; nothing was written.", nil)
		}
	}
	if err := c.act(ctx, id, act); err != nil {
		return app.Pulled{}, err
	}
	now, err := c.Get(ctx, id)
	if err != nil {
		e := azure.Explain(err, writing)
		e.MaybeApplied = true // it was
		return app.Pulled{}, e
	}
	return now, nil
}

// state is the service's word for where an alert stands.
func state(p app.Pulled) string {
	if p.Details != nil && len(p.Details.Alerts) == 1 {
		return p.Details.Alerts[0].Status
	}
	again, _ := DecodeAlert(p.Raw)
	return again.Details.Alerts[0].Status
}

// act is what can be done to an alert.
type act func(ctx context.Context, a *sdk.AlertsClient, location, name string) error

func actOf(f app.Fields) (act, error) {
	switch f.Status {
	case app.StatusNew:
		return func(ctx context.Context, a *sdk.AlertsClient, location, name string) error {
			_, err := a.UpdateSubscriptionLevelStateToActivate(ctx, location, name, nil)
			return err
		}, nil
	case app.StatusActive:
		return func(ctx context.Context, a *sdk.AlertsClient, location, name string) error {
			_, err := a.UpdateSubscriptionLevelStateToInProgress(ctx, location, name, nil)
			return err
		}, nil
	case app.StatusClosed:
		if f.Classification == app.FalsePositive {
			return func(ctx context.Context, a *sdk.AlertsClient, location, name string) error {
				_, err := a.UpdateSubscriptionLevelStateToDismiss(ctx, location, name, nil)
				return err
			}, nil
		}
		return func(ctx context.Context, a *sdk.AlertsClient, location, name string) error {
			_, err := a.UpdateSubscriptionLevelStateToResolve(ctx, location, name, nil)
			return err
		}, nil
	}
	return nil, app.E(app.KindInvalid, "Defender for Cloud takes no status \""+f.Status.String()+"\".", nil)
}

func (c *Client) act(ctx context.Context, id string, do act) error {
	at, err := parse(id)
	if err != nil {
		return err
	}
	a, err := c.alerts(at.sub)
	if err != nil {
		return err
	}
	_, err = azure.Call(ctx, writing, func(ctx context.Context) error { return do(ctx, a, at.location, at.name) })
	return gone(err)
}
