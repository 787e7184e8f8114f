package cloudalerts_test

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
// specification.
func TestTheConversationKeepsToTheSpecification(t *testing.T) {
	var checker *contract.Transport
	_, c := connect(t, func(tr policy.Transporter, s simulator.Settings) policy.Transporter {
		checker = contract.NewTransport(t, trip{tr}, s)
		return do{checker}
	})
	ctx := context.Background()
	run(t, c, app.Cursor{})
	open, err := c.Open(ctx)
	if err != nil || len(open) == 0 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	p, err := c.Get(ctx, open[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []app.Fields{
		{Status: app.StatusActive},
		{Status: app.StatusClosed},
		{Status: app.StatusNew},
		{Status: app.StatusClosed, Classification: app.FalsePositive},
	} {
		if p, err = c.Update(ctx, p, want, []app.Field{app.FieldStatus, app.FieldClassification}); err != nil {
			t.Fatal(err)
		}
	}
	seen := checker.Checked()
	for _, want := range []string{"/alerts 200", "/alerts/{alertName} 200", "/activate 204", "/inProgress 204", "/resolve 204", "/dismiss 204"} {
		found := false
		for op := range seen {
			found = found || strings.Contains(op, want)
		}
		if !found {
			t.Errorf("%q was not checked: %v", want, seen)
		}
	}
}
