package portal

import (
	"net/url"
	"strings"
	"unicode"

	"watchfloor/app"
)

// Address is a page that may be opened. The zero value is none.
type Address struct{ url, host string }

// String is the address, in ASCII without blanks, quotes or control characters.
func (a Address) String() string { return a.url }

// Host is the host name, for a sentence.
func (a Address) Host() string { return a.host }

// longest is what browsers and the programs that start them take everywhere, in bytes.
const longest = 2048

// marks are the characters besides letters and digits that an address may hold: those of
// RFC 3986 without the ones that mean something to a shell, a file manager or a reader of
// user names.
const marks = "-._~:/?#&=%+,()"

// Parse lets an address through whose every part is known to be harmless: https, the
// name of a portal of Microsoft without port or user, and a page of that portal that only
// shows. Anything else, and what two programs could read differently, is KindInvalid.
func Parse(raw string) (Address, error) {
	switch {
	case raw == "":
		return Address{}, app.E(app.KindNotFound, "The service told no page of a portal for this.", nil)
	case len(raw) > longest || strings.ContainsFunc(raw, foreign):
		return Address{}, refused(nil)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return Address{}, refused(err)
	}
	host, rest, _ := strings.Cut(strings.TrimPrefix(raw, "https://"), "/")
	if u.Scheme != "https" || u.Opaque != "" || u.User != nil || u.Host != host || !strings.HasPrefix(raw, "https://"+host+"/") {
		return Address{}, refused(nil)
	}
	if !plainPath(u.Path) || !shows(host, u) || tricky(rest) {
		return Address{}, refused(nil)
	}
	return Address{url: raw, host: host}, nil
}

func refused(cause error) error {
	return app.E(app.KindInvalid, "The address that the service told is no page of a Microsoft portal that Watchfloor opens; look this up in the portal by its number.", cause)
}

func foreign(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r < 0x80 && strings.ContainsRune(marks, r))
}

// plainPath reports a path that every reader takes for the same one.
func plainPath(p string) bool { return harmless(p) && !strings.Contains(p, "//") }

// tricky reports escapes of what may not stand there in the open, and another address
// inside this one, to which a page might pass a reader on.
func tricky(rest string) bool {
	for range 3 { // escapes of escapes
		plain, err := url.PathUnescape(rest)
		if err != nil || !harmless(plain) {
			return true
		}
		if plain == rest {
			return false
		}
		rest = plain
	}
	return true
}

// harmless reports text that holds no way up, no other address and no character that
// only an escape brings in, except letters of any script and blanks: resource groups have
// them in their names.
func harmless(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return foreign(r) && r != ' ' && (r < 0x80 || !unicode.IsLetter(r)) }) {
		return false
	}
	low := strings.ToLower(s)
	for _, no := range []string{"://", "=//", "javascript:", "data:", "vbscript:"} {
		if strings.Contains(low, no) {
			return false
		}
	}
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("/?#&=", r) }) {
		if part == "." || part == ".." {
			return false
		}
	}
	return true
}
