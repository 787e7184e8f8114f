package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/data/profiles"
	"watchfloor/integrations/keychain"
	"watchfloor/ui/cli"
)

// secrets finds and keeps what a profile signs in with, a client secret or the password
// of a certificate: in the system's keyring, or, for a simulated tenant on loopback,
// whose secret protects nothing, in a private file of the profile's folder.
type secrets struct{ chain *keychain.Keychain }

const simulatedSecret = "simulated-secret"

// keep stores the secret of a draft whose profile has the folder dir. kept is false when
// there is no usable keyring: err says so in a sentence.
func (s secrets) keep(ctx context.Context, dir string, d profile.Draft) (kept bool, err error) {
	if d.Secret == "" {
		return true, nil
	}
	if loopback(d.Authority) {
		return true, profiles.ReplaceFile(filepath.Join(dir, simulatedSecret), []byte(d.Secret))
	}
	return s.chain.Set(ctx, secretName(d.Profile), d.Secret)
}

// find returns the secret of a profile, "" where it needs none.
func (s secrets) find(ctx context.Context, dir string, p profile.Profile) (string, error) {
	if p.Method != profile.Secret && p.Method != profile.Certificate {
		return "", nil
	}
	if v := os.Getenv(cli.SecretVariable); v != "" {
		return v, nil
	}
	var found string
	var err error
	if loopback(p.Authority) {
		var b []byte
		if b, err = os.ReadFile(filepath.Join(dir, simulatedSecret)); errors.Is(err, fs.ErrNotExist) {
			err = app.E(app.KindNotFound, "The secret of the simulated tenant is missing; connect it again.", err)
		}
		found = string(b)
	} else {
		found, err = s.chain.Get(ctx, secretName(p))
	}
	if p.Method == profile.Certificate && app.KindOf(err) == app.KindNotFound {
		return "", nil // one without a password
	}
	return found, err
}

// forget removes the secret of a profile from the keyring, unless another profile signs
// in with it too.
func (s secrets) forget(ctx context.Context, p profile.Profile, others []profile.Profile) error {
	if p.Method != profile.Secret && p.Method != profile.Certificate || loopback(p.Authority) {
		return nil
	}
	for _, o := range others {
		if o.ID != p.ID && secretName(o) == secretName(p) {
			return nil
		}
	}
	return s.chain.Delete(ctx, secretName(p))
}

func secretName(p profile.Profile) string {
	name := p.TenantID + "/" + p.ClientID
	if p.Method == profile.Certificate {
		name += "/certificate"
	}
	return name
}

func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

// checkKeyring is the check of doctor. A keyring that cannot be used is a failure only
// where a connection needs one.
func (m *program) checkKeyring(ctx context.Context, o cli.Options, check func(context.Context) (string, error)) (string, error) {
	said, err := check(ctx)
	if err == nil {
		return said, nil
	}
	why, ok := m.needsNoKeyring(o)
	if !ok {
		return "", app.E(app.KindPermission, "The system's keyring cannot be used, and this connection keeps its client secret there. Unlock it, or give the secret in "+cli.SecretVariable+" at each start.", err)
	}
	return "", cli.Warn(app.E(app.KindPermission, "The system's keyring cannot be used; it is not needed now: "+why+".", err))
}

// needsNoKeyring says in words why no connection of a data folder needs the keyring.
func (m *program) needsNoKeyring(o cli.Options) (why string, ok bool) {
	home := o.Home
	if home == "" {
		home = m.home
	}
	list, damaged, err := profiles.In(home).List()
	switch {
	case o.Simulated:
		return "a simulated tenant keeps its secret in a file", true
	case err != nil || len(damaged) > 0:
		return "", false
	case len(list) == 0:
		return "no tenant is connected; only a client secret would be kept there", true
	case os.Getenv(cli.SecretVariable) != "":
		return "the client secret comes from " + cli.SecretVariable, true
	}
	why = "this connection signs in by person and keeps no client secret"
	for _, p := range list {
		switch {
		case loopback(p.Authority):
			why = "a simulated tenant keeps its secret in a file"
		case p.Method == profile.Secret || p.Method == profile.Certificate:
			return "", false
		}
	}
	return why, true
}
