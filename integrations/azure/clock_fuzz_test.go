package azure

import (
	"net/http"
	"testing"
	"time"
)

// The date of an answer is a time of a real calendar or none, and the same whoever reads
// it: a service's own clock is what watermarks are made of.
func FuzzGoal45Date(f *testing.F) {
	for _, s := range []string{"Sun, 22 Nov 2026 05:02:00 GMT", "Sunday, 22-Nov-26 05:02:00 GMT", "Sun Nov 22 05:02:00 2026", "Thu, 01 Jan 0000 00:00:00 GMT", "", "now", "Sun, 31 Feb 2026 25:61:61 GMT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := Clock(http.Header{"Date": {s}})
		if !ok {
			if !at.IsZero() {
				t.Fatalf("%q: no date, and %v", s, at)
			}
			return
		}
		if at.Location() != time.UTC || at.Year() < 0 || at.Year() > 9999 {
			t.Fatalf("%q: %v", s, at)
		}
		if again, ok := Clock(http.Header{"Date": {at.Format(http.TimeFormat)}}); !ok || !again.Equal(at) {
			t.Fatalf("%q: %v, read back %v", s, at, again)
		}
	})
}
