package azure_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/azure/wiretest"
)

// leaving stands where the network begins.
type leaving func(*http.Request)

func (l leaving) Do(r *http.Request) (*http.Response, error) {
	l(r)
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.WriteString(`{"value":[]}`)
	return w.Result(), nil
}

// The pin refuses every hostile link as it is received; and whatever of them the URL
// parser of the SDK makes a request of stays at home, or is not sent and gets no token.
func TestGoal20FiveHundredHostileLinksLeadNowhere(t *testing.T) {
	for _, endpoint := range []string{"https://graph.microsoft.com", "https://management.azure.com", "https://127.0.0.1:8443"} {
		links := wiretest.HostileLinks(endpoint, "https://127.0.0.1:9443")
		if len(links) < 500 {
			t.Fatalf("only %d links", len(links))
		}
		home, err := url.Parse(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		pin, err := azure.NewPin(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		cloud, err := azure.Custom(endpoint, endpoint, "", endpoint, nil)
		if err != nil {
			t.Fatal(err)
		}
		var sent, away atomic.Int32
		o, _, err := azure.Access{Cloud: cloud, Transport: leaving(func(r *http.Request) {
			sent.Add(1)
			port := r.URL.Port()
			if r.URL.Scheme != "https" || r.URL.Hostname() != home.Hostname() || port != home.Port() && port != "443" || r.URL.User != nil || r.Header.Get("Authorization") == "" {
				away.Add(1)
				t.Errorf("a request left for %s with %q", r.URL, r.Header.Get("Authorization"))
			}
		})}.ClientOptions(endpoint)
		if err != nil {
			t.Fatal(err)
		}
		p := runtime.NewPipeline("test", "v1", runtime.PipelineOptions{
			PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(staticToken{}, []string{"scope"}, nil)},
		}, &o)
		for _, l := range links {
			if err := pin.CheckLink(l); app.KindOf(err) != app.KindInvalid {
				t.Errorf("%s: %q is taken", endpoint, l)
			}
			if req, err := runtime.NewRequest(context.Background(), http.MethodGet, l); err == nil {
				_, _ = p.Do(req)
			}
		}
		before := sent.Load()
		good := strings.TrimSuffix(endpoint, "/") + "/v1.0/security/incidents?$skiptoken=a%20b"
		req, err := runtime.NewRequest(context.Background(), http.MethodGet, good)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Do(req); err != nil || pin.CheckLink(good) != nil || sent.Load() != before+1 {
			t.Errorf("the right link is not followed: %v", err)
		}
		t.Logf("%s: %d hostile links, %d requests away from home", endpoint, len(links), away.Load())
	}
}
