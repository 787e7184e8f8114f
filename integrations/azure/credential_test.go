package azure

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
)

const tenant = "6f1d2c3b-0a94-4e5f-8b7c-2d1e0f9a8b7c"

// authority is an Entra that answers the token request as told.
func authority(t *testing.T, token http.HandlerFunc) (*service, *Transport) {
	t.Helper()
	var s *service
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "openid-configuration") {
			w.Header().Set("Content-Type", "application/json")
			base := s.URL + "/" + tenant
			_ = json.NewEncoder(w).Encode(map[string]string{
				"issuer":         base + "/v2.0",
				"token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/oauth2/v2.0/authorize",
			})
			return
		}
		token(w, r)
	})
	tr, err := NewTransport(s.cloud(t), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return s, tr
}

func secretCredential(t *testing.T, c Cloud, tr policy.Transporter) *Credential {
	t.Helper()
	cred, err := ClientSecret(c, tr, Identity{tenant, "client"}, NewSecret("canary-secret"))
	if err != nil {
		t.Fatal(err)
	}
	return cred
}

func TestTokensAnnounceContinuousEvaluation(t *testing.T) {
	var form url.Values
	s, tr := authority(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		form, _ = url.ParseQuery(string(b))
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"token_type":"Bearer","access_token":"tok","expires_in":3600}`)
	})
	cred := secretCredential(t, s.cloud(t), tr)
	tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{s.URL + "/.default"}})
	if err != nil || tok.Token != "tok" {
		t.Fatalf("%v %v", tok, err)
	}
	if !strings.Contains(form.Get("claims"), "CP1") {
		t.Errorf("no CAE capability in %v", form)
	}
}

func TestRefusedSignInSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   app.Kind
		say    string
	}{
		"wrong secret":   {401, `{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}`, app.KindSignIn, "not its id"},
		"unknown client": {400, `{"error":"unauthorized_client","error_description":"AADSTS700016: x"}`, app.KindSignIn, "client id"},
		"unknown number": {400, `{"error":"invalid_grant","error_description":"AADSTS123456: x"}`, app.KindSignIn, "AADSTS123456"},
		"no number":      {400, `{"error":"invalid_grant"}`, app.KindSignIn, "sign in again"},
		"portal":         {400, `<html>`, app.KindOffline, "Entra"},
		"throttled":      {429, `{"error":"temporarily_unavailable"}`, app.KindThrottled, "wait"},
	} {
		t.Run(name, func(t *testing.T) {
			s, tr := authority(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if c.status == 429 {
					w.Header().Set("Retry-After", "90")
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
			})
			err := secretCredential(t, s.cloud(t), tr).SignIn(context.Background(), s.URL+"/.default")
			if app.KindOf(err) != c.kind || !strings.Contains(app.Say(err), c.say) {
				t.Errorf("%v", err)
			}
			if strings.Contains(fmt.Sprint(err), "canary") {
				t.Errorf("the secret is in %v", err)
			}
			if c.status == 429 && Explain(err, Intent{}).RetryAfter != 90*time.Second {
				t.Errorf("%+v", err)
			}
		})
	}
}

// Who is offline must not be told to sign in again.
func TestNoNetworkIsNotARefusedSignIn(t *testing.T) {
	s, tr := authority(t, ok)
	c := s.cloud(t)
	s.Close()
	err := secretCredential(t, c, tr).SignIn(context.Background(), c.ARMScope())
	if app.KindOf(err) != app.KindOffline {
		t.Errorf("%v", err)
	}
}

func TestSignInEndsWithItsContext(t *testing.T) {
	arrived := make(chan struct{}, 1)
	s, tr := authority(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- secretCredential(t, s.cloud(t), tr).SignIn(ctx, s.URL+"/.default") }()
	<-arrived
	start := time.Now()
	cancel()
	if err := <-done; app.KindOf(err) != app.KindCancelled || time.Since(start) > 200*time.Millisecond {
		t.Errorf("%v after %s", err, time.Since(start))
	}
}

// Background work never opens a browser or prints a code: it fails and the screen asks.
func TestOnlySignInPrompts(t *testing.T) {
	s, tr := authority(t, func(http.ResponseWriter, *http.Request) { t.Error("Entra was asked") })
	device, err := DeviceCode(s.cloud(t), tr, Identity{tenant, "client"}, Remember{}, func(context.Context, Prompt) error {
		t.Error("prompted")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	browser, err := Browser(s.cloud(t), tr, Identity{tenant, "client"}, Remember{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*Credential{device, browser} {
		if _, err := c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{s.URL + "/.default"}}); app.KindOf(err) != app.KindSignIn {
			t.Errorf("%v", err)
		}
	}
}

// Discovery of a custom cloud names a token endpoint elsewhere: nothing goes there.
func TestACustomAuthorityCannotSendTheSecretAway(t *testing.T) {
	sink := serve(t, ok)
	var s *service
	s = serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer":         s.URL + "/" + tenant + "/v2.0",
			"token_endpoint": sink.URL + "/token", "authorization_endpoint": sink.URL + "/authorize",
		})
	})
	both := append(s.ca(), sink.ca()...)
	c, err := Custom(s.URL, s.URL, "", s.URL, both)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := NewTransport(c, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := secretCredential(t, c, tr).SignIn(context.Background(), c.ARMScope()); err == nil {
		t.Error("signed in")
	}
	if sink.calls.Load() != 0 {
		t.Error("the secret left the authority")
	}
}
