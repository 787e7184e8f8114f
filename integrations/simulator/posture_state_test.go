package simulator

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestASubscriptionThatIsNotServedSaysWhy(t *testing.T) {
	s := start(t, Options{Incidents: 60})
	c := raw(t, s)
	if got := errorCode(c.security(409, "GET", archiveID, "secureScores", "2020-01-01", nil)); got != "MissingSubscriptionRegistration" {
		t.Errorf("the archive: %s", got)
	}
	s.SetPostureState(PostureState{Unwatched: []string{researchID}})
	for path, version := range map[string]string{"secureScores": "2020-01-01", "assessments": "2025-05-04", "alerts": "2022-01-01", "regulatoryComplianceStandards": "2019-01-01-preview", "secureScoreControls": "2020-01-01"} {
		if got := c.every(researchID, path, version); len(got) != 0 {
			t.Errorf("without a plan %s has %d rows", path, len(got))
		}
	}
	c.security(404, "GET", researchID, "secureScores/ascScore", "2020-01-01", nil)
	s.SetPostureState(PostureState{Unregistered: []string{subscriptionID}})
	c.security(409, "GET", subscriptionID, "assessments", "2025-05-04", nil)
	s.SetPostureState(PostureState{})
	for path, code := range map[string]string{"assessments?api-version=2020-01-01": "NoRegisteredProviderFound", "gadgets?api-version=2020-01-01": "InvalidResourceType", "alerts": "MissingApiVersionParameter"} {
		status, _, b, err := c.do("GET", c.set.ARM+"/subscriptions/"+subscriptionID+"/providers/Microsoft.Security/"+path, nil)
		if err != nil || status/100 != 4 || !strings.Contains(string(b), code) {
			t.Errorf("%s: %d %s", path, status, b)
		}
	}
	c.must(404, "GET", c.set.ARM+"/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Security/alerts?api-version=2022-01-01", nil)
	c.must(404, "GET", c.set.ARM+"/providers/Microsoft.Nothing/x?api-version=1", nil)
	for _, path := range []string{
		"/providers/Microsoft.Management/managementGroups/all/providers/Microsoft.Security/secureScores?api-version=2020-01-01",
		"/providers/Microsoft.Security/secureScores?api-version=2020-01-01", "/providers/Microsoft.Security/assessments?api-version=2025-05-04",
		"/providers/Microsoft.Security/subAssessments?api-version=2019-01-01-preview", "/providers/Microsoft.Security/alerts?api-version=2022-01-01",
		"/providers/Microsoft.Security/securityContacts?api-version=2023-12-01-preview", "/providers/Microsoft.Security/regulatoryComplianceStandards?api-version=2019-01-01-preview",
	} {
		c.must(404, "GET", c.set.ARM+path, nil)
	}
}

func TestRolesDecideWhoReadsAndWritesPosture(t *testing.T) {
	s := start(t, Options{Incidents: 60})
	c := raw(t, s)
	contact := props(c.security(200, "GET", subscriptionID, "securityContacts/default", "2023-12-01-preview", nil))
	body := map[string]any{"properties": contact}
	s.SetRights(Rights{NoSecurity: []string{researchID}})
	v := c.security(403, "GET", researchID, "assessments", "2025-05-04", nil)
	if errorCode(v) != "AuthorizationFailed" || !strings.Contains(fmt.Sprint(v), "Microsoft.Security/assessments/read") {
		t.Errorf("refused by %v", v)
	}
	c.security(200, "GET", subscriptionID, "assessments", "2025-05-04", nil)
	s.SetRights(Rights{SecurityReadOnly: true})
	c.security(200, "GET", subscriptionID, "securityContacts", "2023-12-01-preview", nil)
	c.security(403, "PUT", subscriptionID, "securityContacts/default", "2023-12-01-preview", body)
	alert := s.CloudAlerts()[0]
	_, rest, _ := strings.Cut(alert.ID, "/providers/Microsoft.Security/")
	c.security(403, "POST", alert.Subscription, rest+"/dismiss", "2022-01-01", nil)
	may := rows(c.must(200, "GET", c.set.ARM+"/subscriptions/"+subscriptionID+"/providers/Microsoft.Authorization/permissions?api-version=2022-04-01", nil))
	if p := permissionOf(t, may[0]); !p.allows("Microsoft.Security/alerts/read") || p.allows("Microsoft.Security/securityContacts/write") {
		t.Errorf("the permissions say %+v", p)
	}
	if n := len(s.PostureWrites()); n != 0 {
		t.Errorf("%d writes took effect", n)
	}
	s.SetRights(Rights{GraphWithout: []string{EventsReadWrite}})
	profile := c.set.Graph + "/security/secureScoreControlProfiles/AdminMFAV2"
	c.must(200, "GET", profile, nil)
	c.must(403, "PATCH", profile, map[string]any{"state": "Ignored", "vendorInformation": map[string]any{"provider": "SecureScore", "vendor": "Microsoft"}})
}

func TestReadsOfEachSubscriptionHaveTheirOwnLimit(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now, Throttle: Throttle{ARMReads: Rate{PerSecond: 1, Burst: 3}}})
	c := raw(t, s)
	get := func(sub string) (int, http.Header) {
		status, head, _, err := c.do("GET", c.set.ARM+"/subscriptions/"+sub+"/providers/Microsoft.Security/secureScores?api-version=2020-01-01", nil)
		if err != nil {
			t.Fatal(err)
		}
		return status, head
	}
	for range 3 {
		if status, _ := get(subscriptionID); status != 200 {
			t.Fatalf("within the limit: %d", status)
		}
	}
	if status, head := get(subscriptionID); status != 429 || head.Get("Retry-After") != "1" {
		t.Errorf("beyond it: %d, again after %q", status, head.Get("Retry-After"))
	}
	if status, _ := get(researchID); status != 200 {
		t.Errorf("the other subscription: %d", status)
	}
	h.move(time.Second)
	if status, _ := get(subscriptionID); status != 200 {
		t.Errorf("a second later: %d", status)
	}
	if r := s.Throttled().ARMReads; r.Allowed != 5 || r.Refused != 1 || r.Could < 5 {
		t.Errorf("the report says %+v", r)
	}
}

func TestTheSecureScoreTakesAHundredAndFiftyAMinuteAndFourAtOnce(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now, Throttle: PostureThrottle})
	c := raw(t, s)
	url := c.set.Graph + "/security/secureScores?$top=1"
	for n := range 151 {
		want := 200
		if n == 150 {
			want = 429
		}
		if status, head, _, err := c.do("GET", url, nil); err != nil || status != want || want == 429 && head.Get("Retry-After") != "60" {
			t.Fatalf("request %d: %d, again after %q, %v", n, status, head.Get("Retry-After"), err)
		}
	}
	h.move(time.Minute)
	s.posture.mu.Lock() // whoever is in waits
	var wg sync.WaitGroup
	status := make(chan int, 5)
	for range 5 {
		wg.Go(func() {
			got, _, _, err := c.do("GET", url, nil)
			if err != nil {
				t.Error(err)
			}
			status <- got
		})
	}
	if first := <-status; first != 429 {
		t.Errorf("the fifth at once: %d", first)
	}
	s.posture.mu.Unlock()
	wg.Wait()
	close(status)
	for got := range status {
		if got != 200 {
			t.Errorf("one of four: %d", got)
		}
	}
}

func TestOddRowsComeWithTheOthers(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	for _, url := range []string{c.set.ARM + "/subscriptions/" + subscriptionID + "/providers/Microsoft.Security/assessments?api-version=2025-05-04", c.set.Graph + "/security/secureScores"} {
		plain := len(c.must(200, "GET", url, nil)["value"].([]any))
		s.SetFaults(Faults{OddRows: 1})
		if odd := len(c.must(200, "GET", url, nil)["value"].([]any)); odd < plain+3 {
			t.Errorf("%s: %d rows with odd ones, %d without", url, odd, plain)
		}
	}
}

func TestWhatIsOddButAllowedIsThereFromTheStart(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	nameless, ahead, onPremise := 0, 0, 0
	for _, sub := range []string{subscriptionID, researchID} {
		for _, a := range c.every(sub, "assessments", "2025-05-04") {
			p := props(a)
			if p["displayName"] == nil {
				nameless++
			}
			since, err := time.Parse(time.RFC3339, p["status"].(map[string]any)["statusChangeDate"].(string))
			if err != nil {
				t.Fatal(err)
			}
			if since.After(time.Now().Add(24 * time.Hour)) {
				ahead++
			}
			if p["resourceDetails"].(map[string]any)["source"] == "OnPremise" {
				onPremise++
			}
		}
	}
	if nameless == 0 || ahead == 0 || onPremise == 0 {
		t.Errorf("%d without a name, %d from the future, %d on premises", nameless, ahead, onPremise)
	}
	above, silent := 0, 0
	for _, part := range c.every(researchID, "secureScoreControls", "2020-01-01") {
		score := props(part)["score"].(map[string]any)
		if num(score, "current") > num(score, "max") {
			above++
		}
		if score["percentage"] == nil {
			silent++
		}
	}
	if above != 1 || silent != 1 {
		t.Errorf("%d above their maximum, %d without a share", above, silent)
	}
	if got := c.every(researchID, "secureScores", "2020-01-01"); len(got) != 2 {
		t.Errorf("%d scores where an initiative of the tenant has one too", len(got))
	}
}
