package vault

import (
	"crypto/rand"
	"encoding/base64"
	"log/slog"

	"watchfloor/app"
)

// KeyBytes is the length of a key.
const KeyBytes = 32

// Key is what a cache is sealed with. It prints as [redacted], whatever prints it. A Key
// is not safe for use while Zero runs.
type Key struct{ b [KeyBytes]byte }

// NewKey returns a random key.
func NewKey() *Key {
	k := &Key{}
	_, _ = rand.Read(k.b[:]) // never fails, says its contract
	return k
}

// KeyFrom copies 32 bytes.
func KeyFrom(b []byte) (*Key, error) {
	if len(b) != KeyBytes {
		return nil, errNoKey(nil)
	}
	k := &Key{}
	copy(k.b[:], b)
	return k, nil
}

// ParseKey reads what Encode wrote.
func ParseKey(s string) (*Key, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errNoKey(err)
	}
	defer clear(b)
	return KeyFrom(b)
}

func errNoKey(cause error) error {
	return app.E(app.KindInvalid, "What is kept as the key of this cache is no key.", cause)
}

// Encode is the key in 44 characters, for the keyring and for nothing else.
func (k *Key) Encode() string { return base64.StdEncoding.EncodeToString(k.b[:]) }

// Bytes are the 32 bytes themselves, not a copy: to be wrapped by a passphrase.
func (k *Key) Bytes() []byte { return k.b[:] }

// Copy is a key of its own, which lives on when k is zeroed.
func (k *Key) Copy() *Key { return &Key{b: k.b} }

// Zero overwrites the key in memory.
func (k *Key) Zero() { clear(k.b[:]) }

const redacted = "[redacted]"

func (*Key) String() string       { return redacted }
func (*Key) GoString() string     { return redacted }
func (*Key) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText keeps a key out of every JSON and text encoder.
func (*Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }
