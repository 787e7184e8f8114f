package sentinel_test

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
// specification. Where it contradicts practice: an owner's fields may not be null
// there, though the service answers null for an unassigned incident; the client sends
// an empty object for nobody.
func TestTheConversationKeepsToTheSpecification(t *testing.T) {
	var checker *contract.Transport
	_, c := connect(t, simulator.Options{Incidents: 300, Seed: 7}, func(tr policy.Transporter, s simulator.Settings) policy.Transporter {
		checker = contract.NewTransport(t, trip{tr}, s)
		return do{checker}
	})
	ctx := context.Background()
	rows, cur, _ := run(t, c, app.Cursor{})
	run(t, c, cur)
	open, err := c.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for id := range rows {
		if n++; n > 30 {
			break
		}
		if _, err := c.Details(ctx, id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	p, err := c.Get(ctx, open[0])
	if err != nil {
		t.Fatal(err)
	}
	all := []app.Field{app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote, app.FieldTags}
	for _, r := range app.Reasons {
		want := app.Fields{
			Severity: app.Low, Status: app.StatusClosed, Owner: app.Owner{UPN: "ann@contoso.com", Name: "Ann", ObjectID: open[0]},
			Classification: r.Classification, Determination: r.Determination, ClosingNote: "x", Tags: []string{"t"},
		}
		if p, err = c.Update(ctx, p, want, all); err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		if p, err = c.Update(ctx, p, app.Fields{Status: app.StatusNew}, []app.Field{app.FieldStatus, app.FieldOwner, app.FieldTags}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := c.AddComment(ctx, open[0], app.Comment{ID: "4bb36b7b-26ff-4d1c-9cbe-0d8ab3da0014", Text: "x"}); err != nil {
			t.Error(err)
		}
	}
	for _, k := range []app.Task{{ID: newTask, Title: "x"}, {ID: newTask, Title: "x"}, {ID: newTask, Title: "x", Description: "y", Done: true}} {
		_, there := find(t, c, open[0], newTask)
		k.ETag = there.ETag
		if k.Description == "" {
			k.ETag = "" // adding it, and again as after a lost answer
		}
		if _, err := c.PutTask(ctx, open[0], k); err != nil {
			t.Error(err)
		}
	}
	seen := checker.Checked()
	for _, want := range []string{
		"/incidents 200", "/incidents/{incidentId} 200", "/alerts 200", "/entities 200", "/bookmarks 200", "/comments 200", "/tasks 200", "PUT",
		"PUT /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}/providers/Microsoft.SecurityInsights/incidents/{incidentId}/tasks/{incidentTaskId} 201",
		"/tasks/{incidentTaskId} 409", "/tasks/{incidentTaskId} 200",
	} {
		found := false
		for op := range seen {
			found = found || strings.Contains(op, want) || strings.HasSuffix(op, want)
		}
		if !found {
			t.Errorf("%q was not checked: %v", want, seen)
		}
	}
}
