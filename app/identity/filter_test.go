package identity

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestALineBecomesTerms(t *testing.T) {
	for line, want := range map[string]string{
		`level:High state:"at risk" -is:deleted`: `level:high state:atrisk -is:deleted`,
		`state:confirmedCompromised,safe`:        `state:confirmedcompromised,confirmedsafe`,
		`at<24h country:DE,us`:                   `at<24h country:de,us`,
		`changed:>3d`:                            `changed>3d`,
		`from:2026-11-01 to:today`:               `from:2026-11-01 to:2026-11-22`,
		`from:yesterday`:                         `from:2026-11-21`,
		`user:"Ana Lopez" -"test" ana`:           `user:"ana lopez" -"test" "ana"`,
		`ip:2001:db8::1 https://x.example/a`:     `ip:2001:db8::1 "https://x.example/a"`,
		`fe80::1 result:failure`:                 `result:failed "fe80::1"`,
		`level:`:                                 `"level:"`,
	} {
		f, err := Parse(line, noon)
		if err != nil || f.String() != want {
			t.Errorf("%s: %s (%v), want %s", line, f, err, want)
		}
	}
}

func TestAnUnknownKeyNamesTheNearest(t *testing.T) {
	for line, says := range map[string]string{
		"levle:high":    "“level”",
		"contry:DE":     "“country”",
		"state:asleep":  "at risk",
		"is:purple":     "interactive",
		"at:24h":        "at<3d",
		"level<high":    "hidden",
		"from:soon":     "2026-11-01",
		"result:maybe":  "interrupted",
		"changed<3d,4d": "changed<3d",
		"age<-3d":       "age<3d",
		"age<99999999w": "age<3d",
	} {
		_, err := Parse(line, noon)
		if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), says) {
			t.Errorf("%s: %v, want it to say %s", line, err, says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`level:high -state:"at risk" x`, `"`, `-"a b" ip:::`, `user:a"b c"d,e`, "\xff:\x00", `at:<3d`, `to:today`, `:x <y`, `-level:`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := Parse(s, noon)
		if err != nil {
			return
		}
		again, err := Parse(once.String(), noon)
		if err != nil || !reflect.DeepEqual(once, again) {
			t.Errorf("%q: %#v became %#v through %q (%v)", s, once, again, once.String(), err)
		}
	})
}

func TestWhatAFilterPrintsIsReadBack(t *testing.T) {
	values := map[string][]string{
		KeyLevel: {"high", "hidden", "other"}, KeyState: {"atrisk", "confirmedsafe"}, KeyIs: flags,
		KeyResult: {"ok", "failed"}, KeyFrom: {"2026-01-31"}, KeyTo: {"2024-02-29"}, KeyRisk: {"low"},
	}
	rapid.Check(t, func(t *rapid.T) {
		var f Filter
		for range rapid.IntRange(0, 5).Draw(t, "terms") {
			term := Term{Key: rapid.SampledFrom(keys).Draw(t, "key"), Op: ":", Not: rapid.Bool().Draw(t, "not")}
			switch v, fixed := values[term.Key]; {
			case term.Key == KeyAge || term.Key == KeyChanged || term.Key == KeyAt:
				term.Op = rapid.SampledFrom([]string{"<", ">"}).Draw(t, "op")
				term.Values = []string{rapid.SampledFrom([]string{"3d", "0m", "52w"}).Draw(t, "span")}
			case fixed:
				term.Values = []string{rapid.SampledFrom(v).Draw(t, "value")}
			default:
				term.Values = rapid.SliceOfN(rapid.StringMatching(`[a-z0-9.@]([a-z :.]{0,5}[a-z])?`), 1, 3).Draw(t, "values")
				if term.Key == KeyAccess {
					term.Values = []string{"notapplied"}
				}
			}
			f.Terms = append(f.Terms, term)
		}
		for range rapid.IntRange(0, 3).Draw(t, "words") {
			f.Words = append(f.Words, rapid.StringMatching(`[a-zA-Z:<-]([a-z :<>-]{0,6}[a-z])?`).Draw(t, "word"))
		}
		got, err := Parse(f.String(), noon)
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Fatalf("%#v became %#v through %q (%v)", f, got, f.String(), err)
		}
	})
}

func TestAResultFollowsFromTheErrorCode(t *testing.T) {
	for code, want := range map[int]string{0: ResultOK, 50126: ResultFailed, 50076: ResultInterrupted, -1: ResultFailed} {
		if got := (SignIn{ErrorCode: code}).Result(); got != want {
			t.Errorf("%d: %s, want %s", code, got, want)
		}
	}
}
