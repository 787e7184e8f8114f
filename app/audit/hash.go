package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"watchfloor/app"
)

// Hash is the SHA-256 of a line, without its line end.
type Hash [sha256.Size]byte

// Sum is the hash of a line.
func Sum(line []byte) Hash { return sha256.Sum256(line) }

// String is the hash as sha256sum prints it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports that there is no hash: what the first record names.
func (h Hash) IsZero() bool { return h == Hash{} }

// ParseHash reads what String prints; KindInvalid where it is none.
func ParseHash(s string) (h Hash, err error) {
	b, err := hex.DecodeString(strings.ToLower(strings.TrimSpace(s)))
	if err != nil || len(b) != len(h) {
		return h, app.E(app.KindInvalid, "A head hash has 64 digits from 0 to 9 and a to f, as reports and watchfloor verify print it.", err)
	}
	copy(h[:], b)
	return h, nil
}

// Head is the end of a log: how many records it has and the hash of the last.
type Head struct {
	Count int64
	Hash  Hash
}

// Next is the line of a record behind the head, and the head it leads to.
func (h Head) Next(r Record) (line []byte, next Head) {
	r.Seq, r.Prev = h.Count+1, h.Hash
	line = r.Encode()
	return line, Head{r.Seq, Sum(line)}
}
