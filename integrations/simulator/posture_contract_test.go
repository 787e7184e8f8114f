package simulator_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"watchfloor/integrations/simulator"
	"watchfloor/integrations/simulator/contract"
)

// at is a path of Microsoft.Security in a subscription.
func (c *talk) at(sub, path, version string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return c.set.ARM + "/subscriptions/" + sub + "/providers/Microsoft.Security/" + path + sep + "api-version=" + version
}

func TestEveryPostureAnswerKeepsThePublishedContract(t *testing.T) {
	_, c, checked := listen(t, simulator.Options{Incidents: 400, Now: fixed})
	one := func(x obj) string { return c.set.ARM + x["id"].(string) }
	for _, sub := range []string{c.set.SubscriptionID, "4c8e2f60-7a1b-4d39-92e5-b6c7d8e9fa01"} {
		const scores, results, rules, contacts, alerts = "2020-01-01", "2025-05-04", "2019-01-01-preview", "2023-12-01-preview", "2022-01-01"
		c.pages(c.at(sub, "secureScores", scores), "nextLink", func(x obj) { c.call(200, "GET", one(x)+"?api-version="+scores, nil) })
		c.pages(c.at(sub, "secureScores/ascScore/secureScoreControls?$expand=definition", scores), "nextLink", func(obj) {})
		c.pages(c.at(sub, "secureScoreControls", scores), "nextLink", func(obj) {})
		c.pages(c.at(sub, "secureScoreControlDefinitions", scores), "nextLink", func(obj) {})
		n := 0
		c.pages(c.at(sub, "assessments?$expand=metadata", results), "nextLink", func(obj) { n++ })
		if n < 200 {
			t.Errorf("%s has %d assessments", sub, n)
		}
		c.pages(c.at(sub, "assessments", "2021-06-01"), "nextLink", func(x obj) {
			if _, told := x["properties"].(obj)["risk"]; told {
				t.Error("the older version tells a risk")
			}
		})
		c.pages(c.at(sub, "assessmentMetadata", results), "nextLink", func(x obj) {
			if n++; n%9 == 0 {
				c.call(200, "GET", c.at(sub, "assessmentMetadata/"+x["name"].(string), results), nil)
			}
		})
		c.pages(c.at(sub, "subAssessments", rules), "nextLink", func(obj) {})
		c.pages(c.at(sub, "regulatoryComplianceStandards", rules), "nextLink", func(x obj) {
			base := "regulatoryComplianceStandards/" + x["name"].(string)
			c.call(200, "GET", c.at(sub, base, rules), nil)
			c.pages(c.at(sub, base+"/regulatoryComplianceControls", rules), "nextLink", func(y obj) {
				c.pages(c.at(sub, base+"/regulatoryComplianceControls/"+y["name"].(string)+"/regulatoryComplianceAssessments", rules), "nextLink", func(obj) {})
			})
		})
		held := c.call(200, "GET", c.at(sub, "securityContacts/default", contacts), nil)
		c.pages(c.at(sub, "securityContacts", contacts), "nextLink", func(obj) {})
		c.call(200, "PUT", c.at(sub, "securityContacts/default", contacts), obj{"properties": held["properties"]})
		n = 0
		c.pages(c.at(sub, "alerts", alerts), "nextLink", func(x obj) {
			if n++; n > 3 {
				return
			}
			_, rest, _ := strings.Cut(x["id"].(string), "/providers/Microsoft.Security/")
			c.call(200, "GET", c.at(sub, rest, alerts), nil)
			for _, verb := range []string{"dismiss", "activate", "inProgress", "resolve"} {
				c.call(204, "POST", c.at(sub, rest+"/"+verb, alerts), nil)
			}
			c.call(200, "GET", one(x)+"?api-version="+alerts, nil)
		})
		c.call(404, "GET", c.at(sub, "secureScores/none", scores), nil)
	}
	c.pages(c.set.ARM+"/providers/Microsoft.Security/assessmentMetadata?api-version=2025-05-04", "nextLink", func(obj) {})
	c.pages(c.set.ARM+"/providers/Microsoft.Security/secureScoreControlDefinitions?api-version=2020-01-01", "nextLink", func(obj) {})
	for _, kind := range []string{"assessments", "securescores", "securescores/securescorecontrols", "regulatorycompliancestandards", "locations/alerts"} {
		body := obj{"query": "securityresources | where type == 'microsoft.security/" + kind + "' | project id, name, type, subscriptionId, properties | order by id asc", "options": obj{"$top": 50}}
		c.call(200, "POST", c.set.ARM+"/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", body)
	}
	c.call(400, "POST", c.set.ARM+"/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", obj{"query": "Resources | limit 5"})
	if got := len(checked.Checked()); got < 28 {
		t.Errorf("only %d kinds of exchange were validated: %v", got, checked.Checked())
	}
}

func TestEverySecureScoreAnswerKeepsThePublishedContract(t *testing.T) {
	_, c, checked := listen(t, simulator.Options{Incidents: 1, Now: fixed})
	var days []string
	c.pages("/security/secureScores?$top=25", "@odata.nextLink", func(x obj) { days = append(days, x["id"].(string)) })
	if len(days) != 90 {
		t.Errorf("%d days are kept", len(days))
	}
	c.call(200, "GET", "/security/secureScores/"+days[40], nil)
	var control string
	c.pages("/security/secureScoreControlProfiles?$top=10", "@odata.nextLink", func(x obj) { control = x["id"].(string) })
	path := "/security/secureScoreControlProfiles/" + control
	held := c.call(200, "GET", path, nil)
	c.call(204, "PATCH", path, obj{"state": "Reviewed", "comment": "seen", "vendorInformation": held["vendorInformation"]})
	c.call(400, "PATCH", path, obj{"state": "Reviewed", "comment": "seen"})
	c.call(404, "GET", "/security/secureScores/"+c.set.TenantID+"_2019-03-19", nil)
	if got := len(checked.Checked()); got < 7 {
		t.Errorf("only %d kinds of exchange were validated: %v", got, checked.Checked())
	}
}

// postureContradictions are the places where a published sample breaks the published
// schema, as in contradictions.
var postureContradictions = map[string]string{
	"defender-for-cloud/ListSubAssessments.json": ".additionalData.benchmarks: not declared",
}

func TestPublishedPostureSamplesAgreeWithPublishedSchemas(t *testing.T) {
	sec, q, graph := contract.Security(t), contract.Queries(t), contract.Graph(t)
	for name, of := range map[string]struct {
		spec   *contract.Spec
		schema string
		list   bool
	}{
		"defender-for-cloud/ListSecureScores.json":                                 {sec, "SecureScoreItem", true},
		"defender-for-cloud/ListSecureScoreControlsForNameWithExpand_builtin.json": {sec, "SecureScoreControlDetails", true},
		"defender-for-cloud/ListSecureScoreControlDefinitions.json":                {sec, "SecureScoreControlDefinitionItem", true},
		"defender-for-cloud/ListAssessments.json":                                  {sec, "SecurityAssessmentResponse", true},
		"defender-for-cloud/GetAssessmentWithExpand.json":                          {sec, "SecurityAssessmentResponse", false},
		"defender-for-cloud/GetAssessmentsMetadata.json":                           {sec, "SecurityAssessmentMetadataResponse", false},
		"defender-for-cloud/ListSubAssessments.json":                               {sec, "SecuritySubAssessment", true},
		"defender-for-cloud/getRegulatoryComplianceStandard.json":                  {sec, "RegulatoryComplianceStandard", false},
		"defender-for-cloud/getRegulatoryComplianceControl.json":                   {sec, "RegulatoryComplianceControl", false},
		"defender-for-cloud/GetSecurityContact.json":                               {sec, "SecurityContact", false},
		"defender-for-cloud/CreateSecurityContact.request.json":                    {sec, "SecurityContact", false},
		"defender-for-cloud/GetAlertsSubscription.json":                            {sec, "Alert", true},
		"defender-for-cloud/GetAlertSubscriptionLocation.json":                     {sec, "Alert", false},
		"resourcegraph/ResourcesBasicQuery.json":                                   {q, "QueryResponse", false},
		"resourcegraph/ResourcesNextPageQuery.json":                                {q, "QueryResponse", false},
		"resourcegraph/ResourcesBasicQuery.request.json":                           {q, "QueryRequest", false},
		"graph-security/secureScores_list.json":                                    {graph, "microsoft.graph.secureScore", true},
		"graph-security/secureScoreControlProfiles_list.json":                      {graph, "microsoft.graph.secureScoreControlProfile", true},
		"graph-security/secureScoreControlProfile_update.json":                     {graph, "microsoft.graph.secureScoreControlProfile", false},
	} {
		raw, err := os.ReadFile(contract.Shared(t, filepath.Join("api", "samples", name)))
		if err != nil {
			t.Fatal(err)
		}
		var v obj
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rows := []any{v}
		if of.list {
			rows, _ = v["value"].([]any)
		}
		var found []string
		for i, x := range rows {
			for _, p := range of.spec.Check(x, of.spec.Schema(of.schema)) {
				found = append(found, fmt.Sprint("[", i, "]", p))
			}
		}
		text := strings.Join(found, "\n")
		switch want := postureContradictions[name]; {
		case len(rows) == 0:
			t.Errorf("%s holds no rows", name)
		case want == "" && text != "":
			t.Errorf("%s contradicts its schema, and this is not written down:\n%s", name, text)
		case !strings.Contains(text, want):
			t.Errorf("%s does not contradict its schema any more (%s); found: %s", name, want, text)
		}
	}
}
