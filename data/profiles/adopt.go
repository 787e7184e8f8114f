package profiles

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"watchfloor/app"
	"watchfloor/app/profile"
)

// oneTenant is what a data folder held directly while there could be only one tenant.
// profile.json goes last: until then the move can be repeated.
var oneTenant = []string{"cache.db-wal", "cache.db-shm", "cache.db", "simulated-secret", file}

// adopted is the folder such a tenant moves into. It is always the same one, so that a
// move that was interrupted goes on where it stopped.
const adopted = "first"

// Adopt moves the tenant of a data folder that can hold only one into a folder of its
// own, with slot 0. Without one it does nothing. It may be interrupted at any point and
// repeated.
func (s Store) Adopt() error {
	b, err := os.ReadFile(filepath.Join(s.home, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var p profile.Profile
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		return app.E(app.KindInvalid, "The connection's settings (profile.json) are damaged; repair the file, or move it away and connect the tenant again.", err)
	}
	if list, _, err := s.List(); err != nil || len(list) > 0 {
		return app.E(app.KindInvalid, "The data folder holds a tenant of an older version (profile.json) beside newer ones; move that file away.", err)
	}
	if err := os.MkdirAll(s.Dir(adopted), 0o700); err != nil {
		return say(err)
	}
	for _, name := range oneTenant {
		err := os.Rename(filepath.Join(s.home, name), filepath.Join(s.Dir(adopted), name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return say(err)
		}
	}
	return nil
}
