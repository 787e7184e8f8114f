package logs

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"watchfloor/app/text"
)

// longest bounds a text of a record, in characters.
const longest = 2000

// hidden stands for what follows the name of a secret.
const hidden = "[secret]"

// text cleans s; the result is one line without a hidden character.
func (n *sieve) text(s string) string {
	if n.strict {
		return words(s)
	}
	return local(s)
}

// between are the characters that may stand between two words.
const between = " \"'`()[]{}<>,;=|!?*…–—→&"

// words lets pass what word and code know and replaces all else by what it seems to be.
func words(s string) string {
	if len(s) > 4*longest {
		s = s[:4*longest]
	}
	var out, part, gap strings.Builder
	before := "" // the word before the gap
	left := longest
	end := func() {
		if part.Len() == 0 {
			return
		}
		whole := part.String()
		part.Reset()
		if strings.Trim(whole, ".:") == "" {
			out.WriteString(whole)
			gap.WriteString(whole)
			return
		}
		if reveals(before, gap.String()) {
			out.WriteString(hidden + whole[len(strings.TrimRight(whole, ".:")):])
		} else {
			out.WriteString(mask(whole))
		}
		before = whole
		gap.Reset()
	}
	for _, r := range s {
		if left--; left < 0 {
			end()
			return out.String() + "…"
		}
		switch {
		case unicode.IsSpace(r):
			r = ' '
			fallthrough
		case strings.ContainsRune(between, r):
			end()
			gap.WriteRune(r)
			out.WriteRune(r)
		default:
			part.WriteRune(r)
		}
	}
	end()
	return out.String()
}

// mask keeps a word and the marks of a sentence around it.
func mask(s string) string {
	core := strings.TrimRight(s, ".:")
	if ordinary(core) {
		return s
	}
	return kindOf(core) + s[len(core):]
}

var (
	wordShape = regexp.MustCompile(`^(\p{Lu}?\p{Ll}{1,19}|\p{Lo}{1,19}|[A-Z]{1,7})$`)
	// codeShape is a name that a service or this program gives to an error or a setting:
	// invalid_grant, ResourceNotFound, AADSTS7000215.
	codeShape = regexp.MustCompile(`^([a-z]{2,20}(_[a-z]{2,20}){1,4}|([A-Z][a-z]{2,15}){2,5}|AADSTS[0-9]{4,8})$`)
	// figure is a small number, perhaps with its unit; two dots make an address.
	figure = regexp.MustCompile(`^[#+-]?([0-9]{1,6}|[0-9]{1,4}\.[0-9]{1,4})(%|ns|µs|ms|s|m|h|B|KiB|MiB|GiB)?$`)
	terms  = func() map[string]bool {
		m := map[string]bool{"": true}
		for _, t := range strings.Fields("i/o x509 http2 HTTP/1.1 HTTP/2 utf8 utf-8 ipv4 ipv6 sha256 read-only read/write sign-in sign-ins re-read " +
			"keep-alive well-formed time-out CONSTRAINT FOREIGN Watchfloor's OpenGL JSON's can't cannot don't doesn't isn't wasn't won't hasn't non-nil - / • ·") {
			m[t] = true
		}
		return m
	}()
)

func ordinary(s string) bool {
	return small(s) || terms[s] || wordShape.MatchString(s) || codeShape.MatchString(s) || figure.MatchString(s)
}

// small is wordShape for the words that are most of every text, without its cost.
func small(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 'a' || c > 'z' {
			return false
		}
	}
	return 0 < len(s) && len(s) <= 19
}

var (
	idShape    = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	tokenShape = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{6,}|[A-Za-z0-9_~+=-]{20,}`)
)

// kindOf names what a part of a text seems to be, for a reader who looks for a cause.
func kindOf(s string) string {
	switch {
	case strings.Contains(s, "@"):
		return "[mail]"
	case idShape.MatchString(s):
		return "[id]"
	case isAddress(s):
		return "[ip]"
	case strings.Contains(s, "://"):
		return "[url]"
	case strings.ContainsAny(s, `/\`):
		return "[path]"
	case tokenShape.MatchString(s):
		return "[token]"
	case strings.Contains(s, "."):
		return "[name]"
	}
	return "[text]"
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(s)
	if err != nil {
		_, err = netip.ParseAddrPort(s)
	}
	if err != nil {
		_, err = netip.ParsePrefix(s)
	}
	return err == nil
}

var tells = func() map[string]bool {
	m := map[string]bool{}
	for _, t := range strings.Fields("password passwd passphrase secret token bearer basic authorization cookie assertion credential credentials sas sig signature otp pin " +
		"client_secret access_token refresh_token id_token user_code device_code client_assertion api_key apikey clientsecret accesstoken refreshtoken idtoken usercode devicecode") {
		m[t] = true
	}
	return m
}()

// telling reports the name of something that must not be shown, whatever it looks like.
func telling(name string) bool {
	name = strings.ToLower(strings.Trim(name, ":.-"))
	return tells[name] || tells[strings.ReplaceAll(name, "-", "_")]
}

// reveals reports that what follows a word and a gap is a secret: "password: x",
// "token=x", "Bearer x". "The token has expired" is none.
func reveals(word, gap string) bool {
	if !telling(word) {
		return false
	}
	kind := strings.ToLower(word)
	return strings.ContainsAny(gap, "=:") || strings.HasSuffix(word, ":") || kind == "bearer" || kind == "basic"
}

var (
	pem    = regexp.MustCompile(`(?s)-----BEGIN [^-]*-----.*?(-----END [^-]*-----|$)`)
	scheme = regexp.MustCompile(`(?i)\b(bearer|basic)(\s+)[^\s"',;]+`)
	pair   = regexp.MustCompile(`(?i)\b([a-z_-]+)(["']?\s*[=:]\s*["']?)([^\s"'&,;}]+)`)
	run    = regexp.MustCompile(`[^\s"'&?=,;<>(){}\[\]]{16,}`)
)

// local cleans text that stays on this computer: it keeps names and loses what lets
// somebody in.
func local(s string) string {
	if len(s) > 4*longest {
		s = s[:4*longest]
	}
	s = pem.ReplaceAllString(strings.ToValidUTF8(s, string(utf8.RuneError)), "[token]")
	s = text.Line(s, longest)
	s = scheme.ReplaceAllString(s, "$1${2}"+hidden)
	s = pair.ReplaceAllStringFunc(s, func(p string) string {
		m := pair.FindStringSubmatch(p)
		if !telling(m[1]) {
			return p
		}
		return m[1] + m[2] + hidden
	})
	return run.ReplaceAllStringFunc(s, func(r string) string {
		if !opaque(r) {
			return r
		}
		if strings.Contains(r, "://") || strings.HasPrefix(r, "/") {
			return secretPart.ReplaceAllStringFunc(r, func(p string) string {
				if opaque(p) {
					return "[token]"
				}
				return p
			})
		}
		return "[token]"
	})
}

var secretPart = regexp.MustCompile(`[A-Za-z0-9_~+.%-]{16,}`)

// opaque reports a run of characters that no person wrote: long, of both cases with
// figures, or of hexadecimal figures; an id in the shape of a GUID is none.
func opaque(s string) bool {
	if tokenStart.MatchString(s) {
		return true
	}
	s = idShape.ReplaceAllString(s, "/")
	for _, p := range parts.FindAllString(s, -1) {
		if hex.MatchString(p) || strings.ContainsAny(p, "0123456789") && strings.ToUpper(p) != p && strings.ToLower(p) != p {
			return true
		}
	}
	return false
}

var (
	tokenStart = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{6,}`)
	parts      = regexp.MustCompile(`[A-Za-z0-9_~+-]{16,}`)
	hex        = regexp.MustCompile(`^[0-9a-fA-F]{32,}$`)
)
