package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestSomeCloudAlertsAreBehindIncidentsAndSomeNeverBecameOne(t *testing.T) {
	s := start(t, Options{Incidents: 600})
	c := raw(t, s)
	listed := map[string]map[string]any{}
	for _, sub := range []string{subscriptionID, researchID} {
		for _, a := range c.every(sub, "alerts", "2022-01-01") {
			listed[a["name"].(string)] = props(a)
		}
	}
	alone, covered, accounts := 0, map[string]int{}, 0
	for _, a := range s.CloudAlerts() {
		p := listed[a.Name]
		if p == nil || p["status"] != a.State || p["systemAlertId"] != a.Name {
			t.Fatalf("%s is listed as %v", a.Name, p)
		}
		for _, e := range p["entities"].([]any) {
			if x := e.(map[string]any); x["type"] == "account" && x["upnSuffix"] != "" {
				accounts++
			}
		}
		if a.Incident == "" {
			alone++
			continue
		}
		covered[a.Source]++
		if covered[a.Source] > 12 {
			continue
		}
		found := false
		if a.Source == SourceDefender {
			for _, id := range c.alertIDs(a.Incident) {
				found = found || id == a.Name
			}
		} else {
			for _, x := range rows(c.must(200, "POST", c.ws("/incidents/"+a.Incident+"/alerts", ""), nil)) {
				found = found || props(x)["providerAlertId"] == a.Name
			}
		}
		if !found {
			t.Errorf("incident %s/%s does not hold %s", a.Source, a.Incident, a.Name)
		}
	}
	if alone != aloneAlerts || covered[SourceSentinel] < 3 || covered[SourceDefender] < 3 || accounts == 0 {
		t.Errorf("%d alone, %v behind incidents, %d accounts", alone, covered, accounts)
	}
}

func TestAnAlertChangesItsState(t *testing.T) {
	s := start(t, Options{Incidents: 60})
	c := raw(t, s)
	a := s.CloudAlerts()[0]
	_, rest, _ := strings.Cut(a.ID, "/providers/Microsoft.Security/")
	for _, x := range []struct{ verb, state string }{{"dismiss", "Dismissed"}, {"activate", "Active"}, {"inProgress", "InProgress"}, {"resolve", "Resolved"}} {
		c.security(204, "POST", a.Subscription, rest+"/"+x.verb, "2022-01-01", nil)
		if got := props(c.security(200, "GET", a.Subscription, rest, "2022-01-01", nil))["status"]; got != x.state {
			t.Errorf("after %s it is %v", x.verb, got)
		}
	}
	if got := c.must(200, "GET", c.set.ARM+a.ID+"?api-version=2022-01-01", nil)["id"]; got != a.ID {
		t.Errorf("by its own id it is %v", got)
	}
	c.security(404, "POST", a.Subscription, rest+"/explode", "2022-01-01", nil)
	c.security(405, "GET", a.Subscription, rest+"/dismiss", "2022-01-01", nil)
	c.security(404, "GET", a.Subscription, "locations/nowhere/alerts/"+a.Name, "2022-01-01", nil)
	c.security(404, "GET", a.Subscription, "alerts/"+a.Name, "2022-01-01", nil)
	if n := len(s.PostureWrites()); n != 4 {
		t.Errorf("%d writes", n)
	}
}

func TestAnAlertArrivesWithItsIncident(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 60, Now: h.now})
	before := len(s.CloudAlerts())
	for range 400 {
		h.move(time.Minute)
		s.Tick()
	}
	after := s.CloudAlerts()
	if len(after) <= before {
		t.Errorf("%d alerts, after 400 steps %d", before, len(after))
	}
	for _, a := range after[before:] {
		if a.Incident == "" {
			t.Errorf("%s arrived alone", a.Title)
		}
	}
}
