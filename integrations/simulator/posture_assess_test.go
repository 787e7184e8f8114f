package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestAnAssessmentIsFoundBeneathItsResource(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	const version = "?api-version=2025-05-04"
	all := c.every(subscriptionID, "assessments", "2025-05-04")
	if len(all) != 300 {
		t.Fatalf("%d assessments", len(all))
	}
	last := -1 // of another cloud: its own id names the provider too
	for i := range all {
		if strings.Contains(all[i]["id"].(string), "/securityConnectors/") {
			last = i
		}
	}
	for _, i := range []int{0, 7, 90, last} {
		id := all[i]["id"].(string)
		v := c.must(200, "GET", c.set.ARM+id+version+"&$expand=metadata,links", nil)
		p := props(v)
		meta, _ := p["metadata"].(map[string]any)
		if v["id"] != id || meta["severity"] == nil || p["links"] == nil {
			t.Errorf("%s is %v", id, v)
		}
		of, _, _ := strings.Cut(id, "/providers/Microsoft.Security/assessments/")
		beneath, _ := c.follow(c.set.ARM + of + "/providers/Microsoft.Security/assessments" + version)
		found := false
		for _, x := range beneath {
			found = found || x["id"] == id
			if !strings.HasPrefix(x["id"].(string), of) {
				t.Errorf("%s is not beneath %s", x["id"], of)
			}
		}
		if !found || len(beneath) == len(all) && strings.Count(of, "/") > 2 {
			t.Errorf("beneath %s are %d, itself %v", of, len(beneath), found)
		}
		c.must(404, "GET", c.set.ARM+of+"/providers/Microsoft.Security/assessments/"+guidOf("nothing")+version, nil)
	}
	c.must(405, "PUT", c.set.ARM+all[0]["id"].(string)+version, map[string]any{})
	c.must(400, "GET", c.set.ARM+"/subscriptions/"+subscriptionID+"/providers/Microsoft.Security/assessments"+version+"&$skipToken=x", nil)
}

func TestFindingsAreListedOneByOneAndBehindTheirAssessment(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	const version = "2019-01-01-preview"
	of := map[string]int{}
	for _, x := range c.every(subscriptionID, "subAssessments", version) {
		of[strings.Split(x["id"].(string), "/subAssessments/")[0]]++
	}
	if len(of) < 10 {
		t.Fatalf("%d assessments have findings", len(of))
	}
	checked := 0
	for id, want := range of {
		list, _ := c.follow(c.set.ARM + id + "/subAssessments?api-version=" + version)
		if len(list) != want {
			t.Errorf("%s has %d findings, the list of all %d", id, len(list), want)
			continue
		}
		one := c.must(200, "GET", c.set.ARM+list[0]["id"].(string)+"?api-version="+version, nil)
		if props(one)["displayName"] != props(list[0])["displayName"] {
			t.Errorf("alone it is %v", one)
		}
		if a := props(c.must(200, "GET", c.set.ARM+id+"?api-version=2025-05-04", nil)); a["status"].(map[string]any)["code"] != "Unhealthy" {
			t.Errorf("a healthy resource has findings: %v", a)
		}
		if checked++; checked == 8 {
			break
		}
	}
}

func TestComplianceFollowsFromTheAssessments(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now, TokenLife: 48 * time.Hour})
	c := raw(t, s)
	const version = "2019-01-01-preview"
	failing := func() map[string]string {
		out := map[string]string{}
		for _, std := range c.every(subscriptionID, "regulatoryComplianceStandards", version) {
			base := "regulatoryComplianceStandards/" + std["name"].(string) + "/regulatoryComplianceControls"
			n := map[string]float64{}
			for _, q := range c.every(subscriptionID, base, version) {
				state := props(q)["state"].(string)
				n[state]++
				out[std["name"].(string)+" "+q["name"].(string)] = state
				looks := c.every(subscriptionID, base+"/"+q["name"].(string)+"/regulatoryComplianceAssessments", version)
				if want := num(props(q), "passedAssessments") + num(props(q), "failedAssessments") + num(props(q), "skippedAssessments"); int(want) != len(looks) {
					t.Errorf("%s looks at %d, its counts say %v", q["name"], len(looks), want)
				}
			}
			p := props(std)
			if n["Passed"] != num(p, "passedControls") || n["Failed"] != num(p, "failedControls") || n["Skipped"] != num(p, "skippedControls") || n["Unsupported"] != num(p, "unsupportedControls") {
				t.Errorf("%s says %v, its controls are %v", std["name"], p, n)
			}
			if failed := p["state"] == "Failed"; failed != (n["Failed"] > 0) {
				t.Errorf("%s is %v with %v", std["name"], p["state"], n)
			}
		}
		return out
	}
	if got := failing()["PCI-DSS-4 5.2"]; got != "Failed" {
		t.Errorf("before the repair endpoint protection is %s", got)
	}
	if err := s.ApplyPosture(PostureChange{Recommendation: "endpoint protection", Subscription: subscriptionID, State: "Healthy"}); err != nil {
		t.Fatal(err)
	}
	after := failing()
	if after["PCI-DSS-4 5.2"] != "Passed" || after["PCI-DSS-4 9.1"] != "Unsupported" {
		t.Errorf("after the repair: %v", after)
	}
}
