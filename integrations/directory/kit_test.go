package directory_test

import (
	"context"
	"testing"

	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/directory"
	"watchfloor/integrations/simulator"
)

// tenant is a simulated tenant with somebody signed in.
type tenant struct {
	*simulator.Server
	simulator.Settings
	*directory.Client
}

// start signs in as an application, or as a person by device code.
func start(t *testing.T, method profile.Method, o simulator.Options) tenant {
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
	id := azure.Identity{Tenant: s.TenantID, Client: s.ClientID}
	var cred *azure.Credential
	if method == profile.Secret {
		cred, err = azure.ClientSecret(cloud, tr, id, azure.NewSecret(s.ClientSecret))
	} else {
		cred, err = azure.DeviceCode(cloud, tr, id, azure.Remember{}, func(context.Context, azure.Prompt) error { return nil })
	}
	if err == nil && method.Person() {
		err = cred.SignIn(context.Background(), cloud.ARMScope())
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := directory.New(directory.Config{Access: azure.Access{Cloud: cloud, Transport: tr}, Credential: cred})
	if err != nil {
		t.Fatal(err)
	}
	return tenant{sim, s, c}
}

// profile is the tenant's, reading everything.
func (x tenant) profile(method profile.Method) profile.Profile {
	return profile.Profile{
		Method: method, TenantID: x.TenantID, ClientID: x.ClientID, Subscription: x.SubscriptionID,
		ResourceGroup: x.ResourceGroup, Workspace: x.Workspace, Defender: true,
	}
}

func find(t *testing.T, list []profile.Finding, source, check string) profile.Finding {
	t.Helper()
	for _, f := range list {
		if f.Source == source && f.Check == check {
			return f
		}
	}
	t.Errorf("nothing is said of %s, %s: %+v", source, check, list)
	return profile.Finding{}
}
