package app

import "strconv"

// RetentionPref is the preference that says how many days after its closing an incident is
// kept in the cache; "0" is for ever.
const RetentionPref = "retention.days"

const (
	// UsualRetention is used where RetentionPref says nothing: a year and a month, so that
	// a figure can be compared with the same month a year ago.
	UsualRetention = 400
	// LongestRetention is the most that RetentionPref takes, but for ever.
	LongestRetention = 100_000
)

// Retention reads RetentionPref: days, 0 for ever. What cannot be read is UsualRetention.
func Retention(pref string) int {
	n, err := strconv.ParseUint(pref, 10, 32)
	if err != nil || n > LongestRetention {
		return UsualRetention
	}
	return int(n)
}
