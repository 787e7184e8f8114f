package odata

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// guess is a filter together with what it ought to say about a record.
type guess struct {
	text  string
	right func(record) bool
}

var at = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// draw makes a random filter of a given depth.
func draw(t *rapid.T, depth int) guess {
	if depth > 0 {
		switch rapid.SampledFrom([]string{"and", "or", "not", "leaf"}).Draw(t, "shape") {
		case "and":
			a, b := draw(t, depth-1), draw(t, depth-1)
			return guess{"(" + a.text + ") and (" + b.text + ")", func(r record) bool { return a.right(r) && b.right(r) }}
		case "or":
			a, b := draw(t, depth-1), draw(t, depth-1)
			return guess{"(" + a.text + ") or (" + b.text + ")", func(r record) bool { return a.right(r) || b.right(r) }}
		case "not":
			a := draw(t, depth-1)
			return guess{"not (" + a.text + ")", func(r record) bool { return !a.right(r) }}
		}
	}
	if rapid.Bool().Draw(t, "words") {
		word := rapid.SampledFrom([]string{"New", "Active", "Closed", "it's"}).Draw(t, "word")
		quoted := "'" + strings.ReplaceAll(word, "'", "''") + "'"
		if rapid.Bool().Draw(t, "eq") {
			return guess{"properties/status eq " + quoted, func(r record) bool { return r.status == word }}
		}
		return guess{"contains(properties/title," + quoted + ")", func(r record) bool { return strings.Contains(strings.ToLower(r.title), strings.ToLower(word)) }}
	}
	op := rapid.SampledFrom([]string{"eq", "ne", "gt", "ge", "lt", "le"}).Draw(t, "op")
	n := int64(rapid.IntRange(0, 5).Draw(t, "n"))
	if rapid.Bool().Draw(t, "number") {
		return guess{fmt.Sprintf("properties/incidentNumber %s %d", op, n), func(r record) bool { return compare(op, r.number, n) }}
	}
	moment := at.Add(time.Duration(n) * time.Hour)
	return guess{"properties/createdTimeUtc " + op + " " + moment.Format(time.RFC3339), func(r record) bool { return compare(op, r.created.UnixNano(), moment.UnixNano()) }}
}

func TestAFilterMeansWhatItsPartsMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := draw(t, 4)
		e, err := Parse(g.text, schema)
		if err != nil {
			t.Fatalf("%s: %v", g.text, err)
		}
		r := record{
			title:   rapid.SampledFrom([]string{"new things", "it's closed", ""}).Draw(t, "title"),
			status:  rapid.SampledFrom([]string{"New", "Active", "Closed", "it's"}).Draw(t, "status"),
			number:  int64(rapid.IntRange(0, 5).Draw(t, "number")),
			created: at.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "hour")) * time.Hour),
		}
		if got, want := e.Match(r), g.right(r); got != want {
			t.Fatalf("%s on %+v: %v", g.text, r, got)
		}
		for _, id := range []int{3, 4} {
			if lo, hi := e.Range(id); e.Match(r) && (r.Num(id) < lo || r.Num(id) > hi) {
				t.Fatalf("%s matches %+v outside of its range %d to %d", g.text, r, lo, hi)
			}
		}
	})
}

func TestWithoutPrecedenceMarksAndBindsCloserThanOr(t *testing.T) {
	for text, want := range map[string]bool{
		"properties/incidentNumber eq 1 or properties/incidentNumber eq 2 and properties/status eq 'Closed'":   true,
		"(properties/incidentNumber eq 1 or properties/incidentNumber eq 2) and properties/status eq 'Closed'": false,
		"not properties/incidentNumber eq 2 and properties/status eq 'New'":                                    true,
	} {
		e, err := Parse(text, schema)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Match(record{status: "New", number: 1}); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestAnyTextIsReadOrRefusedButNeverMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"properties/status", "properties/createdTimeUtc", "eq", "gt", "and", "or", "not", "(", ")", "'New'", "'", "contains", ",", "null", "in", "2026-03-01T00:00:00Z", "5", "é", "\x00"}), 0, 12).Draw(t, "parts")
		e, err := Parse(strings.Join(parts, " "), schema)
		if err == nil {
			e.Match(record{})
			e.Range(3)
		} else if e != nil || err.Error() == "" {
			t.Fatalf("%q: %+v %v", parts, e, err)
		}
	})
}

func TestNoFilterMatchesEverythingEverywhere(t *testing.T) {
	e, err := Parse("  ", schema)
	if err != nil || e != nil || !e.Match(record{}) {
		t.Errorf("%+v %v", e, err)
	}
	if lo, hi := e.Range(3); lo != math.MinInt64 || hi != math.MaxInt64 {
		t.Errorf("range %d to %d", lo, hi)
	}
}
