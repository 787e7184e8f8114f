package fleet

import (
	"context"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// PreviewSettled shows what an action in conflict would send if it were settled so.
func (f *Fleet) PreviewSettled(ctx context.Context, seq int64, choices []outbox.Choice) ([]app.WireRequest, error) {
	m, local, err := f.at(seq)
	if err != nil {
		return nil, err
	}
	return m.Outbox.PreviewSettled(ctx, local, choices)
}
