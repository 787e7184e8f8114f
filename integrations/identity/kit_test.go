package identity

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/app/sync"
	"watchfloor/integrations/azure"
)

// fakeGraph answers as the test says and keeps what it was asked.
type fakeGraph struct {
	*httptest.Server
	mu    gosync.Mutex
	calls []string // path below /v1.0 and decoded filter
}

func (f *fakeGraph) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.calls...)
}

func (f *fakeGraph) count(part string) (n int) {
	for _, c := range f.asked() {
		if strings.Contains(c, part) {
			n++
		}
	}
	return n
}

type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// fake starts a server; h answers GETs of a path below /v1.0/ with a decoded filter.
func fake(t *testing.T, set func(*Config), h func(w http.ResponseWriter, path, filter string, r *http.Request)) (*fakeGraph, *Client) {
	t.Helper()
	f := &fakeGraph{}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, filter := strings.TrimPrefix(r.URL.Path, "/v1.0/"), r.URL.Query().Get("$filter")
		f.mu.Lock()
		f.calls = append(f.calls, path+" "+filter)
		f.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", "Sun, 22 Nov 2026 05:00:00 GMT")
		h(w, path, filter, r)
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
	c := &clock{time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)}
	conf := Config{Access: azure.Access{Cloud: cloud, Transport: tr, Now: c.now}, Credential: token{}, Wait: c.wait, Workloads: true}
	if set != nil {
		set(&conf)
	}
	client, err := New(conf)
	if err != nil {
		t.Fatal(err)
	}
	return f, client
}

// refuse answers with a status and a code.
func refuse(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"error":{"code":"BadRequest","message":"no"}}`)
}

// follow pulls until done, at most pages times.
func follow(f sync.Feed, cur app.Cursor, pages int) (all []sync.FeedPage, err error) {
	for range pages {
		p, err := f.Pull(context.Background(), cur)
		if err != nil {
			return all, err
		}
		all = append(all, p)
		if cur = p.Cursor; p.Done {
			return all, nil
		}
	}
	return all, nil
}
