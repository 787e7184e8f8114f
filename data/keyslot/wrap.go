package keyslot

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"watchfloor/app"
	"watchfloor/data/vault"
)

// Cost is what deriving a key from words takes, as Argon2id counts it.
type Cost struct {
	Memory uint32 `json:"memory"` // KiB
	Passes uint32 `json:"passes"`
	Lanes  uint8  `json:"lanes"`
}

// DefaultCost is the second recommendation of RFC 9106: 64 MiB, three passes, four lanes.
var DefaultCost = Cost{Memory: 64 << 10, Passes: 3, Lanes: 4}

// Bounds of what a file may ask for, so that a changed one costs no more than a moment.
const (
	mostMemory = 1 << 20 // KiB
	mostPasses = 16
	mostLanes  = 16
	saltBytes  = 16
	nonceBytes = 12
	tagBytes   = 16
)

// Wrap is a key sealed by words: nonce, AES-256-GCM of the key, tag, under a key derived
// from the words and the salt.
type Wrap struct {
	Cost
	Salt   []byte `json:"salt"`
	Sealed []byte `json:"sealed"`
}

func (w *Wrap) sane() bool {
	return w.Memory >= 8*uint32(w.Lanes) && w.Memory <= mostMemory && w.Passes >= 1 && w.Passes <= mostPasses &&
		w.Lanes >= 1 && w.Lanes <= mostLanes && len(w.Salt) == saltBytes && len(w.Sealed) == nonceBytes+vault.KeyBytes+tagBytes
}

// SetPassphrase wraps k by a passphrase, in the place of an earlier one.
func (s *Slots) SetPassphrase(k *vault.Key, passphrase string, c Cost) error {
	w, err := s.wrap(k, norm.NFC.String(passphrase), "passphrase", c)
	if err == nil {
		s.ByPassphrase = w
	}
	return err
}

// SetPhrase wraps k by a recovery phrase, in the place of an earlier one.
func (s *Slots) SetPhrase(k *vault.Key, p Phrase, c Cost) error {
	w, err := s.wrap(k, string(p), "recovery", c)
	if err == nil {
		s.ByPhrase = w
	}
	return err
}

// WithPassphrase returns the key that the passphrase opens. KindSignIn: it is another
// one, or its wrap was changed, which nobody can tell apart. It takes a third of a
// second, whatever the outcome.
func (s Slots) WithPassphrase(passphrase string) (*vault.Key, error) {
	return s.unwrap(s.ByPassphrase, norm.NFC.String(passphrase), "passphrase", "This is not the passphrase of this cache.")
}

// WithPhrase is WithPassphrase by the recovery phrase.
func (s Slots) WithPhrase(p Phrase) (*vault.Key, error) {
	return s.unwrap(s.ByPhrase, string(p), "recovery", "This is not the recovery phrase of this cache.")
}

func (s Slots) wrap(k *vault.Key, words, kind string, c Cost) (*Wrap, error) {
	w := &Wrap{Cost: c, Salt: make([]byte, saltBytes)}
	_, _ = rand.Read(w.Salt)
	nonce := make([]byte, nonceBytes, nonceBytes+vault.KeyBytes+tagBytes)
	_, _ = rand.Read(nonce)
	a, err := w.cipher(words)
	if err != nil {
		return nil, err
	}
	w.Sealed = a.Seal(nonce, nonce, k.Bytes(), s.bound(kind)) // #nosec G407 -- the nonce was just drawn
	return w, nil
}

func (s Slots) unwrap(w *Wrap, words, kind, wrong string) (*vault.Key, error) {
	if w == nil || !w.sane() {
		return nil, app.E(app.KindNotFound, "This cache has no "+kind+" of its own.", nil)
	}
	a, err := w.cipher(words)
	if err != nil {
		return nil, err
	}
	b, err := a.Open(nil, w.Sealed[:nonceBytes], w.Sealed[nonceBytes:], s.bound(kind))
	if err != nil {
		return nil, app.E(app.KindSignIn, wrong, err)
	}
	defer clear(b)
	k, err := vault.KeyFrom(b)
	if err == nil && !s.Opens(k) {
		k.Zero()
		return nil, damaged(nil)
	}
	return k, err
}

// bound is the additional data of a wrap: it opens for its own cache and its own kind of
// words only.
func (s Slots) bound(kind string) []byte {
	return []byte("watchfloor key slot 1\x00" + kind + "\x00" + s.Name)
}

func (w *Wrap) cipher(words string) (cipher.AEAD, error) {
	key := argon2.IDKey([]byte(words), w.Salt, w.Passes, w.Memory, w.Lanes, vault.KeyBytes)
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
