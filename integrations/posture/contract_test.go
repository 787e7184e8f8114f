package posture_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/simulator"
	"watchfloor/integrations/simulator/contract"
)

// Every request these clients can send, and its answer, is checked against the published
// specifications. Where the SDK is newer than those: assessments are asked for in version
// 2025-05-04, queries in 2024-04-01.
func TestTheConversationKeepsToTheSpecification(t *testing.T) {
	refused := false
	var checker *contract.Transport
	var base policy.Transporter
	sim, c, m := connect(t, simulator.Options{Seed: 7}, func(tr policy.Transporter) policy.Transporter {
		base = tr
		return doer(func(r *http.Request) (*http.Response, error) {
			if refused && strings.HasSuffix(r.URL.Path, resourceGraph) {
				return refuse{Transporter: tr, path: resourceGraph, status: 403, code: "AuthorizationFailed"}.Do(r)
			}
			return checker.RoundTrip(r)
		})
	})
	checker = contract.NewTransport(t, trip{base}, sim.Settings())
	ctx := context.Background()
	got, _ := pull(t, c, app.Cursor{})
	refused = true
	pull(t, c, app.Cursor{})
	scores, cur := pull(t, m, app.Cursor{})
	pull(t, m, cur)
	contact := app.Subject{Kind: app.SubjectContact, ID: got.Contacts[0].Subscription}
	if err := c.Respond(ctx, app.Response{Deed: app.EditContact, Subjects: []app.Subject{contact}, Set: app.Values{
		app.PropEmails: "soc@contoso.com", app.PropPhone: "1", app.PropNotify: "true", app.PropRoles: "Owner", app.PropAlertSeverity: "High", app.PropAttackLevel: "Critical",
	}}); err != nil {
		t.Error(err)
	}
	control := app.Subject{Kind: app.SubjectControl, ID: scores.Controls[0].ID}
	if err := m.Respond(ctx, app.Response{Deed: app.SetControl, Subjects: []app.Subject{control}, Set: app.Values{app.PropControlState: "Reviewed", app.PropControlNote: "x"}}); err != nil {
		t.Error(err)
	}
	if _, err := m.Read(ctx, app.SetControl, []app.Subject{control}); err != nil {
		t.Error(err)
	}
	seen := checker.Checked()
	for _, want := range []string{
		"/resources 200", "/secureScores 200", "/secureScoreControls 200", "/assessments 200", "/subAssessments 200", "/assessmentMetadata 200",
		"/secureScoreControlDefinitions 200", "/regulatoryComplianceStandards 200", "/regulatoryComplianceControls 200", "/securityContacts 200", "PUT ",
		"GET /security/secureScores 200", "GET /security/secureScoreControlProfiles 200", "PATCH /security/secureScoreControlProfiles",
	} {
		found := false
		for op := range seen {
			found = found || strings.Contains(op, want)
		}
		if !found {
			t.Errorf("%q was not checked: %v", want, seen)
		}
	}
}

// trip turns a Transporter into a RoundTripper.
type trip struct{ policy.Transporter }

func (x trip) RoundTrip(r *http.Request) (*http.Response, error) { return x.Do(r) }
