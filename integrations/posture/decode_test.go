package posture

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/posture"
	"watchfloor/integrations/azure/wire"
)

var today = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func TestScoresAreKeptAsToldHoweverOdd(t *testing.T) {
	for _, c := range []struct {
		raw  string
		want posture.Score
		odd  bool
	}{
		{
			`{"id":"/subscriptions/AB/providers/Microsoft.Security/secureScores/ascScore","name":"ascScore","properties":{"score":{"max":39,"current":23.53},"weight":67}}`,
			posture.Score{Scope: "ab", Current: 23.53, Max: 39, Weight: 67},
			false,
		},
		{`{"id":"/x","name":"ascScore","subscriptionId":"AB","properties":{"score":{"max":10,"current":12}}}`, posture.Score{Scope: "ab", Current: 12, Max: 10}, false},
		{`{"id":"/subscriptions/ab/a/ascScore","properties":{"score":{"max":"10","current":1}}}`, posture.Score{Scope: "ab", Current: 1}, true},
		{`{"id":"/subscriptions/ab/a/ascScore","properties":{"score":{"current":1}}}`, posture.Score{Scope: "ab", Current: 1}, true},
		{`{"properties":null}`, posture.Score{}, true},
	} {
		got, name, odd := DecodeScore([]byte(c.raw), today)
		if c.want.Model, c.want.Day, c.want.Raw = posture.CloudClassic, today, []byte(c.raw); !reflect.DeepEqual(got, c.want) || odd != c.odd || name == "" {
			t.Errorf("%s: %+v, odd %v, name %q", c.raw, got, odd, name)
		}
	}
}

func TestAnAssessmentIsReadAlikeFromEitherService(t *testing.T) {
	const id = "/subscriptions/AB/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1"
	arm := `{"id":"` + id + `/providers/Microsoft.Security/assessments/guid-1","name":"guid-1","properties":{"displayName":"Patch","resourceDetails":{"source":"Azure","id":"` + id + `"},
"status":{"code":"Unhealthy","cause":"c","description":"d","firstEvaluationDate":"2026-01-01T00:00:00.1234567Z","statusChangeDate":"2026-11-20T00:00:00Z"},"risk":{"level":"Critical","riskFactors":["Exposure to the internet"]}}}`
	graph := strings.NewReplacer(`"source"`, `"Source"`, `"id":"`+id+`"}`, `"Id":"`+strings.ToLower(id)+`"}`,
		"/providers/Microsoft.Security/assessments", "/providers/microsoft.security/assessments", `"name":`, `"subscriptionId":"AB","name":`).Replace(arm)
	var got [2]posture.Assessment
	for i, raw := range []string{arm, graph} {
		a, m, odd := DecodeAssessment([]byte(raw))
		if a.Raw = nil; odd || m.ID != "" {
			t.Errorf("odd %v, metadata %+v", odd, m)
		}
		got[i] = a
	}
	want := posture.Assessment{
		ID: "guid-1", Resource: id, Source: "Azure", Subscription: "ab", Title: "Patch", Code: "Unhealthy", Cause: "c", Reason: "d",
		First: time.Date(2026, 1, 1, 0, 0, 0, 123456700, time.UTC), Changed: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
		Risk: "Critical", Factors: []string{"Exposure to the internet"}, Findings: -1,
	}
	if !reflect.DeepEqual(got[0], want) || !reflect.DeepEqual(got[1], want) {
		t.Errorf("ARM %+v\nResource Graph %+v", got[0], got[1])
	}
	a, m, odd := DecodeAssessment([]byte(`{"id":"/subscriptions/x/providers/Microsoft.Security/assessments/g","properties":{"status":{"code":7},"metadata":{"displayName":"名","severity":"Hoch"}}}`))
	if !odd || a.Resource != "/subscriptions/x" || m.ID != "g" || m.Title != "名" || m.Severity != "Hoch" {
		t.Errorf("odd %v, %+v, %+v", odd, a, m)
	}
}

func TestFindingsBelongToTheirAssessmentWhateverTheCase(t *testing.T) {
	want := posture.Count{ID: "g", Resource: "/subscriptions/x/vm"}
	for _, id := range []string{
		"/subscriptions/x/vm/providers/Microsoft.Security/assessments/g", "/subscriptions/x/vm/providers/microsoft.security/assessments/g/subassessments/s",
		"/subscriptions/x/vm/providers/Microsoft.Security/assessments/g/subAssessments/s",
	} {
		if got, ok := countOf(id); !ok || got != want {
			t.Errorf("%s: %+v", id, got)
		}
	}
	for _, id := range []string{"", "/x", "/providers/Microsoft.Security/assessments/"} {
		if got, ok := countOf(id); ok {
			t.Errorf("%q is %+v", id, got)
		}
	}
}

func TestTheNewestStateOfAControlCounts(t *testing.T) {
	c, odd := DecodeProfile([]byte(`{"id":"AdminMFA","title":"MFA","maxScore":10,"controlStateUpdates":[{"state":"Reviewed","comment":"new","updatedBy":"b","updatedDateTime":"2026-11-02T00:00:00Z"},{"state":"Ignored","updatedDateTime":"2026-11-01T00:00:00Z"}]}`))
	if odd || c.State != "Reviewed" || c.Note != "new" || c.By != "b" || c.Max != 10 {
		t.Errorf("odd %v, %+v", odd, c)
	}
	if c, _ = DecodeProfile([]byte(`{"id":"x","title":"t"}`)); c.State != "Default" {
		t.Errorf("nobody set %+v", c)
	}
	if c, odd = DecodeProfile([]byte(`{"controlStateUpdates":"x"}`)); !odd || c.ID == "" {
		t.Errorf("%+v", c)
	}
}

func TestTheDayOfAScoreIsTheServices(t *testing.T) {
	for raw, want := range map[string]time.Time{
		`{"id":"t_2019-03-19","azureTenantId":"t","createdDateTime":"2019-03-19T23:59:59-05:00","currentScore":1,"maxScore":2}`: time.Date(2019, 3, 20, 0, 0, 0, 0, time.UTC),
		`{"id":"t_2019-03-19","azureTenantId":"t","currentScore":1,"maxScore":2}`:                                               time.Date(2019, 3, 19, 0, 0, 0, 0, time.UTC),
		`{"id":"t","azureTenantId":"t","createdDateTime":"soon","currentScore":1,"maxScore":2}`:                                 {},
		`{"id":"t_2199-01-01","azureTenantId":"t","createdDateTime":"2199-01-01T00:00:00Z","currentScore":1,"maxScore":2}`:      time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		if s, _, _ := DecodeM365Score([]byte(raw)); !s.Day.Equal(want) || s.Current != 1 {
			t.Errorf("%s: %s", raw, s.Day)
		}
	}
}

// What this version does not know of a contact goes back as it came.
func TestAnEditKeepsWhatItDoesNotKnow(t *testing.T) {
	const raw = `{"id":"/x","name":"default","etag":"e","properties":{"emails":"a@x;b@x","phone":"1","isEnabled":true,"future":{"deep":[1,2]},
"notificationsByRole":{"state":"On","roles":["Owner"],"more":7},"notificationsSources":[{"sourceType":"Alert","minimalSeverity":"High","new":true},{"sourceType":"Weather","level":3}]}}`
	set := app.Values{app.PropPhone: "", app.PropRoles: "", app.PropAlertSeverity: "Low", app.PropAttackLevel: "Critical", app.PropNotify: "false", app.PropEmails: "c@x, d@x"}
	body, err := contactBody([]byte(raw), set)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	_ = json.Unmarshal(body, &got)
	_ = json.Unmarshal([]byte(`{"properties":{"emails":"c@x;d@x","phone":"","isEnabled":false,"future":{"deep":[1,2]},"notificationsByRole":{"state":"Off","roles":[],"more":7},
"notificationsSources":[{"sourceType":"Weather","level":3},{"sourceType":"Alert","minimalSeverity":"Low","new":true},{"sourceType":"AttackPath","minimalRiskLevel":"Critical"}]}}`), &want)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s", body)
	}
	body, err = contactBody([]byte(raw), app.Values{app.PropAlertSeverity: ""})
	if err != nil || strings.Contains(string(body), "Alert") || !strings.Contains(string(body), "Weather") {
		t.Errorf("%s %v", body, err)
	}
	bad := app.Values{app.PropNotify: "perhaps", app.PropAlertSeverity: "Dire", app.PropAttackLevel: "x", app.PropRiskState: "y"}
	for p, v := range bad {
		if _, err := contactBody([]byte(raw), app.Values{p: v}); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s %q: %v", p, v, err)
		}
	}
	if _, err := contactBody([]byte(`{"properties":[]}`), set); app.KindOf(err) != app.KindInvalid {
		t.Errorf("over an unreadable contact: %v", err)
	}
}

// samples is the folder of real answers, outside the project.
func samples(t *testing.T, area string) string {
	t.Helper()
	root := os.Getenv("WATCHFLOOR_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "api", "samples", area)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the samples of ../shared are not here: set WATCHFLOOR_SHARED")
	}
	return dir
}

func TestTheSamplesAreReadWhole(t *testing.T) {
	decoders := map[string]func([]byte) bool{
		"defender-for-cloud/ListSecureScores.json":                       func(b []byte) bool { s, n, odd := DecodeScore(b, today); return odd || n != classic || s.Max != 39 },
		"defender-for-cloud/GetSecureScoresSingle.json":                  func(b []byte) bool { _, _, odd := DecodeScore(b, today); return odd },
		"defender-for-cloud/ListSecureScoreControlsForName_builtin.json": func(b []byte) bool { _, c, odd := DecodePart(b, today); return odd || c.ID != "" },
		"defender-for-cloud/ListSecureScoreControlsForNameWithExpand_builtin.json": func(b []byte) bool {
			p, c, odd := DecodePart(b, today)
			return odd || c.ID != p.Control || c.Title == "" || len(c.Assessments) == 0
		},
		"defender-for-cloud/ListSecureScoreControlDefinitions.json":    func(b []byte) bool { c, odd := DecodeDefinition(b); return odd || len(c.Assessments) == 0 },
		"defender-for-cloud/ListAssessments.json":                      func(b []byte) bool { _, _, odd := DecodeAssessment(b); return odd },
		"defender-for-cloud/GetAssessmentWithExpand.json":              func(b []byte) bool { _, m, odd := DecodeAssessment(b); return odd || m.ID != "" },
		"defender-for-cloud/ListAssessmentsMetadata_subscription.json": func(b []byte) bool { m, odd := DecodeMeta(b); return odd || m.Severity == "" || m.Remediation == "" },
		"defender-for-cloud/getRegulatoryComplianceStandardList.json":  func(b []byte) bool { _, odd := DecodeStandard(b); return odd },
		"defender-for-cloud/getRegulatoryComplianceControl.json":       func(b []byte) bool { r, odd := DecodeRequirement(b); return odd || r.Standard != "PCI-DSS-3.2" },
		"defender-for-cloud/GetSecurityContact.json": func(b []byte) bool {
			c, odd := DecodeContact(b, "s", "n")
			return odd || len(c.Emails) != 2 || !c.On || !slices.Equal(c.Roles, []string{"Owner"}) || c.AlertSeverity != "Medium" || c.AttackLevel != "Critical"
		},
		"graph-security/secureScores_list.json": func(b []byte) bool {
			s, parts, odd := DecodeM365Score(b)
			return odd || len(parts) != 2 || len(s.Averages) != 3 || s.Day.IsZero()
		},
		"graph-security/secureScoreControlProfiles_list.json": func(b []byte) bool { c, odd := DecodeProfile(b); return odd || c.State != "Default" || c.Max != 20 },
	}
	root := samples(t, "")
	for name, bad := range decoders {
		b, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		rows := []json.RawMessage{b}
		if l, err := wire.ReadList(b, "value"); err == nil {
			rows = l.Rows
		}
		for i, raw := range rows {
			if bad(raw) {
				t.Errorf("%s: row %d is not read whole", name, i)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"id":"/subscriptions/a/providers/Microsoft.Security/assessments/b","name":"b","properties":{"status":{"code":"Healthy"},"score":{"max":1e308,"current":-1},"emails":"a;b"}}`))
	f.Add([]byte(`{"id":"t_2020-01-01","controlScores":[{"controlName":"x","score":1}],"controlStateUpdates":[{"state":"Reviewed"}],"vendorInformation":{"vendor":"Microsoft"}}`))
	f.Add([]byte(`{"assessment":"/x/providers/Microsoft.Security/assessments/b","n":3}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if _, name, odd := DecodeScore(raw, today); name == "" && !odd {
			t.Error("a score without a name is not odd")
		}
		if p, _, _ := DecodePart(raw, today); p.Control == "" {
			t.Error("a part without a control")
		}
		if a, _, _ := DecodeAssessment(raw); a.ID == "" {
			t.Error("an assessment without an id")
		}
		if m, _ := DecodeMeta(raw); m.ID == "" {
			t.Error("metadata without an id")
		}
		if c, _ := DecodeDefinition(raw); c.ID == "" {
			t.Error("a definition without an id")
		}
		if s, _ := DecodeStandard(raw); s.ID == "" {
			t.Error("a standard without an id")
		}
		if r, _ := DecodeRequirement(raw); r.ID == "" {
			t.Error("a requirement without an id")
		}
		if c, _ := DecodeProfile(raw); c.ID == "" || c.State == "" {
			t.Error("a control without an id or state")
		}
		if c, odd := DecodeCount(raw); !odd && (c.ID == "" || c.Resource == "") {
			t.Error("a count of nothing")
		}
		if _, parts, _ := DecodeM365Score(raw); slices.ContainsFunc(parts, func(p posture.Part) bool { return p.Control == "" }) {
			t.Error("a part without a control")
		}
		DecodeContact(raw, "s", "n")
		if body, err := contactBody(raw, app.Values{app.PropRoles: "Owner", app.PropAlertSeverity: "Low"}); err == nil && !json.Valid(body) {
			t.Errorf("%q", body)
		}
		if body, err := controlBody(raw, app.Values{app.PropControlState: "Reviewed"}); err == nil && !json.Valid(body) {
			t.Errorf("%q", body)
		}
	})
}
