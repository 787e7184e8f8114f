package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"watchfloor/app/identity"
	"watchfloor/app/posture"
	"watchfloor/app/report"
)

var (
	reportDay = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)
	week      = report.Period{From: reportDay.AddDate(0, 0, -7), To: reportDay}
)

// crowd is a cache of identities; it notes the filters it was asked with.
type crowd struct {
	identity.Reader
	asked []string
}

func (c *crowd) Users(_ context.Context, q identity.Query) (identity.Window[identity.UserRow], error) {
	c.asked = append(c.asked, q.Filter.String())
	if q.Limit == 1 { // only counted
		return identity.Window[identity.UserRow]{Total: map[bool]int{true: 2, false: 31}[strings.Contains(q.Filter.String(), "is:high")]}, nil
	}
	return identity.Window[identity.UserRow]{Total: 3, Rows: []identity.UserRow{
		{User: identity.User{ID: "1", UPN: "low@contoso.example", Level: identity.LevelLow, State: identity.StateDismissed, Changed: reportDay}},
		{User: identity.User{ID: "2", UPN: "jo@contoso.example", Level: identity.LevelHigh, State: identity.StateAtRisk, Changed: reportDay}, High: "role: Global Administrator"},
		{User: identity.User{ID: "3", Name: "<script>\u202e http://evil.example", Level: "unheardOf", State: "newState"}},
	}}, nil
}

func (c *crowd) Workloads(context.Context, identity.Query) (identity.Window[identity.WorkloadRow], error) {
	return identity.Window[identity.WorkloadRow]{Rows: []identity.WorkloadRow{{Workload: identity.Workload{Name: "ci-deploy", Level: identity.LevelHigh}}}}, nil
}

func (c *crowd) SignIns(context.Context, identity.Query) (identity.Window[identity.SignInRow], error) {
	return identity.Window[identity.SignInRow]{Total: identity.CountLimit, Rows: []identity.SignInRow{{SignIn: identity.SignIn{ID: "r", UPN: "jo@contoso.example", IP: "203.0.113.7", At: reportDay.Add(time.Hour)}}}}, nil
}

func (c *crowd) Heat(context.Context, identity.Filter, int) (identity.Heat, error) {
	return identity.Heat{Types: []string{"unfamiliarFeatures", "brandNew"}, Countries: []string{"NL", ""}, Count: [][]int{{4, 1}, {0, 2}}, N: 7}, nil
}

func (c *crowd) Kept(context.Context) (identity.Kept, error) {
	return identity.Kept{Detections: identity.Span{Since: reportDay.AddDate(0, 0, -3)}, SignIns: identity.Span{Since: reportDay.AddDate(0, 0, -40)}}, nil
}

// Given a period, then the users whose risk changed in it are told worst first, the rest
// is counted, and what the cache cannot know is said.
func TestIdentityPeriod(t *testing.T) {
	c := &crowd{}
	p, err := report.ReadIdentityPeriod(t.Context(), c, week, reportDay)
	if err != nil {
		t.Fatal(err)
	}
	if want := "from:2026-03-05 to:2026-03-12"; c.asked[0] != want {
		t.Errorf("asked %q, want %q", c.asked[0], want)
	}
	if p.Open != 31 || p.High != 2 || p.Total != 3 || p.Users[0].ID != "2" {
		t.Errorf("%+v", p)
	}
	var page, table, objects bytes.Buffer
	doc := p.Report(report.Meta{Tenant: "Contoso", At: reportDay})
	for _, err := range []error{doc.Markdown(&page), p.CSV(&table), p.JSON(&objects, report.Meta{})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"31 users", "jo@contoso.example", "Unfamiliar sign-in", "no location", "kept since 2026-03-09", "more than 10000 sign-ins", "ci-deploy"} {
		if !strings.Contains(strings.ReplaceAll(page.String(), `\`, ""), want) {
			t.Errorf("the report does not say %q:\n%s", want, page.String())
		}
	}
	if strings.Contains(page.String(), "http://evil") || strings.ContainsRune(page.String(), '\u202e') {
		t.Error("an indicator is live, or a hidden character is hidden")
	}
	var back struct {
		OpenUsers int
		ByType    map[string]int `json:"detectionsByType"`
		Users     []map[string]string
	}
	if err := json.Unmarshal(objects.Bytes(), &back); err != nil || back.OpenUsers != 31 || back.ByType["unfamiliarFeatures"] != 5 || len(back.Users) != 3 {
		t.Errorf("%+v %v", back, err)
	}
	if n := strings.Count(table.String(), "\n"); n != 4 {
		t.Errorf("%d lines of CSV", n)
	}
	var again bytes.Buffer
	if doc.Markdown(&again); again.String() != page.String() {
		t.Error("the same snapshot gives another report")
	}
}

// ledger is a cache of posture whose score of one model fell.
type ledger struct{ posture.Reader }

func (ledger) Latest(context.Context) ([]posture.Score, error) {
	return []posture.Score{{Model: posture.CloudClassic, Scope: "sub", ScopeName: "Production"}, {Model: posture.M365, Scope: "t", ScopeName: "Contoso"}}, nil
}

func (ledger) Waterfall(_ context.Context, m posture.Model, scope string, from, to time.Time) (posture.Waterfall, error) {
	if m == posture.M365 {
		return posture.Waterfall{Model: m, Scope: scope, To: posture.Score{Current: math.NaN(), Max: 10}}, nil
	}
	return posture.Waterfall{
		Model: m, Scope: scope, FromDay: from, ToDay: to, From: posture.Score{Current: 40, Max: 58}, To: posture.Score{Current: 34, Max: 58},
		Steps: []posture.Step{{Control: "c1", Name: "Enable MFA", From: 10, To: 5}}, Rest: -1,
	}, nil
}

func (ledger) Recommendations(context.Context, posture.Ask) ([]posture.Recommendation, error) {
	return []posture.Recommendation{{Meta: posture.Meta{ID: "r1", Title: "Install updates", Severity: "High"}, Unhealthy: 3, Healthy: 9, Increase: 4.5, Owner: "Ana", Due: reportDay.AddDate(0, 0, -1)}}, nil
}

func (ledger) Pins(context.Context, int) ([]posture.Pinned, error) {
	return []posture.Pinned{{Pin: posture.PinUpdates, Unhealthy: 3, Trend: []posture.DayCount{{N: 1}, {N: 3}}}}, nil
}

func (ledger) Standards(context.Context) ([]posture.Standard, error) {
	return []posture.Standard{{Subscription: "sub", ID: "PCI", Passed: 3, Failed: 1}}, nil
}

func (ledger) Contacts(context.Context) ([]posture.Contact, error) {
	return []posture.Contact{{Subscription: "sub", Name: "Production", Absent: true}}, nil
}

func (ledger) AlertHealth(context.Context) (posture.Health, error) {
	return posture.Health{Alerts: 12, Covered: 9, Alone: 3}, nil
}

// Given a score that fell, then the report traces it to its control, names what no
// control explains, and keeps the models apart.
func TestPosturePeriod(t *testing.T) {
	p, err := report.ReadPosturePeriod(t.Context(), ledger{}, week, reportDay)
	if err != nil {
		t.Fatal(err)
	}
	var page, table, objects bytes.Buffer
	doc := p.Report(report.Meta{Tenant: "Contoso", At: reportDay})
	for _, err := range []error{doc.Markdown(&page), p.CSV(&table), p.JSON(&objects, report.Meta{})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{
		"Why Defender for Cloud (classic) of Production moved", "Enable MFA", "-5", "Rest", "Microsoft 365 secure score", "overdue since 2026-03-11",
		"3 of 12 alerts of Defender for Cloud never became an incident", "3 of 12", "PCI",
	} {
		if !strings.Contains(strings.ReplaceAll(page.String(), `\`, ""), want) {
			t.Errorf("the report does not say %q:\n%s", want, page.String())
		}
	}
	var back struct {
		Scores []struct {
			Model string
			Steps []struct{ Name string }
			Rest  float64 `json:"unexplained"`
		}
	}
	if err := json.Unmarshal(objects.Bytes(), &back); err != nil || len(back.Scores) != 2 || back.Scores[0].Rest != -1 || back.Scores[0].Steps[0].Name != "Enable MFA" {
		t.Errorf("%+v %v", back, err)
	}
	if !strings.Contains(table.String(), "Install updates") {
		t.Errorf("the CSV lacks the recommendation: %s", table.String())
	}
}
