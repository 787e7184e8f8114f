package azure

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// service is a TLS server that counts what reaches it.
type service struct {
	*httptest.Server
	calls, tokens atomic.Int32
}

func serve(t *testing.T, h http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		if r.Header.Get("Authorization") != "" {
			s.tokens.Add(1)
		}
		h(w, r)
	}))
	s.Config.ErrorLog = nil
	t.Cleanup(s.Close)
	return s
}

func (s *service) ca() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

func (s *service) cloud(t *testing.T) Cloud {
	t.Helper()
	c, err := Custom(s.URL, s.URL, "", s.URL, s.ca())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type fixedToken struct{}

func (fixedToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "canary-token", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// pipeline is the pipeline a client of s would use.
func (s *service) pipeline(t *testing.T, l Limits) runtime.Pipeline {
	t.Helper()
	tr, err := NewTransport(s.cloud(t), l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	o, _, err := Access{Cloud: s.cloud(t), Transport: tr}.ClientOptions(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return runtime.NewPipeline("test", "v1", runtime.PipelineOptions{
		PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(fixedToken{}, []string{"scope"}, nil)},
	}, &o)
}

// call sends one request and treats any status but 2xx as an error, as clients do.
func call(ctx context.Context, p runtime.Pipeline, method, address string) (*http.Response, error) {
	req, err := runtime.NewRequest(ctx, method, address)
	if err != nil {
		return nil, err
	}
	resp, err := p.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode/100 != 2 {
		return resp, runtime.NewResponseError(resp)
	}
	_, err = runtime.Payload(resp)
	return resp, err
}

func ok(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"value":[]}`))
}

// newHTTP2 is a server that speaks HTTP/2.
func newHTTP2(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}
