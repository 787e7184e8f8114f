package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/defender"
	"watchfloor/integrations/sentinel"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// tenant is a way to reach incidents: the clients of one profile.
type tenant struct {
	profile    profile.Draft
	remotes    []app.Remote
	credential *azure.Credential
	scope      string // asked for at sign-in
	close      func()
}

// dial builds the clients of a profile. It sends nothing yet. locked says why there is
// no secret, nil where there is or none is needed. say shows a line that
// the person must see to sign in.
func dial(p profile.Draft, secret string, locked error, now func() time.Time, log *slog.Logger, say func(string)) (*tenant, error) {
	cloud, err := cloudOf(p)
	if err != nil {
		return nil, err
	}
	transport, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		return nil, err
	}
	t := &tenant{profile: p, close: transport.Close, scope: cloud.GraphScope()}
	id := azure.Identity{Tenant: p.TenantID, Client: p.ClientID}
	switch {
	case locked != nil:
		t.credential = azure.Unavailable(locked)
	case p.Method == "secret":
		t.credential, err = azure.ClientSecret(cloud, transport, id, azure.NewSecret(secret))
	case p.Method == "browser":
		t.credential, err = azure.Browser(cloud, transport, id, azure.Remember{})
	default:
		t.credential, err = azure.DeviceCode(cloud, transport, id, azure.Remember{}, func(_ context.Context, pr azure.Prompt) error {
			say(fmt.Sprintf("To sign in, open %s and enter the code %s", pr.URL, pr.Code))
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	access := azure.Access{Cloud: cloud, Transport: transport, Log: log, Now: now}
	if p.Workspace != "" {
		t.scope = cloud.ARMScope()
		c, err := sentinel.New(sentinel.Config{Access: access, Credential: t.credential,
			SubscriptionID: p.Subscription, ResourceGroup: p.ResourceGroup, Workspace: p.Workspace})
		if err != nil {
			return nil, err
		}
		t.remotes = append(t.remotes, c)
	}
	if p.Defender {
		c, err := defender.New(defender.Config{Access: access, Credential: t.credential})
		if err != nil {
			return nil, err
		}
		t.remotes = append(t.remotes, c)
	}
	if len(t.remotes) == 0 {
		return nil, app.E(app.KindInvalid, "Name a Sentinel workspace, or add Defender XDR: there is nothing to read otherwise.", nil)
	}
	return t, nil
}

func cloudOf(p profile.Draft) (azure.Cloud, error) {
	if p.Authority == "" {
		c, ok := azure.CloudByName(p.Cloud)
		if !ok {
			return c, app.E(app.KindInvalid, "The cloud is one of public, usgov, dod or china.", nil)
		}
		return c, nil
	}
	var ca []byte
	if p.CAFile != "" {
		b, err := os.ReadFile(p.CAFile)
		if err != nil {
			return azure.Cloud{}, app.E(app.KindInvalid, "The CA certificate of the tenant cannot be read; check the path in its settings.", err)
		}
		ca = b
	}
	return custom(p, ca)
}

func custom(p profile.Draft, ca []byte) (azure.Cloud, error) {
	return azure.Custom(p.Authority, p.ARM, "https://management.core.windows.net/", p.Graph, ca)
}

// person reports that a person signs in, not an application.
func (t *tenant) person() bool { return t.profile.Method != "secret" }

// checks are the lines of doctor about each source.
func (t *tenant) checks() []cli.Check {
	var out []cli.Check
	for _, r := range t.remotes {
		out = append(out, cli.Check{Name: r.ID().Label(), Run: func(ctx context.Context) (string, error) {
			open, err := r.Open(ctx)
			return fmt.Sprintf("answers; %d incidents are open", len(open)), err
		}})
	}
	return out
}

// simulatedProfile is the profile of a simulated tenant.
func simulatedProfile(s simulator.Settings, caFile string) profile.Draft {
	return profile.Draft{Secret: s.ClientSecret, Profile: profile.Profile{
		Name: "Simulated tenant", TenantID: s.TenantID, ClientID: s.ClientID, Method: profile.Secret,
		Account: s.User, Subscription: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace,
		Defender: true, Authority: s.Authority, ARM: s.ARM, Graph: s.Graph, CAFile: caFile,
	}}
}

// faultsOf reads the faults that a person asked the simulated tenant to make.
func faultsOf(text string) (simulator.Faults, error) {
	f, err := simulator.ParseFaults(text)
	if err != nil {
		return f, app.E(app.KindInvalid, "The faults are not understood; docs/simulated-tenant.md lists their names.", err)
	}
	return f, nil
}
