package azure_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// tenant is a simulated tenant and the way to it.
type tenant struct {
	*simulator.Server
	simulator.Settings
	cloud azure.Cloud
	tr    *azure.Transport
	id    azure.Identity
	wrap  func(*http.Request) // sees what goes to Entra; may be nil
}

// Do implements azcore's Transporter for a person's credential.
func (x tenant) Do(r *http.Request) (*http.Response, error) {
	if x.wrap != nil {
		x.wrap(r)
	}
	return x.tr.Do(r)
}

func start(t *testing.T, o simulator.Options) tenant {
	t.Helper()
	o.Incidents = 20
	sim, err := simulator.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	s := sim.Settings()
	cloud, err := azure.Custom(s.Authority, s.ARM, s.ARMAudience, s.Graph, s.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return tenant{Server: sim, Settings: s, cloud: cloud, tr: tr, id: azure.Identity{Tenant: s.TenantID, Client: s.ClientID}}
}

// secret is the credential of the tenant's application.
func (x tenant) secret(t *testing.T, id azure.Identity) *azure.Credential {
	t.Helper()
	c, err := azure.ClientSecret(x.cloud, x.tr, id, azure.NewSecret(x.ClientSecret))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// device is a person's credential; prompts counts how often the person was asked.
func (x tenant) device(t *testing.T, keep azure.Remember) (c *azure.Credential, prompts *int) {
	t.Helper()
	prompts = new(int)
	c, err := azure.DeviceCode(x.cloud, x, x.id, keep, func(_ context.Context, p azure.Prompt) error {
		*prompts++
		if p.Code == "" || p.URL == "" {
			return fmt.Errorf("prompt %+v", p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, prompts
}

// token asks for a token of ARM without asking anybody.
func (x tenant) token(c *azure.Credential) error {
	_, err := c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{x.cloud.ARMScope()}})
	return err
}

// both proves that one sign-in serves ARM and Graph without another prompt.
func both(t *testing.T, cloud azure.Cloud, c *azure.Credential) {
	t.Helper()
	if err := c.SignIn(context.Background(), cloud.ARMScope()); err != nil {
		t.Fatal(err)
	}
	for _, scope := range []string{cloud.ARMScope(), cloud.GraphScope()} {
		if tok, err := c.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{scope}}); err != nil || tok.Token == "" {
			t.Errorf("%s: %v", scope, err)
		}
	}
}

func TestClientSecretSignsIn(t *testing.T) {
	x := start(t, simulator.Options{})
	cred := x.secret(t, x.id)
	both(t, x.cloud, cred)
	if a := cred.Account(); a.UPN != "" || a.Record != nil {
		t.Errorf("an application is taken for a person: %+v", a)
	}
	wrong, err := azure.ClientSecret(x.cloud, x.tr, x.id, azure.NewSecret("wrong"))
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.SignIn(context.Background(), x.cloud.ARMScope()); app.KindOf(err) != app.KindSignIn {
		t.Errorf("%v", err)
	}
}

func TestDeviceCodeSignsInWithOnePrompt(t *testing.T) {
	x := start(t, simulator.Options{})
	cred, prompts := x.device(t, azure.Remember{})
	both(t, x.cloud, cred)
	if *prompts != 1 {
		t.Errorf("%d prompts", *prompts)
	}
	if a := cred.Account(); a.UPN != x.User || len(a.Record) == 0 {
		t.Errorf("account %q", a.UPN)
	}
}

// Who is asked again is really asked, although the sign-in of before would still do.
func TestSignInAgainAsksAgain(t *testing.T) {
	x := start(t, simulator.Options{})
	cred, prompts := x.device(t, azure.Remember{})
	for range 2 {
		if err := cred.SignIn(context.Background(), x.cloud.ARMScope()); err != nil {
			t.Fatal(err)
		}
	}
	if err := cred.Resume(context.Background(), x.cloud.ARMScope()); err != nil || *prompts != 2 {
		t.Errorf("%d prompts, %v", *prompts, err)
	}
}
