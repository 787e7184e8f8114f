package simulator

import (
	"slices"
	"testing"
)

func TestAQueryIsReadAsItIsWritten(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	all, _ := c.queried("securityresources | project id, type, name, subscriptionId", 1000)
	count := func(right func(map[string]any) bool) (n int) {
		for _, x := range all {
			if right(x) {
				n++
			}
		}
		return n
	}
	const scores = "microsoft.security/securescores"
	for _, x := range []struct {
		where string
		want  int
	}{
		{"type == '" + scores + "'", count(func(r map[string]any) bool { return r["type"] == scores })},
		{"type == 'Microsoft.Security/SecureScores'", 0}, // == minds the case
		{"type =~ 'Microsoft.Security/SecureScores'", count(func(r map[string]any) bool { return r["type"] == scores })},
		{"type != '" + scores + "'", count(func(r map[string]any) bool { return r["type"] != scores })},
		{"type in ('" + scores + "', \"microsoft.security/regulatorycompliancestandards\")", count(func(r map[string]any) bool {
			return slices.Contains([]any{scores, "microsoft.security/regulatorycompliancestandards"}, r["type"])
		})},
		{"type in~ ('MICROSOFT.SECURITY/SECURESCORES') and subscriptionId == '" + researchID + "'", 2},
		{"name == 'ascScore'", 2},
		{"type == '" + scores + "' | where name == 'ascScore' and subscriptionId == '" + subscriptionID + "'", 1},
		{"tenantId == '" + tenantID + "' | limit 7", 7},
		{"kind == 'x'", 0},
	} {
		rows, _ := c.queried("securityresources\n| where "+x.where+" | project id", 1000)
		if len(rows) != x.want {
			t.Errorf("%s: %d rows, want %d", x.where, len(rows), x.want)
		}
	}
	down, _ := c.queried("SecurityResources | order by id desc | project id | take 30", 1000)
	up, _ := c.queried("securityresources | sort by id asc | project id", 1000)
	for i, x := range down {
		if x["id"] != up[len(up)-1-i]["id"] {
			t.Fatalf("row %d from the end is %v, want %v", i, x["id"], up[len(up)-1-i]["id"])
		}
	}
	kinds := map[string]float64{}
	for _, x := range all {
		kinds[x["type"].(string)]++
	}
	v := c.ask(200, map[string]any{"query": "securityresources | summarize count() by type | order by type asc"})
	if n := len(v["data"].([]any)); n != len(kinds) || n < 7 {
		t.Errorf("%d types are counted, %d there are", n, len(kinds))
	}
	for _, x := range v["data"].([]any) {
		if r := x.(map[string]any); r["count_"] != kinds[r["type"].(string)] {
			t.Errorf("%v are counted of %v, want %v", r["count_"], r["type"], kinds[r["type"].(string)])
		}
	}
}
