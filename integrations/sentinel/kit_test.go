package sentinel

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/integrations/azure"
)

const guid = "73e01a99-5cd7-4139-a149-9f2736ff2ab5"

// fakeARM is a server that answers as the test says and keeps what it was asked.
type fakeARM struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string // method, path below the provider, decoded query
	body  map[string]any
}

func (f *fakeARM) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

func fake(t *testing.T, h func(w http.ResponseWriter, r *http.Request, f *fakeARM)) (*fakeARM, *Client) {
	t.Helper()
	f := &fakeARM{}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		q.Del("api-version")
		line := r.Method + " " + filepath.Base(r.URL.Path)
		for _, k := range []string{"$filter", "$orderby", "$top", "$skipToken"} {
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
		w.Header().Set("Date", "Sun, 22 Nov 2026 05:00:00 GMT")
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
	c, err := New(Config{
		Access: azure.Access{Cloud: cloud, Transport: tr}, Credential: token{},
		SubscriptionID: guid, ResourceGroup: "rg", Workspace: "ws", FirstPage: 2, PageSize: 3,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f, c
}

type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// row spells an incident; modified and created are times of 22 November 2026.
func row(name, created, modified string) string {
	return fmt.Sprintf(`{"name":%q,"etag":"\"1\"","properties":{"title":"t","severity":"High","status":"New","createdTimeUtc":"2026-11-22T%sZ","lastModifiedTimeUtc":"2026-11-22T%sZ"}}`, name, created, modified)
}

// samples is the folder of real answers, outside the project.
func samples(t *testing.T, area string) string {
	t.Helper()
	root := os.Getenv("WATCHFLOOR_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "api", "samples", area)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the samples of ../shared are not here: set WATCHFLOOR_SHARED")
	}
	return dir
}
