package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/data/keyslot"
	"watchfloor/data/profiles"
	"watchfloor/ui/cli"
)

// secrets finds and keeps what a profile signs in with, a client secret or the password
// of a certificate: in the system's keyring, or, for a simulated tenant, whose secret
// protects nothing, in a private file of the profile's folder.
type secrets struct {
	chain keyring
	// given is the secret of this run, from the environment. It is of one profile.
	given string
	// entered are those that a person gave in this session, by name: they are newer than
	// given, and there where no keyring is.
	entered *sync.Map
}

// keyring is what *keychain.Keychain promises.
type keyring interface {
	// Keep is Set without a fallback: what is not in the keyring is kept nowhere.
	Keep(ctx context.Context, name, secret string) error
	Set(ctx context.Context, name, secret string) (kept bool, err error)
	Get(ctx context.Context, name string) (string, error)
	Delete(ctx context.Context, name string) error
	Check(ctx context.Context) (string, error)
}

// fromEnvironment takes the secret of this run out of the environment, so that no
// program that is started, such as az or a browser, inherits it.
func fromEnvironment() string {
	secret := os.Getenv(cli.SecretVariable)
	os.Unsetenv(cli.SecretVariable)
	return secret
}

// session are the secrets of one session on these profiles. Where several secrets are
// needed nobody can tell whose the given one is, so it is nobody's.
func (s secrets) session(list []profile.Profile) (_ secrets, ambiguous bool) {
	s.entered = &sync.Map{}
	names := map[string]bool{}
	for _, p := range list {
		if keepsSecret(p) {
			names[secretName(p)] = true
		}
	}
	if s.given != "" && len(names) > 1 {
		s.given, ambiguous = "", true
	}
	return s, ambiguous
}

// passphraseVariable gives the passphrase of sealed caches for one run.
const passphraseVariable = "WATCHFLOOR_PASSPHRASE"

// passphraseGiven is fromEnvironment for the passphrase.
func passphraseGiven() string {
	words := os.Getenv(passphraseVariable)
	os.Unsetenv(passphraseVariable)
	return words
}

const simulatedSecret = "simulated-secret"

// keep stores the secret of a draft whose profile has the folder dir. kept is false when
// there is no usable keyring: err says so in a sentence.
func (s secrets) keep(ctx context.Context, dir string, d profile.Draft) (kept bool, err error) {
	if d.Secret == "" {
		return true, nil
	}
	if d.Simulated() {
		return true, profiles.ReplaceFile(filepath.Join(dir, simulatedSecret), []byte(d.Secret))
	}
	if !keepsSecret(d.Profile) {
		return true, nil // one that the environment offered in vain
	}
	s.entered.Store(secretName(d.Profile), d.Secret)
	return s.chain.Set(ctx, secretName(d.Profile), d.Secret)
}

// find returns the secret of a profile, "" where it needs none.
func (s secrets) find(ctx context.Context, dir string, p profile.Profile) (string, error) {
	if p.Method != profile.Secret && p.Method != profile.Certificate {
		return "", nil
	}
	var found string
	var err error
	if p.Simulated() {
		var b []byte
		b, err = os.ReadFile(filepath.Join(dir, simulatedSecret)) // #nosec G304 -- a file of the profile's own folder
		if errors.Is(err, fs.ErrNotExist) {
			err = app.E(app.KindNotFound, "The secret of the simulated tenant is missing; connect it again.", err)
		}
		found = string(b)
	} else if v, ok := s.entered.Load(secretName(p)); ok {
		return v.(string), nil
	} else if s.given != "" {
		return s.given, nil
	} else {
		found, err = s.chain.Get(ctx, secretName(p))
	}
	if p.Method == profile.Certificate && app.KindOf(err) == app.KindNotFound {
		return "", nil // one without a password
	}
	return found, err
}

// forget removes the secret of a profile, unless another profile signs in with it too.
func (s secrets) forget(ctx context.Context, p profile.Profile, others []profile.Profile) error {
	if !keepsSecret(p) {
		return nil
	}
	for _, o := range others {
		if o.ID != p.ID && keepsSecret(o) && secretName(o) == secretName(p) {
			return nil
		}
	}
	s.entered.Delete(secretName(p))
	return s.chain.Delete(ctx, secretName(p))
}

// keepsSecret reports a profile whose secret is in the keyring.
func keepsSecret(p profile.Profile) bool {
	return (p.Method == profile.Secret || p.Method == profile.Certificate) && !p.Simulated()
}

// secretName is what the secret of a profile is called. Profiles of one application
// share its client secret; each certificate file has a password of its own.
func secretName(p profile.Profile) string {
	name := p.TenantID + "/" + p.ClientID
	if p.Method == profile.Certificate {
		sum := sha256.Sum256([]byte(p.Certificate))
		name += "/certificate/" + hex.EncodeToString(sum[:8])
	}
	return name
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
		return "", app.E(app.KindPermission, "The system's keyring cannot be used, and this connection keeps its client secret there, or the key of its cache. Unlock it, or give the secret in "+cli.SecretVariable+" at each start.", err)
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
		return "no tenant is connected; a client secret and the key of a cache would be kept there", true
	}
	own, _ := m.secrets.session(list)
	why = "this connection signs in by person and keeps no client secret"
	for _, p := range list {
		slots, _ := keyslot.Read(profiles.In(home).Dir(p.ID))
		switch {
		case slots.Place == keyslot.Keyring:
			return "", false
		case p.Simulated():
			why = "a simulated tenant keeps its secret in a file"
		case keepsSecret(p) && own.given != "":
			why = "the client secret comes from " + cli.SecretVariable
		case keepsSecret(p):
			return "", false
		}
	}
	return why, true
}
