package triage

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
)

func TestFilterReadsWhatAnalystsType(t *testing.T) {
	for in, want := range map[string]string{
		"":                            "",
		"status:open sev:high,medium": "status:open sev:high,med",
		"SEVERITY:Informational":      "sev:info",
		"owner:me -tag:Test":          "owner:me -tag:test",
		"age<3d updated:>12h":         "age<3d updated>12h",
		"#48213":                      "number:48213",
		"id:#48213,48214":             "number:48213,48214",
		`"two words" -"not these"`:    `"two words" -"not these"`,
		"power shell":                 `"power" "shell"`,
		`owner:"Jo Doe"`:              `owner:"jo doe"`,
		"src:xdr":                     "source:defender",
		"source:mdc":                  "source:cloud",
		"st:resolved":                 "status:closed",
		"is:queued,conflict":          "is:queued,conflict",
		"https://evil.example/a":      `"https://evil.example/a"`,
		"cmd.exe /c whoami":           `"cmd.exe" "/c" "whoami"`,
		"日本語":                         `"日本語"`,
		"-":                           `"-"`,
		"   ":                         "",
	} {
		f, problems := Parse(in)
		if got := f.String(); got != want || len(problems) > 0 {
			t.Errorf("%q is read as %q %v, want %q", in, got, problems, want)
		}
	}
}

func TestFilterSaysWhatItDoesNotUnderstand(t *testing.T) {
	for in, want := range map[string]string{
		"sev:terrible":   "severity is one of",
		"status:sideway": "status is one of",
		"age<soon":       "write an age as age<3d",
		"age:3d":         "write an age as",
		"updated>":       "write an age as updated<3d",
		"is:blue":        "is: takes",
		"source:splunk":  "sentinel, defender or cloud",
		"number:abc":     "digits only",
		"owner:":         "a value is missing",
		"sev>high":       "severity is one of",
	} {
		f, problems := Parse(in)
		if len(problems) != 1 || !strings.Contains(problems[0], want) || len(f.Terms) > 0 {
			t.Errorf("%q: %v %v, want %q", in, f.Terms, problems, want)
		}
	}
	for in, hinted := range map[string]bool{
		"bogus:xx": true, "-Titel:mail": true, `"bogus:xx"`: false, "https://evil.example": false,
		`C:\Windows`: false, `c:tmp`: false, "14:05": false, "localhost:443": false, "fe80::1": false, "abcd::1": false, "sha256:ab": false,
	} {
		f, problems := Parse(in)
		if len(f.Terms) != 1 || f.Terms[0].Key != Words || (len(problems) == 1) != hinted {
			t.Errorf("%q: %v %q, hint %v", in, f.Terms, problems, hinted)
		}
	}
	f, problems := Parse("sev:terrible owner:me")
	if len(problems) != 1 || !strings.Contains(problems[0], "left out") || f.String() != "owner:me" {
		t.Errorf("the rest of a filter still holds: %q %v", f, problems)
	}
}

// The canonical text of any filter reads as the same filter, and no input panics.
func TestFilterRoundTrip(t *testing.T) {
	piece := rapid.OneOf(rapid.String(), rapid.StringMatching(`-?(sev|status|owner|tag|age|is|number|entity|"|#)?[:<>]?[a-z0-9",<>#: -]{0,12}`),
		rapid.SampledFrom([]string{"status:open", "age<3d", `-"x y"`, "sev:high,low", `owner:"jo doe"`, "#12", `"`, `a"b c"d`}))
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(piece, 0, 5).Draw(t, "pieces"), " ")
		f, _ := Parse(in)
		text := f.String()
		again, problems := Parse(text)
		if again.String() != text || len(problems) > 0 || len(again.Terms) != len(f.Terms) {
			t.Fatalf("%q reads as %q, which reads as %q %v", in, text, again.String(), problems)
		}
	})
}

func TestWithoutDropsOneTerm(t *testing.T) {
	f, _ := Parse("sev:high owner:me age<3d")
	if got := f.Without(1).String(); got != "sev:high age<3d" {
		t.Errorf("got %q", got)
	}
	if f.String() != "sev:high owner:me age<3d" {
		t.Error("the filter itself stays as it was")
	}
}

func TestSpansAreReadAndWritten(t *testing.T) {
	for in, want := range map[string]time.Duration{"15m": 15 * time.Minute, "12h": 12 * time.Hour, "3d": 72 * time.Hour, "2w": 14 * 24 * time.Hour} {
		if got, ok := ParseSpan(in); !ok || got != want {
			t.Errorf("%s: %v %v", in, got, ok)
		}
	}
	for _, bad := range []string{"", "d", "3", "3y", "-3d", "1.5h", "999999d", "٣d"} {
		if d, ok := ParseSpan(bad); ok {
			t.Errorf("%q is read as %v", bad, d)
		}
	}
	for d, want := range map[time.Duration]string{0: "0s", 59 * time.Second: "59s", -61 * time.Second: "1m", 47 * time.Hour: "47h", 48 * time.Hour: "2d", 400 * 24 * time.Hour: "400d"} {
		if got := Span(d); got != want {
			t.Errorf("%v is shown as %s, want %s", d, got, want)
		}
	}
}

func TestAckClockRunsForNewIncidentsOnly(t *testing.T) {
	now := time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	row := Row{Severity: app.High, Status: app.StatusNew, Created: now.Add(-20 * time.Minute)}
	if left, ok := DefaultTargets.AckClock(row, now); !ok || left != 10*time.Minute {
		t.Errorf("%v %v", left, ok)
	}
	if left, _ := DefaultTargets.AckClock(row, now.Add(time.Hour)); left != -50*time.Minute {
		t.Errorf("late clocks are negative: %v", left)
	}
	row.Status = app.StatusActive
	if _, ok := DefaultTargets.AckClock(row, now); ok {
		t.Error("somebody took it: no clock")
	}
	row.Status, row.Severity = app.StatusNew, app.Informational
	if _, ok := DefaultTargets.AckClock(row, now); ok {
		t.Error("no target, no clock")
	}
}
