package triage

import (
	"math"
	"strconv"
	"strings"
	"time"

	"watchfloor/app"
)

// spans reports that the key compares a length of time.
func (k Key) spans() bool { return k == Age || k == Updated || k == AgeThen }

// normal returns the canonical value of a key, and whether the value is usable.
func normal(k Key, op Op, v string) (string, bool) {
	low := strings.ToLower(v)
	if op != Equals && !k.spans() {
		return "", false
	}
	switch k {
	case Status:
		if low == "open" || low == "any" {
			return low, true
		}
		s := app.ParseStatus(app.Sentinel, low)
		return statusWord(s), s != app.StatusUnknown
	case Severity:
		if low == "unknown" {
			return low, true
		}
		s := app.ParseSeverity(low)
		return strings.ToLower(s.Short()), s != app.SeverityUnknown
	case Age, Updated, AgeThen:
		_, ok := ParseSpan(low)
		return low, ok && op != Equals
	case Created, Closed, Acked:
		_, _, ok := DayRange(low, time.UTC)
		return low, ok
	case OpenAt:
		_, ok := Instant(low, time.UTC)
		return strings.ToUpper(low), ok
	case Is:
		switch low {
		case "queued", "conflict", "twin", "disagree", "highvalue":
			return low, true
		}
		return "", false
	case Source:
		switch low {
		case "sentinel", "sen":
			return string(app.Sentinel), true
		case "defender", "xdr":
			return string(app.Defender), true
		case "cloud", "mdc":
			return string(app.Cloud), true
		}
		return "", false
	case Number:
		return v, isNumber(v)
	}
	return low, true
}

func statusWord(s app.Status) string {
	switch s {
	case app.StatusNew:
		return "new"
	case app.StatusActive:
		return "active"
	case app.StatusAwaiting:
		return "awaiting"
	case app.StatusClosed:
		return "closed"
	case app.StatusRedirected:
		return "merged"
	}
	return ""
}

func hint(k Key) string {
	switch k {
	case Status:
		return "status is one of open, new, active, awaiting, closed, merged, any"
	case Severity:
		return "severity is one of high, medium, low, info, unknown"
	case Created, Closed, Acked:
		return "write a day as " + string(k) + ":2026-03-01, several as " + string(k) + ":2026-03-01..2026-03-07"
	case OpenAt:
		return "write the end of a day as openat:2026-03-01, a moment as openat:2026-03-01T09:30"
	case Age, Updated, AgeThen:
		return "write an age as " + string(k) + "<3d or " + string(k) + ">12h (m, h, d, w)"
	case Is:
		return "is: takes queued, conflict, twin, disagree or highvalue"
	case Source:
		return "source is sentinel, defender or cloud"
	case Number:
		return "a number has digits only"
	}
	return "a value is missing"
}

// ParseSpan reads a length of time: a whole number followed by m, h, d or w.
func ParseSpan(s string) (time.Duration, bool) {
	if len(s) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 0 || n > 100_000 {
		return 0, false
	}
	unit := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[len(s)-1]]
	if unit == 0 || n > int(math.MaxInt64/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// StatusOf returns the status a filter word stands for ("open" and "any" are not one).
func StatusOf(word string) app.Status { return app.ParseStatus(app.Sentinel, word) }
