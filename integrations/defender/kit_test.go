package defender

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/integrations/azure"
)

// fakeGraph is a server that answers as the test says and keeps what it was asked.
type fakeGraph struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string // method, path below /v1.0/security, decoded query
	body  map[string]any
}

func (f *fakeGraph) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

const serverDate = "Sun, 22 Nov 2026 05:00:00 GMT"

func fake(t *testing.T, h func(w http.ResponseWriter, r *http.Request, f *fakeGraph)) (*fakeGraph, *Client) {
	t.Helper()
	f := &fakeGraph{}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Prefer"); got != "include-unknown-enum-members" {
			t.Errorf("Prefer: %q", got)
		}
		q := r.URL.Query()
		line := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/v1.0/security/")
		for _, k := range []string{"$top", "$filter", "$expand", "$count", "$skiptoken", "$orderby"} {
			if q.Has(k) {
				line += " " + k[1:] + "=" + q.Get(k)
			}
		}
		f.mu.Lock()
		f.calls = append(f.calls, line)
		f.body = nil
		_ = json.NewDecoder(r.Body).Decode(&f.body)
		f.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", serverDate)
		h(w, r, f)
	}))
	t.Cleanup(f.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw})
	cloud, err := azure.Custom(f.URL, f.URL, "", f.URL, ca)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	c, err := New(Config{Access: azure.Access{Cloud: cloud, Transport: tr}, Credential: token{}})
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// row spells an incident modified at a time of 22 November 2026.
func row(id, modified string) string {
	return fmt.Sprintf(`{"id":%q,"displayName":"t","severity":"high","status":"active","createdDateTime":"2026-11-20T00:00:00Z","lastUpdateDateTime":"2026-11-22T%sZ","comments":[],"alerts":[]}`, id, modified)
}

func clock(hms string) time.Time {
	t, err := time.Parse(time.RFC3339, "2026-11-22T"+hms+"Z")
	if err != nil {
		panic(err)
	}
	return t
}

// sample reads a real answer, kept outside the project.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("WATCHFLOOR_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "api", "samples", "graph-security")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the samples of ../shared are not here: set WATCHFLOOR_SHARED")
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
