package simulator

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// alertIDs are the alerts of a Graph incident, as its page and its own list tell them.
func (c *caller) alertIDs(incident string) []string {
	c.t.Helper()
	var out []string
	for _, a := range rows(c.must(200, "GET", c.set.Graph+"/security/incidents/"+incident+"/alerts", nil)) {
		if a["incidentId"] != incident {
			c.t.Errorf("the alert %v in %s says it is in %v", a["id"], incident, a["incidentId"])
		}
		out = append(out, a["id"].(string))
	}
	return out
}

// twinAlerts are the alerts of a Sentinel incident by the provider's id, checked
// against the number it tells.
func (c *caller) twinAlerts(name string) []string {
	c.t.Helper()
	in := c.must(200, "GET", c.ws("/incidents/"+name, ""), nil)
	var out []string
	for _, a := range rows(c.must(200, "POST", c.ws("/incidents/"+name+"/alerts", ""), nil)) {
		out = append(out, props(a)["providerAlertId"].(string))
	}
	if n := props(in)["additionalData"].(map[string]any)["alertsCount"]; n != float64(len(out)) {
		c.t.Errorf("%s counts %v alerts and lists %d", name, n, len(out))
	}
	return out
}

func (c *caller) post(status int, path string, body map[string]any) string {
	c.t.Helper()
	id, _ := c.must(status, "POST", c.set.Graph+"/security/"+path, body)["targetIncidentId"].(string)
	return id
}

// withTwin picks open Graph incidents that Sentinel has too.
func withTwin(in Stored) bool { return in.Twin != "" && in.RedirectTo == "" && in.Status != "resolved" }

func TestAMergeIsFeltAtBothProducts(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 400, Now: h.now})
	c := raw(t, s)
	three := defender(s, 3, withTwin)
	old, young := three[0], three[2]
	s.EditAs("mei.castro@northwind-clinic.example", SourceDefender, old.ID, func(f *Fields) { f.Severity = "low" })
	s.EditAs("mei.castro@northwind-clinic.example", SourceDefender, young.ID, func(f *Fields) { f.Severity = "high" })
	h.move(time.Minute)
	want := append(c.alertIDs(old.ID), c.alertIDs(young.ID)...)
	status := c.must(200, "GET", c.set.Graph+"/security/alerts_v2/"+want[len(want)-1], nil)["status"]
	before, _ := s.SentinelIncident(old.Twin)
	if got := c.post(200, "incidents/microsoft.graph.security.mergeIncidents", map[string]any{"incidentIds": []string{young.ID, old.ID}, "incidentComment": "One campaign", "mergeReasons": "sameCampaign, SameActor"}); got != old.ID {
		t.Fatalf("merged into %s, want the older %s", got, old.ID)
	}
	if got := c.alertIDs(old.ID); !slices.Equal(got, want) {
		t.Errorf("the survivor holds %v, want %v", got, want)
	}
	if got := c.twinAlerts(old.Twin); !slices.Equal(got, want) {
		t.Errorf("the survivor's twin holds %v, want %v", got, want)
	}
	if got := c.twinAlerts(young.Twin); len(got) != 0 {
		t.Errorf("the twin of the merged one still holds %v", got)
	}
	survivor, _ := s.DefenderIncident(old.ID)
	twin, _ := s.SentinelIncident(old.Twin)
	gone, _ := s.SentinelIncident(young.Twin)
	if survivor.Severity != "high" || twin.Severity != "High" || !twin.Modified.After(before.Modified) || twin.ETag == before.ETag {
		t.Errorf("survivor %+v, twin %+v", survivor, twin)
	}
	if gone.Status != "Closed" {
		t.Errorf("the twin of the merged one is %s", gone.Status)
	}
	if last := survivor.Comments[len(survivor.Comments)-1]; last.Text != "One campaign" {
		t.Errorf("the last comment is %+v", last)
	}
	moved := c.must(200, "GET", c.set.Graph+"/security/alerts_v2/"+want[len(want)-1], nil)
	if moved["status"] != status || moved["lastUpdateDateTime"] != stamp(h.now().UnixNano()) {
		t.Errorf("the alert was %v and is %v, updated %v", status, moved["status"], moved["lastUpdateDateTime"])
	}
	for why, b := range map[string]map[string]any{
		"one that was merged before": {"incidentIds": []string{young.ID, three[1].ID}},
		"one that does not exist":    {"incidentIds": []string{old.ID, "999999"}},
		"one alone":                  {"incidentIds": []string{old.ID, old.ID}},
		"none":                       {"incidentIds": []string{}},
		"a reason nobody knows":      {"incidentIds": []string{old.ID, three[1].ID}, "mergeReasons": "because"},
	} {
		c.post(400, "incidents/mergeIncidents", b)
		if now, _ := s.DefenderIncident(three[1].ID); now.RedirectTo != "" {
			t.Fatalf("%s took effect", why)
		}
	}
}

func TestAlertsMoveToAnotherIncidentAndHomeAgain(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 600, Now: h.now})
	c := raw(t, s)
	var from, to Stored
	for _, in := range defender(s, 60, withTwin) {
		if len(c.alertIDs(in.ID)) > 1 && from.ID == "" {
			from = in
		} else {
			to = in
		}
	}
	own, there := c.alertIDs(from.ID), c.alertIDs(to.ID)
	h.move(10 * time.Minute)
	if got := c.post(200, "alerts_v2/moveAlerts", map[string]any{"alertIds": []string{own[0]}, "incidentId": to.ID, "alertComment": "Belongs there", "newCorrelationReasons": "sameAsset"}); got != to.ID {
		t.Fatalf("moved into %s", got)
	}
	for id, want := range map[string][]string{from.ID: own[1:], to.ID: append(slices.Clone(there), own[0])} {
		in, _ := s.DefenderIncident(id)
		if got := c.alertIDs(id); !slices.Equal(got, want) || !slices.Equal(c.twinAlerts(in.Twin), want) {
			t.Errorf("%s holds %v, its twin %v, want %v", id, got, c.twinAlerts(in.Twin), want)
		}
		twin, _ := s.SentinelIncident(in.Twin)
		if !in.Modified.Equal(h.now()) || !twin.Modified.Equal(h.now()) {
			t.Errorf("%s was modified %s, its twin %s", id, in.Modified, twin.Modified)
		}
	}
	a := c.must(200, "GET", c.set.Graph+"/security/alerts_v2/"+own[0], nil)
	if said, _ := a["comments"].([]any); len(said) != 1 || said[0].(map[string]any)["comment"] != "Belongs there" {
		t.Errorf("comments of the alert: %v", a["comments"])
	}
	was, _ := s.DefenderIncident(to.ID)
	h.move(10 * time.Minute)
	c.post(200, "alerts_v2/microsoft.graph.security.moveAlerts", map[string]any{"alertIds": []string{own[0]}, "incidentId": to.ID})
	if again, _ := s.DefenderIncident(to.ID); !again.Modified.Equal(was.Modified) {
		t.Error("an alert that was there already changed the incident")
	}
	c.post(200, "alerts_v2/moveAlerts", map[string]any{"alertIds": []string{own[0]}, "incidentId": from.ID})
	if got := c.alertIDs(from.ID); !slices.Equal(got, own) || !slices.Equal(c.alertIDs(to.ID), there) {
		t.Errorf("home again: %v and %v", got, c.alertIDs(to.ID))
	}
}

func TestAlertsMoveIntoANewIncident(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	two := defender(s, 2, alone)
	ids := []string{c.alertIDs(two[0].ID)[0], c.alertIDs(two[1].ID)[0]}
	for _, incident := range []any{nil, ""} {
		fresh := c.post(200, "alerts_v2/moveAlerts", map[string]any{"alertIds": ids, "incidentId": incident})
		got, ok := s.DefenderIncident(fresh)
		if !ok || got.Status != "active" || got.Title == "" || got.Twin != "" || !slices.Equal(c.alertIDs(fresh), ids) {
			t.Errorf("new incident %+v with %v", got, c.alertIDs(fresh))
		}
		newest := rows(c.must(200, "GET", c.set.Graph+"/security/incidents?$top=1&$expand=alerts", nil))[0]
		if newest["id"] != fresh || len(newest["alerts"].([]any)) != 2 {
			t.Errorf("the newest incident is %v", newest["id"])
		}
	}
}

func TestAMoveThatCannotBeMovesNothing(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c := raw(t, s)
	three := defender(s, 3, alone)
	ids := c.alertIDs(three[0].ID)
	s.Merge([]string{three[1].ID, three[2].ID})
	for why, b := range map[string]map[string]any{
		"into one that was merged away": {"alertIds": ids, "incidentId": three[2].ID},
		"into one that does not exist":  {"alertIds": ids, "incidentId": "999999"},
		"an alert that does not exist":  {"alertIds": append(slices.Clone(ids), "da638000000000000000_1"), "incidentId": three[1].ID},
		"no alerts":                     {"alertIds": []string{}},
		"a reason nobody knows":         {"alertIds": ids, "newCorrelationReasons": "hunch"},
		"a comment beyond the limit":    {"alertIds": ids, "alertComment": fmt.Sprintf("%030001d", 1)},
	} {
		c.post(400, "alerts_v2/moveAlerts", b)
		if got := c.alertIDs(three[0].ID); !slices.Equal(got, ids) {
			t.Errorf("%s: the source holds %v", why, got)
		}
	}
}

func TestMergesAndMovesInAnyOrderKeepEveryAlertOnce(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c := raw(t, s)
	some := defender(s, 8, alone)
	var all []string
	for _, in := range some {
		all = append(all, c.alertIDs(in.ID)...)
	}
	dice := uint32(7)
	next := func(n int) int { dice = dice*1664525 + 1013904223; return int(dice>>16) % n }
	for step := range 60 {
		a, b := some[next(len(some))], some[next(len(some))]
		if step%9 == 8 {
			s.Merge([]string{a.ID, b.ID}) // refused where one was merged before
			continue
		}
		status, _, _, err := c.do("POST", c.set.Graph+"/security/alerts_v2/moveAlerts", map[string]any{"alertIds": []string{all[next(len(all))], all[next(len(all))]}, "incidentId": a.ID})
		if now, _ := s.DefenderIncident(a.ID); err != nil || (status == 200) != (now.RedirectTo == "") {
			t.Fatalf("step %d: %d %v", step, status, err)
		}
	}
	var found []string
	for _, in := range some {
		found = append(found, c.alertIDs(in.ID)...)
	}
	slices.Sort(found)
	slices.Sort(all)
	if !slices.Equal(found, all) {
		t.Errorf("%d alerts became %d: %v", len(all), len(found), found)
	}
}
