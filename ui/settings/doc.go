// Package settings shows what the window can be told: the connected tenants, theme and
// time zone, and what it works on.
package settings

// Fact is a line about the profile: "Tenant", "contoso".
type Fact struct{ Name, Value string }
