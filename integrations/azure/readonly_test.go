package azure

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
)

// countedToken counts how often a token is asked for.
type countedToken struct {
	fixedToken
	asked atomic.Int32
}

func (c *countedToken) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	c.asked.Add(1)
	return c.fixedToken.GetToken(ctx, o)
}

const incident = "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w/providers/Microsoft.SecurityInsights/incidents/i"

func TestAReadOnlyClientSendsNoWriteAndAsksForNoToken(t *testing.T) {
	home := serve(t, ok)
	tr, err := NewTransport(home.cloud(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	var on atomic.Bool
	o, _, err := Access{Cloud: home.cloud(t), Transport: tr, ReadOnly: on.Load}.ClientOptions(home.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path string
		read         bool
	}{
		{http.MethodGet, "/v1.0/security/incidents", true},
		{http.MethodPost, "/providers/Microsoft.ResourceGraph/resources?api-version=1", true},
		{http.MethodPost, incident + "/alerts", true},
		{http.MethodPost, incident + "/Entities", true},
		{http.MethodPost, incident + "/bookmarks", true},
		{http.MethodPost, "/v1.0/security/runHuntingQuery", true},
		{http.MethodPut, incident, false},
		{http.MethodPut, incident + "/alerts", false},
		{http.MethodPut, incident + "/comments/c", false},
		{http.MethodPost, incident + "/comments%2Falerts", false},
		{http.MethodPost, incident + "/x/alerts", false},
		{http.MethodPost, "/v1.0/security/incidents/1/comments", false},
		{http.MethodPost, "/v1.0/security/incidents/1/comments?/v1.0/security/runHuntingQuery", false},
		{http.MethodPost, "/v1.0/security/incidents/mergeIncidents", false},
		{http.MethodPost, "/v1.0/identityProtection/riskyUsers/confirmCompromised", false},
		{http.MethodPost, "/v1.0/$batch", false},
		{http.MethodPost, "/subscriptions/s/providers/Microsoft.Security/locations/l/alerts/a/dismiss", false},
		{http.MethodPatch, "/v1.0/users/u", false},
		{http.MethodDelete, "/v1.0/users/u", false},
		{"MERGE", "/v1.0/users/u", false},
	} {
		for _, readOnly := range []bool{true, false} {
			on.Store(readOnly)
			cred := &countedToken{}
			p := runtime.NewPipeline("test", "v1", runtime.PipelineOptions{
				PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(cred, []string{"scope"}, nil)},
			}, &o)
			before := home.calls.Load()
			_, err := call(context.Background(), p, c.method, home.URL+c.path)
			sent := home.calls.Load() - before
			if pass := c.read || !readOnly; pass && (err != nil || sent != 1) {
				t.Errorf("%s %s, read-only %v: %d sent, %v", c.method, c.path, readOnly, sent, err)
			} else if e := Explain(err, Intent{Write: true}); !pass && (sent != 0 || cred.asked.Load() != 0 || e == nil || e.Kind != app.KindPermission || e.MaybeApplied) {
				t.Errorf("%s %s, read-only: %d sent, %d tokens, %v", c.method, c.path, sent, cred.asked.Load(), err)
			}
		}
	}
}
