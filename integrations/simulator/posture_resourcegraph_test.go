package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func (c *caller) ask(status int, body map[string]any) map[string]any {
	c.t.Helper()
	return c.must(status, "POST", c.set.ARM+"/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", body)
}

func table(kind string) string {
	return "securityresources | where type == 'microsoft.security/" + kind + "' | project id, name, type, subscriptionId, properties | order by id asc"
}

// queried reads a query to its end by skip tokens.
func (c *caller) queried(query string, top int) (all []map[string]any, pages int) {
	c.t.Helper()
	token := ""
	for {
		options := map[string]any{"$top": top}
		if token != "" {
			options["$skipToken"] = token
		}
		v := c.ask(200, map[string]any{"query": query, "options": options})
		list, _ := v["data"].([]any)
		for _, x := range list {
			all = append(all, x.(map[string]any))
		}
		pages++
		if int(num(v, "count")) != len(list) || len(list) > top {
			c.t.Fatalf("a page of %d says %v", len(list), v["count"])
		}
		if token, _ = v["$skipToken"].(string); token == "" {
			if int(num(v, "totalRecords")) != len(all) || v["resultTruncated"] != "false" {
				c.t.Fatalf("%d rows came of %v, truncated %v", len(all), v["totalRecords"], v["resultTruncated"])
			}
			return all, pages
		}
	}
}

func TestResourceGraphTellsWhatTheListsTell(t *testing.T) {
	c := raw(t, start(t, Options{Incidents: 300}))
	watched := []string{subscriptionID, researchID}
	for _, x := range []struct{ kind, list, version string }{
		{"assessments", "assessments", "2025-05-04"},
		{"assessments/subassessments", "subAssessments", "2019-01-01-preview"},
		{"securescores", "secureScores", "2020-01-01"},
		{"securescores/securescorecontrols", "secureScoreControls", "2020-01-01"},
		{"regulatorycompliancestandards", "regulatoryComplianceStandards", "2019-01-01-preview"},
		{"locations/alerts", "alerts", "2022-01-01"},
	} {
		rows, pages := c.queried(table(x.kind), 70)
		var listed []string
		for _, sub := range watched {
			listed = append(listed, names(c.every(sub, x.list, x.version), "id")...)
		}
		got := names(rows, "id")
		if !slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
			t.Errorf("%s is not in order", x.kind)
		}
		slices.Sort(got)
		slices.Sort(listed)
		if !slices.Equal(got, listed) || len(got) == 0 || pages != (len(got)+69)/70 {
			t.Errorf("%s: %d rows on %d pages, the lists have %d", x.kind, len(got), pages, len(listed))
		}
		if rows[0]["type"] != "microsoft.security/"+x.kind || rows[0]["subscriptionId"] == "" || props(rows[0]) == nil || len(rows[0]) != 5 {
			t.Errorf("%s: a row is %v", x.kind, rows[0])
		}
	}
}

func TestFindingsAreCountedByAssessment(t *testing.T) {
	c := raw(t, start(t, Options{Incidents: 1}))
	want := map[string]float64{}
	rows, _ := c.queried(table("assessments/subassessments"), 1000)
	for _, x := range rows {
		want[strings.Split(x["id"].(string), "/subAssessments/")[0]]++
	}
	const count = "securityresources | where type == 'microsoft.security/assessments/subassessments' | summarize n = count() by %s = tostring(split(id,'/subAssessments/')[0]) | order by %[1]s asc"
	got, _ := c.queried(fmt.Sprintf(count, "assessment"), 1000)
	if len(got) != len(want) || len(got) < 20 {
		t.Fatalf("%d counts, want %d", len(got), len(want))
	}
	for _, x := range got {
		if x["n"] != want[x["assessment"].(string)] {
			t.Errorf("%v has %v, want %v", x["assessment"], x["n"], want[x["assessment"].(string)])
		}
	}
	v := c.ask(200, map[string]any{"query": fmt.Sprintf(count, "assessment"), "options": map[string]any{"$top": 5}})
	if v["resultTruncated"] != "true" || v["$skipToken"] != nil {
		t.Errorf("without a column id there is no way on, yet: truncated %v, token %v", v["resultTruncated"], v["$skipToken"])
	}
	if _, pages := c.queried(fmt.Sprintf(count, "id"), 5); pages < 4 {
		t.Errorf("with a column id there were %d pages", pages)
	}
	next := c.ask(200, map[string]any{"query": fmt.Sprintf(count, "assessment"), "options": map[string]any{"$top": 5, "$skip": 5}})
	if first := next["data"].([]any)[0].(map[string]any); first["assessment"] != got[5]["assessment"] {
		t.Errorf("skipping leads to %v, want %v", first, got[5])
	}
}

func TestAQueryThatIsNotUnderstoodIsRefusedInTheServicesShape(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	detail := func(body map[string]any) string {
		e, _ := c.ask(400, body)["error"].(map[string]any)
		list, _ := e["details"].([]any)
		if len(list) != 1 || e["code"] != "BadRequest" {
			t.Fatalf("the refusal is %v", e)
		}
		return list[0].(map[string]any)["code"].(string)
	}
	for _, q := range []string{
		"", "Resources | limit 3", "securityresources | where type contains 'x'", "securityresources | where type == 'x", "securityresources | project nothing",
		"securityresources | where properties == 'x'", "securityresources | join kind=inner x", "securityresources | order by", "securityresources | summarize count()",
		"securityresources | limit many", "securityresources; drop table", "securityresources | project id | where name == 'x'", "securityresources project id",
	} {
		if got := detail(map[string]any{"query": q}); got != "InvalidQuery" {
			t.Errorf("%q: %s", q, got)
		}
	}
	if got := detail(map[string]any{"query": table("assessments"), "options": map[string]any{"$top": 1001}}); got != "InvalidQueryOptions" {
		t.Errorf("1001 rows: %s", got)
	}
	if got := detail(map[string]any{"query": table("assessments"), "options": map[string]any{"$skipToken": "bm90aGluZw=="}}); got != "InvalidSkipToken" {
		t.Errorf("a token of nobody: %s", got)
	}
	first := c.ask(200, map[string]any{"query": table("assessments"), "options": map[string]any{"$top": 3}})
	if got := detail(map[string]any{"query": table("securescores"), "options": map[string]any{"$skipToken": first["$skipToken"]}}); got != "InvalidSkipToken" {
		t.Errorf("the token of another query: %s", got)
	}
	if got := detail(map[string]any{"query": table("assessments"), "subscriptions": []string{"00000000-0000-0000-0000-000000000000"}}); got != "NoValidSubscriptionsInQueryRequest" {
		t.Errorf("no subscription that exists: %s", got)
	}
	s.SetRights(Rights{NoSecurity: []string{researchID}})
	rows, _ := c.queried(table("assessments"), 1000)
	for _, x := range rows {
		if x["subscriptionId"] == researchID {
			t.Fatal("a subscription that the caller may not read is told")
		}
	}
	v := c.ask(200, map[string]any{"query": "securityresources | where type =~ 'Microsoft.Security/SecureScores' and name == 'ascScore' | project name, id | take 1", "options": map[string]any{"resultFormat": "table"}})
	data, _ := v["data"].(map[string]any)
	if fmt.Sprint(data["columns"]) != "[map[name:name type:string] map[name:id type:string]]" || len(data["rows"].([]any)) != 1 {
		t.Errorf("a table is %v", data)
	}
}

func TestQueriesComeFifteenInFiveSeconds(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now, Throttle: PostureThrottle})
	c := raw(t, s)
	ask := func() (int, http.Header) {
		status, head, _, err := c.do("POST", c.set.ARM+"/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", map[string]any{"query": table("securescores")})
		if err != nil {
			t.Fatal(err)
		}
		return status, head
	}
	for left := 14; left >= 0; left-- {
		if status, head := ask(); status != 200 || head.Get("X-Ms-User-Quota-Remaining") != fmt.Sprint(left) {
			t.Fatalf("%d with %s left, want %d", status, head.Get("X-Ms-User-Quota-Remaining"), left)
		}
	}
	h.move(2 * time.Second)
	status, head := ask()
	if status != 429 || head.Get("X-Ms-User-Quota-Resets-After") != "00:00:03" {
		t.Errorf("the sixteenth: %d, resets after %s", status, head.Get("X-Ms-User-Quota-Resets-After"))
	}
	h.move(3 * time.Second)
	if status, _ = ask(); status != 200 {
		t.Errorf("after five seconds: %d", status)
	}
	if r := s.Throttled().ResourceGraph; r.Allowed != 16 || r.Refused != 1 || r.Could != 30 {
		t.Errorf("the report says %+v", r)
	}
}

// Whatever words come, the reader ends with a query or a reason.
func TestNoQueryBreaksTheReader(t *testing.T) {
	words := []string{"securityresources", "|", "where", "type", "==", "'x'", "project", "id", ",", "order", "by", "asc", "summarize", "n", "=", "count", "(", ")", "split", "[", "0", "]", "limit", "5", "and", "in", "'", "\x00", "é"}
	rapid.Check(t, func(t *rapid.T) {
		q := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 25).Draw(t, "words"), " ")
		if got, err := parseKQL(q); err == nil && len(got.steps) == 0 && strings.Contains(q, "|") {
			t.Fatalf("%q was read as nothing", q)
		}
	})
}
