package permission

// Here is why a tenant may not be changed whose profile is read-only, and how to end that.
func Here(tenant string) string {
	return tenant + " is read-only: nothing is sent. g s, P (watchfloor permissions allow NAME) ends it."
}

// Everywhere is Here of the switch for all tenants.
const Everywhere = "Read-only: nothing is sent. Ctrl+R (watchfloor permissions allow) ends it."
