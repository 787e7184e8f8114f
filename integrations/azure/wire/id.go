package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// HashID makes an id from parts, for what comes without one. The same parts give the
// same id.
func HashID(prefix string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return prefix + hex.EncodeToString(h.Sum(nil)[:12])
}

// Segment is the name of a type in the path of an ARM id, ignoring case; "" without. Such
// an id is types and names in turn: a group that is named like a type is none. Of a type
// that stands there twice, it is the first.
func Segment(id, kind string) string {
	parts := strings.Split(strings.TrimPrefix(id, "/"), "/")
	for i := 0; i+1 < len(parts); i += 2 {
		if strings.EqualFold(parts[i], kind) {
			return parts[i+1]
		}
	}
	return ""
}

// Scavenge finds the text of a member in a row that is not valid JSON, "" where none
// looks like an id.
func Scavenge(raw []byte, member string) string {
	re := regexp.MustCompile(`"` + regexp.QuoteMeta(member) + `"\s*:\s*"([0-9A-Za-z_-]{1,80})"`)
	if m := re.FindSubmatch(raw); m != nil {
		return string(m[1])
	}
	return ""
}

// Key is the form of an entity's key: lower case, and a very long one (a command
// line) cut with a hash of the whole, so that it stays an index.
func Key(s string) string {
	s = strings.ToLower(s)
	const most = 512
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-32], "") + HashID("#", s)
}
