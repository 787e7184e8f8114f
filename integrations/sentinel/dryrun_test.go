package sentinel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
)

// tap keeps the writes that leave for the workspace, as they leave.
type tap struct {
	policy.Transporter
	mu     sync.Mutex
	writes []*http.Request
	bodies [][]byte
}

func (x *tap) Do(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		x.mu.Lock()
		x.writes, x.bodies = append(x.writes, r.Clone(context.Background())), append(x.bodies, body)
		x.mu.Unlock()
	}
	return x.Transporter.Do(r)
}

type write struct {
	name string
	do   func(context.Context, *sentinel.Client) error
}

// writes are one of each kind, on an open incident with an open task.
func writes(t *testing.T, c *sentinel.Client) []write {
	t.Helper()
	ctx := context.Background()
	id, step := openTask(t, c)
	seen, err := c.Get(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	step.Done = true
	put := func(k app.Task) func(context.Context, *sentinel.Client) error {
		return func(ctx context.Context, c *sentinel.Client) error {
			_, err := c.PutTask(ctx, id, k)
			return err
		}
	}
	return []write{
		{"add a task", put(app.Task{ID: newTask, Title: "Call <Ann> & Bob", Description: "é\n\u202e"})},
		{"complete a task", put(step)},
		{"comment", func(ctx context.Context, c *sentinel.Client) error {
			return c.AddComment(ctx, id, app.Comment{ID: "4bb36b7b-26ff-4d1c-9cbe-0d8ab3da0014", Text: "line\n\"quoted\" \u202e"})
		}},
		{"update", func(ctx context.Context, c *sentinel.Client) error {
			_, err := c.Update(ctx, seen, app.Fields{Severity: app.Low, Tags: []string{"<a&b>", "é"}}, []app.Field{app.FieldSeverity, app.FieldTags})
			return err
		}},
	}
}

// What a dry run shows is what leaves for the same call: method, address, headers and,
// but for the indentation, every byte of the body.
func TestADryRunShowsWhatLeaves(t *testing.T) {
	var out *tap
	_, c := connect(t, simulator.Options{Incidents: 200, Seed: 7}, func(tr policy.Transporter, _ simulator.Settings) policy.Transporter {
		out = &tap{Transporter: tr}
		return out
	})
	for _, w := range writes(t, c) {
		dry, run := app.WithDryRun(context.Background())
		if err := w.do(dry, c); app.KindOf(err) != app.KindCancelled {
			t.Errorf("%s: the dry run ended with %v", w.name, err)
		}
		if len(out.writes) != 0 {
			t.Fatalf("%s: the dry run sent something", w.name)
		}
		_ = w.do(context.Background(), c) // whether the tenant likes it is not the question
		if len(run.Requests()) != 1 || len(out.writes) != 1 {
			t.Fatalf("%s: shown %d, left %d", w.name, len(run.Requests()), len(out.writes))
		}
		shown, left, body := run.Requests()[0], out.writes[0], out.bodies[0]
		out.writes, out.bodies = nil, nil
		var packed bytes.Buffer
		if err := json.Compact(&packed, []byte(shown.Body)); err != nil || !bytes.Equal(packed.Bytes(), body) {
			t.Errorf("%s: shown %s, left %s", w.name, packed.Bytes(), body)
		}
		if shown.Method != left.Method || shown.URL != left.URL.String() {
			t.Errorf("%s: %s %s, left %s %s", w.name, shown.Method, shown.URL, left.Method, left.URL)
		}
		for name, values := range left.Header {
			if slices.Contains([]string{"User-Agent", "Content-Length", "Authorization"}, name) {
				continue
			}
			if !slices.Contains(shown.Header, name+": "+values[0]) {
				t.Errorf("%s: %s left and was not shown: %q", w.name, name, shown.Header)
			}
		}
		if token := left.Header.Get("Authorization"); token == "" || strings.Contains(strings.Join(shown.Header, "\n"), token) || shown.Header[0] != "Authorization: Bearer ••••" {
			t.Errorf("%s: the token is not masked: %q", w.name, shown.Header)
		}
	}
}

// Without a sign-in and without a network a request can be looked at all the same; a
// read, also one by POST, shows nothing.
func TestADryRunNeedsNeitherSignInNorNetwork(t *testing.T) {
	sim, c := tenant(t, 100)
	all := writes(t, c)
	s := sim.Settings()
	cloud, err := azure.Custom(s.Authority, s.ARM, s.ARMAudience, s.Graph, s.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	cut, err := sentinel.New(sentinel.Config{
		Access: azure.Access{Cloud: cloud, Transport: noNetwork{t}}, Credential: azure.Unavailable(errors.New("no keyring")),
		SubscriptionID: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		dry, run := app.WithDryRun(context.Background())
		if err := w.do(dry, cut); app.KindOf(err) != app.KindCancelled || len(run.Requests()) != 1 {
			t.Errorf("%s: %v, shown %d", w.name, err, len(run.Requests()))
		}
	}
	dry, run := app.WithDryRun(context.Background())
	_, get := cut.Get(dry, newTask)
	_, details := cut.Details(dry, newTask)
	_, pull := cut.Pull(dry, app.Cursor{})
	for _, err := range []error{get, details, pull} {
		if app.KindOf(err) != app.KindCancelled || len(run.Requests()) != 0 {
			t.Errorf("a read: %v, shown %d", err, len(run.Requests()))
		}
	}
}

type noNetwork struct{ t *testing.T }

func (n noNetwork) Do(r *http.Request) (*http.Response, error) {
	n.t.Errorf("sent %s %s", r.Method, r.URL)
	return nil, errors.New("no network")
}
