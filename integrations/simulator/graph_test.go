package simulator

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// defender returns Graph incidents that satisfy a condition, oldest first.
func defender(s *Server, n int, right func(Stored) bool) []Stored {
	var out []Stored
	for ref := range s.All() {
		if ref.Source == SourceDefender && len(out) < n {
			if in, ok := s.DefenderIncident(ref.ID); ok && right(in) {
				out = append(out, in)
			}
		}
	}
	return out
}

func alone(in Stored) bool { return in.Twin == "" && isOpen(in) }

func isOpen(in Stored) bool { return in.Status == "active" || in.Status == "inProgress" }

func TestGraphListsNewestFirstAndWholeWithItsAlerts(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	last, n := "9999", 0
	for u := c.set.Graph + "/security/incidents?$expand=alerts&$top=500&$count=true"; u != ""; {
		v := c.must(200, "GET", u, nil)
		page := rows(v)
		if len(page) > maxGraphTopExpand {
			t.Errorf("%d rows on an expanded page", len(page))
		}
		for _, in := range page {
			at := in["createdDateTime"].(string)
			if at > last {
				t.Errorf("%s after %s", at, last)
			}
			last = at
			alerts := in["alerts"].([]any)
			if len(alerts) == 0 && in["status"] != "redirected" {
				t.Errorf("%s has no alerts", in["id"])
			}
			for _, a := range alerts {
				if a.(map[string]any)["incidentId"] != in["id"] {
					t.Errorf("an alert of another incident: %v", a)
				}
			}
			n++
		}
		if int(v["@odata.count"].(float64)) != len(defender(s, 1000, func(Stored) bool { return true })) {
			t.Errorf("count is %v", v["@odata.count"])
		}
		u, _ = v["@odata.nextLink"].(string)
	}
	if want := len(defender(s, 1000, func(Stored) bool { return true })); n != want {
		t.Errorf("%d of %d rows", n, want)
	}
}

func TestAPatchChangesOnlyWhatItNamesAndReadsWordsInAnyCase(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 300, Now: h.now})
	c := raw(t, s)
	in := defender(s, 1, alone)[0]
	one := c.set.Graph + "/security/incidents/" + in.ID
	h.move(time.Minute)
	v := c.must(200, "PATCH", one, map[string]any{"status": "Resolved", "classification": "TruePositive", "determination": "CompromisedUser", "assignedTo": strings.ToUpper(c.set.User), "customTags": []string{"b", "a"}})
	if v["status"] != "resolved" || v["classification"] != "truePositive" || v["determination"] != "compromisedAccount" || v["assignedTo"] != c.set.User || v["lastModifiedBy"] != appName {
		t.Errorf("answer %v", v)
	}
	now, _ := s.DefenderIncident(in.ID)
	if now.Title != in.Title || now.Severity != in.Severity || !now.Modified.Equal(h.now()) || fmt.Sprint(now.Tags) != "[b a]" {
		t.Errorf("stored %+v", now)
	}
	c.must(200, "PATCH", one, map[string]any{"assignedTo": nil})
	if now, _ = s.DefenderIncident(in.ID); now.Owner != "" || now.Status != "resolved" {
		t.Errorf("stored %+v", now)
	}
	for why, bad := range map[string]any{
		"an unknown word": map[string]any{"status": "parked"}, "nothing": map[string]any{}, "read-only": map[string]any{"createdDateTime": "2026-01-01T00:00:00Z"},
		"a status of the service alone": map[string]any{"status": "redirected"}, "a wrong type": map[string]any{"severity": 3},
	} {
		if status, _, b, err := c.do("PATCH", one, bad); status != 400 {
			t.Errorf("%s: %d %v %s", why, status, err, b)
		}
	}
	if w := s.Writes(SourceDefender, in.ID); len(w) != 2 {
		t.Errorf("%d writes: %+v", len(w), w)
	}
}

func TestCommentsComeAsOneOrManyAndTheWholeListReturns(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	in := defender(s, 1, alone)[0]
	one := c.set.Graph + "/security/incidents/" + in.ID + "/comments"
	c.must(200, "POST", one, map[string]any{"@odata.type": "microsoft.graph.security.alertComment", "comment": "one"})
	v := c.must(200, "POST", one, []map[string]any{{"comment": "two"}, {"comment": "three"}})
	if got := len(rows(v)); got != len(in.Comments)+3 {
		t.Errorf("%d comments came back", got)
	}
	c.must(400, "POST", one, map[string]any{"comment": "  "})
	now, _ := s.DefenderIncident(in.ID)
	if got := now.Comments[len(now.Comments)-1]; got.Text != "three" || got.Author != appName {
		t.Errorf("last comment %+v", got)
	}
}

func TestAMergeRedirectsAndMovesAlertsButNotComments(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c := raw(t, s)
	two := defender(s, 2, alone)
	old, young := two[0], two[1]
	s.CommentAs("Somebody", SourceDefender, young.ID, "stays here")
	alerts := func(id string) []any {
		return c.must(200, "GET", c.set.Graph+"/security/incidents/"+id+"?$expand=alerts", nil)["alerts"].([]any)
	}
	n, m := len(alerts(old.ID)), len(alerts(young.ID))
	moved := alerts(young.ID)[0].(map[string]any)["id"].(string)
	v := c.must(200, "POST", c.set.Graph+"/security/incidents/mergeIncidents", map[string]any{"incidentIds": []string{young.ID, old.ID}, "incidentComment": "same"})
	if v["targetIncidentId"] != old.ID {
		t.Fatalf("merged into %v", v)
	}
	gone, _ := s.DefenderIncident(young.ID)
	if gone.Status != "redirected" || gone.RedirectTo != old.ID || gone.Comments[len(gone.Comments)-1].Text != "stays here" {
		t.Errorf("source %+v", gone)
	}
	if got := alerts(old.ID); len(got) != n+m || len(alerts(young.ID)) != 0 {
		t.Errorf("%d alerts at the target, want %d", len(got), n+m)
	}
	if a := c.must(200, "GET", c.set.Graph+"/security/alerts_v2/"+moved, nil); a["incidentId"] != old.ID {
		t.Errorf("the moved alert says %v", a["incidentId"])
	}
	c.must(400, "PATCH", c.set.Graph+"/security/incidents/"+young.ID, map[string]any{"status": "active"})
	c.must(400, "POST", c.set.Graph+"/security/incidents/mergeIncidents", map[string]any{"incidentIds": []string{young.ID, old.ID}})
}

func TestAwaitingActionIsToldOnlyToThoseWhoAsk(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c := raw(t, s)
	in := defender(s, 1, alone)[0]
	s.EditAs("ines.duarte@northwind-clinic.example", SourceDefender, in.ID, func(f *Fields) { f.Status = "awaitingAction" })
	one := c.set.Graph + "/security/incidents/" + in.ID
	if v := c.must(200, "GET", one, nil); v["status"] != "unknownFutureValue" {
		t.Errorf("status %v", v["status"])
	}
	if v := c.must(200, "GET", one, nil, "Prefer", "include-unknown-enum-members"); v["status"] != "awaitingAction" {
		t.Errorf("status %v", v["status"])
	}
}

func TestAlertsAreListedFilteredAndChanged(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	seen := map[string]bool{}
	var id string
	q := "?$top=20&$filter=" + url.QueryEscape("severity eq 'high' and serviceSource eq 'microsoftDefenderForEndpoint'")
	for u := c.set.Graph + "/security/alerts_v2" + q; u != ""; {
		v := c.must(200, "GET", u, nil)
		for _, a := range rows(v) {
			id = a["id"].(string)
			if seen[id] || a["severity"] != "high" || a["serviceSource"] != "microsoftDefenderForEndpoint" {
				t.Errorf("again or wrong: %v", a["id"])
			}
			seen[id] = true
		}
		u, _ = v["@odata.nextLink"].(string)
	}
	if len(seen) < 3 {
		t.Fatalf("only %d alerts", len(seen))
	}
	one := c.set.Graph + "/security/alerts_v2/" + id
	v := c.must(200, "PATCH", one, map[string]any{"status": "InProgress", "classification": "falsePositive", "assignedTo": "x@y.example"})
	if v["status"] != "inProgress" || v["classification"] != "falsePositive" || v["assignedTo"] != "x@y.example" {
		t.Errorf("answer %v", v)
	}
	c.must(200, "POST", one+"/comments", map[string]any{"comment": "checked"})
	if got := c.must(200, "GET", one, nil)["comments"].([]any); len(got) != 1 {
		t.Errorf("comments %v", got)
	}
	c.must(404, "GET", c.set.Graph+"/security/alerts_v2/da638000000000000001_1", nil)
	c.must(400, "PATCH", one, map[string]any{"title": "mine"})
}

func TestTwinsFollowEachOtherInTheirOwnWords(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 400, Now: h.now, TwinDelay: 30 * time.Second})
	c := raw(t, s)
	g := defender(s, 1, func(in Stored) bool { return in.Twin != "" && isOpen(in) })[0]
	c.must(200, "PATCH", c.set.Graph+"/security/incidents/"+g.ID, map[string]any{"status": "resolved", "classification": "falsePositive", "determination": "notEnoughDataToValidate", "assignedTo": c.set.User, "customTags": []string{"mine"}})
	twin, _ := s.SentinelIncident(g.Twin)
	if twin.Status == "Closed" {
		t.Errorf("the twin knew at once: %+v", twin)
	}
	h.move(31 * time.Second)
	before := twin
	twin, _ = s.SentinelIncident(g.Twin)
	if twin.Status != "Closed" || twin.Classification != "FalsePositive" || twin.Reason != "InaccurateData" || twin.Owner != c.set.User || twin.ETag == before.ETag || len(twin.Tags) != len(before.Tags) {
		t.Errorf("twin %+v", twin)
	}
	v := props(c.must(200, "GET", c.ws("/incidents/"+g.Twin, ""), nil))
	if v["providerName"] != "Microsoft XDR" || v["providerIncidentId"] != g.ID {
		t.Errorf("provider %v %v", v["providerName"], v["providerIncidentId"])
	}
	body := c.must(200, "GET", c.ws("/incidents/"+g.Twin, ""), nil)
	p := props(body)
	p["status"], p["severity"], p["classification"], p["classificationReason"] = "Closed", "High", "BenignPositive", "SuspiciousButExpected"
	c.must(200, "PUT", c.ws("/incidents/"+g.Twin, ""), body)
	h.move(31 * time.Second)
	if g, _ = s.DefenderIncident(g.ID); g.Severity != "high" || g.Classification != "informationalExpectedActivity" || g.Determination != "confirmedActivity" {
		t.Errorf("back at Graph %+v", g)
	}
	twins := 0
	for _, w := range append(s.Writes(SourceDefender, g.ID), s.Writes(SourceSentinel, g.Twin)...) {
		if w.Method == "TWIN" {
			twins++
		}
	}
	if twins != 2 {
		t.Errorf("%d mirrored writes, want 2: an edit must not bounce", twins)
	}
}
