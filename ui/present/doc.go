// Package present turns domain values into words, tones and cells for every screen.
// It is pure: the clock, the zone and the values are arguments. All tenant text
// leaves it made visible and bounded (package text), so views may show it as it is.
package present
