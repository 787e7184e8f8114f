package azure

import (
	"context"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// Prompt is what a person types where to sign in by device code.
type Prompt struct{ Code, URL string }

// DeviceCode signs in a person on another device; show is called with what to type.
// Only SignIn prompts: a request without a token fails with KindSignIn.
func DeviceCode(c Cloud, t policy.Transporter, id Identity, keep Remember, show func(context.Context, Prompt) error) (*Credential, error) {
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	return person(keep, id, func(store azidentity.Cache, record azidentity.AuthenticationRecord) (signer, error) {
		return azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
			ClientOptions: o, ClientID: id.Client, TenantID: id.Tenant, Cache: store, AuthenticationRecord: record,
			DisableInstanceDiscovery: c.custom, DisableAutomaticAuthentication: true,
			UserPrompt: func(ctx context.Context, m azidentity.DeviceCodeMessage) error {
				return show(ctx, Prompt{Code: m.UserCode, URL: m.VerificationURL})
			},
		})
	})
}

// Browser signs in a person through the system's browser; the app registration must
// have the redirect address http://localhost. Only SignIn opens the browser.
func Browser(c Cloud, t policy.Transporter, id Identity, keep Remember) (*Credential, error) {
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	return person(keep, id, func(store azidentity.Cache, record azidentity.AuthenticationRecord) (signer, error) {
		return azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
			ClientOptions: o, ClientID: id.Client, TenantID: id.Tenant, Cache: store, AuthenticationRecord: record,
			DisableInstanceDiscovery: c.custom, DisableAutomaticAuthentication: true, LoginHint: record.Username,
		})
	})
}

// signer is a credential of azidentity that can ask a person.
type signer interface {
	azcore.TokenCredential
	Authenticate(context.Context, *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error)
}

// personal is made at the first need of a token: the system's store may wait for the
// person, and the window must not.
type personal struct {
	keep   Remember
	record azidentity.AuthenticationRecord
	build  func(azidentity.Cache, azidentity.AuthenticationRecord) (signer, error)

	mu      sync.Mutex
	made    signer
	session string
}

// person is the credential of a person. Ids that cannot be are refused at once.
func person(keep Remember, id Identity, build func(azidentity.Cache, azidentity.AuthenticationRecord) (signer, error)) (*Credential, error) {
	if _, err := build(azidentity.Cache{}, azidentity.AuthenticationRecord{}); err != nil {
		return nil, badIdentity(err)
	}
	p := &personal{keep: keep, record: keep.recordFor(id), build: build}
	c := &Credential{inner: p, prompt: p.authenticate, other: explainPerson, session: p.sessionOnly}
	if p.record.Username != "" {
		c.account = Account{UPN: p.record.Username, Record: packRecord(p.record)}
	}
	return c, nil
}

func (p *personal) signer() (signer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.made != nil {
		return p.made, nil
	}
	store, session := p.keep.open()
	record := p.record
	if session != "" {
		record = azidentity.AuthenticationRecord{} // its tokens cannot be had
	}
	made, err := p.build(store, record)
	if err != nil {
		return nil, badIdentity(err)
	}
	p.made, p.session = made, session
	return made, nil
}

func (p *personal) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	s, err := p.signer()
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return s.GetToken(ctx, o)
}

func (p *personal) authenticate(ctx context.Context, o *policy.TokenRequestOptions) (azidentity.AuthenticationRecord, error) {
	s, err := p.signer()
	if err != nil {
		return azidentity.AuthenticationRecord{}, err
	}
	return s.Authenticate(ctx, o)
}

func (p *personal) sessionOnly() string {
	_, _ = p.signer()
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.session
}
