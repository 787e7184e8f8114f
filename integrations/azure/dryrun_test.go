package azure

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"

	"watchfloor/app"
)

// dryCall builds a request with a body, as a client does, on a pipeline that cannot
// sign in.
func dryCall(t *testing.T, ctx context.Context, s *service, body string) error { //nolint:revive // t comes first in tests
	t.Helper()
	o, _, err := Access{Cloud: s.cloud(t), Transport: untouched{t}}.ClientOptions(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	broken := Unavailable(errors.New("no keyring"))
	p := runtime.NewPipeline("test", "v1", runtime.PipelineOptions{
		PerRetry: []policy.Policy{runtime.NewBearerTokenPolicy(broken, []string{"scope"}, nil)},
	}, &o)
	req, err := runtime.NewRequest(ctx, http.MethodPut, s.URL+"/a%2Fb?api-version=1&x=%20")
	if err != nil {
		t.Fatal(err)
	}
	h := req.Raw().Header
	h.Set("Accept", "application/json")
	h.Set("If-Match", `W/"7"`)
	h.Set("x-ms-client-request-id", "4bb36b7b")
	h.Set("X-Secret", "canary")
	if body != "" {
		if err := req.SetBody(streaming.NopCloser(strings.NewReader(body)), "application/json"); err != nil {
			t.Fatal(err)
		}
	}
	_, err = p.Do(req)
	return err
}

// untouched is a transport that must not be reached.
type untouched struct{ t *testing.T }

func (u untouched) Do(r *http.Request) (*http.Response, error) {
	u.t.Errorf("sent %s %s", r.Method, r.URL)
	return nil, errors.New("sent")
}

func TestADryRunShowsTheRequestAndSendsNothing(t *testing.T) {
	s := serve(t, ok)
	ctx, run := app.WithDryRun(context.Background())
	if err := dryCall(t, ctx, s, `{"b":1,"a":"<é>"}`); app.KindOf(err) != app.KindCancelled {
		t.Fatalf("ended with %v", err)
	}
	got := run.Requests()
	if len(got) != 1 {
		t.Fatalf("recorded %d requests", len(got))
	}
	r := got[0]
	if r.Method != http.MethodPut || r.URL != s.URL+"/a%2Fb?api-version=1&x=%20" {
		t.Errorf("%s %s", r.Method, r.URL)
	}
	want := []string{
		"Authorization: Bearer ••••", "Accept: application/json", "Content-Type: application/json",
		`If-Match: W/"7"`, "x-ms-client-request-id: 4bb36b7b",
	}
	if !slices.Equal(r.Header, want) {
		t.Errorf("headers %q", r.Header)
	}
	if r.Body != "{\n  \"b\": 1,\n  \"a\": \"<é>\"\n}" {
		t.Errorf("body %s", r.Body)
	}
}

// What takes the place of a client's body is what is shown.
func TestADryRunShowsTheBodyThatReplacesTheClients(t *testing.T) {
	ctx, run := app.WithDryRun(context.Background())
	if err := dryCall(t, WithBody(ctx, []byte(`[2]`)), serve(t, ok), `{"old":1}`); app.KindOf(err) != app.KindCancelled {
		t.Fatal(err)
	}
	if got := run.Requests()[0].Body; got != "[\n  2\n]" {
		t.Errorf("body %s", got)
	}
}

func TestADryRunWithoutABodyOrWithAnotherThanJSON(t *testing.T) {
	s := serve(t, ok)
	for _, body := range []string{"", "plain & text"} {
		ctx, run := app.WithDryRun(context.Background())
		if err := dryCall(t, ctx, s, body); app.KindOf(err) != app.KindCancelled || run.Requests()[0].Body != body {
			t.Errorf("%q: %v %+v", body, err, run.Requests())
		}
	}
}

func TestADryRunEndsReadsWithoutRecordingThem(t *testing.T) {
	ctx, run := app.WithDryRun(context.Background())
	if err := dryCall(t, Read(ctx), serve(t, ok), ""); app.KindOf(err) != app.KindCancelled || len(run.Requests()) != 0 {
		t.Errorf("%v, recorded %v", err, run.Requests())
	}
}

// A dry run says that nothing can have arrived.
func TestADryRunLeavesNoDoubt(t *testing.T) {
	ctx, _ := app.WithDryRun(context.Background())
	e := Explain(dryCall(t, ctx, serve(t, ok), `{}`), Intent{Source: app.Sentinel, Write: true})
	if e.Kind != app.KindCancelled || e.MaybeApplied {
		t.Errorf("%+v", e)
	}
}
