package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/app/triage"
	"watchfloor/data/profiles"
	"watchfloor/ui/cli"
)

// ring is a keyring in memory. broken makes it useless, blocked makes it wait for its
// password until the channel is closed.
type ring struct {
	mu      sync.Mutex
	held    map[string]string
	broken  error
	blocked chan struct{}
	asked   chan struct{} // told of each question, where somebody listens
}

func newRing() *ring { return &ring{held: map[string]string{}, asked: make(chan struct{}, 100)} }

func (r *ring) wait(ctx context.Context) error {
	select {
	case r.asked <- struct{}{}:
	default:
	}
	if r.blocked != nil {
		select {
		case <-r.blocked:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return r.broken
}

func (r *ring) Set(ctx context.Context, name, secret string) (bool, error) {
	if err := r.wait(ctx); err != nil {
		return false, app.E(app.KindPermission, "The keyring is locked, so the secret is kept for this session only.", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.held[name] = secret
	return true, nil
}

// Keep serves the keys of caches; blocked is about what signs in.
func (r *ring) Keep(_ context.Context, name, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return app.E(app.KindPermission, "The keyring is locked.", r.broken)
	}
	r.held[name] = secret
	return nil
}

// secrets is how many secrets are held besides keys of caches.
func (r *ring) secrets() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.held {
		if !strings.HasPrefix(name, "cache/") {
			n++
		}
	}
	return n
}

func (r *ring) Get(ctx context.Context, name string) (string, error) {
	err := r.broken
	if !strings.HasPrefix(name, "cache/") {
		err = r.wait(ctx)
	}
	if err != nil {
		return "", app.E(app.KindPermission, "The keyring is locked.", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.held[name]; ok {
		return s, nil
	}
	return "", app.E(app.KindNotFound, "The keyring holds no secret.", nil)
}

func (r *ring) Delete(ctx context.Context, name string) error {
	if err := r.wait(ctx); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, name)
	return nil
}

func (r *ring) Check(ctx context.Context) (string, error) { return "fine", r.wait(ctx) }

// application is a profile of an application in a cloud of Microsoft.
func application(id string, m profile.Method, certificate string) profile.Profile {
	const tenant, client = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"
	return profile.Profile{ID: id, Name: id, TenantID: tenant, ClientID: client, Method: m, Certificate: certificate, Defender: true}
}

func TestTheSecretOfTheEnvironmentIsNotInherited(t *testing.T) {
	t.Setenv(cli.SecretVariable, "canary")
	if got := fromEnvironment(); got != "canary" || os.Getenv(cli.SecretVariable) != "" {
		t.Errorf("got %q, left %q", got, os.Getenv(cli.SecretVariable))
	}
	m := &program{secrets: secrets{given: "canary"}}
	if m.getenv(cli.SecretVariable) != "canary" || m.getenv("PATH") != os.Getenv("PATH") {
		t.Error("connect does not see the environment it was started with")
	}
}

// The variable serves one secret. Handing it to each tenant would show one tenant's to
// another, and to whatever listens on loopback.
func TestTheSecretOfTheEnvironmentIsForOneTenant(t *testing.T) {
	one, same := application("one", profile.Secret, ""), application("same", profile.Secret, "")
	other := application("other", profile.Secret, "")
	other.ClientID = other.TenantID
	here := application("here", profile.Secret, "")
	here.Authority, here.ARM, here.Graph = "https://127.0.0.1:1", "https://127.0.0.1:1", "https://127.0.0.1:1"
	for name, c := range map[string]struct {
		list      []profile.Profile
		p         profile.Profile
		want      string
		ambiguous bool
	}{
		"one tenant":                     {[]profile.Profile{one}, one, "canary", false},
		"two workspaces, one app":        {[]profile.Profile{one, same}, same, "canary", false},
		"two secrets":                    {[]profile.Profile{one, other}, one, "", true},
		"a simulated one":                {[]profile.Profile{here}, here, "", false},
		"beside a simulated one":         {[]profile.Profile{here, one}, one, "canary", false},
		"a simulated one beside another": {[]profile.Profile{here, one}, here, "", false},
	} {
		s, ambiguous := (secrets{chain: newRing(), given: "canary"}).session(c.list)
		got, _ := s.find(t.Context(), t.TempDir(), c.p)
		if got != c.want || ambiguous != c.ambiguous {
			t.Errorf("%s: %q, ambiguous %v", name, got, ambiguous)
		}
	}
}

func TestWhoSharesASecretSharesItsRenewalAndItsEnd(t *testing.T) {
	r := newRing()
	s, _ := (secrets{chain: r, given: "of the environment"}).session(nil)
	a, b := application("a", profile.Secret, ""), application("b", profile.Secret, "")
	if kept, err := s.keep(t.Context(), "", profile.Draft{Profile: a, Secret: "new"}); !kept || err != nil {
		t.Fatal(kept, err)
	}
	if got, err := s.find(t.Context(), "", b); got != "new" || err != nil {
		t.Errorf("the other finds %q, %v: what was entered is newer than the environment", got, err)
	}
	if err := s.forget(t.Context(), a, []profile.Profile{a, b}); err != nil || len(r.held) != 1 {
		t.Errorf("%v; the keyring holds %d", err, len(r.held))
	}
	if err := s.forget(t.Context(), b, []profile.Profile{b}); err != nil || len(r.held) != 0 {
		t.Errorf("%v; the keyring holds %d", err, len(r.held))
	}
}

func TestEachCertificateFileHasItsOwnPassword(t *testing.T) {
	s, _ := (secrets{chain: newRing()}).session(nil)
	a, b := application("a", profile.Certificate, "/keys/old.pfx"), application("b", profile.Certificate, "/keys/new.pfx")
	for p, password := range map[*profile.Profile]string{&a: "first", &b: "second"} {
		if kept, err := s.keep(t.Context(), "", profile.Draft{Profile: *p, Secret: password}); !kept {
			t.Fatal(err)
		}
	}
	s, _ = (secrets{chain: s.chain}).session(nil) // the next start
	for p, want := range map[*profile.Profile]string{&a: "first", &b: "second"} {
		if got, err := s.find(t.Context(), "", *p); got != want || err != nil {
			t.Errorf("%s: %q, %v", p.Certificate, got, err)
		}
	}
}

func TestWithoutAKeyringWhatWasEnteredServesTheSession(t *testing.T) {
	r := newRing()
	r.broken = errors.New("no bus")
	s, _ := (secrets{chain: r}).session(nil)
	p := application("a", profile.Secret, "")
	kept, err := s.keep(t.Context(), "", profile.Draft{Profile: p, Secret: "canary"})
	if kept || !strings.Contains(app.Say(err), "this session only") {
		t.Errorf("kept %v, %v", kept, err)
	}
	if got, err := s.find(t.Context(), "", p); got != "canary" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	person := application("p", profile.Device, "")
	person.ClientID = person.TenantID
	if kept, err := s.keep(t.Context(), "", profile.Draft{Profile: person, Secret: "canary"}); !kept || err != nil {
		t.Errorf("a person's needs none: %v, %v", kept, err)
	}
	if _, ok := s.entered.Load(secretName(person)); ok {
		t.Error("it is kept all the same")
	}
}

// A keyring that waits for its password must not keep the first picture: the session
// opens, rows are read, and only the source waits. Closing does not wait for it either.
func TestALockedKeyringDelaysNeitherStartNorEnd(t *testing.T) {
	home := t.TempDir()
	p := application("", profile.Secret, "")
	p.Name = "Northwind"
	if _, err := profiles.In(home).Add(p); err != nil {
		t.Fatal(err)
	}
	r := newRing()
	r.blocked = make(chan struct{}) // nobody unlocks it
	m := &program{home: home, secrets: secrets{chain: r}}

	start := time.Now()
	s, err := m.openSession(t.Context(), cli.Options{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.fleet.Window(t.Context(), triage.Query{}); err != nil {
		t.Fatal(err)
	}
	if len(r.asked) > 0 {
		t.Error("the keyring was asked before there was anything to ask for")
	}
	s.start()
	<-r.asked
	if _, err := s.fleet.Window(t.Context(), triage.Query{}); err != nil {
		t.Errorf("while the keyring waits: %v", err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("all of it took %s", took)
	}
}

func TestAProfileThatLeadsElsewhereIsNotOpened(t *testing.T) {
	home := t.TempDir()
	p := application("", profile.Secret, "")
	p.Name, p.Authority, p.ARM, p.Graph = "Northwind", "https://evil.example", "https://evil.example", "https://evil.example"
	if _, err := profiles.In(home).Add(p); err != nil {
		t.Fatal(err)
	}
	_, err := (&program{home: home, secrets: secrets{chain: newRing()}}).openSession(t.Context(), cli.Options{}, 0)
	if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), "only a simulated tenant") {
		t.Errorf("%v", err)
	}
}

// Two tenants, one of whose settings cannot be used: the other works, and it is said.
func TestATenantThatCannotBeOpenedLeavesTheOthers(t *testing.T) {
	_, home := tenantFor(t, 10)
	p := application("", profile.Secret, "")
	p.Name, p.Cloud = "Broken", "moon"
	if _, err := profiles.In(home).Add(p); err != nil {
		t.Fatal(err)
	}
	s := openHere(t, home)
	if len(s.open()) != 1 || len(s.damaged) != 1 || !strings.Contains(s.damaged[0], "Broken could not be opened. The cloud is one of") {
		t.Errorf("%d open, said %q", len(s.open()), s.damaged)
	}
	if err := s.fleet.Once(t.Context()); err != nil {
		t.Error(err)
	}
}

// What was wrong after the profile was stored leaves nothing behind: saving it again
// is not told that the name is taken.
func TestASaveThatFailedCanBeRepeated(t *testing.T) {
	_, home := tenantFor(t, 10)
	s := openHere(t, home)
	d := profile.Draft{Profile: s.first().about(), Secret: "s"}
	secret, err := os.ReadFile(filepath.Join(s.first().dir, simulatedSecret))
	if err != nil {
		t.Fatal(err)
	}
	c := newConnector(s)
	if err := c.Remove(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	ca := d.CAFile
	d.ID, d.Secret, d.CAFile = "", string(secret), filepath.Join(home, "gone.pem")
	if _, err := c.Save(t.Context(), d); app.KindOf(err) != app.KindInvalid {
		t.Fatalf("without its certificate: %v", err)
	}
	d.CAFile = ca
	if _, err := c.Save(t.Context(), d); err != nil {
		t.Errorf("again: %v", err)
	}
}
