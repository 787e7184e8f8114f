package directory_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/directory"
)

type sealed struct{} // a token that nobody but the service can read

func (sealed) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "sealed", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// fake is a service that answers as told; what it answers nothing to is empty.
func fake(t *testing.T, h http.HandlerFunc) (*directory.Client, string) {
	t.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		h(w, r)
	}))
	t.Cleanup(s.Close)
	cloud, err := azure.Custom(s.URL, s.URL, "", s.URL, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	c, err := directory.New(directory.Config{Access: azure.Access{Cloud: cloud, Transport: tr}, Credential: sealed{}})
	if err != nil {
		t.Fatal(err)
	}
	return c, s.URL
}

const oneSubscription = `{"value":[{"subscriptionId":"0b5a7d1e-93c2-4f86-a1d4-5e6f7a8b9c0d","displayName":"One"}]}`

func workspaceRow(name string) string {
	return fmt.Sprintf(`{"id":"/subscriptions/s/resourcegroups/rg/providers/Microsoft.OperationalInsights/workspaces/%s","name":%q,"location":"x"}`, name, name)
}

// Links to elsewhere, in circles and without end lead to no request and to no loop.
func TestHostilePagesOfPlaces(t *testing.T) {
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a link to elsewhere was followed") }))
	defer elsewhere.Close()
	for name, link := range map[string]func(base string, n int64) string{
		"elsewhere": func(string, int64) string { return elsewhere.URL + "/subscriptions" },
		"circle":    func(base string, _ int64) string { return base + "/subscriptions?page=2" },
		"endless":   func(base string, n int64) string { return fmt.Sprintf("%s/subscriptions?page=%d", base, n) },
	} {
		var n atomic.Int64
		var base string
		c, base := fake(t, func(w http.ResponseWriter, r *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{"value": []any{}, "nextLink": link("https://"+r.Host, n.Add(1))})
		})
		if _, err := c.Places(context.Background()); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s at %s: %v", name, base, err)
		}
		if n.Load() > 110 {
			t.Errorf("%s: %d requests", name, n.Load())
		}
	}
}

// One subscription that may not be listed, one odd row and one silent workspace cost
// themselves alone.
func TestTroubleWithOnePlaceCostsThatPlace(t *testing.T) {
	c, _ := fake(t, func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case p == "/subscriptions":
			fmt.Fprint(w, `{"value":[{"subscriptionId":"a","displayName":"A"},{"subscriptionId":"b","displayName":"B"},7,{"displayName":"no id"},{"subscriptionId":"d","state":"Deleted"}]}`)
		case strings.HasPrefix(p, "/subscriptions/b/"):
			w.WriteHeader(http.StatusInternalServerError)
		case strings.HasSuffix(p, "/workspaces"):
			fmt.Fprintf(w, `{"value":[%s,{"id":"nowhere","name":"odd"},"text",%s,%s]}`, workspaceRow("on"), workspaceRow("off"), workspaceRow("hidden"))
		case strings.Contains(p, "/workspaces/on/"):
			fmt.Fprint(w, `{"value":[{"name":"default"}]}`)
		case strings.Contains(p, "/workspaces/off/"):
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"code":"NotFound"}}`)
		default:
			w.WriteHeader(http.StatusForbidden)
		}
	})
	places, err := c.Places(context.Background())
	if err != nil || len(places) != 4 {
		t.Fatalf("%+v %v", places, err)
	}
	on, hidden, off, broken := places[0], places[1], places[2], places[3]
	if !on.Sentinel || on.Workspace != "on" || on.ResourceGroup != "rg" {
		t.Errorf("%+v", on)
	}
	if off.Sentinel || off.Workspace != "off" || off.Problem != "" {
		t.Errorf("%+v", off)
	}
	if hidden.Sentinel || !strings.Contains(hidden.Problem, "Microsoft Sentinel Reader") {
		t.Errorf("%+v", hidden)
	}
	if broken.Subscription != "b" || broken.Workspace != "" || broken.Problem == "" {
		t.Errorf("%+v", broken)
	}
}

// Who has a role on a resource group alone may not list the provider's workspaces of the
// subscription, but finds them among all resources.
func TestARoleOnTheGroupAloneFindsItsWorkspace(t *testing.T) {
	c, _ := fake(t, func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case p == "/subscriptions":
			fmt.Fprint(w, oneSubscription)
		case strings.HasSuffix(p, "/resources"):
			if got := r.URL.Query().Get("$filter"); got != "resourceType eq 'Microsoft.OperationalInsights/workspaces'" {
				t.Errorf("filter %q", got)
			}
			fmt.Fprintf(w, `{"value":[%s]}`, workspaceRow("mine"))
		case strings.Contains(p, "onboardingStates"):
			fmt.Fprint(w, `{"value":[{"name":"default"}]}`)
		default:
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"error":{"code":"AuthorizationFailed"}}`)
		}
	})
	places, err := c.Places(context.Background())
	if err != nil || len(places) != 1 || places[0].Workspace != "mine" || !places[0].Sentinel {
		t.Errorf("%+v %v", places, err)
	}
}

func TestNoSubscriptionIsAMissingRole(t *testing.T) {
	c, _ := fake(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":[]}`) })
	if _, err := c.Places(context.Background()); app.KindOf(err) != app.KindPermission || !strings.Contains(app.Say(err), "Microsoft Sentinel Reader") {
		t.Errorf("%v", err)
	}
}

// Whatever answers instead of the services ends in findings with words, never in none.
func TestEveryAnswerLeadsToFindings(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"portal": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>")
		},
		"empty":    func(http.ResponseWriter, *http.Request) {},
		"no list":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `[]`) },
		"odd list": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"value":{}}`) },
		"429":      func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "60"); w.WriteHeader(429) },
		"401":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) },
		"403":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) },
		"404":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example/", http.StatusFound)
		},
	} {
		c, _ := fake(t, h)
		list := c.Test(context.Background(), profile.Profile{Method: profile.Device, Subscription: "s", ResourceGroup: "g", Workspace: "w", Defender: true})
		if len(list) < 3 || list[0].Source != "Sign-in" || list[0].Verdict != profile.Works {
			t.Errorf("%s: %+v", name, list)
			continue
		}
		for _, f := range list[1:] {
			if f.Verdict == profile.Works || f.Said == "" || f.Costs == "" {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}
