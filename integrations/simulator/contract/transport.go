package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"

	"watchfloor/integrations/simulator"
)

// Transport validates what passes through it. It is safe for concurrent use.
type Transport struct {
	t     testing.TB
	base  http.RoundTripper
	arm   string
	graph string

	mu      sync.Mutex
	checked map[string]int
}

// NewTransport wraps base. Traffic to the provider and Graph routes of the tenant is
// validated; sign-in, ARM discovery and directory roles, for which there is no description
// here, pass unchecked. Deviations fail t.
func NewTransport(t testing.TB, base http.RoundTripper, settings simulator.Settings) *Transport {
	t.Helper()
	Sentinel(t)
	Graph(t)
	return &Transport{t: t, base: base, arm: settings.ARM, graph: settings.Graph, checked: map[string]int{}}
}

// Checked returns how many exchanges of each operation were validated, by
// "METHOD /path/{of}/description status".
func (x *Transport) Checked() map[string]int {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := make(map[string]int, len(x.checked))
	for k, v := range x.checked {
		out[k] = v
	}
	return out
}

// RoundTrip implements http.RoundTripper.
func (x *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	spec, path := x.route(r.URL)
	if spec == nil {
		return x.base.RoundTrip(r)
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := x.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	if err != nil {
		return nil, fmt.Errorf("read the answer to validate it: %w", err)
	}
	for _, problem := range x.validate(spec, path, r, body, resp, answer) {
		x.t.Errorf("%s %s (%s): %s", r.Method, path, spec.Name, problem)
	}
	return resp, nil
}

// route says which description a request belongs to, and its path there.
func (x *Transport) route(u *url.URL) (*Spec, string) {
	full := u.Scheme + "://" + u.Host + u.Path
	if rest, ok := strings.CutPrefix(full, x.graph); ok {
		if strings.HasPrefix(rest, "/directoryRoles") {
			return nil, "" // the published description leaves directory roles out
		}
		return Graph(x.t), rest
	}
	rest, ok := strings.CutPrefix(full, strings.TrimSuffix(x.arm, "/"))
	if !ok {
		return nil, ""
	}
	switch {
	case strings.Contains(rest, "/Microsoft.Security/"):
		return Security(x.t), rest
	case strings.Contains(rest, "/Microsoft.ResourceGraph/"):
		return Queries(x.t), rest
	case strings.Contains(rest, "/Microsoft.SecurityInsights/"):
		if u.Query().Get("api-version") == "2024-03-01" {
			return OlderSentinel(x.t), rest
		}
		return Sentinel(x.t), rest
	}
	return nil, ""
}

func (x *Transport) validate(spec *Spec, path string, r *http.Request, body []byte, resp *http.Response, answer []byte) []string {
	probe := r.Clone(r.Context())
	probe.URL.Scheme, probe.URL.Host, probe.URL.Path, probe.URL.RawPath = "", "", path, ""
	probe.Host = ""
	probe.Body = nil
	if len(body) > 0 {
		probe.Body = io.NopCloser(bytes.NewReader(body))
	}
	route, params, err := spec.router.FindRoute(probe)
	if err != nil {
		return []string{"the description has no such operation: " + err.Error()}
	}
	var out []string
	in := &openapi3filter.RequestValidationInput{Request: probe, PathParams: params, Route: route, Options: &openapi3filter.Options{
		MultiError: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, RejectWhenRequestBodyNotSpecified: len(body) > 0,
		// The service ignores read-only properties of a replacement; sending back what was read is right.
		ExcludeReadOnlyValidations: true, SkipSettingDefaults: true, SchemaValidationOptions: options(),
	}}
	if resp.StatusCode < 400 { // a request refused by the service may be wrong on purpose
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			out = append(out, "request: "+short(err))
		}
	}
	declared := route.Operation.Responses.Status(resp.StatusCode)
	if declared == nil && resp.StatusCode >= 400 {
		declared = route.Operation.Responses.Default()
	}
	if declared == nil {
		return append(out, fmt.Sprintf("response: status %d is not declared", resp.StatusCode))
	}
	media := declared.Value.Content.Get("application/json")
	switch {
	case media == nil && len(answer) > 0:
		out = append(out, fmt.Sprintf("response: a body of %d bytes that is not declared", len(answer)))
	case media != nil && resp.StatusCode != http.StatusNoContent:
		var v any
		if err := json.Unmarshal(answer, &v); err != nil {
			out = append(out, "response: "+err.Error())
			break
		}
		for _, problem := range spec.Check(v, media.Schema.Value) {
			out = append(out, "response: "+problem)
		}
	}
	x.mu.Lock()
	x.checked[fmt.Sprintf("%s %s %d", r.Method, route.Path, resp.StatusCode)]++
	x.mu.Unlock()
	return out
}
