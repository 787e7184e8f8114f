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

// WriteBeside keeps k beside the cache of a simulated tenant; any other is refused.
func WriteBeside(dir string, k *vault.Key, simulated bool) error {
	if !simulated {
		return notBeside()
	}
	if err := profiles.ReplaceFile(filepath.Join(dir, KeyFile), []byte(k.Encode())); err != nil {
		return unwritten(err)
	}
	return nil
}

// ReadBeside is the key that WriteBeside kept. KindNotFound: it is not there.
func ReadBeside(dir string, simulated bool) (*vault.Key, error) {
	if !simulated {
		return nil, notBeside()
	}
	b, err := os.ReadFile(filepath.Join(dir, KeyFile))
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
