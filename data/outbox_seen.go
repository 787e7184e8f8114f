package data

import (
	"watchfloor/app"
)

// asker is what reads in a write transaction and in a snapshot have in common.
type asker interface {
	one(query string, args []any, dest ...any) error
}

// seen reads what the cache holds of a subject; found is false where it is not there.
func seen(q asker, on app.Subject) (v app.Values, found bool, err error) {
	return nil, false, nil
}

// storeState brings the cached row of a subject to what its service holds now.
func (t *tx) storeState(s app.SubjectState) error { return nil }
