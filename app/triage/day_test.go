package triage

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDaysAreReadAndRefused(t *testing.T) {
	for in, want := range map[string]string{
		"created:2026-03-01":            "created:2026-03-01",
		"CLOSED:2026-03-01..2026-03-07": "closed:2026-03-01..2026-03-07",
		"-acked:2026-03-01,2026-03-05":  "-acked:2026-03-01,2026-03-05",
		"openat:2026-03-01 agethen<4h":  "openat:2026-03-01 agethen<4h",
		"openat:2026-03-01t09:30":       "openat:2026-03-01T09:30",
		"agethen:>4h":                   "agethen>4h",
	} {
		f, problems := Parse(in)
		if got := f.String(); got != want || len(problems) > 0 {
			t.Errorf("%q is read as %q %v, want %q", in, got, problems, want)
		}
	}
	for in, want := range map[string]string{
		"created:yesterday":             "write a day as created:",
		"created:2026-02-30":            "write a day as",
		"closed:2026-03-07..2026-03-01": "several as closed:",
		"acked:2026-03-01..":            "write a day as",
		"acked>2026-03-01":              "write a day as",
		"openat:2026-03-01..2026-03-02": "the end of a day as openat:",
		"openat:2026-03-01T25:00":       "a moment as openat:",
		"agethen:4h":                    "write an age as agethen<3d",
		"created:0001-01-01":            "write a day as",
	} {
		f, problems := Parse(in)
		if len(problems) != 1 || !strings.Contains(problems[0], want) || len(f.Terms) > 0 {
			t.Errorf("%q: %v %v, want %q", in, f.Terms, problems, want)
		}
	}
}

// Wherever clocks change, a day begins on its date, ends where the next begins and is
// written as it is read.
func TestDaysFollowOneAnother(t *testing.T) {
	zones := []*time.Location{time.UTC, time.FixedZone("", -11*3600)}
	for _, name := range []string{"Europe/Berlin", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia"} {
		if z, err := time.LoadLocation(name); err == nil {
			zones = append(zones, z)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.SampledFrom(zones).Draw(t, "zone")
		at := time.Unix(rapid.Int64Range(1_300_000_000, 1_900_000_000).Draw(t, "second"), 0).In(z)
		start, end := StartOfDay(at, z), NextDay(at, z)
		if start.After(at) || !end.After(at) || start.Format(time.DateOnly) != at.Format(time.DateOnly) {
			t.Fatalf("%v lies in the day from %v to %v", at, start, end)
		}
		if before := start.Add(-time.Second).In(z); before.Day() == at.Day() {
			t.Fatalf("the day of %v had begun before %v", at, start)
		}
		from, to, ok := DayRange(FormatDays(at, at), z)
		if !ok || !from.Equal(start) || !to.Equal(end) {
			t.Fatalf("%s in %v is read as %v to %v", FormatDays(at, at), z, from, to)
		}
		if moment, ok := Instant(FormatMoment(at), z); !ok || moment.Sub(at).Abs() > time.Hour+time.Minute {
			t.Fatalf("%s is read as %v", FormatMoment(at), moment)
		}
	})
}
