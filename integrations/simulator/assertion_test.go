package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // x5t is a SHA-1 thumbprint by definition
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// sign makes a JWT by RS256, as older clients do.
func sign(t *testing.T, head, body map[string]any) string {
	t.Helper()
	h, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	text := b64.EncodeToString(h) + "." + b64.EncodeToString(b)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, rsaKeys()[0], crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + b64.EncodeToString(sig)
}

func TestAnAssertionIsCheckedPartByPart(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	set := s.Settings()
	cert := selfSigned(t, 0, time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0))
	s.RegisterCertificate(cert)
	client := &http.Client{Transport: trust(t, set)}
	endpoint := set.Authority + set.TenantID + "/oauth2/v2.0/token"
	short, long := sha1.Sum(cert.Raw), sha256.Sum256(cert.Raw) //nolint:gosec // see the import
	for _, x := range []struct {
		why        string
		head, body map[string]any // over the right ones
		want       string         // "" = a token
	}{
		{"RS256 with the short thumbprint", nil, nil, ""},
		{"the issuer as audience", nil, map[string]any{"aud": set.BaseURL + "/" + set.TenantID + "/v2.0"}, ""},
		{"the long thumbprint in base64url", map[string]any{"x5t": nil, "x5t#S256": b64.EncodeToString(long[:])}, nil, ""},
		{"the short thumbprint under the long name", map[string]any{"x5t": nil, "x5t#S256": b64.EncodeToString(short[:])}, nil, "700027"},
		{"a thumbprint that is none", map[string]any{"x5t": "%%"}, nil, "700027"},
		{"no algorithm", map[string]any{"alg": "none"}, nil, "700027"},
		{"a symmetric algorithm", map[string]any{"alg": "HS256"}, nil, "700027"},
		{"another audience", nil, map[string]any{"aud": "https://login.microsoftonline.com/"}, "700023"},
		{"another issuer", nil, map[string]any{"iss": "somebody"}, "700021"},
		{"another subject", nil, map[string]any{"sub": "somebody"}, "700021"},
		{"no expiry", nil, map[string]any{"exp": 0}, "700024"},
		{"one that expired six minutes ago", nil, map[string]any{"exp": time.Now().Add(-6 * time.Minute).Unix()}, "700024"},
		{"one that expired four minutes ago", nil, map[string]any{"exp": time.Now().Add(-4 * time.Minute).Unix()}, ""},
		{"one that begins in six minutes", nil, map[string]any{"nbf": time.Now().Add(6 * time.Minute).Unix()}, "700024"},
	} {
		head := map[string]any{"typ": "JWT", "alg": "RS256", "x5t": base64.StdEncoding.EncodeToString(short[:])}
		body := map[string]any{"aud": endpoint, "iss": set.ClientID, "sub": set.ClientID, "nbf": time.Now().Unix(), "exp": time.Now().Add(10 * time.Minute).Unix()}
		for k, v := range x.head {
			head[k] = v
		}
		for k, v := range x.body {
			body[k] = v
		}
		resp, err := client.PostForm(endpoint, url.Values{
			"client_id": {set.ClientID}, "grant_type": {"client_credentials"}, "scope": {set.ARMAudience + "/.default"},
			"client_assertion_type": {jwtBearer}, "client_assertion": {sign(t, head, body)},
		})
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		switch {
		case err != nil:
			t.Fatal(err)
		case x.want == "" && (resp.StatusCode != 200 || !strings.Contains(string(said), `"access_token"`)):
			t.Errorf("%s: %d %s", x.why, resp.StatusCode, said)
		case x.want != "" && (resp.StatusCode != 401 || !strings.Contains(string(said), "AADSTS"+x.want+":")):
			t.Errorf("%s: %d %s, want %s", x.why, resp.StatusCode, said, x.want)
		}
	}
}

func TestATenantOrClientThatDoesNotExistIsNamed(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	const stranger = "11111111-2222-4333-8444-555555555555"
	for _, path := range []string{"/v2.0/.well-known/openid-configuration", "/oauth2/v2.0/authorize"} {
		v := c.must(400, "GET", c.set.Authority+stranger+path, nil)
		if text := fmt.Sprint(v["error_description"]); !strings.Contains(text, "AADSTS90002") || !strings.Contains(text, stranger) {
			t.Errorf("%s: %s", path, text)
		}
	}
	resp, err := c.client.PostForm(c.set.Authority+c.set.TenantID+"/oauth2/v2.0/token", url.Values{"client_id": {stranger}, "grant_type": {"client_credentials"}})
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if !strings.Contains(string(said), "AADSTS700016") {
		t.Errorf("%s", said)
	}
}
