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
	p := old.profile
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
	if secret == "" {
		err = c.s.secrets.forget(ctx, p, c.Profiles()) // that of the certificate before
	} else {
		var kept bool
		if kept, err = c.s.secrets.keep(ctx, old.dir, profile.Draft{Profile: p, Secret: secret}); !kept {
			warning, err = app.Say(err), nil
		}
	}
	if err == nil {
		err = c.s.store.Change(p)
	}
	if err != nil {
		return warning, err
	}
	t, err := c.s.openTenant(ctx, p, old.dir, given(secret))
	if err != nil {
		return warning, err
	}
	return warning, c.s.replace(old, t)
}

// replace lets a tenant go on with other clients; both are open on the same cache.
func (s *session) replace(old, t *tenant) error {
	old.stop()
	old.work.Wait()
	s.mu.Lock()
	s.tenants = slices.Clone(s.tenants)
	if i := slices.Index(s.tenants, old); i >= 0 {
		s.tenants[i] = t
	}
	running := s.running
	s.mu.Unlock()
	s.fleet.Add(t.member())
	if running {
		t.start()
	}
	return old.close()
}
