package azure

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

// Identity names the application and tenant that tokens are for. An empty tenant of a
// person's credential means any work or school account.
type Identity struct{ Tenant, Client string }

// Prompt is what a person types where to sign in by device code.
type Prompt struct{ Code, URL string }

// Credential gives tokens to every client of one identity. Tokens always announce
// continuous access evaluation, so that one sign-in serves ARM and Graph (sheet 0.1,
// rule 8). Errors are *app.Error.
type Credential struct {
	inner  azcore.TokenCredential
	prompt func(context.Context, *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error)
}

// ClientSecret signs in as an application.
func ClientSecret(c Cloud, t policy.Transporter, id Identity, secret Secret) (*Credential, error) {
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	cred, err := azidentity.NewClientSecretCredential(id.Tenant, id.Client, secret.Reveal(),
		&azidentity.ClientSecretCredentialOptions{ClientOptions: o, DisableInstanceDiscovery: c.custom})
	if err != nil {
		return nil, badIdentity(err)
	}
	return &Credential{inner: cred}, nil
}

// Unavailable is a credential that cannot sign in: every request for a token fails with
// err. It lets the cache be read while a secret cannot be.
func Unavailable(err error) *Credential { return &Credential{inner: refusing{err}} }

type refusing struct{ err error }

func (r refusing) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, r.err
}

// DeviceCode signs in a person on another device; show is called with what to type.
// Only SignIn prompts: a request without a token fails with KindSignIn.
func DeviceCode(c Cloud, t policy.Transporter, id Identity, show func(context.Context, Prompt) error) (*Credential, error) {
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	cred, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: o, ClientID: id.Client, TenantID: id.Tenant,
		DisableInstanceDiscovery: c.custom, DisableAutomaticAuthentication: true,
		UserPrompt: func(ctx context.Context, m azidentity.DeviceCodeMessage) error {
			return show(ctx, Prompt{Code: m.UserCode, URL: m.VerificationURL})
		},
	})
	if err != nil {
		return nil, badIdentity(err)
	}
	return &Credential{inner: cred, prompt: cred.Authenticate}, nil
}

// Browser signs in a person through the system's browser. redirect is the registered
// http://localhost address, or empty. Only SignIn opens the browser.
func Browser(c Cloud, t policy.Transporter, id Identity, redirect string) (*Credential, error) {
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	cred, err := azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions: o, ClientID: id.Client, TenantID: id.Tenant, RedirectURL: redirect,
		DisableInstanceDiscovery: c.custom, DisableAutomaticAuthentication: true,
	})
	if err != nil {
		return nil, badIdentity(err)
	}
	return &Credential{inner: cred, prompt: cred.Authenticate}, nil
}

// SignIn gets a token for scope, asking the person where the credential is a
// person's. Further scopes then follow without a prompt.
func (c *Credential) SignIn(ctx context.Context, scope string) error {
	_, err := Promptly(ctx, func(ctx context.Context) (struct{}, error) {
		o := policy.TokenRequestOptions{Scopes: []string{scope}, EnableCAE: true}
		if c.prompt == nil {
			_, err := c.GetToken(ctx, o)
			return struct{}{}, err
		}
		ctx, seen := watchNetwork(ctx)
		_, err := c.prompt(ctx, &o)
		return struct{}{}, seen.explain(err)
	})
	if err != nil {
		return Explain(err, Intent{})
	}
	return nil
}

// GetToken implements azcore.TokenCredential.
func (c *Credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	o.EnableCAE = true
	ctx, seen := watchNetwork(ctx)
	t, err := c.inner.GetToken(ctx, o)
	return t, seen.explain(err)
}

// entraOptions keeps sign-in to a custom authority on that authority.
func entraOptions(c Cloud, t policy.Transporter) (policy.ClientOptions, error) {
	o := policy.ClientOptions{
		Cloud: c.Configuration(), Transport: t,
		Telemetry: policy.TelemetryOptions{ApplicationID: "watchfloor"},
		Retry:     policy.RetryOptions{MaxRetries: 2, ShouldRetry: worthRepeating, RetryDelay: 200e6, MaxRetryDelay: 1e9},
	}
	if c.custom {
		pin, err := NewPin(c.Authority)
		if err != nil {
			return o, err
		}
		o.PerCallPolicies = []policy.Policy{pin}
	}
	return o, nil
}

func badIdentity(err error) error {
	return app.E(app.KindInvalid, "The tenant or client id is not valid; check the connection's settings.", err)
}
