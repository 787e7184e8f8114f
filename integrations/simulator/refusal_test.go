package simulator

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// person signs in by device code and returns the credential and a way to ask for
// tokens without a prompt.
func person(t *testing.T, s *Server) (*azidentity.DeviceCodeCredential, func(scope string) error) {
	t.Helper()
	set := s.Settings()
	cred, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: clientOptions(t, set), DisableInstanceDiscovery: true,
		TenantID: set.TenantID, ClientID: set.ClientID, DisableAutomaticAuthentication: true,
		UserPrompt: func(context.Context, azidentity.DeviceCodeMessage) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	signIn(t, s, cred)
	return cred, func(scope string) error {
		_, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{scope}, EnableCAE: true})
		return err
	}
}

func signIn(t *testing.T, s *Server, cred *azidentity.DeviceCodeCredential) {
	t.Helper()
	if _, err := cred.Authenticate(context.Background(), &policy.TokenRequestOptions{Scopes: []string{s.Settings().ARMAudience + "/.default"}, EnableCAE: true}); err != nil {
		t.Fatal(err)
	}
}

// saying is what a refusal looks like through azidentity, which wraps it.
func saying(err error, number int) bool {
	return err != nil && strings.Contains(err.Error(), fmt.Sprintf("AADSTS%d", number))
}

func TestAPolicyRefusesWithItsNumber(t *testing.T) {
	s := start(t, Options{Incidents: 5})
	set := s.Settings()
	_, silently := person(t, s)
	graph := set.BaseURL + "/.default"
	for _, number := range []int{53003, 65001, 7000222, 99999} {
		s.SetEntra(Entra{Refuse: number})
		_, err := secret(t, set).GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{graph}})
		if !saying(err, number) {
			t.Errorf("an application, %d: %v", number, err)
		}
	}
	s.SetEntra(Entra{Refuse: 65001, Resource: string(audGraph)})
	if err := silently(graph); err == nil {
		t.Error("consent is missing for Graph and a token was given")
	}
	for _, aud := range []string{set.ARMAudience + "/.default"} {
		if _, err := secret(t, set).GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{aud}}); err != nil {
			t.Errorf("the refusal for Graph reaches ARM: %v", err)
		}
	}
	s.SetEntra(Entra{RefuseSilent: 50076})
	if err := silently(graph); err == nil {
		t.Error("a second factor is wanted and a token was given silently")
	}
	cred, _ := person(t, s) // a prompt goes through
	s.SetEntra(Entra{})
	signIn(t, s, cred)
	if err := silently(graph); err != nil {
		t.Errorf("after the policy was lifted: %v", err)
	}
}

func TestAChangedPasswordEndsSignInsAndANewOneGoesThrough(t *testing.T) {
	s := start(t, Options{Incidents: 20})
	cred, _ := person(t, s)
	listOnce(t, s, cred)
	s.ChangePassword()
	set := s.Settings()
	_, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.BaseURL + "/.default"}, EnableCAE: true})
	if err == nil {
		t.Fatal("the old sign-in still gives tokens")
	}
	c := raw(t, s) // the answer as it is sent
	resp, err := c.client.PostForm(set.Authority+set.TenantID+"/oauth2/v2.0/token", map[string][]string{
		"client_id": {set.ClientID}, "grant_type": {"refresh_token"},
		"refresh_token": {oldest(s)}, "scope": {set.BaseURL + "/.default"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("the refresh token answers %d", resp.StatusCode)
	}
	if ref, refused := s.resume(oldest(s)); !refused || ref.number != 50173 || ref.suberror != "bad_token" {
		t.Errorf("refused %v with %+v", refused, ref)
	}
	signIn(t, s, cred)
	listOnce(t, s, cred)
}

// oldest is the first refresh token that was given out.
func oldest(s *Server) (token string) {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	for k, x := range s.entra.refresh {
		if token == "" || x.begun < s.entra.refresh[token].begun {
			token = k
		}
	}
	return token
}

func TestASignInThatLiesUnusedIsForgotten(t *testing.T) {
	h := newHand()
	s := start(t, Options{Incidents: 5, Now: h.now})
	person(t, s)
	token := oldest(s)
	h.move(89 * 24 * time.Hour)
	if ref, refused := s.resume(token); refused {
		t.Fatalf("after 89 days: %v", ref)
	}
	h.move(89 * 24 * time.Hour)
	if ref, refused := s.resume(token); refused {
		t.Errorf("89 days after it was used: %v", ref)
	}
	h.move(91 * 24 * time.Hour)
	if ref, refused := s.resume(token); !refused || ref.number != 700082 {
		t.Errorf("after 91 days: %v %v", refused, ref)
	}
}

func TestARevokedTokenIsChallengedAtBothServicesUntilANewOneComes(t *testing.T) {
	s := start(t, Options{Incidents: 20})
	cred := secret(t, s.Settings())
	listOnce(t, s, cred)
	set := s.Settings()
	graph, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.BaseURL + "/.default"}, EnableCAE: true})
	if err != nil {
		t.Fatal(err)
	}
	c := raw(t, s) // its tokens cannot be challenged: the client did not say it handles that
	before := s.Counters()["token app"]
	s.Revoke()
	status, head, _, err := c.do("GET", set.Graph+"/security/incidents", nil, "Authorization", "Bearer "+graph.Token)
	if err != nil || status != 401 || !strings.Contains(head.Get("WWW-Authenticate"), "insufficient_claims") {
		t.Errorf("%d %v %v", status, head, err)
	}
	c.must(200, "GET", set.Graph+"/security/incidents", nil)
	listOnce(t, s, cred) // azcore answers the challenge
	if got := s.Counters()["token app"] - before; got != 1 {
		t.Errorf("%d tokens were asked for after the challenge", got)
	}
}

func TestTheNetworkOfAHotelAnswersInsteadOfEntra(t *testing.T) {
	s := start(t, Options{Incidents: 5})
	c := raw(t, s)
	s.SetFaults(Faults{Portal: true})
	_, err := secret(t, c.set).GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{c.set.ARMAudience + "/.default"}})
	if err == nil {
		t.Error("a page of a portal was taken for a token")
	}
	c.must(200, "GET", c.ws("/incidents", ""), nil) // the services themselves are reached
	s.SetFaults(Faults{Portal: true, Path: "/v1.0/"})
	status, head, b, err := c.do("GET", c.set.Graph+"/security/incidents", nil)
	if err != nil || status != 200 || !strings.HasPrefix(head.Get("Content-Type"), "text/html") || !strings.Contains(string(b), "<html") {
		t.Errorf("%d %v %s", status, err, b)
	}
	newCaller(t, c.set, c.client) // sign-in is not on the path
}

func TestShortLivedTokensAreRenewedWithoutAPrompt(t *testing.T) {
	s := start(t, Options{Incidents: 20, TokenLife: time.Minute})
	cred, silently := person(t, s)
	had := s.Counters()["token user"]
	for range 2 { // the library renews what is good for less than five minutes
		if err := silently(s.Settings().ARMAudience + "/.default"); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Counters()["token user"] - had; got != 2 {
		t.Errorf("%d tokens were asked for", got)
	}
	listOnce(t, s, cred)
}
