package azure

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// What Graph is sent, and which of its answers are none of ours to believe.
func TestARequestToGraph(t *testing.T) {
	var sent string
	status := http.StatusOK
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		sent = r.Method + " " + r.Header.Get("Content-Type") + " " + r.Header.Get("Prefer") + " " + string(b)
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	p := runtime.NewPipeline("test", "v1", runtime.PipelineOptions{}, &policy.ClientOptions{Transport: s.Client(), Retry: WriteOnce()})
	for _, c := range []struct {
		status int
		body   string
		sent   string
		well   bool
	}{
		{200, "", "PATCH  include-unknown-enum-members ", true},
		{201, `{"a":1}`, `PATCH application/json include-unknown-enum-members {"a":1}`, true},
		{204, "", "PATCH  include-unknown-enum-members ", true},
		{202, "", "PATCH  include-unknown-enum-members ", false},
		{403, "", "PATCH  include-unknown-enum-members ", false},
	} {
		status = c.status
		var body []byte
		if c.body != "" {
			body = []byte(c.body)
		}
		err := AskGraph(t.Context(), p, http.MethodPatch, s.URL, body)
		var refused *azcore.ResponseError
		if (err == nil) != c.well || !c.well && (!errors.As(err, &refused) || refused.StatusCode != c.status) || sent != c.sent {
			t.Errorf("%d: sent %q, %v", c.status, sent, err)
		}
	}
}
