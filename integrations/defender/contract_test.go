package defender_test

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

// trip and do turn a Transporter into a RoundTripper and back.
type trip struct{ policy.Transporter }

func (x trip) RoundTrip(r *http.Request) (*http.Response, error) { return x.Do(r) }

type do struct{ http.RoundTripper }

func (x do) Do(r *http.Request) (*http.Response, error) { return x.RoundTrip(r) }

// Every request this client can send, and its answer, is checked against the published
// specification. Where it contradicts the documentation's samples: those spell
// TruePositive and createdBy, the specification truePositive and createdByDisplayName;
// a comment is one object here although the SDK sends alerts an array of them.
func TestTheConversationKeepsToTheSpecification(t *testing.T) {
	var checker *contract.Transport
	_, c := connect(t, 300, func(tr policy.Transporter, s simulator.Settings) policy.Transporter {
		checker = contract.NewTransport(t, trip{tr}, s)
		return do{checker}
	})
	ctx := context.Background()
	_, cur, _ := run(t, c, app.Cursor{})
	run(t, c, cur)
	open, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Get(ctx, open[0])
	if err != nil {
		t.Fatal(err)
	}
	all := []app.Field{app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote, app.FieldTags}
	for _, r := range app.Reasons {
		if r.Classification == app.Undetermined {
			continue // Graph has no such word: it would be "not classified"
		}
		want := app.Fields{
			Severity: app.Low, Status: app.StatusClosed, Owner: app.Owner{UPN: "ann@contoso.com"},
			Classification: r.Classification, Determination: r.Determination, ClosingNote: "x", Tags: []string{"t"},
		}
		if p, err = c.Update(ctx, p, want, all); err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		if p, err = c.Update(ctx, p, app.Fields{Status: app.StatusNew}, []app.Field{app.FieldStatus, app.FieldOwner, app.FieldTags}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.AddComment(ctx, open[0], app.Comment{Text: "x"}); err != nil {
		t.Error(err)
	}
	if _, err := c.Comments(ctx, open[0]); err != nil {
		t.Error(err)
	}
	if _, err := c.Merge(ctx, open[1:3], "one campaign"); err != nil {
		t.Error(err)
	}
	last, err := c.Details(ctx, open[3])
	if err != nil || len(last.Alerts) == 0 {
		t.Fatalf("no alerts: %v", err)
	}
	for _, into := range []string{open[0], ""} {
		if _, err := c.MoveAlerts(ctx, []string{last.Alerts[0].ID}, into, "x"); err != nil {
			t.Error(err)
		}
	}
	seen := checker.Checked()
	for _, want := range []string{
		"GET /security/incidents 200", "GET /security/incidents/{incident-id} 200", "PATCH", "/comments 200",
		"POST /security/incidents/mergeIncidents 200", "POST /security/alerts_v2/moveAlerts 200",
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
