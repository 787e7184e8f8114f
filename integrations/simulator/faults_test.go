package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestAWriteWhoseReplyIsLostHasTakenEffectOnce(t *testing.T) {
	s := start(t, Options{Incidents: 300, Now: newHand().now})
	c := raw(t, s)
	in, g := openOne(t, s), defender(s, 1, alone)[0]
	s.SetFaults(Faults{LoseReplyNext: 3})
	body := map[string]any{"properties": map[string]any{"message": "said once"}}
	if status, _, _, err := c.do("PUT", c.ws("/incidents/"+in.ID+"/comments/x-1", ""), body); err == nil {
		t.Errorf("a reply came: %d", status)
	}
	if _, _, _, err := c.do("POST", c.set.Graph+"/security/incidents/"+g.ID+"/comments", map[string]any{"comment": "said once"}); err == nil {
		t.Error("a reply came")
	}
	c.must(200, "GET", c.ws("/incidents/"+in.ID, ""), nil) // reading loses nothing
	if _, _, _, err := c.do("PATCH", c.set.Graph+"/security/incidents/"+g.ID, map[string]any{"severity": "informational"}); err == nil {
		t.Error("a reply came")
	}
	c.must(409, "PUT", c.ws("/incidents/"+in.ID+"/comments/x-1", ""), body)
	now, _ := s.SentinelIncident(in.ID)
	after, _ := s.DefenderIncident(g.ID)
	if len(now.Comments) != len(in.Comments)+1 || len(after.Comments) != len(g.Comments)+1 || after.Severity != "informational" {
		t.Errorf("comments %d and %d, severity %s", len(now.Comments), len(after.Comments), after.Severity)
	}
	if w := s.Writes(SourceSentinel, in.ID); len(w) != 1 || w[0].CommentID != "x-1" || w[0].CommentText != "said once" {
		t.Errorf("writes %+v", w)
	}
	if got := s.Counters()["fault lost reply"]; got != 3 {
		t.Errorf("%d replies were lost", got)
	}
}

func TestThrottlingSaysWhenToComeBackInEveryWayTheServicesDo(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 10, Now: h.now})
	c := raw(t, s)
	for sent, want := range map[string]string{"7": "7", "2.128": "2.128", "": "", "date:30s": h.now().Add(30 * time.Second).UTC().Format(http.TimeFormat)} {
		s.SetFaults(Faults{ThrottleNext: 1, RetryAfter: sent})
		status, head, _, err := c.do("GET", c.ws("/incidents", ""), nil)
		if err != nil || status != 429 || head.Get("Retry-After") != want {
			t.Errorf("%q: %d %q %v", sent, status, head.Get("Retry-After"), err)
		}
		c.must(200, "GET", c.ws("/incidents", ""), nil)
	}
}

func TestFaultsRepeatExactly(t *testing.T) {
	s := start(t, Options{Incidents: 10})
	c := raw(t, s)
	run := func() (out string) {
		s.SetFaults(Faults{ThrottlePercent: 20, ErrorEvery: 7, ErrorStatus: 502, TruncatePercent: 15})
		for range 40 {
			status, _, b, err := c.do("GET", c.set.Graph+"/security/incidents?$top=1", nil)
			if err != nil {
				t.Fatal(err)
			}
			out += fmt.Sprint(status, json.Valid(b), " ")
		}
		return out
	}
	a, b := run(), run()
	if a != b {
		t.Errorf("two runs differ:\n%s\n%s", a, b)
	}
	for _, want := range []string{"429", "502", "200 false", "200 true"} {
		if !strings.Contains(a, want) {
			t.Errorf("%s never happened: %s", want, a)
		}
	}
}

func TestAConnectionBreaksInTheMiddleOfTheAnswer(t *testing.T) {
	s := start(t, Options{Incidents: 200})
	c := raw(t, s)
	for _, u := range []string{c.ws("/incidents", "$top=50"), c.set.Graph + "/security/incidents?$expand=alerts"} {
		s.SetFaults(Faults{ResetNext: 1})
		if status, _, b, err := c.do("GET", u, nil); err == nil {
			t.Errorf("%d with %d bytes", status, len(b))
		}
		c.must(200, "GET", u, nil)
	}
}

func TestOfflineDropsEverythingUntilItIsOver(t *testing.T) {
	s := start(t, Options{Incidents: 10})
	c := raw(t, s)
	s.SetFaults(Faults{Latency: time.Hour, Path: "/security/"})
	hung := make(chan error, 1)
	go func() {
		_, _, _, err := c.do("GET", c.set.Graph+"/security/incidents", nil)
		hung <- err
	}()
	for s.faultsSeen() == 0 { // the request is inside, waiting
		runtime.Gosched()
	}
	s.SetOffline(true)
	if err := <-hung; err == nil {
		t.Error("a request in flight was answered")
	}
	for _, u := range []string{c.ws("/incidents", ""), c.set.Graph + "/security/incidents", c.set.BaseURL + "/common/v2.0/.well-known/openid-configuration"} {
		if status, _, _, err := c.do("GET", u, nil); err == nil {
			t.Errorf("%s was answered with %d", u, status)
		}
	}
	s.SetOffline(false)
	s.SetFaults(Faults{})
	c.must(200, "GET", c.ws("/incidents", ""), nil)
}

// faultsSeen is how many requests the current faults have decided about.
func (s *Server) faultsSeen() int { s.faults.mu.Lock(); defer s.faults.mu.Unlock(); return s.faults.n }

func TestTheControlEndpointSetsAndShowsFaultsAlsoWhileOffline(t *testing.T) {
	s := start(t, Options{Incidents: 10})
	c := raw(t, s)
	u := c.set.BaseURL + "/_control/faults"
	c.must(200, "POST", u, map[string]any{"offline": true, "latency": "250ms", "retryAfter": "2.5"})
	if f := s.faults.get(); !f.Offline || f.Latency != 250*time.Millisecond || f.RetryAfter != "2.5" {
		t.Errorf("faults %+v", f)
	}
	if _, _, _, err := c.do("GET", c.ws("/incidents", ""), nil); err == nil {
		t.Error("offline was not obeyed")
	}
	if v := c.must(200, "GET", u, nil); v["offline"] != true {
		t.Errorf("shown %v", v)
	}
	c.must(400, "POST", u, map[string]any{"ofline": true})
	c.must(200, "POST", u, map[string]any{})
	c.must(200, "GET", c.ws("/incidents", ""), nil)
}

func TestTheNextPutsAreStaleAndWritesCanBeForbidden(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	one := c.ws("/incidents/"+in.ID, "")
	body := c.must(200, "GET", one, nil)
	s.SetFaults(Faults{StaleNext: 1})
	c.must(409, "PUT", one, body)
	c.must(200, "PUT", one, body)
	s.SetFaults(Faults{DenyWrites: true})
	c.must(403, "PUT", one, body)
	c.must(403, "PATCH", c.set.Graph+"/security/incidents/1", map[string]any{"status": "active"})
	c.must(200, "POST", c.ws("/incidents/"+in.ID+"/alerts", ""), nil) // reads by POST are no writes
}

func TestOddRowsComeOnOnePageAndTheCursorGoesOn(t *testing.T) {
	s := start(t, Options{Incidents: 200, Now: newHand().now})
	c := raw(t, s)
	for _, u := range []string{c.ws("/incidents", "$top=20"), c.set.Graph + "/security/incidents?$top=20"} {
		s.SetFaults(Faults{OddRows: 1})
		status, _, b, err := c.do("GET", u, nil)
		if err != nil || status != 200 || !json.Valid(b) {
			t.Fatalf("%d %v: the page as a whole must be JSON", status, err)
		}
		var v map[string]any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		list := v["value"].([]any)
		objects := 0
		for _, x := range list {
			if _, ok := x.(map[string]any); ok {
				objects++
			}
		}
		if len(list) != 20 || objects == len(list) || utf8.Valid(b) || v["nextLink"] == nil && v["@odata.nextLink"] == nil {
			t.Errorf("%s: %d rows, %d objects, valid UTF-8 %v", u, len(list), objects, utf8.Valid(b))
		}
		if clean := rows(c.must(200, "GET", u, nil)); len(clean) != 20 || clean[0] == nil {
			t.Errorf("the next page is odd too: %v", clean[0])
		}
	}
}

func TestFaultsAreReadFromACommandLine(t *testing.T) {
	for text, want := range map[string]Faults{
		"": {},
		"throttlePercent=5, retryAfter=2,latency=250ms":  {ThrottlePercent: 5, RetryAfter: "2", Latency: 250 * time.Millisecond},
		"offline,loseReplyNext=2":                        {Offline: true, LoseReplyNext: 2},
		`{"errorEvery":3,"errorStatus":502,"latency":7}`: {ErrorEvery: 3, ErrorStatus: 502, Latency: 7},
		"writesOnly=true,path=/incidents":                {WritesOnly: true, Path: "/incidents"},
	} {
		if got, err := ParseFaults(text); err != nil || got != want {
			t.Errorf("%q: %+v %v", text, got, err)
		}
	}
	for text, says := range map[string]string{
		"throtlePercent=5": `there is no fault "throtlePercent"`, "throttlePercent=many": "throttlePercent takes a number",
		"oddRows": "oddRows takes a number", "offline=3": "offline takes true or false", "path": "path takes a text", "latency=soon": "soon", "{": "not understood",
	} {
		if f, err := ParseFaults(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q was read as %+v, %v", text, f, err)
		}
	}
}

func TestEachFaultStaysWithinItsPathAndToWritesWhenToldSo(t *testing.T) {
	s := start(t, Options{Incidents: 100, Now: newHand().now})
	c, in := raw(t, s), openOne(t, s)
	s.SetFaults(Faults{ErrorEvery: 1, Path: "/v1.0/"})
	c.must(200, "GET", c.ws("/incidents", ""), nil)
	c.must(503, "GET", c.set.Graph+"/security/incidents", nil)
	s.SetFaults(Faults{ThrottleEvery: 1, WritesOnly: true})
	body := c.must(200, "GET", c.ws("/incidents/"+in.ID, ""), nil)
	c.must(429, "PUT", c.ws("/incidents/"+in.ID, ""), body)
	if now, _ := s.SentinelIncident(in.ID); now.ETag != in.ETag {
		t.Error("a throttled write took effect")
	}
}

func TestEveryWriteCanFailOrLoseItsReplyByChance(t *testing.T) {
	s := start(t, Options{Incidents: 400, Now: newHand().now})
	c, in, four := raw(t, s), openOne(t, s), defender(s, 5, alone)
	at := func(path string) string { return c.set.Graph + "/security/" + path }
	for _, x := range []struct {
		method, url string
		body        map[string]any
	}{
		{"PUT", c.ws("/incidents/"+in.ID, ""), c.must(200, "GET", c.ws("/incidents/"+in.ID, ""), nil)},
		{"PUT", c.ws("/incidents/"+in.ID+"/comments/c", ""), map[string]any{"properties": map[string]any{"message": "x"}}},
		{"PUT", c.ws("/incidents/"+in.ID+"/tasks/t", ""), map[string]any{"properties": map[string]any{"title": "x", "status": "New"}}},
		{"DELETE", c.ws("/incidents/"+in.ID+"/tasks/t", ""), nil},
		{"PATCH", at("incidents/" + four[0].ID), map[string]any{"severity": "low"}},
		{"POST", at("incidents/" + four[0].ID + "/comments"), map[string]any{"comment": "x"}},
		{"PATCH", at("alerts_v2/" + four[0].Alerts[0]), map[string]any{"status": "resolved"}},
		{"POST", at("alerts_v2/moveAlerts"), map[string]any{"alertIds": four[3].Alerts, "incidentId": four[4].ID}},
		{"POST", at("incidents/mergeIncidents"), map[string]any{"incidentIds": []string{four[1].ID, four[2].ID}}},
	} {
		writes := func() (n int) {
			for ref := range s.All() {
				n += len(s.Writes(ref.Source, ref.ID))
			}
			return n
		}
		var body any
		if x.body != nil {
			body = x.body
		}
		before := writes()
		s.SetFaults(Faults{ErrorPercent: 100, WritesOnly: true})
		c.must(503, x.method, x.url, body)
		if writes() != before {
			t.Errorf("%s %s failed and took effect", x.method, x.url)
		}
		s.SetFaults(Faults{LoseReplyPercent: 100})
		if status, _, _, err := c.do(x.method, x.url, body); err == nil {
			t.Errorf("%s %s was answered with %d", x.method, x.url, status)
		}
		if writes() == before {
			t.Errorf("%s %s lost its reply and took no effect", x.method, x.url)
		}
	}
}

func TestChanceFollowsItsSeed(t *testing.T) {
	s := start(t, Options{Incidents: 5})
	run := func(seed int64) (out string) {
		s.SetFaults(Faults{ErrorPercent: 5, LoseReplyPercent: 5, WritesOnly: true, Seed: seed})
		lost, failed := 0, 0
		for n := range 4000 {
			x, _, _ := s.faults.decide(&http.Request{Method: "PATCH", URL: &url.URL{Path: "/v1.0/security/incidents/1"}}, true)
			if x.fail {
				failed++
			}
			if x.lose {
				lost++
			}
			if x.fail || x.lose {
				out += fmt.Sprint(n, x.fail, " ")
			}
		}
		if failed < 140 || failed > 260 || lost < 130 || lost > 250 {
			t.Errorf("seed %d: %d of 4000 failed, %d lost their reply", seed, failed, lost)
		}
		return out
	}
	one, again, own, other := run(1), run(1), run(0), run(2)
	if one != again || own != run(s.o.Seed) || one == other {
		t.Error("the same seed gives other faults, or another the same")
	}
}
