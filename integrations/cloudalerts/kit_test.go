package cloudalerts

import (
	"context"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
)

// cloud is a Defender for Cloud with alerts in some subscriptions, two a page.
type cloud struct {
	*httptest.Server
	mu     sync.Mutex
	now    time.Time
	subs   []string
	closed map[string]int    // subscriptions that refuse, with their status
	alerts map[string]string // state by "sub/name"
	acts   []string
	lose   bool // the next act happens and its answer is lost
}

const guid = "_4d25bfef-2d77-4a08-adc0-3e35715cc92a"

func (k *cloud) set(sub, name, state string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.alerts[sub+"/"+name] = state
}

// row spells an alert made at 8:00 on 20 November 2026.
func (k *cloud) row(key string) string {
	sub, name, _ := strings.Cut(key, "/")
	return fmt.Sprintf(`{"id":"/subscriptions/%s/resourceGroups/rg/providers/Microsoft.Security/locations/westeurope/alerts/%s","name":%q,
"properties":{"status":%q,"severity":"High","alertDisplayName":"t","systemAlertId":%q,"intent":"Execution","timeGeneratedUtc":"2026-11-20T08:00:00Z","processingEndTimeUtc":"2026-11-20T08:01:00Z"}}`,
		sub, name, name, k.alerts[key], name)
}

func (k *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", k.now.UTC().Format(http.TimeFormat))
	part := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(part) == 1 {
		var rows []string
		for _, s := range k.subs {
			rows = append(rows, fmt.Sprintf(`{"subscriptionId":%q,"displayName":"name of %s"}`, s, s))
		}
		fmt.Fprintf(w, `{"value":[%s]}`, strings.Join(rows, ","))
		return
	}
	sub := part[1]
	if status := k.closed[sub]; status != 0 {
		w.WriteHeader(status)
		fmt.Fprint(w, `{"error":{"code":"AuthorizationFailed","message":"no"}}`)
		return
	}
	var keys []string
	for key := range k.alerts {
		if strings.HasPrefix(key, sub+"/") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	switch {
	case part[len(part)-1] == "alerts":
		from := 0
		fmt.Sscan(r.URL.Query().Get("from"), &from)
		to := min(from+2, len(keys))
		var rows []string
		for _, key := range keys[from:to] {
			rows = append(rows, k.row(key))
		}
		next := ""
		if to < len(keys) {
			next = fmt.Sprintf(`,"nextLink":"https://%s%s?api-version=2022-01-01&from=%d"`, r.Host, r.URL.Path, to)
		}
		fmt.Fprintf(w, `{"value":[%s]%s}`, strings.Join(rows, ","), next)
	case r.Method == http.MethodGet:
		key := sub + "/" + part[len(part)-1]
		if _, there := k.alerts[key]; !there {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"code":"ResourceNotFound","message":"no"}}`)
			return
		}
		fmt.Fprint(w, k.row(key))
	case r.Method == http.MethodPost:
		act, key := part[len(part)-1], sub+"/"+part[len(part)-2]
		k.acts = append(k.acts, act)
		k.alerts[key] = map[string]string{"activate": "Active", "inProgress": "InProgress", "resolve": "Resolved", "dismiss": "Dismissed"}[act]
		if k.lose {
			k.lose = false
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// start has two alerts in sub a and three in b.
func start(t *testing.T) (*cloud, *Client) {
	t.Helper()
	k := &cloud{now: time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC), subs: []string{"a", "b"}, closed: map[string]int{}, alerts: map[string]string{
		"a/1" + guid: "Active", "a/2" + guid: "Resolved", "b/3" + guid: "Active", "b/4" + guid: "InProgress", "b/5" + guid: "Dismissed",
	}}
	k.Server = httptest.NewTLSServer(k)
	t.Cleanup(k.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate().Raw})
	where, err := azure.Custom(k.URL, k.URL, "", k.URL, ca)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(where, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	c, err := New(Config{Access: azure.Access{Cloud: where, Transport: tr}, Credential: token{}})
	if err != nil {
		t.Fatal(err)
	}
	return k, c
}

type token struct{}

func (token) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// run pulls until done and returns the rows by id.
func run(t *testing.T, c *Client, cur app.Cursor) (map[string]app.Pulled, app.Cursor) {
	t.Helper()
	rows := map[string]app.Pulled{}
	for range 100 {
		p, err := c.Pull(context.Background(), cur)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			rows[r.Incident.Ref.ID] = r
		}
		if cur = p.Cursor; p.Done {
			return rows, cur
		}
	}
	t.Fatal("the run does not end")
	return nil, cur
}

func id(sub, n string) string { return sub + "/westeurope/" + n + guid }

// samples is the folder of real answers, outside the project.
func samples(t *testing.T) string {
	t.Helper()
	root := os.Getenv("WATCHFLOOR_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "api", "samples", "defender-for-cloud")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the samples of ../shared are not here: set WATCHFLOOR_SHARED")
	}
	return dir
}
