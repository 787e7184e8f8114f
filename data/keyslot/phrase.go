package keyslot

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"watchfloor/app"
)

// Phrase is a recovery phrase as it is read back: 32 characters of 160 random bits and
// four that find a slip of the pen. It prints as it is: it is shown to its person once,
// and never logged.
type Phrase string

const (
	phraseBytes = 20
	checkChars  = 4
	groupChars  = 4
)

// crockford has no letters that look like digits (Douglas Crockford, Base32).
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewPhrase returns a random phrase.
func NewPhrase() Phrase {
	b := make([]byte, phraseBytes)
	_, _ = rand.Read(b)
	return phraseOf(b)
}

func phraseOf(b []byte) Phrase {
	sum := sha256.Sum256(b)
	return Phrase(crockford.EncodeToString(b) + crockford.EncodeToString(sum[:])[:checkChars])
}

// Groups is the phrase as a person writes it down: nine groups of four.
func (p Phrase) Groups() string {
	var out []string
	for s := string(p); s != ""; s = s[min(groupChars, len(s)):] {
		out = append(out, s[:min(groupChars, len(s))])
	}
	return strings.Join(out, "-")
}

// ParsePhrase reads a phrase as a person types it: in small letters, with any spaces and
// dashes or none, O for 0, and I or L for 1. KindInvalid says what is wrong with it.
func ParsePhrase(typed string) (Phrase, error) {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		case ' ', '-', '\t', '\n', '\r', '.', ',', '_', '–', '—', '\u00a0':
			continue
		}
		if b.Len() > 2*phraseBytes { // more than any phrase has
			break
		}
		b.WriteRune(r)
	}
	s := b.String()
	const chars = phraseBytes*8/5 + checkChars
	if len(s) != chars {
		return "", app.E(app.KindInvalid, "A recovery phrase has nine groups of four letters and digits.", nil)
	}
	raw, err := crockford.DecodeString(s[:chars-checkChars])
	if err != nil || phraseOf(raw) != Phrase(s) {
		return "", app.E(app.KindInvalid, "The recovery phrase has a slip of the pen in it; compare it with what was written down.", err)
	}
	return Phrase(s), nil
}
