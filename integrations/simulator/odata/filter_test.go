package odata

import (
	"math"
	"strings"
	"testing"
	"time"
)

var schema = Schema{
	"properties/title": {0, Text}, "properties/status": {1, Word}, "properties/owner": {2, Text},
	"properties/createdTimeUtc": {3, Time}, "properties/incidentNumber": {4, Int},
}

type record struct {
	title, status string
	owner         *string
	created       time.Time
	number        int64
}

func (r record) Str(id int) (string, bool) {
	switch id {
	case 0:
		return r.title, true
	case 1:
		return r.status, true
	}
	if r.owner == nil {
		return "", false
	}
	return *r.owner, true
}

func (r record) Num(id int) int64 {
	if id == 3 {
		return r.created.UnixNano()
	}
	return r.number
}

func TestFiltersAnalystsWriteSelectTheRowsTheyMean(t *testing.T) {
	owner := "o'hara@contoso.example"
	r := record{"Password spray (10.0.0.4)", "New", &owner, time.Date(2026, 3, 1, 12, 0, 0, 5e8, time.UTC), 42}
	nobody := r
	nobody.owner = nil
	for filter, want := range map[string]bool{
		"":                           true,
		"properties/status eq 'New'": true,
		"properties/status eq 'new'": true,
		"properties/status ne 'Closed' and properties/incidentNumber ge 42":                                 true,
		"properties/status eq 'Closed' or properties/incidentNumber lt 42":                                  false,
		"properties/createdTimeUtc gt 2026-03-01T12:00:00Z":                                                 true,
		"properties/createdTimeUtc gt 2026-03-01T12:00:00.5Z":                                               false,
		"properties/createdTimeUtc ge 2026-03-01T13:00:00.5+01:00":                                          true,
		"contains(properties/title,'SPRAY (')":                                                              true,
		"startswith(properties/title,'spray')":                                                              false,
		"not contains(properties/title,'spray')":                                                            false,
		"not (properties/status eq 'Closed' or properties/status eq 'Active')":                              true,
		"properties/owner eq 'o''hara@contoso.example'":                                                     true,
		"properties/owner ne null":                                                                          true,
		"properties/owner eq null":                                                                          false,
		"properties/status in ('Active','New')":                                                             true,
		"properties/status eq 'Closed' or properties/status eq 'New' and properties/incidentNumber eq 1":    false,
		"(properties/status eq 'Closed' or properties/status eq 'New') and properties/incidentNumber le 42": true,
	} {
		e, err := Parse(filter, schema)
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		if got := e.Match(r); got != want {
			t.Errorf("%s: got %v", filter, got)
		}
	}
	e, err := Parse("properties/owner eq null and properties/owner ne 'x'", schema)
	if err != nil || !e.Match(nobody) {
		t.Errorf("an incident without owner is not found by null: %v", err)
	}
}

func TestAWrongFilterIsRefusedWithASentence(t *testing.T) {
	for _, filter := range []string{
		"properties/status", "properties/status eq", "properties/status eq New", "status eq 'New'",
		"properties/status eq 'New", "properties/status gt 'New'", "(properties/status eq 'New'",
		"properties/status eq 'New')", "properties/createdTimeUtc gt yesterday", "properties/incidentNumber eq x",
		"contains(properties/title)", "contains(properties/incidentNumber,'4')", "and", "not",
		"properties/incidentNumber in ('1')", strings.Repeat("(", 200), strings.Repeat("a", 9000),
	} {
		if e, err := Parse(filter, schema); err == nil {
			t.Errorf("%q was accepted as %+v", filter, e)
		} else if err.Error() == "" {
			t.Errorf("%q: no sentence", filter)
		}
	}
}

func TestARangeOfTimesIsFoundInsideAndButNotInsideOr(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	e, err := Parse("properties/createdTimeUtc ge 2026-03-01T00:00:00Z and properties/status ne 'Closed'", schema)
	if err != nil {
		t.Fatal(err)
	}
	if lo, hi := e.Range(3); lo != at || hi != math.MaxInt64 {
		t.Errorf("range is %d to %d", lo, hi)
	}
	e, err = Parse("properties/createdTimeUtc ge 2026-03-01T00:00:00Z or properties/status ne 'Closed'", schema)
	if err != nil {
		t.Fatal(err)
	}
	if lo, _ := e.Range(3); lo != math.MinInt64 {
		t.Errorf("an or does not narrow, but starts at %d", lo)
	}
}

func TestOrderByReadsOnePropertyAndADirection(t *testing.T) {
	def := Order{Property: schema["properties/createdTimeUtc"], Desc: true}
	if o, err := ParseOrder("", schema, def); err != nil || o != def {
		t.Errorf("default: %v %v", o, err)
	}
	if o, err := ParseOrder("properties/incidentNumber asc", schema, def); err != nil || o.Desc || o.Property.ID != 4 {
		t.Errorf("asc: %v %v", o, err)
	}
	for _, bad := range []string{"properties/unknown", "properties/title up", "properties/title desc, x"} {
		if _, err := ParseOrder(bad, schema, def); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
