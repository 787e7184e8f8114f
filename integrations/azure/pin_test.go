package azure

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"watchfloor/app"
)

// hostile spells links that lead away from https://HOST:PORT, or hide where they lead.
func hostile(endpoint string) []string {
	u, _ := url.Parse(endpoint)
	h, p := u.Hostname(), u.Port()
	return []string{
		"", " ", "/relative", "relative?x=1", "?$skipToken=1", "//" + h + ":" + p + "/x", "//evil.example/x", ":", "https:", "https:/", "https://", "https:///x",
		"http://" + h + ":" + p + "/", "HTTPS://" + h + ":" + p + "/", "ftp://" + h + ":" + p + "/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x",
		"https:" + h + ":" + p, "https:/" + h + ":" + p + "/",
		"https://evil.example/", "https://evil.example:" + p + "/", "https://" + h + ".evil.example:" + p + "/", "https://api." + h + ":" + p + "/",
		"https://" + h + "/", "https://" + h + ":1/", "https://" + h + ":" + p + "0/", "https://" + h + ":/", "https://" + h + ":+" + p + "/", "https://" + h + ":0" + p + "/",
		"https://" + h + ":" + p + "@evil.example/", "https://api@" + h + ":" + p + "/", "https://a:b@" + h + ":" + p + "/", "https://" + h + ":" + p + ":443/", "https://evil.example#@" + h + ":" + p + "/",
		"https://evil.example\\@" + h + ":" + p + "/", "https://" + h + ":" + p + "\\.evil.example/", "https:\\\\" + h + ":" + p + "\\", "https://evil.example?@" + h + ":" + p, "https://" + h + ":" + p + "#frag",
		"https://" + h + ".:" + p + "/", "https://" + strings.Replace(h, ".", "。", 1) + ":" + p + "/", "https://m\u0430nagement.azure.com/", "https://xn--mnagement-e2g.azure.com/", "https://２１３０７０６４３３:" + p + "/",
		"https://2130706433:" + p + "/", "https://0x7f000001:" + p + "/", "https://0177.0.0.1:" + p + "/", "https://[::1]:" + p + "/", "https://[::ffff:7f00:1]:" + p + "/", "https://localhost:" + p + "/",
		"https://" + h + "%2eevil.example:" + p + "/", "https://" + h + "%00.evil.example:" + p + "/", "https://" + h + ":" + p + "\t/", "\thttps://" + h + ":" + p + "/", "https://" + h + ":" + p + "/\r\nHost: evil.example", "https://" + h + ":" + p + "\x00/",
		" https://" + h + ":" + p + "/", "https://" + h + " :" + p + "/", "https://" + h + ":" + p + " .evil.example/", "https://*." + h + ":" + p + "/", "https://evil.example/" + h + ":" + p + "/", "https://evil.example/?u=https://" + h + ":" + p + "/",
	}
}

func TestGoal20HostileLinksAreRefused(t *testing.T) {
	const endpoint = "https://127.0.0.1:8443"
	pin, err := NewPin(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	links := hostile(endpoint)
	if len(links) < 50 {
		t.Fatalf("only %d forms", len(links))
	}
	for _, l := range links {
		if err := pin.CheckLink(l); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%q: %v", l, err)
		}
	}
	if err := pin.CheckLink("https://127.0.0.1:8443/x?$skipToken=a%20b&$top=5"); err != nil {
		t.Error(err)
	}
}

func TestDefaultPortMayBeWrittenOut(t *testing.T) {
	pin, _ := NewPin("https://management.azure.com")
	for link, good := range map[string]bool{
		"https://management.azure.com/x": true, "https://management.azure.com:443/x": true,
		"https://management.azure.com:8443/x": false, "https://MANAGEMENT.azure.com/x": false,
	} {
		if (pin.CheckLink(link) == nil) != good {
			t.Errorf("%s: want %v", link, good)
		}
	}
}

// The policy must stop a request before the token is added and before it leaves.
func TestGoal20NoRequestLeavesTheEndpoint(t *testing.T) {
	sink := serve(t, ok)
	home := serve(t, ok)
	p := home.pipeline(t, Limits{})
	for _, l := range append(hostile(home.URL), sink.URL, sink.URL+"/x?y=z") {
		if _, err := call(context.Background(), p, http.MethodGet, l); err == nil && !strings.HasPrefix(strings.ToLower(l), strings.ToLower(home.URL)) {
			t.Errorf("%q was sent", l)
		}
	}
	if n := sink.calls.Load(); n != 0 {
		t.Errorf("%d requests reached the sink", n)
	}
	if _, err := call(context.Background(), p, http.MethodGet, home.URL+"/x"); err != nil {
		t.Fatal(err)
	}
	if home.tokens.Load() == 0 {
		t.Error("the right host got no token: the test proves nothing")
	}
}
