package triage

import (
	"strings"
	"time"
)

// Forms of a day and of a moment in the filter language. Both are local to Query.Zone.
const (
	dayForm    = "2006-01-02"
	momentForm = "2006-01-02T15:04"
)

// StartOfDay is the first instant of the local day that t lies in. Where clocks go
// forward at midnight that is one o'clock.
func StartOfDay(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return firstInstant(y, m, d, loc)
}

// NextDay is the first instant of the local day after the one that t lies in.
func NextDay(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return firstInstant(y, m, d+1, loc)
}

func firstInstant(y int, m time.Month, d int, loc *time.Location) time.Time {
	t := time.Date(y, m, d, 0, 0, 0, 0, loc)
	if t.Day() != time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Day() {
		t = t.Add(time.Hour) // there is no midnight on this day, or it comes twice
	}
	return t
}

// DayRange reads the value of created:, closed: and acked:, a day or two with ".."
// between: the time from the first instant of the first day to that after the last.
func DayRange(v string, loc *time.Location) (from, to time.Time, ok bool) {
	first, last, ranged := strings.Cut(v, "..")
	if !ranged {
		last = first
	}
	a, errA := time.Parse(dayForm, first)
	b, errB := time.Parse(dayForm, last)
	if errA != nil || errB != nil || b.Before(a) || a.Year() < 1971 || b.Year() > 2200 {
		return time.Time{}, time.Time{}, false
	}
	return firstInstant(a.Year(), a.Month(), a.Day(), loc), firstInstant(b.Year(), b.Month(), b.Day()+1, loc), true
}

// FormatDays is the value that DayRange reads as the local days from that of first to
// that of last.
func FormatDays(first, last time.Time) string {
	a, b := first.Format(dayForm), last.Format(dayForm)
	if a == b {
		return a
	}
	return a + ".." + b
}

// Instant reads the value of openat:. A day stands for its end, with a time of day for
// that minute.
func Instant(v string, loc *time.Location) (time.Time, bool) {
	if t, err := time.ParseInLocation(momentForm, strings.ToUpper(v), loc); err == nil && t.Year() >= 1971 && t.Year() <= 2200 {
		return t, true
	}
	if strings.Contains(v, "..") {
		return time.Time{}, false
	}
	_, end, ok := DayRange(v, loc)
	return end, ok
}

// FormatMoment is the value that Instant reads as the minute of t.
func FormatMoment(t time.Time) string { return t.Format(momentForm) }
