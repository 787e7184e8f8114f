package fleet

import "watchfloor/app"

// Tenant is a member of the fleet as screens see it.
type Tenant struct {
	Slot int
	// Name and Colour are the profile's.
	Name, Colour string
	Me           app.Owner
}

// Roster answers which tenant a row or an action belongs to. Safe for concurrent use;
// it returns at once.
type Roster interface {
	// Tenants are all members, in order of their slots.
	Tenants() []Tenant
	// Of is the tenant that a row id or an action's Seq belongs to.
	Of(id int64) Tenant
}
