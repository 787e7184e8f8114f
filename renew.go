package main

import (
	"context"
	"path/filepath"
	"slices"

	"watchfloor/app"
	"watchfloor/app/profile"
)

// Renew implements ui.Connector. What is there now stays until the new one has signed in.
func (c *connector) Renew(ctx context.Context, slot int, certificate, secret string) (warning string, err error) {
	old, err := c.s.at(slot)
	if err != nil {
		return "", err
	}
	if c.s.sim != nil {
		return "", app.E(app.KindInvalid, "The simulated tenant keeps its own secret; there is none to replace.", nil)
	}
	if c.s.owner == nil {
		return "", app.E(app.KindInvalid, "Watchfloor is open on this data folder in another window; sign in there, or close it first.", nil)
	}
	before := old.about()
	if before.Method != profile.Secret && before.Method != profile.Certificate {
		return "", app.E(app.KindInvalid, "This tenant signs in without a secret of its own; sign in again instead.", nil)
	}
	p := before
	if certificate != "" {
		if p.Certificate, err = filepath.Abs(certificate); err != nil {
			return "", app.E(app.KindInvalid, "Certificate: give the path of its PEM or PFX file.", err)
		}
	}
	k, err := dial(dialling{profile: p, dir: old.dir, secret: given(secret), now: c.s.now, log: c.s.log, ask: func(profile.Prompt) {}})
	if err != nil {
		return "", err
	}
	defer k.close()
	if _, err := k.signIn(ctx); err != nil {
		return "", err
	}
	if warning, err = c.keepRenewed(ctx, before, p, secret); err != nil {
		return warning, err
	}
	t, err := c.s.openTenant(ctx, p, old.dir, c.s.secretOf(p, old.dir))
	if err != nil {
		return warning, err
	}
	return warning, c.s.replace(old, t)
}

// keepRenewed stores what p signs in with from now on, and forgets what it had before.
func (c *connector) keepRenewed(ctx context.Context, before, p profile.Profile, secret string) (warning string, err error) {
	kept, err := c.s.secrets.keep(ctx, c.s.store.Dir(p.ID), profile.Draft{Profile: p, Secret: secret})
	if !kept {
		warning, err = app.Say(err), nil
	}
	if err == nil {
		err = c.s.store.Change(p)
	}
	if err != nil || secret != "" && secretName(before) == secretName(p) {
		return warning, err
	}
	if err := c.s.secrets.forget(ctx, before, c.Profiles()); err != nil {
		c.s.log.Warn("the password of the certificate before was not forgotten", "err", err)
	}
	return warning, nil
}

// replace lets a tenant go on with other clients; both are open on the same cache.
func (s *session) replace(old, t *tenant) error {
	old.stop()
	old.work.Wait()
	s.mu.Lock()
	i := slices.Index(s.tenants, old)
	if s.closed || i < 0 {
		s.mu.Unlock()
		_ = t.close()
		return errClosed()
	}
	s.tenants = slices.Clone(s.tenants)
	s.tenants[i] = t
	t.engine.SetOffline(old.engine.State().OfflineByChoice)
	if s.running {
		t.start()
	}
	s.mu.Unlock()
	s.fleet.Add(t.member())
	return old.close()
}
