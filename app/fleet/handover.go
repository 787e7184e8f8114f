package fleet

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/report"
)

var _ report.HandoverStore = (*Fleet)(nil)

// Handover implements report.HandoverStore: one hand-over of all tenants, whose rows
// tell their tenant where there are several.
func (f *Fleet) Handover(ctx context.Context, p report.Period, limit int) (report.Handover, error) {
	all := f.all()
	parts, err := each(f, all, func(m member) (report.Handover, error) {
		if m.Handover == nil {
			return report.Handover{}, app.E(app.KindInvalid, "Hand-overs are not available here.", nil)
		}
		h, err := m.Handover.Handover(ctx, p, limit)
		for i := range h.Open {
			h.Open[i].ID = Global(m.Slot, h.Open[i].ID)
		}
		for i := range h.ClosedCases {
			h.ClosedCases[i].ID = Global(m.Slot, h.ClosedCases[i].ID)
		}
		for i := range h.Waiting {
			h.Waiting[i].Seq, h.Waiting[i].IncidentID = Global(m.Slot, h.Waiting[i].Seq), Global(m.Slot, h.Waiting[i].IncidentID)
		}
		return h, err
	})
	if err != nil {
		return report.Handover{}, err
	}
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	h := report.Join(parts, names)
	h.Period = p
	return h, nil
}
