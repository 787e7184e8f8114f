package simulator

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

func TestManyClientsAtOnceLoseNothing(t *testing.T) {
	s := start(t, Options{Incidents: 200})
	c := raw(t, s)
	in, g := openOne(t, s), defender(s, 1, alone)[0]
	const clients, each = 6, 12
	var wg sync.WaitGroup
	for k := range clients {
		wg.Go(func() {
			for n := range each {
				id := fmt.Sprintf("c-%d-%d", k, n)
				if status, _, _, err := c.do("PUT", c.ws("/incidents/"+in.ID+"/comments/"+id, ""), map[string]any{"properties": map[string]any{"message": id}}); status != 201 {
					t.Errorf("%s: %d %v", id, status, err)
				}
				if status, _, _, err := c.do("POST", c.set.Graph+"/security/incidents/"+g.ID+"/comments", map[string]any{"comment": id}); status != 200 {
					t.Errorf("%s: %d %v", id, status, err)
				}
				if status, _, _, err := c.do("GET", c.set.Graph+"/security/incidents?$expand=alerts&$top=10", nil); status != 200 {
					t.Errorf("list: %d %v", status, err)
				}
				s.Tick()
			}
		})
	}
	wg.Wait()
	now, _ := s.SentinelIncident(in.ID)
	after, _ := s.DefenderIncident(g.ID)
	for where, texts := range map[string][]StoredComment{"Sentinel": now.Comments, "Graph": after.Comments} {
		count := map[string]int{}
		for _, x := range texts {
			count[x.Text]++
		}
		for k := range clients {
			for n := range each {
				if id := fmt.Sprintf("c-%d-%d", k, n); count[id] != 1 {
					t.Errorf("%s holds %s %d times", where, id, count[id])
				}
			}
		}
	}
}

func TestOlderHTTPIsSpokenToo(t *testing.T) {
	s := start(t, Options{Incidents: 60})
	tr := trust(t, s.Settings())
	tr.ForceAttemptHTTP2 = false
	tr.TLSClientConfig.NextProtos = []string{"http/1.1"}
	c := newCaller(t, s.Settings(), &http.Client{Transport: tr})
	c.must(200, "GET", c.set.Graph+"/security/incidents?$expand=alerts", nil)
	s.SetFaults(Faults{ResetNext: 1})
	if status, _, _, err := c.do("GET", c.set.Graph+"/security/incidents?$expand=alerts", nil); err == nil {
		t.Errorf("a broken answer came whole: %d", status)
	}
	s.SetFaults(Faults{LoseReplyNext: 1})
	g := defender(s, 1, func(Stored) bool { return true })[0]
	if status, _, _, err := c.do("POST", c.set.Graph+"/security/incidents/"+g.ID+"/comments", map[string]any{"comment": "x"}); err == nil {
		t.Errorf("a lost reply came: %d", status)
	}
	if w := s.Writes(SourceDefender, g.ID); len(w) != 1 {
		t.Errorf("%d writes", len(w))
	}
}

func TestANameThatOnlyPointsHereIsNotAnswered(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	req, err := http.NewRequest("GET", s.Settings().BaseURL+"/_control/faults", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "rebound.example"
	resp, err := (&http.Client{Transport: trust(t, s.Settings())}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("status %d", resp.StatusCode)
	}
}
