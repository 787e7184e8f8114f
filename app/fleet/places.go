package fleet

import (
	"watchfloor/app/identity"
	"watchfloor/app/posture"
)

// Identity reads the identities of the tenant in a slot; nil where there is none. People
// and scores of different tenants are never mixed, so there is no reader over all.
func (f *Fleet) Identity(slot int) identity.Reader {
	for _, m := range f.all() {
		if m.Slot == slot {
			return m.Identity
		}
	}
	return nil
}

// Posture reads the posture of the tenant in a slot; nil where there is none.
func (f *Fleet) Posture(slot int) posture.Reader {
	for _, m := range f.all() {
		if m.Slot == slot {
			return m.Posture
		}
	}
	return nil
}
