package keyslot

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"watchfloor/app"
	"watchfloor/data/profiles"
	"watchfloor/data/vault"
)

// FileName is the file of a profile's folder that Slots are kept in.
const FileName = "keys.json"

// Place is where the key of a cache is between two starts.
type Place string

// Places. In Passphrase the key is nowhere but in the wrap; with Session it ends with the
// process, and the cache with it; Beside is the private file KeyFile, for simulated
// tenants alone, whose incidents are invented.
const (
	Keyring    Place = "keyring"
	Passphrase Place = "passphrase"
	Session    Place = "session"
	Beside     Place = "file"
)

const (
	version = 1
	longest = 64 << 10 // bytes of a keys.json; a real one has about one thousand
)

// Slots are what keys.json holds.
type Slots struct {
	Version int `json:"version"`
	// Name is what the key is called in the keyring; wraps are bound to it. No two caches
	// share one, also where two data folders hold the same tenant.
	Name  string `json:"name"`
	Place Place  `json:"place"`
	// Check tells the key of this cache from every other and tells nothing else about it.
	Check []byte `json:"check"`
	// ByPassphrase and ByPhrase hold the key wrapped; nil where there is no such wrap.
	ByPassphrase *Wrap `json:"passphrase,omitempty"`
	ByPhrase     *Wrap `json:"recovery,omitempty"`
	// Next are the slots of the key that a rotation is about to seal the cache with. Found
	// at a start they tell that it was interrupted: either key may be the right one.
	Next *Slots `json:"next,omitempty"`
}

// New are the slots of a new cache of a profile, sealed with k.
func New(profile string, place Place, k *vault.Key) Slots {
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	return Slots{Version: version, Name: "cache/" + profile + "/" + hex.EncodeToString(b), Place: place, Check: check(k)}
}

func check(k *vault.Key) []byte {
	m := hmac.New(sha256.New, k.Bytes())
	m.Write([]byte("watchfloor cache key check 1"))
	return m.Sum(nil)[:16]
}

// Opens reports that k is the key of this cache.
func (s Slots) Opens(k *vault.Key) bool { return hmac.Equal(s.Check, check(k)) }

// Read reads the slots of a profile's folder. KindNotFound: there are none. KindInvalid:
// the file is damaged or of a newer Watchfloor.
func Read(dir string) (Slots, error) {
	f, err := os.Open(filepath.Join(dir, FileName)) // #nosec G304 -- a path inside the data folder, or one the person chose
	if errors.Is(err, fs.ErrNotExist) {
		return Slots{}, app.E(app.KindNotFound, "This cache has no key yet.", err)
	}
	if err != nil {
		return Slots{}, app.E(app.KindInvalid, "The file that says where the key of the cache is ("+FileName+") cannot be read; check its permissions.", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, longest+1))
	if err != nil {
		return Slots{}, damaged(err)
	}
	return Decode(b)
}

// Decode reads what Encode wrote. It never trusts it: what it returns can be worked with
// in bounded memory and time.
func Decode(b []byte) (Slots, error) {
	var s Slots
	if len(b) > longest {
		return s, damaged(errors.New("too long"))
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&s); err != nil {
		return Slots{}, damaged(err)
	}
	if d.More() {
		return Slots{}, damaged(errors.New("more follows"))
	}
	if s.Version > version {
		return Slots{}, app.E(app.KindInvalid, "The key of this cache was stored by a newer Watchfloor; open the cache with that one.", nil)
	}
	if why := s.wrong(); why != "" {
		return Slots{}, damaged(errors.New(why))
	}
	return s, nil
}

func (s Slots) wrong() string {
	switch {
	case s.Version < 1:
		return "no version"
	case len(s.Name) < 8 || len(s.Name) > 200:
		return "no name"
	case s.Place != Keyring && s.Place != Passphrase && s.Place != Session && s.Place != Beside:
		return "no such place"
	case len(s.Check) != 16:
		return "no check value"
	case s.Place == Passphrase && s.ByPassphrase == nil:
		return "no wrap"
	}
	if s.Next != nil && (s.Next.Next != nil || s.Next.wrong() != "") {
		return "a rotation cannot be worked with"
	}
	for _, w := range []*Wrap{s.ByPassphrase, s.ByPhrase} {
		if w != nil && !w.sane() {
			return "a wrap cannot be worked with"
		}
	}
	return ""
}

func damaged(cause error) error {
	return app.E(app.KindInvalid, "The file that says where the key of the cache is ("+FileName+") is damaged. Bring back an older copy of it, or start afresh.", cause)
}

// Encode is the content of keys.json.
func (s Slots) Encode() ([]byte, error) { return json.MarshalIndent(s, "", "  ") }

// Write keeps the slots in a profile's folder, whole and durably or not at all.
func (s Slots) Write(dir string) error {
	b, err := s.Encode()
	if err == nil {
		err = profiles.ReplaceFile(filepath.Join(dir, FileName), b)
	}
	if err != nil {
		return unwritten(err)
	}
	return nil
}

func unwritten(err error) error {
	return app.E(app.KindInvalid, "Where the key of the cache is cannot be stored; check the space and permissions of the data folder.", err)
}
