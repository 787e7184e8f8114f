package simulator

import (
	"slices"
	"strings"
	"testing"
	"time"
)

var vendor = map[string]any{"provider": "SecureScore", "vendor": "Microsoft"}

func TestAContactIsMadeReplacedAndRemoved(t *testing.T) {
	s := start(t, Options{Incidents: 1, Posture: Posture{Subscriptions: 5}})
	c := raw(t, s)
	const version = "2023-12-01-preview"
	none := s.posture.subs[3].id
	if list := rows(c.security(200, "GET", none, "securityContacts", version, nil)); len(list) != 0 {
		t.Errorf("a subscription without a contact lists %v", list)
	}
	c.security(404, "GET", none, "securityContacts/default", version, nil)
	body := map[string]any{"properties": map[string]any{
		"emails": "a@x.example; b@x.example", "phone": "+1", "isEnabled": true,
		"notificationsByRole":  map[string]any{"state": "On", "roles": []string{"Owner", "Contributor"}},
		"notificationsSources": []any{map[string]any{"sourceType": "Alert", "minimalSeverity": "High"}},
	}}
	c.security(201, "PUT", none, "securityContacts/default", version, body)
	body["properties"].(map[string]any)["phone"] = "+2"
	c.security(200, "PUT", none, "securityContacts/default", version, body)
	if mails, phone, ok := s.Contact(none); !ok || mails != "a@x.example; b@x.example" || phone != "+2" {
		t.Errorf("the contact is %q, %q, %v", mails, phone, ok)
	}
	for _, wrong := range []map[string]any{
		{"emails": "not an address"},
		{"notificationsSources": []any{map[string]any{"sourceType": "Alert", "minimalSeverity": "Critical"}}},
		{"notificationsByRole": map[string]any{"state": "Maybe"}},
		{"notificationsByRole": map[string]any{"state": "On", "roles": []string{"Janitor"}}},
		{"isEnabled": "yes"},
	} {
		c.security(400, "PUT", none, "securityContacts/default", version, map[string]any{"properties": wrong})
	}
	c.security(200, "DELETE", none, "securityContacts/default", version, nil)
	c.security(204, "DELETE", none, "securityContacts/default", version, nil)
	c.security(404, "PUT", none, "securityContacts/other", version, body)
	w := s.PostureWrites()
	if len(w) != 3 || w[0].Method != "PUT" || !slices.Equal(w[1].Fields, []string{"phone"}) || w[2].Method != "DELETE" || w[1].Kind != WroteContact || w[1].ID != none {
		t.Errorf("the writes are %+v", w)
	}
}

func TestAControlIsJudgedAndCountsFromTheNextDay(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 1, Now: h.now, TokenLife: 48 * time.Hour})
	c := raw(t, s)
	url := c.set.Graph + "/security/secureScoreControlProfiles/" + m365DropControl
	before, _ := s.ScoreOn(ModelM365, tenantID, h.now())
	c.must(204, "PATCH", url, map[string]any{"state": "thirdparty", "comment": "Blocked at the gateway", "vendorInformation": vendor})
	if now, _ := s.ScoreOn(ModelM365, tenantID, h.now()); now != before {
		t.Errorf("today's score went from %+v to %+v", before, now)
	}
	h.move(24 * time.Hour)
	parts := s.PartsOn(ModelM365, tenantID, h.now())
	i := slices.IndexFunc(parts, func(p PartTruth) bool { return p.Control == m365DropControl })
	if parts[i].Current != parts[i].Max {
		t.Errorf("the day after it counts %v of %v", parts[i].Current, parts[i].Max)
	}
	status, head, b, err := c.do("PATCH", url, map[string]any{"comment": "Checked", "vendorInformation": vendor}, "Prefer", "return=representation")
	if err != nil || status != 200 || head.Get("Preference-Applied") == "" || !strings.Contains(string(b), `"comment":"Checked","state":"ThirdParty"`) {
		t.Errorf("with a wish for the result: %d %s %v", status, b, err)
	}
	for _, wrong := range []map[string]any{{"state": "Reviewed"}, {"vendorInformation": vendor}, {"state": "Solved", "vendorInformation": vendor}, {"title": "x", "vendorInformation": vendor}} {
		c.must(400, "PATCH", url, wrong)
	}
	c.must(404, "PATCH", c.set.Graph+"/security/secureScoreControlProfiles/legacy_mobile_check", map[string]any{"state": "Reviewed", "vendorInformation": vendor})
	if w := s.PostureWrites(); len(w) != 2 || w[0].Value != "ThirdParty" || w[0].ID != m365DropControl || !slices.Equal(w[1].Fields, []string{"comment"}) {
		t.Errorf("the writes are %+v", w)
	}
}

func TestALostReplyLeavesItsEffect(t *testing.T) {
	s := start(t, Options{Incidents: 60})
	c := raw(t, s)
	alert := s.CloudAlerts()[0]
	s.SetFaults(Faults{LoseReplyNext: 1, Path: "dismiss"})
	_, rest, _ := strings.Cut(alert.ID, "/providers/Microsoft.Security/")
	url := c.set.ARM + "/subscriptions/" + alert.Subscription + "/providers/Microsoft.Security/" + rest
	if status, _, _, err := c.do("POST", url+"/dismiss?api-version=2022-01-01", nil); err == nil {
		t.Errorf("a lost reply came: %d", status)
	}
	if w := s.PostureWrites(); len(w) != 1 || w[0].Value != "Dismissed" || w[0].ID != alert.Name {
		t.Errorf("the writes are %+v", w)
	}
	s.SetFaults(Faults{ErrorNext: 1})
	c.must(503, "POST", url+"/activate?api-version=2022-01-01", nil)
	if n := len(s.PostureWrites()); n != 1 {
		t.Errorf("%d writes after a refused one", n)
	}
}

func TestOthersChangePostureMeanwhile(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 120, Now: h.now})
	before, _ := s.ScoreOn(ModelCloud, subscriptionID, h.now())
	for range 120 {
		h.move(time.Minute)
		s.Tick()
	}
	kinds := map[string]int{}
	for _, w := range s.PostureWrites() {
		kinds[w.Kind]++
		if w.Who == s.Settings().User || w.Method != "EDIT" {
			t.Errorf("the person at the screen wrote without knowing: %+v", w)
		}
	}
	for _, kind := range []string{WroteContact, WroteControl, WroteAlert, WroteResult} {
		if kinds[kind] == 0 {
			t.Errorf("nobody changed a %s: %v", kind, kinds)
		}
	}
	if now, _ := s.ScoreOn(ModelCloud, subscriptionID, h.now()); now != before {
		t.Errorf("the score with the story's drops moved from %+v to %+v", before, now)
	}
}

func TestAnotherPersonsChangeIsApplied(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 60, Now: h.now})
	before, _ := s.ScoreOn(ModelCloud, subscriptionID, h.now())
	old := s.UnhealthyOn(subscriptionID, keyUpdates, h.now())
	if err := s.ApplyPosture(PostureChange{Recommendation: guidOf(keyUpdates), Subscription: subscriptionID, State: "Healthy"}); err != nil {
		t.Fatal(err)
	}
	after, _ := s.ScoreOn(ModelCloud, subscriptionID, h.now())
	if left := s.UnhealthyOn(subscriptionID, keyUpdates, h.now()); len(left) != 0 || len(old) == 0 || after.Current <= before.Current {
		t.Errorf("%d of %d are left, the score went from %v to %v", len(left), len(old), before.Current, after.Current)
	}
	mail := "new@northwind-clinic.example"
	alert := s.CloudAlerts()[3].Name
	for _, x := range []PostureChange{{Contact: researchID, Emails: &mail}, {Control: "UserRiskPolicy", State: "Ignored", Note: "Accepted"}, {Alert: alert, State: "Resolved", Who: "helga"}} {
		if err := s.ApplyPosture(x); err != nil {
			t.Errorf("%+v: %v", x, err)
		}
	}
	if got, _, _ := s.Contact(researchID); got != mail {
		t.Errorf("the contact is %q", got)
	}
	if w := s.PostureWrites(); w[len(w)-1].Who != "helga" || w[len(w)-1].Value != "Resolved" {
		t.Errorf("the last write is %+v", w[len(w)-1])
	}
	c := raw(t, s)
	control := s.Settings().BaseURL + "/_control/"
	c.must(200, "POST", control+"postureChange", map[string]any{"control": "SigninRiskPolicy", "state": "Reviewed", "who": "piotr"})
	c.must(400, "POST", control+"postureChange", map[string]any{"control": "SigninRiskPolicy", "state": "Solved"})
	c.must(200, "POST", control+"posture", map[string]any{"unwatched": []string{researchID}})
	if got := c.must(200, "GET", control+"posture", nil)["unwatched"]; len(got.([]any)) != 1 {
		t.Errorf("not watched: %v", got)
	}
	if w := s.PostureWrites(); w[len(w)-1].Who != "piotr" {
		t.Errorf("from another process: %+v", w[len(w)-1])
	}
	for _, x := range []PostureChange{{}, {Contact: "nowhere"}, {Control: "UserRiskPolicy", State: "Solved"}, {Control: "nothing", State: "Ignored"}, {Alert: "none", State: "Resolved"}, {Recommendation: "none", Subscription: subscriptionID, State: "Healthy"}} {
		if s.ApplyPosture(x) == nil {
			t.Errorf("%+v was done", x)
		}
	}
}
