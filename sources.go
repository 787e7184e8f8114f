package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/profile"
	"watchfloor/data"
)

// Change implements ui.Connector.
func (c *connector) Change(ctx context.Context, p profile.Profile) error {
	c.changing.Lock()
	defer c.changing.Unlock()
	t, err := c.s.at(p.Slot)
	if err != nil {
		return err
	}
	before := t.about()
	now := before.Reading(p)
	now.Name, now.Colour, now.Account = p.Name, p.Colour, p.Account
	if why := now.NameProblem(); why != "" {
		return app.E(app.KindInvalid, why, nil)
	}
	if why := now.Taken(slices.DeleteFunc(c.Profiles(), func(o profile.Profile) bool { return o.Slot == p.Slot })); why != "" {
		return app.E(app.KindInvalid, why, nil)
	}
	if before.Reading(now) != before {
		return c.reopen(ctx, t, now)
	}
	if err := c.storeChange(now); err != nil {
		return err
	}
	c.s.rename(t, now)
	return nil
}

// storeChange stores a profile; that of a simulated tenant in this process is not stored.
func (c *connector) storeChange(p profile.Profile) error {
	if c.s.sim != nil {
		return nil
	}
	return c.s.store.Change(p)
}

// reopen lets a tenant go on with other sources, on the same cache and with the same
// sign-in.
func (c *connector) reopen(ctx context.Context, old *tenant, now profile.Profile) error {
	if c.s.owner == nil {
		return app.E(app.KindInvalid, "Watchfloor is open on this data folder in another window; choose the sources there, or close it first.", nil)
	}
	if why := now.SourcesProblem(); why != "" {
		return app.E(app.KindInvalid, why, nil)
	}
	k, err := old.clients.reading(now)
	if err != nil {
		return err
	}
	if err := old.leaves(ctx, k); err != nil {
		return err
	}
	t, err := c.s.tenantOf(ctx, now, old.dir, k, old.ask)
	if err != nil {
		return err
	}
	if err := c.storeChange(now); err != nil {
		return errors.Join(err, t.cache.Close())
	}
	return c.s.replace(old, t)
}

// mostUnsent is how many unsent actions are looked at.
const mostUnsent = 10_000

// leaves refuses to leave out a source that actions are still to reach.
func (t *tenant) leaves(ctx context.Context, k *clients) error {
	unsent, err := t.outbox.List(ctx, mostUnsent, outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed)
	if err != nil {
		return err
	}
	var lost app.SourceID
	left := 0
	for _, a := range unsent {
		if src := a.Ref.Source; t.clients.writes(src) && !k.writes(src) {
			lost = src
			left++
		}
	}
	if left == 0 {
		return nil
	}
	return app.E(app.KindConflict, fmt.Sprintf("%s still has %s that did not reach %s. Send, settle or discard what is left on the Actions page first; then leave the source out.",
		t.about().Name, actions(left), lost.Label()), nil)
}

// Kept implements ui.Connector.
func (c *connector) Kept(ctx context.Context, slot int) (identity.Kept, error) {
	t, err := c.s.at(slot)
	if err != nil {
		return identity.Kept{}, err
	}
	return t.cache.Identity().Kept(ctx)
}

// Keep implements ui.Connector.
func (c *connector) Keep(ctx context.Context, slot int, budget int64) error {
	t, err := c.s.at(slot)
	if err != nil {
		return err
	}
	if why := identity.BudgetProblem(budget); why != "" {
		return app.E(app.KindInvalid, why, nil)
	}
	return t.cache.SetPreference(ctx, data.IdentityBudget, strconv.FormatInt(budget, 10))
}
