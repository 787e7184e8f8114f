package contract

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"watchfloor/integrations/simulator"
)

// ledger is a test that only notes what was held against it.
type ledger struct {
	testing.TB
	said []string
}

func (l *ledger) Errorf(format string, args ...any) {
	l.said = append(l.said, fmt.Sprintf(format, args...))
}
func (l *ledger) Helper() {}

// canned answers every request with one body.
type canned struct {
	status int
	body   string
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	return &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(c.body)), Request: r}, nil
}

const ws = "https://127.0.0.1:1/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights"

func TestDeviationsAreNamedAndRightTrafficPasses(t *testing.T) {
	set := simulator.Settings{ARM: "https://127.0.0.1:1", Graph: "https://127.0.0.1:1/v1.0"}
	const version = "?api-version=2025-09-01"
	good := `{"properties":{"title":"x","severity":"Low","status":"New"}}`
	for _, c := range []struct {
		why, method, url, body string
		answer                 canned
		want                   string // "" = passes
	}{
		{"a right row", "GET", ws + "/incidents/a" + version, "", canned{200, good}, ""},
		{"a title of the wrong type", "GET", ws + "/incidents/a" + version, "", canned{200, `{"properties":{"title":4,"severity":"Low","status":"New"}}`}, "title"},
		{"a word that is no status", "GET", ws + "/incidents/a" + version, "", canned{200, `{"properties":{"title":"x","severity":"Low","status":"Parked"}}`}, "/properties/status"},
		{"a property that nobody declared", "GET", ws + "/incidents/a" + version, "", canned{200, `{"properties":{"title":"x","severity":"Low","status":"New","mood":"bad"}}`}, ".properties.mood: not declared"},
		{"a time that is none", "GET", ws + "/incidents/a" + version, "", canned{200, `{"properties":{"title":"x","severity":"Low","status":"New","createdTimeUtc":"soon"}}`}, "soon"},
		{"an entity that breaks its own kind", "POST", ws + "/incidents/a/entities" + version, "", canned{200, `{"entities":[{"kind":"Ip","properties":{"address":7}}]}`}, "address"},
		{"a version nobody knows", "GET", ws + "/incidents/a?api-version=1999-01-01", "", canned{200, good}, "api-version"},
		{"a PUT without a title", "PUT", ws + "/incidents/a" + version, `{"properties":{"severity":"Low","status":"New"}}`, canned{200, good}, "title"},
		{"an operation that does not exist", "PATCH", ws + "/incidents/a" + version, `{}`, canned{200, good}, "no such operation"},
		{"a status that is not declared", "GET", ws + "/incidents/a" + version, "", canned{202, good}, "202"},
		{"an error in the published form", "GET", ws + "/incidents/a" + version, "", canned{404, `{"error":{"code":"NotFound","message":"gone"}}`}, ""},
		{"an answer that is cut", "GET", ws + "/incidents/a" + version, "", canned{200, `{"prop`}, "unexpected end"},
		{"evidence that breaks its own type", "GET", set.Graph + "/security/incidents/1", "", canned{200, `{"id":"1","alerts":[{"id":"a","evidence":[{"@odata.type":"#microsoft.graph.security.ipEvidence","ipAddress":[]}]}]}`}, "ipAddress"},
		{"a PATCH with a capitalised word", "PATCH", set.Graph + "/security/incidents/1", `{"status":"Resolved"}`, canned{200, `{"id":"1"}`}, "status"},
		{"sign-in, which has no description", "POST", "https://127.0.0.1:1/t/oauth2/v2.0/token", `x`, canned{200, "anything"}, ""},
	} {
		l := &ledger{TB: t}
		req, err := http.NewRequest(c.method, c.url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.body == "" {
			req.Body = nil
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := NewTransport(l, c.answer, set).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(resp.Body); string(b) != c.answer.body {
			t.Errorf("%s: the answer did not reach the client whole", c.why)
		}
		all := strings.Join(l.said, "\n")
		if c.want == "" && all != "" || c.want != "" && !strings.Contains(all, c.want) {
			t.Errorf("%s: want %q, the validator said %q", c.why, c.want, all)
		}
	}
}
