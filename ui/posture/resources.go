package posture

import (
	"context"

	model "watchfloor/app/posture"
)

// readResources reads the first resources of a recommendation, at least as many as are
// wanted where there are; more says that others may follow.
func readResources(ctx context.Context, r model.Reader, id string, want int) (all []model.Assessment, more bool, err error) {
	for more = true; more && len(all) < want; {
		after := ""
		if n := len(all); n > 0 {
			after = all[n-1].Resource
		}
		got, err := r.Resources(ctx, id, after, page)
		if err != nil {
			return nil, false, err
		}
		all, more = append(all, got...), len(got) == page
	}
	return all, more, nil
}
