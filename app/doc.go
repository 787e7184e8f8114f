// Package app is the domain of Watchfloor: incidents, alerts, entities, evidence,
// comments, changes and actions, and the ports through which the rest of the
// program serves them. It knows no screen, no SQL and no HTTP.
//
// Values are plain data and safe to copy. Text that came from a tenant is kept as
// it was received and is hostile: show it only through package text.
// All times are UTC.
package app
