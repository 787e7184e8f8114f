package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	appsync "watchfloor/app/sync"
	"watchfloor/data/profiles"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/cloudalerts"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/identity"
	"watchfloor/integrations/posture"
	"watchfloor/integrations/sentinel"
	"watchfloor/ui/cli"
)

// clients are the ways to the sources of one profile, with the sign-in they share.
type clients struct {
	profile    profile.Profile
	remotes    []app.Remote
	feeds      []appsync.Feed
	responders []app.Responder
	credential *azure.Credential
	access     azure.Access
	scope      string // asked for at sign-in
	only       *readOnly
	close      func()
}

// dialling is what dial works with. ask shows a person what to do to sign in.
type dialling struct {
	profile profile.Profile
	dir     string // of the profile, which need not exist yet
	secret  secretSource
	now     func() time.Time
	log     *slog.Logger
	ask     func(profile.Prompt)
	// everywhere is the switch that has no tenant changed; nil means never.
	everywhere func() bool
}

// secretSource finds the secret that a profile signs in with, "" where it needs none. It
// is asked at the first need and at each sign-in again, since a keyring may be locked.
type secretSource func(context.Context) (string, error)

func given(secret string) secretSource {
	return func(context.Context) (string, error) { return secret, nil }
}

// dial builds the clients of a profile. It sends nothing yet.
func dial(d dialling) (*clients, error) {
	p := d.profile
	if why := p.AddressProblem(); why != "" {
		return nil, app.E(app.KindInvalid, why, nil)
	}
	cloud, err := cloudOf(p)
	if err != nil {
		return nil, err
	}
	transport, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		return nil, err
	}
	c := &clients{profile: p, close: transport.Close, scope: cloud.GraphScope(), only: &readOnly{everywhere: d.everywhere}}
	if c.only.everywhere == nil {
		c.only.everywhere = func() bool { return false }
	}
	c.only.here.Store(p.ReadOnly)
	c.access = azure.Access{Cloud: cloud, Transport: transport, Log: d.log, Now: d.now, Jitter: jitter, ReadOnly: c.only.on}
	if p.Method.Person() {
		if c.credential, err = personOf(d, cloud, transport); err != nil {
			c.credential = azure.Unavailable(err)
		}
	} else {
		c.credential = azure.Later(func(ctx context.Context) (*azure.Credential, error) { return applicationOf(ctx, d, cloud, transport) })
	}
	if err := c.connect(p); err != nil {
		return nil, err
	}
	return c, nil
}

// reading are clients of what p reads, with the same sign-in.
func (c *clients) reading(p profile.Profile) (*clients, error) {
	k := &clients{profile: p, credential: c.credential, access: c.access, scope: c.access.Cloud.GraphScope(), only: c.only, close: c.close}
	return k, k.connect(p)
}

// writes reports whether actions can reach a source.
func (c *clients) writes(id app.SourceID) bool {
	return slices.ContainsFunc(c.remotes, func(r app.Remote) bool { return r.ID() == id }) ||
		slices.ContainsFunc(c.responders, func(r app.Responder) bool { return r.ID() == id })
}

// connect builds the clients of the sources that a profile names.
func (c *clients) connect(p profile.Profile) error {
	if p.Workspace != "" {
		c.scope = c.access.Cloud.ARMScope()
		r, err := sentinel.New(sentinel.Config{
			Access: c.access, Credential: c.credential,
			SubscriptionID: p.Subscription, ResourceGroup: p.ResourceGroup, Workspace: p.Workspace,
		})
		if err != nil {
			return err
		}
		c.remotes = append(c.remotes, r)
	}
	if p.Defender {
		r, err := defender.New(defender.Config{Access: c.access, Credential: c.credential})
		if err != nil {
			return err
		}
		c.remotes = append(c.remotes, r)
	}
	if p.CloudAlerts {
		r, err := cloudalerts.New(cloudalerts.Config{Access: c.access, Credential: c.credential, Subscriptions: p.SubscriptionIDs()})
		if err != nil {
			return err
		}
		c.remotes = append(c.remotes, r)
	}
	if p.Identity {
		k, err := identity.New(identity.Config{Access: c.access, Credential: c.credential, SignInFilter: identity.Filter(p.SignIns), Workloads: true, Unpaced: p.Simulated()})
		if err != nil {
			return err
		}
		c.feeds = append(c.feeds, k.Risk(), k.Log())
		c.responders = append(c.responders, k.Risk())
	}
	if !p.Posture {
		return nil
	}
	cloud, err := posture.NewCloud(posture.CloudConfig{Access: c.access, Credential: c.credential, Subscriptions: p.SubscriptionIDs()})
	if err != nil {
		return err
	}
	score, err := posture.NewM365(posture.M365Config{Access: c.access, Credential: c.credential})
	if err != nil {
		return err
	}
	c.feeds = append(c.feeds, cloud, score)
	c.responders = append(c.responders, cloud, score)
	return nil
}

// signInRecord is the file of a profile that lets its person's sign-in be remembered. It
// holds no secret: the tokens are in the protected store of the system.
const signInRecord = "signin.json"

// storeName is what the kept tokens of a profile are called in that store.
func storeName(id string) string { return "watchfloor-" + id }

func applicationOf(ctx context.Context, d dialling, cloud azure.Cloud, transport *azure.Transport) (*azure.Credential, error) {
	id := azure.Identity{Tenant: d.profile.TenantID, Client: d.profile.ClientID}
	switch d.profile.Method {
	case profile.AzureCLI:
		return azure.AzureCLI(d.profile.TenantID)
	case profile.Managed:
		return azure.ManagedIdentity(transport, d.profile.ClientID)
	}
	secret, locked := d.secret(ctx)
	if d.profile.Method == profile.Secret {
		if locked != nil {
			return nil, locked
		}
		return azure.ClientSecret(cloud, transport, id, azure.NewSecret(secret))
	}
	file, err := azure.ReadCertificate(d.profile.Certificate)
	if err != nil {
		return nil, err
	}
	c, err := azure.Certificate(cloud, transport, id, file, azure.NewSecret(secret), d.now())
	if err != nil && locked != nil { // it has a password after all
		return nil, locked
	}
	return c, err
}

func personOf(d dialling, cloud azure.Cloud, transport *azure.Transport) (*azure.Credential, error) {
	id := azure.Identity{Tenant: d.profile.TenantID, Client: d.profile.ClientID}
	keep := azure.Remember{Name: storeName(d.profile.ID)}
	record, err := os.ReadFile(filepath.Join(d.dir, signInRecord))
	if err == nil {
		keep.Record = record
	}
	if d.profile.Method == profile.Browser {
		return azure.Browser(cloud, transport, id, keep)
	}
	return azure.DeviceCode(cloud, transport, id, keep, func(_ context.Context, pr azure.Prompt) error {
		d.ask(profile.Prompt{Code: pr.Code, URL: pr.URL})
		return nil
	})
}

// signIn asks the person, where a person signs in; otherwise it checks that a token can
// be had.
func (c *clients) signIn(ctx context.Context) (azure.Account, error) {
	if err := c.credential.SignIn(ctx, c.scope); err != nil {
		return azure.Account{}, err
	}
	return c.credential.Account(), nil
}

// keepRecord stores who signed in, so that the next start need not ask. A folder that is
// not there yet gets it with the profile.
func keepRecord(dir string, a azure.Account) error {
	if len(a.Record) == 0 {
		return nil
	}
	return profiles.ReplaceFile(filepath.Join(dir, signInRecord), a.Record)
}

// forgetSignIn removes the kept tokens of a profile's person.
func forgetSignIn(p profile.Profile) error {
	if !p.Method.Person() {
		return nil
	}
	return azure.Forget(storeName(p.ID))
}

func cloudOf(p profile.Profile) (azure.Cloud, error) {
	if p.Authority == "" {
		c, ok := azure.CloudByName(p.Cloud)
		if !ok {
			return c, app.E(app.KindInvalid, "The cloud is one of public, usgov, dod or china.", nil)
		}
		return c, nil
	}
	var ca []byte
	if p.CAFile != "" {
		var err error
		if ca, err = azure.ReadCertificate(p.CAFile); err != nil {
			return azure.Cloud{}, err
		}
	}
	return azure.Custom(p.Authority, p.ARM, "https://management.core.windows.net/", p.Graph, ca)
}

// checks are the lines of doctor about each source.
func (c *clients) checks() []cli.Check {
	var out []cli.Check
	for _, r := range c.remotes {
		out = append(out, cli.Check{Name: r.ID().Label(), Run: func(ctx context.Context) (string, error) {
			open, err := r.Open(ctx)
			return fmt.Sprintf("answers; %d incidents are open", len(open)), err
		}})
	}
	return out
}
