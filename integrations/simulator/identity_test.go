package simulator

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// azEnv makes this test binary play Azure CLI: see TestMain. azCA is the certificate.
const (
	azEnv = "SIMULATOR_TEST_AZ"
	azCA  = "SIMULATOR_TEST_AZ_CA"
)

// playAz answers "az account get-access-token" from a tenant in another process.
func playAz(base string) int {
	ca, err := os.ReadFile(os.Getenv(azCA))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	q := url.Values{}
	for i, a := range os.Args[:len(os.Args)-1] {
		if name, ok := strings.CutPrefix(a, "--"); ok {
			q.Set(name, os.Args[i+1])
		}
	}
	client := &http.Client{Transport: trust(&testing.T{}, Settings{CAPEM: ca})}
	resp, err := client.Get(base + "/_cli/token?" + q.Encode())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		_, _ = io.Copy(os.Stderr, resp.Body)
		return 1
	}
	_, _ = io.Copy(os.Stdout, resp.Body)
	return 0
}

var rsaKeys = sync.OnceValue(func() (k [2]*rsa.PrivateKey) {
	for i := range k {
		var err error
		if k[i], err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			panic(err)
		}
	}
	return k
})

// selfSigned is a certificate for the n-th key.
func selfSigned(t *testing.T, n int, from, until time.Time) *x509.Certificate {
	t.Helper()
	key := rsaKeys()[n]
	c := &x509.Certificate{SerialNumber: big.NewInt(int64(n + 1)), Subject: pkix.Name{CommonName: "a test"}, NotBefore: from, NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err == nil {
		c, err = x509.ParseCertificate(der)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// byCertificate asks for a token with a certificate and the n-th key.
func byCertificate(t *testing.T, set Settings, c *x509.Certificate, n int) (string, error) {
	t.Helper()
	cred, err := azidentity.NewClientCertificateCredential(set.TenantID, set.ClientID, []*x509.Certificate{c}, rsaKeys()[n],
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: clientOptions(t, set), DisableInstanceDiscovery: true})
	if err != nil {
		t.Fatal(err)
	}
	tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.ARMAudience + "/.default"}, EnableCAE: true})
	return tok.Token, err
}

func TestACertificateSignsInOnlyWhereItIsRegisteredValidAndInTime(t *testing.T) {
	now := time.Now()
	good, other := selfSigned(t, 0, now.Add(-time.Hour), now.AddDate(1, 0, 0)), selfSigned(t, 1, now.Add(-time.Hour), now.AddDate(1, 0, 0))
	old, young := selfSigned(t, 0, now.AddDate(-1, 0, 0), now.Add(-time.Hour)), selfSigned(t, 0, now.Add(time.Hour), now.AddDate(1, 0, 0))
	for _, x := range []struct {
		why   string
		clock time.Duration // the tenant's is ahead by
		use   *x509.Certificate
		key   int
		want  []string
	}{
		{"a registered one", 0, good, 0, nil},
		{"a clock that is off by four minutes", 4 * time.Minute, good, 0, nil},
		{"one that is not registered", 0, other, 1, []string{"AADSTS700027", "not registered", "The key was not found"}},
		{"one that has expired", 0, old, 0, []string{"AADSTS700027", "The key used is expired"}},
		{"one that is not valid yet", 0, young, 0, []string{"AADSTS700027", "not valid yet"}},
		{"the key of another one", 0, good, 1, []string{"AADSTS700027", "invalid signature"}},
		{"a clock that is a day late", 24 * time.Hour, good, 0, []string{"AADSTS700024", "valid time range"}},
		{"a clock that is a day early", -24 * time.Hour, selfSigned(t, 0, now.AddDate(0, 0, -7), now.AddDate(1, 0, 0)), 0, []string{"AADSTS700024", "valid time range"}},
	} {
		t.Run(x.why, func(t *testing.T) {
			s := start(t, Options{Incidents: 5, Now: func() time.Time { return time.Now().Add(x.clock) }, Certificates: []*x509.Certificate{good, young}})
			s.RegisterCertificate(old)
			if x.clock < 0 {
				s.RegisterCertificate(x.use)
			}
			use := x.use
			if x.use == good && x.key == 1 { // the thumbprint of one, the key of another
				forged := *good
				forged.PublicKey = &rsaKeys()[1].PublicKey
				use = &forged
			}
			token, err := byCertificate(t, s.Settings(), use, x.key)
			if x.want == nil && (err != nil || s.Counters()["token app"] != 1) {
				t.Fatalf("refused: %v", err)
			}
			if x.want == nil {
				if v := saysToken(t, token); v["appid"] != s.Settings().ClientID || v["idtyp"] != "app" || v["xms_cc"] == nil {
					t.Errorf("token %v", v)
				}
			}
			for _, w := range x.want {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("want %q in %v", w, err)
				}
			}
		})
	}
}

func TestAnAssertionThatIsNotOneIsRefused(t *testing.T) {
	s := start(t, Options{Incidents: 1, Certificates: []*x509.Certificate{selfSigned(t, 0, time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0))}})
	set := s.Settings()
	client := &http.Client{Transport: trust(t, set)}
	for why, f := range map[string]url.Values{
		"another type":    {"client_assertion": {"a.b.c"}, "client_assertion_type": {"saml"}},
		"no JWT":          {"client_assertion": {"nonsense"}, "client_assertion_type": {jwtBearer}},
		"no JSON":         {"client_assertion": {"YQ.YQ.YQ"}, "client_assertion_type": {jwtBearer}},
		"no signature":    {"client_assertion": {"e30.e30.%%"}, "client_assertion_type": {jwtBearer}},
		"no thumbprint":   {"client_assertion": {"e30.e30.YQ"}, "client_assertion_type": {jwtBearer}},
		"neither of both": {},
	} {
		f.Set("client_id", set.ClientID)
		f.Set("grant_type", "client_credentials")
		f.Set("scope", set.ARMAudience+"/.default")
		resp, err := client.PostForm(set.Authority+set.TenantID+"/oauth2/v2.0/token", f)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %d", why, resp.StatusCode)
		}
	}
}

func TestAManagedIdentityGetsTokensWhereTheEnvironmentSaysSo(t *testing.T) {
	s := start(t, Options{Incidents: 5})
	set := s.Settings()
	t.Setenv("IDENTITY_ENDPOINT", set.IdentityEndpoint)
	t.Setenv("IDENTITY_HEADER", set.IdentityHeader)
	ask := func(id azidentity.ManagedIDKind) (string, error) {
		t.Helper()
		cred, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{ClientOptions: clientOptions(t, set), ID: id})
		if err != nil {
			t.Fatal(err)
		}
		tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.ARMAudience + "/.default"}, EnableCAE: true})
		if left := time.Until(tok.ExpiresOn); err == nil && (left < 59*time.Minute || left > time.Hour) {
			t.Errorf("the token is good for %s", left)
		}
		return tok.Token, err
	}
	for id, want := range map[azidentity.ManagedIDKind]string{nil: systemID, azidentity.ClientID(set.IdentityClientID): set.IdentityClientID} {
		token, err := ask(id)
		if err != nil {
			t.Fatalf("%v: %v", id, err)
		}
		if v := saysToken(t, token); v["appid"] != want || v["idtyp"] != "app" {
			t.Errorf("%v: %v", id, v)
		}
	}
	if _, err := ask(azidentity.ClientID("00000000-0000-4000-8000-000000000000")); err == nil {
		t.Error("an identity that does not exist got a token")
	}
	t.Setenv("IDENTITY_HEADER", "wrong")
	if _, err := ask(azidentity.ObjectID("anything")); err == nil {
		t.Error("a wrong header was taken")
	}
	if got := s.Counters()["token managed identity"]; got != 2 {
		t.Errorf("%d tokens were given", got)
	}
}

func TestTheMetadataServiceOfAMachineAnswersTheSame(t *testing.T) {
	s := start(t, Options{Incidents: 1})
	c := raw(t, s)
	u := c.set.BaseURL + "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=" + url.QueryEscape(c.set.ARMAudience)
	if v := c.must(200, "GET", u, nil, "Metadata", "true"); v["token_type"] != "Bearer" || v["expires_on"] == "" {
		t.Errorf("%v", v)
	}
	c.must(400, "GET", u, nil)
	s.SetEntra(Entra{NoIdentity: true})
	c.must(400, "GET", u, nil, "Metadata", "true")
}

func TestAzureCLIHandsOutTokensOfThePersonWhoIsLoggedIn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: the stand-in for az is a link, which Windows does not run by that name")
	}
	s := start(t, Options{Incidents: 20})
	set := s.Settings()
	bin, ca := t.TempDir(), filepath.Join(t.TempDir(), "ca.pem")
	self, err := os.Executable()
	if err == nil {
		err = os.WriteFile(ca, set.CAPEM, 0o600)
	}
	if err == nil {
		err = os.Symlink(self, filepath.Join(bin, "az"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv(azEnv, set.BaseURL)
	t.Setenv(azCA, ca)
	cred, err := azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{TenantID: set.TenantID})
	if err != nil {
		t.Fatal(err)
	}
	listOnce(t, s, cred)
	tok, err := cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.BaseURL + "/.default"}})
	if err != nil {
		t.Fatal(err)
	}
	// Azure CLI's own application has no permission for security incidents.
	c := raw(t, s)
	c.tokens[audGraph] = tok.Token
	c.must(403, "GET", c.set.Graph+"/security/incidents", nil)
	s.SetEntra(Entra{RefuseSilent: 70043})
	_, err = cred.GetToken(context.Background(), policy.TokenRequestOptions{Scopes: []string{set.ARMAudience + "/.default"}})
	if err == nil || !strings.Contains(err.Error(), "AADSTS70043") || !strings.Contains(err.Error(), "az login") {
		t.Errorf("a login that ended: %v", err)
	}
}
