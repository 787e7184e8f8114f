package permission

// Here is why a tenant may not be changed whose profile is read-only, and how to end that.
func Here(tenant string) string {
	return tenant + " is read-only, so nothing is changed or sent; g s, then P turns actions on (or: watchfloor permissions allow)."
}

// Everywhere is Here of the switch for all tenants.
const Everywhere = "Watchfloor is read-only, so nothing is changed or sent; Ctrl+R turns actions on (or: watchfloor permissions allow)."
