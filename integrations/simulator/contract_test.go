package simulator_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"watchfloor/integrations/simulator"
	"watchfloor/integrations/simulator/contract"
)

// talk is a client whose every exchange is validated.
type talk struct {
	t          *testing.T
	set        simulator.Settings
	client     *http.Client
	arm, graph string // tokens
	version    string
}

func listen(t *testing.T, o simulator.Options) (*simulator.Server, *talk, *contract.Transport) {
	t.Helper()
	s, err := simulator.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	set := s.Settings()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(set.CAPEM)
	plain := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(plain.CloseIdleConnections)
	checked := contract.NewTransport(t, plain, set)
	c := &talk{t: t, set: set, client: &http.Client{Transport: checked, Timeout: time.Minute}, version: "2025-07-01-preview"}
	c.arm, c.graph = c.token(set.ARMAudience), c.token(set.BaseURL)
	return s, c, checked
}

func (c *talk) token(aud string) string {
	c.t.Helper()
	resp, err := c.client.PostForm(c.set.Authority+c.set.TenantID+"/oauth2/v2.0/token", url.Values{
		"client_id":     {c.set.ClientID},
		"client_secret": {c.set.ClientSecret}, "grant_type": {"client_credentials"}, "scope": {aud + "/.default"},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var v struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil || v.Token == "" {
		c.t.Fatalf("no token: %v", err)
	}
	return v.Token
}

// call sends a request to a Graph path, or to a path below the Sentinel workspace, and
// expects a status.
func (c *talk) call(status int, method, path string, body any) map[string]any {
	c.t.Helper()
	u, token := path, c.arm
	switch {
	case strings.HasPrefix(path, "/security/"), strings.HasPrefix(path, "/identityProtection/"), strings.HasPrefix(path, "/auditLogs/"),
		strings.HasPrefix(path, "/users"), strings.HasPrefix(path, "/directoryRoles"):
		u, token = c.set.Graph+path, c.graph
	case strings.HasPrefix(path, c.set.Graph):
		token = c.graph
	case strings.HasPrefix(path, "/"):
		path, query, _ := strings.Cut(path, "?")
		u = c.set.ARM + "/subscriptions/" + c.set.SubscriptionID + "/resourceGroups/" + c.set.ResourceGroup +
			"/providers/Microsoft.OperationalInsights/workspaces/" + c.set.Workspace + "/providers/Microsoft.SecurityInsights" +
			path + "?api-version=" + c.version + "&" + query
	}
	var rd io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		rd = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, u, rd)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		c.t.Fatalf("%s %s: status %d, want %d (%v): %.300s", method, u, resp.StatusCode, status, err, b)
	}
	var v map[string]any
	_ = json.Unmarshal(b, &v) // no body: nil
	return v
}

// pages follows a list to its end and calls visit for every row.
func (c *talk) pages(path, next string, visit func(map[string]any)) {
	c.t.Helper()
	for path != "" {
		v := c.call(http.StatusOK, "GET", path, nil)
		list, _ := v["value"].([]any)
		for _, x := range list {
			visit(x.(map[string]any))
		}
		path, _ = v[next].(string)
	}
}

type obj = map[string]any

func fixed() time.Time { return time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC) }

func TestEverySentinelAnswerKeepsThePublishedContract(t *testing.T) {
	for _, version := range []string{"2025-07-01-preview", "2024-03-01"} {
		t.Run(version, func(t *testing.T) {
			_, c, checked := listen(t, simulator.Options{Incidents: 400, Now: fixed})
			if version == "2024-03-01" {
				contract.OlderSentinel(t)
			}
			c.version = version
			var names []string
			c.pages("/incidents?$top=90&$orderby=properties/lastModifiedTimeUtc%20asc&$filter=properties/status%20ne%20%27x%27", "nextLink", func(in obj) {
				names = append(names, in["name"].(string))
			})
			for i, name := range names {
				one := "/incidents/" + name
				for _, what := range []string{"/alerts", "/entities", "/bookmarks"} {
					c.call(200, "POST", one+what, nil)
				}
				if i%20 != 0 {
					continue
				}
				c.call(200, "GET", one, nil)
				c.pages(one+"/comments?$top=1", "nextLink", func(obj) {})
				c.pages(one+"/tasks?", "nextLink", func(obj) {})
				c.pages(one+"/relations?", "nextLink", func(obj) {})
			}
			c.everySentinelWrite(names[0])
			want := 24
			if got := len(checked.Checked()); got < want {
				t.Errorf("only %d of at least %d kinds of exchange were validated: %v", got, want, checked.Checked())
			}
		})
	}
}

// everySentinelWrite makes, changes and removes one of everything.
func (c *talk) everySentinelWrite(name string) {
	c.t.Helper()
	one := "/incidents/" + name
	in := c.call(200, "GET", one, nil)
	in["properties"].(obj)["status"] = "Active"
	in = c.call(200, "PUT", one, in)
	stale := obj{"etag": "\"old\"", "properties": in["properties"]}
	c.call(409, "PUT", one, stale)
	for _, child := range []struct {
		path   string
		fields obj
	}{
		{one + "/comments/5d1f9c36-0000-4000-8000-000000000001", obj{"message": "Hello <b>there</b>"}},
		{one + "/tasks/5d1f9c36-0000-4000-8000-000000000002", obj{"title": "Call somebody", "status": "New"}},
		{"/bookmarks/5d1f9c36-0000-4000-8000-000000000003", obj{"displayName": "Found", "query": "SigninLogs", "labels": []string{"x"}}},
	} {
		made := c.call(201, "PUT", child.path, obj{"properties": child.fields})
		c.call(409, "PUT", child.path, obj{"properties": child.fields})
		c.call(200, "PUT", child.path, obj{"etag": made["etag"], "properties": child.fields})
		c.call(200, "GET", child.path, nil)
	}
	rel := one + "/relations/5d1f9c36-0000-4000-8000-000000000004"
	c.call(201, "PUT", rel, obj{"properties": obj{"relatedResourceId": "/x/bookmarks/5d1f9c36-0000-4000-8000-000000000003"}})
	c.call(200, "GET", rel, nil)
	c.call(200, "POST", one+"/bookmarks", nil)
	c.pages("/bookmarks?$top=5", "nextLink", func(obj) {})
	c.call(200, "DELETE", rel, nil)
	c.call(204, "DELETE", rel, nil)
	c.call(200, "DELETE", one+"/comments/5d1f9c36-0000-4000-8000-000000000001", nil)
	c.call(200, "DELETE", one+"/tasks/5d1f9c36-0000-4000-8000-000000000002", nil)
	c.call(200, "DELETE", "/bookmarks/5d1f9c36-0000-4000-8000-000000000003", nil)
	c.call(404, "GET", "/bookmarks/5d1f9c36-0000-4000-8000-000000000003", nil)
	fresh := "/incidents/5d1f9c36-0000-4000-8000-000000000005"
	c.call(201, "PUT", fresh, obj{"properties": obj{"title": "Made by hand", "severity": "Low", "status": "New"}})
	c.call(200, "DELETE", fresh, nil)
	c.call(204, "DELETE", fresh, nil)
	c.call(404, "GET", fresh, nil)
	c.call(400, "GET", "/incidents?$filter=nonsense", nil)
	c.call(200, "GET", "/onboardingStates", nil)
	c.call(200, "GET", "/onboardingStates/default", nil)
	c.call(404, "GET", "/onboardingStates/other", nil)
}

func TestEveryGraphAnswerKeepsThePublishedContract(t *testing.T) {
	_, c, checked := listen(t, simulator.Options{Incidents: 500, Now: fixed})
	var ids, alerts []string
	kinds := map[string]bool{}
	c.pages("/security/incidents?$expand=alerts&$top=50&$count=true&$filter=severity%20ne%20%27unknown%27&$orderby=lastUpdateDateTime%20asc", "@odata.nextLink", func(in obj) {
		if in["status"] == "redirected" {
			return
		}
		ids = append(ids, in["id"].(string))
		for _, a := range in["alerts"].([]any) {
			alerts = append(alerts, a.(obj)["id"].(string))
			for _, e := range a.(obj)["evidence"].([]any) {
				kinds[e.(obj)["@odata.type"].(string)] = true
			}
		}
	})
	if len(kinds) < 20 {
		t.Errorf("only %d kinds of evidence occur", len(kinds))
	}
	one := "/security/incidents/" + ids[0]
	c.call(200, "GET", one+"?$expand=alerts", nil)
	c.call(200, "GET", one+"/alerts", nil)
	c.call(200, "PATCH", one, obj{"status": "resolved", "classification": "truePositive", "determination": "phishing", "resolvingComment": "Done", "customTags": []string{"a"}, "assignedTo": c.set.User, "severity": "high"})
	c.call(200, "POST", one+"/comments", obj{"@odata.type": "microsoft.graph.security.alertComment", "comment": "One"})
	c.pages("/security/alerts_v2?$top=60", "@odata.nextLink", func(obj) {})
	alert := "/security/alerts_v2/" + alerts[0]
	c.call(200, "GET", alert, nil)
	c.call(200, "PATCH", alert, obj{"status": "inProgress", "assignedTo": nil})
	c.call(200, "POST", alert+"/comments", []obj{{"comment": "Two"}, {"comment": "Three"}})
	c.call(200, "POST", alert+"/comments", obj{"comment": "Four"})
	c.call(200, "POST", "/security/incidents/mergeIncidents", obj{"incidentIds": ids[:2], "incidentComment": "Same", "mergeReasons": "sameCampaign"})
	c.call(200, "GET", "/security/incidents/"+ids[1]+"?$expand=alerts", nil)
	c.call(200, "POST", "/security/alerts_v2/moveAlerts", obj{"alertIds": alerts[:2], "incidentId": nil, "alertComment": "Apart", "newCorrelationReasons": "sameAsset, temporalProximity"})
	c.call(200, "POST", "/security/alerts_v2/microsoft.graph.security.moveAlerts", obj{"alertIds": alerts[:1], "incidentId": ids[3]})
	c.call(200, "GET", "/security/incidents/"+ids[3]+"?$expand=alerts", nil)
	c.call(400, "POST", "/security/alerts_v2/moveAlerts", obj{"alertIds": alerts[:1], "incidentId": ids[1]})
	c.call(200, "POST", "/security/incidents/microsoft.graph.security.mergeIncidents", obj{"incidentIds": ids[4:6]})
	c.call(400, "POST", "/security/incidents/mergeIncidents", obj{"incidentIds": ids[:2]})
	c.call(404, "GET", "/security/incidents/1", nil)
	c.call(400, "PATCH", one, obj{"status": "no such status"})
	if got := len(checked.Checked()); got < 17 {
		t.Errorf("only %d kinds of exchange were validated: %v", got, checked.Checked())
	}
}

// contradictions are the places where a published sample breaks the published schema.
// Each is checked to be still there: when it is gone, its line here has to go too.
var contradictions = map[string]string{
	"graph-security/incident_update.json":              ".comments[0].createdBy: not declared",
	"graph-security/incidents_list.json":               ".value[0].comments[0].createdBy: not declared",
	"graph-security/incidents_list_expand_alerts.json": ".value[0].comments[0].createdBy: not declared",
}

func TestPublishedSamplesAgreeWithPublishedSchemasExceptWhereItIsWritten(t *testing.T) {
	sentinel, graph := contract.Sentinel(t), contract.Graph(t)
	list := func(s *contract.Spec, row string) func(any) []string {
		return func(v any) (out []string) {
			rows, _ := v.(obj)["value"].([]any)
			if len(rows) == 0 {
				return []string{"no rows"}
			}
			for _, x := range rows {
				for _, p := range s.Check(x, s.Schema(row)) {
					out = append(out, ".value[0]"+p)
				}
			}
			return out
		}
	}
	one := func(s *contract.Spec, name string) func(any) []string {
		return func(v any) []string { return s.Check(v, s.Schema(name)) }
	}
	const sec = "microsoft.graph.security."
	samples := map[string]func(any) []string{
		"sentinel/GetIncidents.json":                         list(sentinel, "Incident"),
		"sentinel/GetIncidentById.json":                      one(sentinel, "Incident"),
		"sentinel/CreateIncident.json":                       one(sentinel, "Incident"),
		"sentinel/CreateIncident.request.json":               one(sentinel, "Incident"),
		"sentinel/GetAllIncidentAlerts.json":                 one(sentinel, "IncidentAlertList"),
		"sentinel/GetAllIncidentBookmarks.json":              one(sentinel, "IncidentBookmarkList"),
		"sentinel/GetAllIncidentComments.json":               list(sentinel, "IncidentComment"),
		"sentinel/CreateIncidentComment.request.json":        one(sentinel, "IncidentComment"),
		"sentinel/GetAllIncidentRelations.json":              list(sentinel, "Relation"),
		"sentinel/CreateIncidentRelation.request.json":       one(sentinel, "Relation"),
		"sentinel/IncidentTasks_List.json":                   list(sentinel, "IncidentTask"),
		"sentinel/IncidentTasks_CreateOrUpdate.request.json": one(sentinel, "IncidentTask"),
		"sentinel/GetBookmarks.json":                         list(sentinel, "Bookmark"),
		"sentinel/GetAllSentinelOnboardingStates.json":       list(sentinel, "SentinelOnboardingState"),
		"sentinel/GetSentinelOnboardingState.json":           one(sentinel, "SentinelOnboardingState"),
		"graph-security/incidents_list.json":                 list(graph, sec+"incident"),
		"graph-security/incidents_list_expand_alerts.json":   list(graph, sec+"incident"),
		"graph-security/incident_update.json":                one(graph, sec+"incident"),
		"graph-security/alerts_v2_list.json":                 list(graph, sec+"alert"),
		"graph-security/alert_v2_update.json":                one(graph, sec+"alert"),
		"graph-security/alert_v2_postComment.request.json":   one(graph, sec+"alertComment"),
	}
	for name, check := range samples {
		raw, err := os.ReadFile(contract.Shared(t, filepath.Join("api", "samples", name)))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := strings.Join(check(v), "\n")
		switch want := contradictions[name]; {
		case want == "" && found != "":
			t.Errorf("%s contradicts its schema, and this is not written down:\n%s", name, found)
		case !strings.Contains(found, want):
			t.Errorf("%s does not contradict its schema any more (%s); found: %s", name, want, found)
		}
	}
}
