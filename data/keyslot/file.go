package keyslot

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"watchfloor/app"
	"watchfloor/data/profiles"
	"watchfloor/data/vault"
)

// KeyFile holds the key of a simulated tenant's cache beside it: whoever has the folder
// has the key, which is why no other tenant may have one.
const KeyFile = "cache.key"

// NextFile is KeyFile of a rotation that is under way.
const NextFile = "cache.key.next"

// WriteBeside keeps k beside the cache of a simulated tenant; any other is refused.
func WriteBeside(dir string, k *vault.Key, simulated bool) error {
	return write(dir, KeyFile, k, simulated)
}

// WriteNext is WriteBeside for the key of a rotation, ReadNext reads it.
func WriteNext(dir string, k *vault.Key, simulated bool) error {
	return write(dir, NextFile, k, simulated)
}

func write(dir, name string, k *vault.Key, simulated bool) error {
	if !simulated {
		return notBeside()
	}
	if err := profiles.ReplaceFile(filepath.Join(dir, name), []byte(k.Encode())); err != nil {
		return unwritten(err)
	}
	return nil
}

// ReadBeside is the key that WriteBeside kept. KindNotFound: it is not there.
func ReadBeside(dir string, simulated bool) (*vault.Key, error) { return read(dir, KeyFile, simulated) }

// ReadNext is ReadBeside for the key of a rotation.
func ReadNext(dir string, simulated bool) (*vault.Key, error) { return read(dir, NextFile, simulated) }

func read(dir, name string, simulated bool) (*vault.Key, error) {
	if !simulated {
		return nil, notBeside()
	}
	b, err := os.ReadFile(filepath.Join(dir, name)) // #nosec G304 -- a path inside the data folder, or one the person chose
	if errors.Is(err, fs.ErrNotExist) {
		return nil, app.E(app.KindNotFound, "The key of this cache ("+KeyFile+") is missing.", err)
	}
	if err != nil {
		return nil, app.E(app.KindInvalid, "The key of this cache ("+KeyFile+") cannot be read; check its permissions.", err)
	}
	defer clear(b)
	return vault.ParseKey(strings.TrimSpace(string(b)))
}

func notBeside() error {
	return app.E(app.KindInvalid, "Only the cache of a simulated tenant may keep its key in a file.", nil)
}
