package azure

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"watchfloor/app"
)

// storeFolder is the folder of azidentity/cache v0.4.0 below storeDir. Tokens of
// credentials that announce continuous evaluation are in files that end in .cae.
const storeFolder = ".IdentityService"

// mend prepares the place of a store: the folder must take files, and a file that is no
// sealed text, such as after a crash, is removed, because the library would fail on it
// forever. false: nothing can be kept there.
func mend(name string) bool {
	dir, err := storeDir()
	if err != nil {
		return false
	}
	dir = filepath.Join(dir, storeFolder)
	if os.MkdirAll(dir, 0o700) != nil {
		return false
	}
	probe, err := os.CreateTemp(dir, name+".probe-*")
	if err != nil {
		return false
	}
	_, err = probe.WriteString("x")
	err = errors.Join(err, probe.Close(), os.Remove(probe.Name()))
	if runtime.GOOS != "linux" { // elsewhere the form is the system's own
		return err == nil
	}
	for _, suffix := range []string{"", ".cae"} {
		path := filepath.Join(dir, name+suffix)
		b, e := os.ReadFile(path) // #nosec G304 -- a name of ours in the sign-in library's folder
		if e == nil && len(b) > 0 && bytes.Count(b, []byte(".")) != 4 {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err == nil
}

// explainStore covers a store that stopped working after it was opened.
func explainStore(err error) *app.Error {
	if said := err.Error(); strings.Contains(said, storeFolder) || strings.Contains(said, "cache data") {
		return app.E(app.KindSignIn, "The sign-in cannot be kept on this computer; check that the disk has space, then start Watchfloor again.", err)
	}
	return nil
}

// Forget removes the tokens kept under a name. On macOS they are entries of the login
// keychain named like it, which only a person can remove.
func Forget(name string) error {
	dir, err := storeDir()
	if err != nil {
		return app.E(app.KindInvalid, "The folder of the kept sign-in cannot be found.", err)
	}
	for _, suffix := range []string{"", ".cae"} {
		if err := os.Remove(filepath.Join(dir, storeFolder, name+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return app.E(app.KindPermission, "The kept sign-in could not be removed; remove the files named "+name+" in the folder "+storeFolder+".", err)
		}
	}
	return nil
}

// Remembers reports that tokens are kept under a name. On macOS it does not tell: there
// they are no files.
func Remembers(name string) bool {
	dir, err := storeDir()
	if err != nil {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, storeFolder, name+".cae"))
	return err == nil && info.Size() > 0
}

// storeDir is where azidentity/cache v0.4.0 puts its folder .IdentityService.
func storeDir() (string, error) {
	switch runtime.GOOS {
	case "linux":
		if dir := os.Getenv("XDG_CACHE_HOME"); dir != "" {
			return dir, nil
		}
		home, err := os.UserHomeDir()
		return filepath.Join(home, ".cache"), err
	case "windows":
		return os.UserCacheDir() // %LOCALAPPDATA%
	}
	return os.UserHomeDir()
}
