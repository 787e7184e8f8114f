package azure

import (
	"context"

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
	m := keep.open(id)
	cred, err := azidentity.NewDeviceCodeCredential(&azidentity.DeviceCodeCredentialOptions{
		ClientOptions: o, ClientID: id.Client, TenantID: id.Tenant, Cache: m.cache, AuthenticationRecord: m.record,
		DisableInstanceDiscovery: c.custom, DisableAutomaticAuthentication: true,
		UserPrompt: func(ctx context.Context, m azidentity.DeviceCodeMessage) error {
			return show(ctx, Prompt{Code: m.UserCode, URL: m.VerificationURL})
		},
	})
	if err != nil {
		return nil, badIdentity(err)
	}
	return m.credential(cred, cred.Authenticate), nil
}

// Browser signs in a person through the system's browser; the app registration must
// have the redirect address http://localhost. Only SignIn opens the browser.
func Browser(c Cloud, t policy.Transporter, id Identity, keep Remember) (*Credential, error) {
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	m := keep.open(id)
	cred, err := azidentity.NewInteractiveBrowserCredential(&azidentity.InteractiveBrowserCredentialOptions{
		ClientOptions: o, ClientID: id.Client, TenantID: id.Tenant, Cache: m.cache, AuthenticationRecord: m.record,
		DisableInstanceDiscovery: c.custom, DisableAutomaticAuthentication: true, LoginHint: m.record.Username,
	})
	if err != nil {
		return nil, badIdentity(err)
	}
	return m.credential(cred, cred.Authenticate), nil
}
