package text

import (
	"net/netip"
	"regexp"
	"strings"
)

var (
	scheme = regexp.MustCompile(`(?i)\b(h)(tt)(ps?)(://)`)
	others = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.\-]*://`)
	ipv4   = regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3,}\b`)
	ipv6   = regexp.MustCompile(`[0-9A-Za-z:]*:[0-9A-Za-z.:]*`)
	hxxp   = regexp.MustCompile(`(?i)\b(h)xx(ps?://)`)
	mail   = regexp.MustCompile(`([A-Za-z0-9._%+\-])@([A-Za-z0-9\-]+\.)`)
	domain = regexp.MustCompile(`(?i)\b((?:[a-z0-9_](?:[a-z0-9_\-]{0,62})\.)+)([a-z]{2,24}|xn--[a-z0-9\-]{2,59})\b`)
)

// fileEndings are last labels that far more often end a file name than a host name.
var fileEndings = map[string]bool{
	"exe": true, "dll": true, "ps1": true, "bat": true, "cmd": true, "vbs": true,
	"js": true, "txt": true, "doc": true, "docx": true, "xls": true, "xlsx": true, "pdf": true, "lnk": true,
	"zip": false, "jpg": true, "png": true, "html": true, "php": true, "aspx": true, "log": true, "json": true, "md": false,
}

// Defang rewrites URLs, hosts, addresses and mail addresses in s so that nothing
// makes them live: hxxps://evil[.]example, 203.0.113[.]7, 2001[:]db8[:][:]7,
// jo[@]evil[.]example.
// It is idempotent.
func Defang(s string) string {
	if !strings.ContainsAny(s, ".:@") { // most texts: nothing to look for
		return s
	}
	if strings.Contains(s, "://") {
		s = scheme.ReplaceAllString(s, "${1}xx${3}${4}")
		s = others.ReplaceAllStringFunc(s, func(m string) string {
			if hxxp.MatchString(m) {
				return m
			}
			return strings.TrimSuffix(m, "://") + "[:]//"
		})
	}
	if strings.Contains(s, "@") {
		s = mail.ReplaceAllString(s, "${1}[@]${2}")
	}
	if strings.Count(s, ":") > 1 {
		s = ipv6.ReplaceAllStringFunc(s, defangIPv6)
	}
	if strings.Count(s, ".") > 2 {
		s = ipv4.ReplaceAllStringFunc(s, func(m string) string {
			if at := strings.LastIndexByte(m, '.'); strings.Count(m, ".") == 3 {
				return m[:at] + "[.]" + m[at+1:]
			}
			return strings.ReplaceAll(m, ".", "[.]") // none of several addresses in a row stays
		})
	}
	if strings.Contains(s, ".") {
		s = defangHosts(s)
	}
	return s
}

// defangIPv6 brackets the colons of m where it is an address.
func defangIPv6(m string) string {
	if end := strings.TrimRight(m, ".:"); len(m) > 2 && strings.Count(end, ":") > 1 {
		if _, err := netip.ParseAddr(end); err == nil {
			return strings.ReplaceAll(m, ":", "[:]")
		}
	}
	if _, err := netip.ParseAddr(m); err == nil && len(m) > 2 {
		return strings.ReplaceAll(m, ":", "[:]")
	}
	return m
}

// defangHosts brackets the last dot of each host name, unless that was done already:
// the head of cdn.evil[.]example looks like a host name itself.
func defangHosts(s string) string {
	var b strings.Builder
	from := 0
	for _, m := range domain.FindAllStringIndex(s, -1) {
		host := s[m[0]:m[1]]
		at := strings.LastIndexByte(host, '.')
		if fileEndings[strings.ToLower(host[at+1:])] || strings.HasPrefix(s[m[1]:], "[.]") {
			continue
		}
		b.WriteString(s[from:m[0]+at] + "[.]" + host[at+1:])
		from = m[1]
	}
	return b.String() + s[from:]
}

// Refang undoes Defang, for copying the original.
func Refang(s string) string {
	s = strings.NewReplacer("[.]", ".", "[@]", "@", "[:]", ":").Replace(s)
	return hxxp.ReplaceAllString(s, "${1}tt${2}")
}
