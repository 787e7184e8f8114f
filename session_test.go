package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/simulator"
	"watchfloor/ui/cli"
)

// The window was closed before its first picture was painted: the work that waits for
// the picture must not begin on a closed cache.
func TestNothingBeginsAfterTheEnd(t *testing.T) {
	_, home := tenantFor(t, 10)
	s := openHere(t, home)
	one := s.first()
	if err := s.close(); err != nil {
		t.Fatal(err)
	}

	s.start()

	if s.running {
		t.Error("the session runs")
	}
	if err := s.take(one); app.KindOf(err) != app.KindCancelled {
		t.Errorf("a tenant that was connected meanwhile: %v", err)
	}
}

// A tenant is renamed in the background while the window lists tenants; the race detector
// looks on.
func TestATenantIsRenamedWhileItIsListed(t *testing.T) {
	_, home := tenantFor(t, 10)
	s := openHere(t, home)
	c := newConnector(s)
	var both sync.WaitGroup
	both.Go(func() {
		for range 20 {
			c.Profiles()
			s.first().shown()
		}
	})
	p := c.Profiles()[0]
	p.Name = "Clinic"
	if err := c.Change(t.Context(), p); err != nil {
		t.Error(err)
	}
	both.Wait()
	if got := c.Profiles()[0].Name; got != "Clinic" {
		t.Errorf("it is called %q", got)
	}
}

// Somebody signed in, looked and went away without saving: what the system was given to
// remember goes too.
func TestASignInThatWasNotSavedIsNotRemembered(t *testing.T) {
	_, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 10})
	s := openEmpty(t, t.TempDir())
	c := newConnector(s)
	if _, err := c.SignIn(t.Context(), d, func(profile.Prompt) {}); err != nil {
		t.Fatal(err)
	}
	if c.tried.clients.credential.SessionOnly() != "" {
		t.Skip("this machine has no protected store for a sign-in")
	}
	kept := filepath.Join(os.Getenv("XDG_CACHE_HOME"), ".IdentityService", storeName(c.tried.draft.ID)+".cae")
	if _, err := os.Stat(kept); err != nil {
		t.Fatalf("nothing was kept: %v", err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept); !os.IsNotExist(err) {
		t.Errorf("it is still remembered: %v", err)
	}
}

func TestAPersonHasNoSecretToRenew(t *testing.T) {
	_, d := tenantAt(t, "Northwind", simulator.Options{Incidents: 10})
	s := openEmpty(t, t.TempDir())
	connect(t, s, d)
	if _, err := newConnector(s).Renew(t.Context(), 0, "", "s"); app.KindOf(err) != app.KindInvalid {
		t.Errorf("%v", err)
	}
}

// Two workspaces of one application: when its secret is renewed for one, signing in again
// is enough for the other, and removing one leaves the other its secret.
func TestARenewedSecretServesTheOtherWorkspaceToo(t *testing.T) {
	r := newRing()
	m := &program{home: t.TempDir(), secrets: secrets{chain: r}}
	for _, workspace := range []string{"one", "two"} {
		p := application("", profile.Secret, "")
		p.Name, p.Defender, p.Subscription, p.ResourceGroup, p.Workspace = workspace, false, p.TenantID, "rg", workspace
		connectTo(t, m.home, profile.Draft{Profile: p})
	}
	s, err := m.openSession(t.Context(), cli.Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	c := newConnector(s)
	first, second := s.open()[0].about(), s.open()[1].about()
	if warning, err := c.keepRenewed(t.Context(), first, first, "new"); warning != "" || err != nil {
		t.Fatal(warning, err)
	}
	if got, err := s.secretOf(second, "")(t.Context()); got != "new" || err != nil {
		t.Errorf("the other finds %q, %v", got, err)
	}
	if err := c.Remove(t.Context(), first.Slot); err != nil {
		t.Fatal(err)
	}
	if r.secrets() != 1 {
		t.Error("the other lost its secret")
	}
	if err := c.Remove(t.Context(), second.Slot); err != nil || len(r.held) != 0 {
		t.Errorf("%v; the keyring still holds %d", err, len(r.held))
	}
}
