package azure

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestPause bounds a nonsensical Retry-After.
const longestPause = 365 * 24 * time.Hour

// RetryAfter reads how long the service asks to wait, rounded up to a millisecond:
// whole or fractional seconds, an HTTP date, or the millisecond headers of Azure. The
// longest of several counts. A date is taken against the answer's own Date, so that a
// wrong local clock does not matter, else against now. False: it did not say, or not
// in words one can read.
func RetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	var pause time.Duration
	asked := false
	take := func(d time.Duration, ok bool) {
		if ok {
			pause, asked = max(pause, d), true
		}
	}
	for _, name := range []string{"Retry-After-Ms", "X-Ms-Retry-After-Ms"} {
		take(number(h.Get(name), time.Millisecond))
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if d, ok := number(v, time.Second); ok {
		take(d, true)
	} else if at, err := http.ParseTime(v); err == nil {
		if server, err := http.ParseTime(h.Get("Date")); err == nil {
			now = server
		}
		take(min(max(at.Sub(now), 0), longestPause), true)
	}
	return pause, asked
}

func number(s string, unit time.Duration) (time.Duration, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(f) || f < 0 {
		return 0, false
	}
	ms := math.Ceil(f * float64(unit/time.Millisecond))
	if ms > float64(longestPause/time.Millisecond) {
		return longestPause, true
	}
	return time.Duration(ms) * time.Millisecond, true
}
