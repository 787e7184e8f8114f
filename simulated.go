package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/data/keyslot"
	"watchfloor/data/profiles"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// simulate starts a simulated tenant in this process and opens it as the only one. Its
// cache is made anew, because the tenant is.
func (s *session) simulate(ctx context.Context, o cli.Options) error {
	if s.owner == nil {
		return secondInstance()
	}
	if err := renewSimulated(s.home); err != nil {
		return app.E(app.KindInvalid, "The cache of the simulated tenant cannot be renewed; check the permissions of the data folder.", err)
	}
	live := 20 * time.Second
	if !o.At.IsZero() {
		live = 0
	}
	faults, err := faultsOf(o.Faults)
	if err != nil {
		return err
	}
	s.sim, err = simulator.Start(context.WithoutCancel(ctx), simulator.Options{
		Incidents: o.Incidents, Seed: o.Seed, Now: s.now, Live: live, Log: s.log, Faults: faults,
		Identity: simulator.IdentityMode{Extra: true},
	})
	if err != nil {
		return app.E(app.KindInternal, "The simulated tenant could not start; the log has the details.", err)
	}
	settings := s.sim.Settings()
	ca := filepath.Join(s.home, "ca.pem")
	if err := profiles.ReplaceFile(ca, settings.CAPEM); err != nil {
		return unwritable(err)
	}
	d := simulatedDraft(settings, ca)
	t, err := s.openTenant(ctx, d.Profile, s.home, given(d.Secret))
	if err != nil {
		return err
	}
	return s.take(t)
}

// renewSimulated deletes the cache of the simulated tenant before, with its key, its
// backups and what is kept beside it.
func renewSimulated(home string) error {
	entries, err := os.ReadDir(home)
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, "cache.") || name == keyslot.FileName || name == keyslot.UnsentFile {
			err = errors.Join(err, os.RemoveAll(filepath.Join(home, name)))
		}
	}
	return err
}

// simulatedDraft is how to connect a simulated tenant.
func simulatedDraft(s simulator.Settings, caFile string) profile.Draft {
	return profile.Draft{Profile: profile.Profile{
		Name: "Simulated tenant", Colour: profile.Colours[0], TenantID: s.TenantID, ClientID: s.ClientID, Method: profile.Secret,
		Account: s.User, Subscription: s.SubscriptionID, ResourceGroup: s.ResourceGroup, Workspace: s.Workspace,
		Defender: true, Identity: true, Posture: true, Authority: s.Authority, ARM: s.ARM, Graph: s.Graph, CAFile: caFile,
	}, Secret: s.ClientSecret}
}

// faultsOf reads the faults that a person asked the simulated tenant to make.
func faultsOf(text string) (simulator.Faults, error) {
	f, err := simulator.ParseFaults(text)
	if err != nil {
		return f, app.E(app.KindInvalid, "The faults are not understood; docs/simulated-tenant.md lists their names.", err)
	}
	return f, nil
}
