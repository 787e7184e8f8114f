package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/securityinsights/armsecurityinsights/v2"
)

// hand is a clock that stands still until it is moved.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.at }

func (h *hand) move(d time.Duration) { h.mu.Lock(); h.at = h.at.Add(d); h.mu.Unlock() }

func newHand() *hand { return &hand{at: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)} }

// start runs a tenant for one test.
func start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// trust returns a transport that trusts the tenant's certificate and nothing else.
func trust(t testing.TB, set Settings) *http.Transport {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(set.CAPEM) {
		t.Fatal("the CA is no certificate")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return tr
}

func cloudOf(set Settings) cloud.Configuration {
	return cloud.Configuration{ActiveDirectoryAuthorityHost: set.Authority, Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
		cloud.ResourceManager: {Endpoint: set.ARM, Audience: set.ARMAudience},
	}}
}

func clientOptions(t testing.TB, set Settings) azcore.ClientOptions {
	return azcore.ClientOptions{Cloud: cloudOf(set), Transport: &http.Client{Transport: trust(t, set)}, Retry: policy.RetryOptions{MaxRetries: -1}}
}

func secret(t testing.TB, set Settings) azcore.TokenCredential {
	t.Helper()
	c, err := azidentity.NewClientSecretCredential(set.TenantID, set.ClientID, set.ClientSecret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: clientOptions(t, set), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sdk(t testing.TB, s *Server) *armsecurityinsights.ClientFactory {
	t.Helper()
	set := s.Settings()
	f, err := armsecurityinsights.NewClientFactory(set.SubscriptionID, secret(t, set), &arm.ClientOptions{ClientOptions: clientOptions(t, set), DisableRPRegistration: true})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// caller speaks plain HTTP with tokens of both audiences.
type caller struct {
	t      testing.TB
	set    Settings
	client *http.Client
	tokens map[audience]string
}

func raw(t testing.TB, s *Server) *caller {
	t.Helper()
	set := s.Settings()
	return newCaller(t, set, &http.Client{Transport: trust(t, set), Timeout: 20 * time.Second})
}

func newCaller(t testing.TB, set Settings, client *http.Client) *caller {
	t.Helper()
	c := &caller{t: t, set: set, client: client, tokens: map[audience]string{}}
	cred := secret(t, set)
	for aud, scope := range map[audience]string{audARM: set.ARMAudience + "/.default", audGraph: set.BaseURL + "/.default"} {
		tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{scope}})
		if err != nil {
			t.Fatal(err)
		}
		c.tokens[aud] = tok.Token
	}
	return c
}

// do sends a request and returns status, headers and body; a network error is returned.
func (c *caller) do(method, url string, body any, head ...string) (int, http.Header, []byte, error) {
	c.t.Helper()
	var rd io.Reader
	if b, ok := body.([]byte); ok {
		rd = bytes.NewReader(b)
	} else if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		rd = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, url, rd)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	aud := audARM
	if strings.HasPrefix(url, c.set.Graph) {
		aud = audGraph
	}
	if req.Header.Get("Authorization") == "" {
		req.Header.Set("Authorization", "Bearer "+c.tokens[aud])
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, b, err
}

// must sends a request that has to end in the given status, and decodes the answer.
func (c *caller) must(status int, method, url string, body any, head ...string) map[string]any {
	c.t.Helper()
	got, _, b, err := c.do(method, url, body, head...)
	if err != nil || got != status {
		c.t.Fatalf("%s %s: status %d, want %d: %v %.300s", method, url, got, status, err, b)
	}
	var v map[string]any
	if len(b) > 0 {
		if err := json.Unmarshal(b, &v); err != nil {
			c.t.Fatalf("%s %s: %v in %.300s", method, url, err, b)
		}
	}
	return v
}

func (c *caller) ws(path, query string) string {
	u := c.set.BaseURL + wsPrefix + path + "?api-version=2025-07-01-preview"
	if query != "" {
		u += "&" + query
	}
	return u
}

// rows returns the objects of a list answer.
func rows(v map[string]any) []map[string]any {
	list, _ := v["value"].([]any)
	out := make([]map[string]any, len(list))
	for i := range list {
		out[i], _ = list[i].(map[string]any)
	}
	return out
}

func props(v map[string]any) map[string]any { p, _ := v["properties"].(map[string]any); return p }
