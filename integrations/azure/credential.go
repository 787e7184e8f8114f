package azure

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

// Identity names the application and tenant that tokens are for. An empty tenant of a
// person's credential means any work or school account.
type Identity struct{ Tenant, Client string }

// Account is who signed in.
type Account struct {
	// UPN is the person's name in the tenant, "" for an application or where the
	// service does not tell.
	UPN string
	// Record is what Remember takes at the next start, nil for an application. It holds
	// no secret.
	Record []byte
}

// Credential gives tokens to every client of one identity. Tokens always announce
// continuous access evaluation, so that one sign-in serves ARM and Graph (sheet 0.1,
// rule 8). Errors are *app.Error.
type Credential struct {
	inner azcore.TokenCredential
	// prompt asks a person; nil where there is none to ask.
	prompt func(context.Context, *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error)
	// anew prepares a sign-in; nil where there is nothing to prepare.
	anew func(context.Context)
	// other explains failures that did not come from an exchange over the network.
	other func(error) *app.Error
	// within bounds a request for a token, late is said where it takes longer; zero
	// leaves it to the context.
	within time.Duration
	late   string
	// session says why a person has to sign in anew at the next start, "" otherwise; nil
	// where no person signs in.
	session func() string

	mu      sync.Mutex
	account Account
	claims  string // of a challenge that only a person can meet
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
	return &Credential{inner: cred, other: explainNothing}, nil
}

// Unavailable is a credential that cannot sign in: every request for a token fails with
// the sentence of err. It lets the cache be read while a secret cannot be. The kind is
// always KindSignIn, so that queued actions wait for a working sign-in.
func Unavailable(err error) *Credential {
	return &Credential{inner: refusing{app.E(app.KindSignIn, app.Say(err), err)}, other: explainNothing}
}

type refusing struct{ err error }

func (r refusing) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, r.err
}

// SignIn gets a token for scope, asking the person where the credential is a person's,
// even if an earlier sign-in would still do. Further scopes then follow without a prompt.
func (c *Credential) SignIn(ctx context.Context, scope string) error {
	if c.anew != nil {
		c.anew(ctx)
	}
	if c.prompt == nil {
		return c.Resume(ctx, scope)
	}
	record, err := Promptly(ctx, func(ctx context.Context) (azidentity.AuthenticationRecord, error) {
		ctx, seen := watchAttempt(ctx)
		c.mu.Lock()
		o := policy.TokenRequestOptions{Scopes: []string{scope}, EnableCAE: true, Claims: c.claims}
		c.mu.Unlock()
		record, err := c.prompt(ctx, &o)
		return record, seen.explain(err, c.other)
	})
	if err != nil {
		return Explain(err, entra)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.account, c.claims = Account{UPN: record.Username, Record: packRecord(record)}, ""
	return nil
}

// Resume gets a token for scope without asking anybody. KindSignIn: the person must
// sign in.
func (c *Credential) Resume(ctx context.Context, scope string) error {
	t, err := Promptly(ctx, func(ctx context.Context) (azcore.AccessToken, error) {
		return c.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	})
	if err != nil {
		return Explain(err, entra)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if said, ok := ClaimsOf(t.Token); ok && c.account.UPN == "" {
		c.account.UPN = said.UPN
	}
	return nil
}

// Account is who signed in last; of a remembered sign-in already before.
func (c *Credential) Account() Account {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.account
}

// SessionOnly is a sentence where the sign-in of a person ends with this process
// although it was to be remembered, "" otherwise. It may ask the system's store, which
// takes up to 10 s.
func (c *Credential) SessionOnly() string {
	if c.session == nil {
		return ""
	}
	return c.session()
}

// GetToken implements azcore.TokenCredential. It never asks a person.
func (c *Credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	o.EnableCAE = true
	asked := ctx
	if c.within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.within)
		defer cancel()
	}
	ctx, seen := watchAttempt(ctx)
	t, err := c.inner.GetToken(ctx, o)
	switch {
	case err == nil:
		return t, nil
	case ctx.Err() != nil && asked.Err() == nil:
		return t, app.E(app.KindSignIn, c.late, err)
	}
	var required *azidentity.AuthenticationRequiredError
	if errors.As(err, &required) {
		c.mu.Lock()
		c.claims = required.TokenRequestOptions.Claims
		c.mu.Unlock()
	}
	return t, seen.explain(err, c.other)
}

// entraOptions keeps sign-in to a custom authority on that authority.
func entraOptions(c Cloud, t policy.Transporter) (policy.ClientOptions, error) {
	o := policy.ClientOptions{
		Cloud: c.Configuration(), Transport: t,
		Telemetry:       policy.TelemetryOptions{ApplicationID: "watchfloor"},
		Retry:           policy.RetryOptions{MaxRetries: 2, ShouldRetry: worthRepeating, RetryDelay: 200e6, MaxRetryDelay: 1e9},
		PerCallPolicies: []policy.Policy{listen{explainEntra, entraSilent}},
	}
	if c.custom {
		pin, err := NewPin(c.Authority)
		if err != nil {
			return o, err
		}
		o.PerCallPolicies = append(o.PerCallPolicies, pin)
	}
	return o, nil
}

func badIdentity(err error) error {
	return app.E(app.KindInvalid, "The tenant or client id is not valid; check the connection's settings.", err)
}

// noProgram reports that a program that azidentity wanted to run is not installed; it
// passes on the text alone.
func noProgram(err error) bool {
	return errors.Is(err, exec.ErrNotFound) || strings.Contains(err.Error(), exec.ErrNotFound.Error())
}
