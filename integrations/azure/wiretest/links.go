package wiretest

import (
	"net/url"
	"slices"
	"strings"
)

// HostileLinks are over five hundred links that a page may carry and that must not be
// followed by a client of endpoint, an address like https://host:port: they lead to
// another place, among them to sink, or hide where they lead.
func HostileLinks(endpoint, sink string) []string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil
	}
	s, err := url.Parse(sink)
	if err != nil {
		return nil
	}
	host, port := u.Hostname(), ":443"
	if p := u.Port(); p != "" {
		port = ":" + p
	}
	home := host + port
	var authorities []string
	for _, h := range otherHosts(host) {
		authorities = append(authorities, h+port)
	}
	for _, p := range []string{":1", ":0", ":80", ":8080", ":65535", ":65536", ":99999999999", ":-1", ":+1", ":0x1bb", ":", ":443443", port + "0", ":0" + port[1:], port + ":443", port + " ", port + "\t", ":４４３", ":%34%34%33"} {
		authorities = append(authorities, host+p)
	}
	for _, who := range []string{"api", "api:secret", "", ":", "evil.example", "evil.example:443", "%40", "a%00", "https%3a%2f%2fevil.example", "a@b"} {
		authorities = append(authorities, who+"@"+home, home+"@"+s.Host, who+"@"+s.Host)
	}
	for _, c := range []string{" ", "\t", "\r", "\n", "\r\n", "\x00", "\x0b", "\x0c", "\x7f", "\\", "\\\\", "#", "#@", "\\@"} {
		authorities = append(authorities, c+home, home+c, home+c+s.Host, s.Host+c+home, host+c+port, "evil.example"+c+"@"+home)
	}
	authorities = append(authorities, s.Host, "evil.example", "evil.example/"+home, "evil.example?"+home, "evil.example?@"+home, "")

	var out []string
	for _, a := range authorities {
		for _, path := range []string{"/v1.0/security/incidents?$skiptoken=x", "/"} {
			out = append(out, "https://"+a+path)
		}
	}
	for _, scheme := range []string{"http", "HTTP", "HTTPS", "Https", "ws", "wss", "ftp", "file", "gopher", "ldap", "smb", "jar:https", "view-source:https", "blob:https", "git+https", " https", "https ", "https\t", "h\nttps", "https%3a", "httpſ"} {
		out = append(out, scheme+"://"+home+"/x", scheme+":"+home+"/x", scheme+":/"+home+"/x")
	}
	for _, start := range []string{"", " ", "/", "//", "///", "\\\\", "/\\", "\\/", "?", "#", "./", "../", ":", "://", "https", "https:", "https:/", "https:///", "https:////", "https:\\\\", "https:/\\", "https:\\/", "//" + home + "@"} {
		out = append(out, start, start+home+"/x", start+s.Host+"/x", start+"evil.example/x")
	}
	out = append(out, "javascript:alert(1)", "data:text/html,x", "mailto:a@"+host, "urn:x", "null", "undefined", "0", "{}", "[]", "https://"+home+"/x#fragment", "https://"+home+"/x\\y", "https://"+home+"/x y", "https://"+home+"/x\ty", "https://"+home+"/x\nHost: evil.example", "https://"+home+"/%zz")

	slices.Sort(out)
	out = slices.Compact(out)
	good := func(l string) bool { // what is endpoint after all
		rest, ok := strings.CutPrefix(l, "https://"+home)
		plain := !strings.ContainsAny(l, "\\# \t\r\n\x00\x0b\x0c\x7f") && !strings.Contains(l, "%zz")
		return ok && plain && (rest == "" || rest[0] == '/' || rest[0] == '?')
	}
	return slices.DeleteFunc(out, good)
}

// otherHosts are names and addresses that are not host and may look like it.
func otherHosts(host string) []string {
	out := []string{
		"api." + host, "www." + host, host + ".evil.example", host + "-evil.example", "evil" + host, "x" + host, host + "x", host + ".", "." + host, host + "..", "*." + host,
		"localhost", "localhost.", "LOCALHOST", "127.1", "127.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.0.0.2", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "[::1%25lo]", "169.254.169.254", "10.0.0.1",
		"xn--mnagement-e2g.azure.com", "graph.microsoft.com.evil.example", "graph-microsoft.com", "graph.rnicrosoft.com", "graph.microsoft.co", "login.microsoftonline.com", "management.azure.us",
		"evil.example", "evil%2eexample", "%65vil.example", "evil。example", "ｅvil.example",
	}
	for i, c := range host { // one letter or dot after the other gives way to one that looks alike
		for _, like := range alike[c] {
			out = append(out, host[:i]+like+host[i+1:])
		}
	}
	if up := strings.ToUpper(host); up != host {
		out = append(out, up, strings.ToUpper(host[:1])+host[1:])
	}
	return slices.DeleteFunc(out, func(h string) bool { return h == host })
}

var alike = map[rune][]string{
	'.': {"。", "．", "｡", "%2e", ".\u200b", "\u00ad.", "-", "..", "․"}, '0': {"o", "О", "０", "00", "%30"}, '1': {"l", "I", "１", "01", "%31", "l\u200d"}, '2': {"２", "%32"}, '7': {"７", "%37", "07"},
	'a': {"а", "ａ", "%61", "ɑ"}, 'c': {"с", "ｃ"}, 'e': {"е", "ｅ", "%65"}, 'g': {"ɡ", "ｇ"}, 'h': {"һ", "ｈ"}, 'i': {"і", "ı", "ｉ"}, 'm': {"rn", "ｍ", "м"}, 'n': {"ո", "ｎ"}, 'o': {"о", "0", "ο", "ｏ"}, 'p': {"р", "ｐ"}, 'r': {"г", "ｒ"}, 's': {"ѕ", "ſ", "ｓ"}, 't': {"т", "ｔ"}, 'z': {"ᴢ", "ｚ"}, 'u': {"υ", "ｕ"}, 'f': {"ｆ"}, 'q': {"ԛ"},
}
