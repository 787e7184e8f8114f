package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

// elsewhere are the places a redirect of home may lead to: a host, a port, a name below
// and the same host in clear text. What reaches them is a mistake.
func elsewhere(t *testing.T) (sink *service, places map[string]string) {
	t.Helper()
	sink = serve(t, ok)
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sink.calls.Add(1) }))
	t.Cleanup(plain.Close)
	port := sink.URL[strings.LastIndex(sink.URL, ":"):]
	return sink, map[string]string{"port": sink.URL, "host": "https://127.0.0.2" + port, "sub-domain": "https://api.localhost" + port, "clear text": plain.URL}
}

func TestGoal21NoRedirectIsFollowed(t *testing.T) {
	sink, places := elsewhere(t)
	places["same host"] = "/elsewhere"
	for _, code := range []int{301, 302, 303, 307, 308} {
		for name, to := range places {
			home := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", to+"/x")
				w.Header().Set("Azure-AsyncOperation", to+"/operation")
				w.WriteHeader(code)
			})
			for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost} {
				_, err := call(context.Background(), home.pipeline(t, Limits{}), method, home.URL+"/x")
				if e := Explain(err, Intent{Write: method != http.MethodGet}); e == nil || e.Kind != app.KindOffline || !strings.Contains(e.Message, "redirect") {
					t.Errorf("%s, %d to %s: %v", method, code, name, err)
				}
			}
			if n := home.calls.Load(); n != 3 {
				t.Errorf("%d to %s: %d calls home", code, name, n)
			}
			home.Close()
		}
	}
	if sink.calls.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

// entraAt is Entra as far as a client secret needs it; token answers the request for a
// token, and endpoint is where it is said to be.
func entraAt(t *testing.T, endpoint string, token http.HandlerFunc) *service {
	t.Helper()
	var home *service
	home = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/openid-configuration") {
			at := endpoint
			if at == "" {
				at = home.URL
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(map[string]string{
				"issuer":         home.URL + "/" + tenantID + "/v2.0",
				"token_endpoint": at + "/" + tenantID + "/oauth2/v2.0/token", "authorization_endpoint": at + "/" + tenantID + "/oauth2/v2.0/authorize",
			})
			return
		}
		token(w, r)
	})
	return home
}

const tenantID = "73e01a99-5cd7-4139-a149-9f2736ff2ab5"

func signInTo(t *testing.T, home *service) error {
	t.Helper()
	tr, err := NewTransport(home.cloud(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	cred, err := ClientSecret(home.cloud(t), tr, Identity{Tenant: tenantID, Client: tenantID}, NewSecret("canary-secret"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{"https://service/.default"}})
	return err
}

func TestGoal21TheSecretFollowsNoRedirectOfTheTokenEndpoint(t *testing.T) {
	sink, places := elsewhere(t)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for name, to := range places {
			posts := 0
			home := entraAt(t, "", func(w http.ResponseWriter, r *http.Request) {
				posts++
				http.Redirect(w, r, to+r.URL.Path, code)
			})
			err := signInTo(t, home)
			if app.KindOf(err) != app.KindOffline || !strings.Contains(app.Say(err), "redirect") || posts != 1 {
				t.Errorf("%d to %s after %d requests: %v", code, name, posts, err)
			}
		}
	}
	for name, to := range places {
		home := entraAt(t, to, func(http.ResponseWriter, *http.Request) { t.Errorf("%s: the token is asked for at home", name) })
		if err := signInTo(t, home); err == nil || strings.Contains(fmt.Sprint(err), "canary-secret") {
			t.Errorf("a token endpoint elsewhere (%s): %v", name, err)
		}
	}
	if n := sink.calls.Load(); n != 0 {
		t.Errorf("%d requests reached the sink", n)
	}
	home := entraAt(t, "", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token_type":"Bearer","expires_in":3600,"access_token":"t"}`)
	})
	if err := signInTo(t, home); err != nil {
		t.Errorf("the right endpoint is refused, so that the test proves nothing: %v", err)
	}
}
