package fleet

import (
	"context"

	"watchfloor/app/triage"
)

// Case implements triage.Cases.
func (f *Fleet) Case(ctx context.Context, id int64) (triage.Case, error) {
	m, local, err := f.at(id)
	if err != nil {
		return triage.Case{}, err
	}
	c, err := m.Cases.Case(ctx, local)
	c.Row.ID, c.Incident.ID = Global(m.Slot, c.Row.ID), Global(m.Slot, c.Incident.ID)
	if c.Twin != nil {
		twin := *c.Twin
		twin.ID = Global(m.Slot, twin.ID)
		c.Twin = &twin
	}
	for i := range c.Changes {
		c.Changes[i].IncidentID = Global(m.Slot, c.Changes[i].IncidentID)
	}
	return c, err
}

// Raw implements triage.Cases.
func (f *Fleet) Raw(ctx context.Context, id int64) (string, error) {
	m, local, err := f.at(id)
	if err != nil {
		return "", err
	}
	return m.Cases.Raw(ctx, local)
}

// SaveDraft implements triage.Cases.
func (f *Fleet) SaveDraft(ctx context.Context, id int64, text string) error {
	m, local, err := f.at(id)
	if err != nil {
		return err
	}
	return m.Cases.SaveDraft(ctx, local, text)
}
