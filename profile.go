package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"watchfloor/app"
	"watchfloor/app/profile"
	"watchfloor/integrations/keychain"
	"watchfloor/ui/cli"
)

const profileFile = "profile.json"

// defaultHome is the data folder without --home.
func defaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return "watchfloor-data"
	}
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LOCALAPPDATA"); dir != "" {
			return filepath.Join(dir, "Watchfloor")
		}
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "Watchfloor")
	}
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "watchfloor")
	}
	return filepath.Join(home, ".local", "share", "watchfloor")
}

// loadProfile reads the connected tenant of a data folder. KindNotFound: none yet.
func loadProfile(home string) (profile.Draft, error) {
	var p profile.Draft
	b, err := os.ReadFile(filepath.Join(home, profileFile))
	if errors.Is(err, fs.ErrNotExist) {
		return p, app.E(app.KindNotFound, "No tenant is connected yet. Connect one with watchfloor connect, or look around with --simulated.", nil)
	}
	if err != nil {
		return p, app.E(app.KindInvalid, "The connection's settings cannot be read; check the permissions of the data folder.", err)
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return p, app.E(app.KindInvalid, "The connection's settings (profile.json) are damaged; connect the tenant again.", err)
	}
	return p, nil
}

// saveProfile stores the settings, without the secret, in a private file.
func saveProfile(home string, p profile.Draft) error {
	p.Secret = ""
	b, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = os.MkdirAll(home, 0o700)
	}
	if err == nil {
		err = replaceFile(filepath.Join(home, profileFile), b)
	}
	if err != nil {
		return app.E(app.KindInvalid, "The connection's settings cannot be stored; check the permissions of the data folder.", err)
	}
	return nil
}

// replaceFile writes a private file whole or not at all.
func replaceFile(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}

// secrets finds and keeps the client secret of a profile: in the system's keyring, or,
// for a simulated tenant on loopback, whose secret protects nothing, in a private file.
type secrets struct{ chain *keychain.Keychain }

func (s secrets) keep(ctx context.Context, home string, p profile.Draft) (kept bool, err error) {
	if p.Secret == "" {
		return true, nil
	}
	if loopback(p.Authority) {
		return true, replaceFile(filepath.Join(home, "simulated-secret"), []byte(p.Secret))
	}
	return s.chain.Set(ctx, secretName(p), p.Secret)
}

func (s secrets) find(ctx context.Context, home string, p profile.Draft) (string, error) {
	if v := os.Getenv(cli.SecretVariable); v != "" {
		return v, nil
	}
	if loopback(p.Authority) {
		b, err := os.ReadFile(filepath.Join(home, "simulated-secret"))
		if err != nil {
			return "", app.E(app.KindNotFound, "The secret of the simulated tenant is missing; connect it again.", err)
		}
		return string(b), nil
	}
	return s.chain.Get(ctx, secretName(p))
}

// checkKeyring is the check of doctor. A keyring that cannot be used is a failure only
// where the connection needs one.
func (m *program) checkKeyring(ctx context.Context, o cli.Options, check func(context.Context) (string, error)) (string, error) {
	said, err := check(ctx)
	if err == nil {
		return said, nil
	}
	home := o.Home
	if home == "" {
		home = m.home
	}
	p, none := loadProfile(home)
	why := ""
	switch {
	case o.Simulated || none == nil && loopback(p.Authority):
		why = "a simulated tenant keeps its secret in a file"
	case app.KindOf(none) == app.KindNotFound:
		why = "no tenant is connected; only a client secret would be kept there"
	case none == nil && p.Method != "secret":
		why = "this connection signs in by person and keeps no client secret"
	case none == nil && os.Getenv(cli.SecretVariable) != "":
		why = "the client secret comes from " + cli.SecretVariable
	default:
		return "", app.E(app.KindPermission, "The system's keyring cannot be used, and this connection keeps its client secret there. Unlock it, or give the secret in "+cli.SecretVariable+" at each start.", err)
	}
	return "", cli.Warn(app.E(app.KindPermission, "The system's keyring cannot be used; it is not needed now: "+why+".", err))
}

func secretName(p profile.Draft) string { return p.TenantID + "/" + p.ClientID }

func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}
