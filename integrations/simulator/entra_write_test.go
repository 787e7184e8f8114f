package simulator

import (
	"net/http"
	"testing"
	"time"
)

// atRisk returns users whose risk is open.
func atRisk(s *Server, n int) (out []StoredRisk) {
	for _, u := range s.RiskyUsers() {
		if u.State == "atRisk" && len(out) < n {
			out = append(out, u)
		}
	}
	return out
}

func TestVerdictsOnUsersReachTheirDetectionsAndSignIns(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now})
	c := raw(t, s)
	for action, want := range userVerdict {
		u := atRisk(s, 1)[0]
		h.move(time.Minute)
		c.must(204, "POST", c.identity("identityProtection/riskyUsers/"+action, ""), map[string]any{"userIds": []string{u.ID}})
		now, _ := s.RiskyUser(u.ID)
		last := now.History[len(now.History)-1]
		if now.State != want.state || now.Level != want.level || now.Detail != want.detail || !now.Changed.Equal(h.now()) || last.By != appObjectID || len(now.History) != len(u.History)+1 {
			t.Errorf("%s: %+v", action, now)
		}
		open := 0
		found, _ := c.walk(c.identity("identityProtection/riskDetections", "userId eq '"+u.ID+"'"))
		for _, d := range found {
			if d["riskState"] == "atRisk" {
				open++
			}
		}
		if len(found) == 0 || (open > 0) != (action == "confirmCompromised") {
			t.Errorf("%s: %d of %d detections are open", action, open, len(found))
		}
		if w := s.IdentityWrites(u.ID); len(w) != 1 || w[0].Fields[0] != action || w[0].Method != "POST" {
			t.Errorf("writes %+v", w)
		}
	}
}

func TestFeedbackOnASignInMovesItsUser(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now})
	c := raw(t, s)
	var sign StoredSignIn
	for _, x := range s.RiskySignIns() {
		if x.State == "atRisk" {
			sign = x
		}
	}
	do := func(action string) {
		h.move(time.Minute)
		c.must(204, "POST", c.identity("auditLogs/signIns/"+action, ""), map[string]any{"requestIds": []string{sign.ID}})
	}
	do("confirmCompromised")
	now, _ := s.SignInByID(sign.ID)
	user, _ := s.RiskyUser(sign.User)
	if now.State != "confirmedCompromised" || now.Level != "high" || user.Level != "high" || user.Detail != "adminConfirmedSigninCompromised" {
		t.Errorf("%+v of %+v", now, user)
	}
	do("confirmSafe")
	if now, _ = s.SignInByID(sign.ID); now.State != "confirmedSafe" || now.Detail != "adminConfirmedSigninSafe" {
		t.Errorf("%+v", now)
	}
	c.must(404, "POST", c.identity("auditLogs/signIns/dismiss", ""), map[string]any{"requestIds": []string{sign.ID, "nobody"}})
	if w := s.IdentityWrites(sign.ID); len(w) != 2 {
		t.Errorf("a refused call took effect: %+v", w)
	}
}

func TestAccountsAreLockedAndSessionsEndOnce(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now})
	c := raw(t, s)
	u := atRisk(s, 1)[0]
	one := c.set.Graph + "/users/" + u.ID
	s.SetFaults(Faults{LoseReplyNext: 1})
	h.move(time.Minute)
	if _, _, _, err := c.do("POST", one+"/revokeSignInSessions", nil); err == nil {
		t.Error("the reply was not lost")
	}
	if !s.RevokedAt(u.ID).Equal(h.now()) {
		t.Errorf("sessions are valid from %s, it is %s", s.RevokedAt(u.ID), h.now())
	}
	c.must(204, "PATCH", one, map[string]any{"accountEnabled": false})
	v := c.must(200, "GET", one+"?$select=accountEnabled,signInSessionsValidFromDateTime", nil)
	if v["accountEnabled"] != false || v["signInSessionsValidFromDateTime"] != h.now().Format(time.RFC3339) || v["id"] != nil {
		t.Errorf("the directory says %v", v)
	}
	if v = c.must(200, "GET", one, nil); v["accountEnabled"] != nil {
		t.Errorf("without being asked it says %v", v)
	}
	c.must(204, "PATCH", one, map[string]any{"accountEnabled": true})
	c.must(400, "PATCH", one, map[string]any{"displayName": "x"})
	c.must(404, "POST", c.set.Graph+"/users/nobody@x.example/revokeSignInSessions", nil)
	if w := s.IdentityWrites(u.ID); len(w) != 3 || !s.AccountEnabled(u.ID) {
		t.Errorf("writes %+v", w)
	}
	s.SetRights(Rights{GraphWithout: []string{UserEnable, UserReadWrite}})
	c.must(403, "PATCH", one, map[string]any{"accountEnabled": false})
	s.SetFaults(Faults{ErrorNext: 1, WritesOnly: true})
	c.must(503, "POST", one+"/revokeSignInSessions", nil)
	s.SetOffline(true)
	if _, _, _, err := c.do("GET", one, nil); err == nil {
		t.Error("it answers offline")
	}
}

func TestOtherAnalystsSettleRisksMeanwhile(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 30, Now: h.now})
	c := raw(t, s)
	before := len(atRisk(s, 1000))
	for range 12 {
		h.move(time.Minute)
		s.Tick()
	}
	if after := len(atRisk(s, 1000)); after > before-4 {
		t.Errorf("%d open risks, %d after a while", before, after)
	}
	u := atRisk(s, 1)[0]
	control := c.set.BaseURL + "/_control/"
	c.must(200, "POST", control+"identityChange", map[string]any{"user": u.Name, "do": "confirmSafe", "who": colleague})
	c.must(400, "POST", control+"identityChange", map[string]any{"user": u.Name, "do": "promote"})
	v := c.must(200, "GET", control+"subject?id="+u.ID, nil)
	if w := v["writes"].([]any); len(w) != 1 || v["user"].(map[string]any)["State"] != "confirmedSafe" || v["enabled"] != true {
		t.Errorf("the control shows %v", v)
	}
	c.must(200, "POST", control+"identity", map[string]any{"noP2": true})
	if status, _, _, err := c.do("GET", c.identity("identityProtection/riskyUsers", ""), nil); err != nil || status != http.StatusForbidden {
		t.Errorf("without the licence: %d %v", status, err)
	}
}

// The directory with its risks is made at the first need, and soon.
func TestALargeLogCostsNothingToStart(t *testing.T) {
	began := time.Now()
	s := start(t, Options{Incidents: 5, SignIns: 1_000_000})
	n := len(s.RiskyUsers())
	if took := time.Since(began); took > 3*time.Second*raceFactor || n < 50 || n > 3000 {
		t.Errorf("%d risky users after %s", n, took)
	}
}
