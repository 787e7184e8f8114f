package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"reflect"
	"sync"
)

// Sizes of a page image: SQLite uses all but the reserved bytes at its end, which hold
// tag and nonce. SQLite sees them as zeros.
const (
	PageBytes     = 4096
	ReservedBytes = tagBytes + nonceBytes
	nonceBytes    = 12
	tagBytes      = 16
	usable        = PageBytes - ReservedBytes
)

// Page 1 begins with these 16 bytes instead of SQLite's magic: what the file is, the salt
// of its key, and a check by which another key is recognised.
const (
	magic       = "WFV1"
	saltBytes   = 8
	checkBytes  = 4
	headerBytes = len(magic) + saltBytes + checkBytes
	plainMagic  = "SQLite format 3\x00"
)

// spot is where an image lies. It is authenticated with the image, so that one that was
// moved does not open. bound are the page number and the commit size of a frame in the
// log; its salts and checksums are not bound, because SQLite may write them later.
type spot struct {
	kind  byte
	at    int64
	bound [8]byte
}

const (
	database = 'D'
	walFrame = 'W'
	journal  = 'J'
)

func (p spot) data() []byte {
	b := make([]byte, 0, 17)
	b = append(b, p.kind)
	b = binary.BigEndian.AppendUint64(b, uint64(p.at)) // #nosec G115 -- an offset is not negative
	return append(b, p.bound[:]...)
}

// sealer seals the images of one file. Safe for concurrent use; after wipe it does
// nothing any more.
type sealer struct {
	header [headerBytes]byte
	mu     sync.RWMutex // held for writing by wipe
	block  cipher.Block
	aead   cipher.AEAD // nil after wipe
}

// newSealer derives the key of a file from its salt (HKDF with SHA-256, RFC 5869).
func newSealer(k *Key, salt []byte) (*sealer, error) {
	s := &sealer{}
	pageKey, err := hkdf.Key(sha256.New, k.b[:], salt, "watchfloor vault 1 pages", KeyBytes)
	if err != nil {
		return nil, err
	}
	defer clear(pageKey)
	check, err := hkdf.Key(sha256.New, k.b[:], salt, "watchfloor vault 1 check", checkBytes)
	if err != nil {
		return nil, err
	}
	copy(s.header[:], magic)
	copy(s.header[len(magic):], salt)
	copy(s.header[len(magic)+saltBytes:], check)
	if s.block, err = aes.NewCipher(pageKey); err != nil {
		return nil, err
	}
	s.aead, err = cipher.NewGCM(s.block)
	return s, err
}

func newSalt() []byte {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt)
	return salt
}

// fits reports whether a file with this header was sealed with this key.
func (s *sealer) fits(header []byte) bool {
	return subtle.ConstantTimeCompare(s.header[:], header) == 1
}

var (
	errImage = errors.New("vault: the image does not open: damaged, moved, or sealed with another key")
	errShape = errors.New("vault: not a page that can be sealed")
	errWiped = errors.New("vault: the file is closed")
)

// seal encrypts an image of PageBytes in place.
func (s *sealer) seal(p spot, page []byte) error {
	for _, b := range page[usable:] {
		if b != 0 {
			return errShape
		}
	}
	from := 0
	if p.kind == database && p.at == 0 {
		if string(page[:len(plainMagic)]) != plainMagic || binary.BigEndian.Uint16(page[16:]) != PageBytes || page[20] != ReservedBytes {
			return errShape
		}
		copy(page, s.header[:])
		from = headerBytes
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.aead == nil {
		return errWiped
	}
	nonce := page[usable+tagBytes:]
	_, _ = rand.Read(nonce)
	s.aead.Seal(page[from:from], nonce, page[from:usable], p.data()) // #nosec G407 -- the nonce was just drawn; the tag follows in place
	return nil
}

// open is the reverse of seal; reserved bytes come back as zeros. After an error the
// image is undefined.
func (s *sealer) open(p spot, page []byte) error {
	from := 0
	if p.kind == database && p.at == 0 {
		if !s.fits(page[:headerBytes]) {
			return errImage
		}
		from = headerBytes
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.aead == nil {
		return errWiped
	}
	if _, err := s.aead.Open(page[from:from], page[usable+tagBytes:], page[from:usable+tagBytes], p.data()); err != nil {
		return errImage
	}
	clear(page[usable:])
	if from > 0 {
		copy(page, plainMagic)
	}
	return nil
}

// wipe overwrites the expanded keys. The standard library has no call for it; both are
// pointers to structures, which are set to zero.
func (s *sealer) wipe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range []any{s.block, s.aead} {
		if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer {
			p.Elem().SetZero()
		}
	}
	s.block, s.aead = nil, nil
}
