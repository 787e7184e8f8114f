package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/directory"
	"watchfloor/ui"
)

// connector connects tenants to an open session and looks after them.
type connector struct {
	s *session

	mu    sync.Mutex
	tried *attempt // the sign-in of the draft at hand
	// sessionOnly is known once the keyring was asked; asking may take a while.
	asked       sync.Once
	sessionOnly string
	changing    sync.Mutex // one change of a profile at a time
}

var _ ui.Connector = (*connector)(nil)

// attempt is a draft that signed in and is not saved yet.
type attempt struct {
	draft   profile.Draft // as it signed in, with the ID that the profile will have
	clients *clients
	account azure.Account
	// remembered: the system remembered a sign-in of this name before, that of another
	// data folder.
	remembered bool
}

func newConnector(s *session) *connector {
	c := &connector{s: s}
	s.atClose(func() { c.forgetAttempt(false) })
	return c
}

// Profiles implements ui.Connector.
func (c *connector) Profiles() []profile.Profile {
	var out []profile.Profile
	for _, t := range c.s.open() {
		out = append(out, t.about())
	}
	return out
}

// SignIn implements ui.Connector.
func (c *connector) SignIn(ctx context.Context, d profile.Draft, say func(profile.Prompt)) (string, error) {
	d = d.Clean()
	if p := d.SignInProblem(); p != "" {
		return "", app.E(app.KindInvalid, p, nil)
	}
	d.ID = c.s.store.NewID(d.TenantID)
	k, err := dial(dialling{profile: d.Profile, dir: c.s.store.Dir(d.ID), secret: given(d.Secret), now: c.s.now, log: c.s.log, ask: say, everywhere: c.s.everywhere})
	if err != nil {
		return "", err
	}
	remembered := d.Method.Person() && azure.Remembers(storeName(d.ID))
	account, err := k.signIn(ctx)
	if err != nil {
		k.close()
		return "", err
	}
	c.forgetAttempt(false)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tried = &attempt{draft: d, clients: k, account: account, remembered: remembered}
	return account.UPN, nil
}

// signedIn is the sign-in of a draft.
func (c *connector) signedIn(d profile.Draft) (*attempt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if a := c.tried; a != nil && sameSignIn(a.draft, d.Clean()) {
		return a, nil
	}
	return nil, app.E(app.KindSignIn, "Sign in first: the tenant, the client or the way to sign in has changed.", nil)
}

func sameSignIn(a, b profile.Draft) bool {
	key := func(d profile.Draft) [10]string {
		return [10]string{d.TenantID, d.ClientID, string(d.Method), d.Certificate, d.Secret, d.Cloud, d.Authority, d.ARM, d.Graph, d.CAFile}
	}
	return key(a) == key(b)
}

// Places implements ui.Connector.
func (c *connector) Places(ctx context.Context, d profile.Draft) ([]profile.Place, error) {
	a, err := c.signedIn(d)
	if err != nil {
		return nil, err
	}
	dir, err := a.clients.directory()
	if err != nil {
		return nil, err
	}
	return dir.Places(ctx)
}

// Test implements ui.Connector.
func (c *connector) Test(ctx context.Context, d profile.Draft) ([]profile.Finding, error) {
	a, err := c.signedIn(d)
	if err != nil {
		return nil, err
	}
	return a.clients.test(ctx, d.Clean().Profile)
}

// Save implements ui.Connector.
func (c *connector) Save(ctx context.Context, d profile.Draft) (warning string, err error) {
	d = d.Clean()
	if p := d.Problem(); p != "" {
		return "", app.E(app.KindInvalid, p, nil)
	}
	if p := d.NameProblem(); p != "" {
		return "", app.E(app.KindInvalid, p, nil)
	}
	stored, _, err := c.s.store.List()
	if err != nil {
		return "", err
	}
	if p := d.Taken(stored); p != "" {
		return "", app.E(app.KindInvalid, p, nil)
	}
	if c.s.owner == nil {
		return "", app.E(app.KindInvalid, "Watchfloor is open on this data folder in another window; connect the tenant there, or close it first.", nil)
	}
	var account azure.Account
	if a, err := c.signedIn(d); err == nil {
		d.ID, account = a.draft.ID, a.account
	}
	for _, path := range []*string{&d.Certificate, &d.CAFile} {
		if *path != "" {
			if abs, err := filepath.Abs(*path); err == nil {
				*path = abs
			}
		}
	}
	if d.Profile, err = c.s.store.Add(d.Profile); err != nil {
		return "", err
	}
	t, warning, err := c.open(ctx, d, account)
	if err != nil {
		c.undo(context.WithoutCancel(ctx), d.Profile, stored)
		return "", err
	}
	c.forgetAttempt(true)
	if short := t.clients.credential.SessionOnly(); short != "" {
		warning = strings.TrimSpace(warning + " " + short)
	}
	return warning, nil
}

// open keeps what a stored profile signs in with and takes it into the session.
func (c *connector) open(ctx context.Context, d profile.Draft, a azure.Account) (t *tenant, warning string, err error) {
	dir := c.s.store.Dir(d.ID)
	kept, err := c.s.secrets.keep(ctx, dir, d)
	if !kept {
		warning = app.Say(err)
	} else if err != nil {
		return nil, "", unwritable(err)
	}
	if err := keepRecord(dir, a); err != nil {
		c.s.log.Warn("sign-in not remembered", "err", err)
	}
	if t, err = c.s.openTenant(ctx, d.Profile, dir, c.s.secretOf(d.Profile, dir)); err != nil {
		return nil, "", err
	}
	return t, warning, c.s.take(t)
}

// undo leaves nothing of a profile that could not be opened, so that it can be saved
// again.
func (c *connector) undo(ctx context.Context, p profile.Profile, others []profile.Profile) {
	if err := errors.Join(c.s.secrets.forget(ctx, p, others), c.s.forgetKeys(ctx, c.s.store.Dir(p.ID)), c.s.store.Remove(p.ID)); err != nil {
		c.s.log.Warn("profile not undone", "err", err)
	}
}

// forgetAttempt ends the sign-in of the draft at hand. What the system was given to
// remember of one that was not saved is removed.
func (c *connector) forgetAttempt(saved bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a := c.tried
	if c.tried = nil; a == nil {
		return
	}
	a.clients.close()
	if saved || a.remembered {
		return
	}
	if err := forgetSignIn(a.draft.Profile); err != nil {
		c.s.log.Warn("sign-in not forgotten", "err", err)
	}
}

// TestSaved implements ui.Connector.
func (c *connector) TestSaved(ctx context.Context, slot int) ([]profile.Finding, error) {
	t, err := c.s.at(slot)
	if err != nil {
		return nil, err
	}
	return t.clients.test(ctx, t.about())
}

// Again implements ui.Connector.
func (c *connector) Again(ctx context.Context, slot int, say func(profile.Prompt)) error {
	t, err := c.s.at(slot)
	if err != nil {
		return err
	}
	return t.signIn(ctx, say)
}

// Remove implements ui.Connector.
func (c *connector) Remove(ctx context.Context, slot int) error {
	t, err := c.s.at(slot)
	if err != nil {
		return err
	}
	if c.s.sim != nil {
		return app.E(app.KindInvalid, "The simulated tenant lives only as long as this window; close the window to end it.", nil)
	}
	n, err := t.waiting(ctx)
	if err != nil {
		return err
	}
	if left := n.Waiting() + n.Conflict + n.Failed; left > 0 {
		return app.E(app.KindConflict, fmt.Sprintf("%s still has %s that did not reach the service. Send, settle or discard what is left on the Actions page first; then remove the tenant.", t.about().Name, actions(left)), nil)
	}
	others := c.Profiles()
	if err := c.s.drop(t); err != nil {
		return err
	}
	err = errors.Join(c.s.secrets.forget(ctx, t.about(), others), c.s.forgetKeys(ctx, t.dir))
	return errors.Join(c.s.store.Remove(t.profile.ID), forgetSignIn(t.about()), err)
}

func actions(n int) string {
	if n == 1 {
		return "1 action"
	}
	return fmt.Sprintf("%d actions", n)
}

// SessionOnly implements ui.Connector. The keyring is asked once, in the background: the
// answer is there when a person has typed a tenant id.
func (c *connector) SessionOnly() string {
	c.asked.Do(func() {
		go func() {
			if _, err := c.s.secrets.chain.Check(context.Background()); err != nil {
				c.mu.Lock()
				c.sessionOnly = app.Say(err)
				c.mu.Unlock()
			}
		}()
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sessionOnly
}

// directory asks what the sign-in can see.
func (k *clients) directory() (*directory.Client, error) {
	return directory.New(directory.Config{Access: k.access, Credential: k.credential})
}

func (k *clients) test(ctx context.Context, p profile.Profile) ([]profile.Finding, error) {
	dir, err := k.directory()
	if err != nil {
		return nil, err
	}
	return dir.Test(ctx, p), nil
}
