package faults_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/app/identity"
	appsync "watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/data"
	"watchfloor/data/vault"
	"watchfloor/integrations/azure"
)

type anyToken struct{}

func (anyToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

const cloudHome = "https://127.0.0.1:8443"

// endless answers the lists of one endpoint with a link on every page, everything else
// with an empty list. It counts the pages.
type endless struct {
	at    endpoint
	next  func(n int32) string
	pages atomic.Int32
}

func (e *endless) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	body := `{"value":[],"data":[]}`
	switch {
	case e.at.match(r):
		link := e.next(e.pages.Add(1))
		name := "nextLink"
		switch {
		case graphs(r):
			name = "@odata.nextLink"
		case r.Method == http.MethodPost:
			name = "$skipToken"
		}
		body = fmt.Sprintf(`{"value":[],"data":[],%q:%q}`, name, link)
	case strings.HasSuffix(r.URL.Path, "/subscriptions"):
		body = `{"value":[{"subscriptionId":"73e01a99-5cd7-4139-a149-9f2736ff2ab5","state":"Enabled"}]}`
	}
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", Request: r, Body: io.NopCloser(bytes.NewReader([]byte(body))),
		Header: http.Header{"Content-Type": {"application/json"}, "Date": {serverTime}},
	}, nil
}

// path is where the pages of an endpoint are, below its service.
var path = map[string]string{
	"sentinel incidents": "/x/incidents?p=", "graph incidents": "/v1.0/security/incidents?p=", "risky users": "/v1.0/identityProtection/riskyUsers?p=",
	"sign-ins": "/v1.0/auditLogs/signIns?p=", "resource graph POST": "", "definitions of controls": "/x/secureScoreControlDefinitions?p=",
	"alerts of Defender for Cloud": "/x/Microsoft.Security/alerts?p=", "Microsoft 365 score": "/v1.0/security/secureScores?p=", "subscriptions": "/subscriptions?p=",
}

// readsPages has a client read pages that never end, and says how many it read.
func readsPages(t *testing.T, at endpoint, next func(int32) string) (int32, error) {
	t.Helper()
	cloud, err := azure.Custom(cloudHome, cloudHome, "", cloudHome, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := &endless{at: at, next: func(n int32) string {
		if path[at.name] == "" {
			return next(n)
		}
		return cloudHome + path[at.name] + next(n)
	}}
	b := &tenantBehind{}
	b.SubscriptionID, b.ResourceGroup, b.Workspace = "73e01a99-5cd7-4139-a149-9f2736ff2ab5", "rg", "ws"
	c := &caller{access: azure.Access{Cloud: cloud, Transport: e}, cred: anyToken{}, behind: b, clock: &standClock{at: time.Now()}, ids: map[string]bool{}, most: 20_000}
	err = at.call(context.Background(), c)
	return e.pages.Load(), err
}

// A page that leads to itself, and two that lead to each other, end every list at once;
// pages that never end, end it after 10,000.
func TestGoal19PageLoopsEnd(t *testing.T) {
	for _, at := range endpoints() {
		if !at.list {
			continue
		}
		if _, known := path[at.name]; !known {
			t.Fatalf("nobody says where the pages of %s are", at.name)
		}
		for name, c := range map[string]struct {
			next func(int32) string
			most int32
			say  string
		}{
			"itself":     {func(int32) string { return "1" }, 3, "circles"},
			"each other": {func(n int32) string { return fmt.Sprint(n % 2) }, 4, "circles"},
			"no end":     {func(n int32) string { return fmt.Sprint(n) }, 10_000, "more pages"},
		} {
			if name == "no end" && at.name != "graph incidents" && at.name != "subscriptions" && dose(0, 1) == 0 {
				continue
			}
			n, err := readsPages(t, at, c.next)
			if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), c.say) || n > c.most {
				t.Errorf("%s, %s: %d pages, %v", at.name, name, n, err)
			}
		}
	}
}

// Rows that come again on another page, and pages that come twice, are one row each in
// the cache.
func TestGoal19DuplicatesAcrossPagesAreOneRow(t *testing.T) {
	b := newTenantBehind(t, small)
	again := fault{}
	for _, f := range faults() {
		if f.name == "duplicate page" {
			again = f
		}
	}
	count := map[string][2]int{} // by endpoint: rows in the cache without and with the fault
	for i, serve := range []func(*exchange){nil, again.serve} {
		cache, err := data.Open(t.Context(), data.Config{Key: vault.NewKey(), Path: filepath.Join(t.TempDir(), "cache.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer cache.Close()
		for _, at := range endpoints() {
			if at.name != "sentinel incidents" && at.name != "graph incidents" && at.name != "risky users" && at.name != "sign-ins" {
				continue
			}
			f := newFront(b, func(x *exchange) bool {
				if serve == nil || !at.match(x.r) {
					return false
				}
				serve(x)
				return true
			})
			cloud, err := f.cloud()
			if err != nil {
				t.Fatal(err)
			}
			tr, err := azure.NewTransport(cloud, azure.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			cred := b.tokens
			cred.from = cloud
			c := &caller{
				access: azure.Access{Cloud: cloud, Transport: tr}, cred: cred, behind: b, clock: &standClock{at: time.Now()}, ids: map[string]bool{}, most: 40,
				keep:     func(src app.SourceID, p app.Page) error { return cache.StorePage(t.Context(), src, p) },
				keepFeed: func(src app.SourceID, p appsync.FeedPage) error { return cache.StoreFeed(t.Context(), src, p) },
			}
			if err := at.call(t.Context(), c); err != nil {
				t.Errorf("%s: %v", at.name, err)
			}
			tr.Close()
			f.Close()
		}
		incidents, err := cache.Count(t.Context(), triage.Query{})
		if err != nil {
			t.Fatal(err)
		}
		users, err := cache.Identity().Users(t.Context(), identity.Query{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		signIns, err := cache.Identity().SignIns(t.Context(), identity.Query{Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for name, n := range map[string]int{"incidents": incidents.Total, "users": len(users.Rows), "sign-ins": len(signIns.Rows)} {
			both := count[name]
			both[i] = n
			count[name] = both
		}
	}
	for name, n := range count {
		if n[0] == 0 || n[0] != n[1] {
			t.Errorf("%d %s without duplicates, %d with them", n[0], name, n[1])
		}
	}
}
