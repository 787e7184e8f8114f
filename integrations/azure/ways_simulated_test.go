package azure_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"watchfloor/app"
	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// pair is a certificate of an application and its key, with the issuer's certificate.
type pair struct {
	cert, issuer *x509.Certificate
	key          *rsa.PrivateKey
}

var newPair = sync.OnceValue(func() pair {
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	issuerKey, _ := rsa.GenerateKey(rand.Reader, 2048)
	make := func(name string, public *rsa.PublicKey) *x509.Certificate {
		parent := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "issuer"}}
		der, _ := x509.CreateCertificate(rand.Reader, &x509.Certificate{
			SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().AddDate(0, -1, 0), NotAfter: time.Now().AddDate(1, 0, 0),
		}, parent, public, issuerKey)
		c, _ := x509.ParseCertificate(der)
		return c
	}
	return pair{make("watchfloor", &key.PublicKey), make("issuer", &issuerKey.PublicKey), key}
})

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// The files that OpenSSL, Windows and Azure Key Vault write all sign in.
func TestCertificatesSignIn(t *testing.T) {
	x := start(t, simulator.Options{})
	p := newPair()
	x.RegisterCertificate(p.cert)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		t.Fatal(err)
	}
	pfx := func(e *pkcs12.Encoder, password string) []byte {
		b, err := e.Encode(p.key, p.cert, []*x509.Certificate{p.issuer}, password)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	cert, issuer := block("CERTIFICATE", p.cert.Raw), block("CERTIFICATE", p.issuer.Raw)
	for name, c := range map[string]struct {
		file     []byte
		password string
	}{
		"PEM, PKCS#8":                 {bytes.Join([][]byte{block("PRIVATE KEY", pkcs8), cert}, nil), ""},
		"PEM, PKCS#1, with its chain": {bytes.Join([][]byte{issuer, cert, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(p.key))}, nil), ""},
		"PEM, a password not needed":  {bytes.Join([][]byte{[]byte("Bag Attributes\n    friendlyName: x\n"), cert, block("PRIVATE KEY", pkcs8)}, nil), "pw"},
		"PFX, AES and SHA-256":        {pfx(pkcs12.Modern2023, "pässword"), "pässword"},
		"PFX, PBMAC1":                 {pfx(pkcs12.Modern2026, "pw"), "pw"},
		"PFX, RC2 and 3DES":           {pfx(pkcs12.LegacyRC2, "pw"), "pw"},
		"PFX, 3DES":                   {pfx(pkcs12.LegacyDES, "pw"), "pw"},
		"PFX, an empty password":      {pfx(pkcs12.Modern2023, ""), ""},
		"PFX, not protected":          {pfx(pkcs12.Passwordless, ""), ""},
		"PFX, a password not needed":  {pfx(pkcs12.Passwordless, ""), "pw"},
	} {
		cred, err := azure.Certificate(x.cloud, x.tr, x.id, c.file, azure.NewSecret(c.password), time.Now())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		t.Run(name, func(t *testing.T) { both(t, x.cloud, cred) })
	}
}

func TestACertificateThatEntraDoesNotTake(t *testing.T) {
	p := newPair()
	file := bytes.Join([][]byte{block("CERTIFICATE", p.cert.Raw), block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(p.key))}, nil)
	for name, c := range map[string]struct {
		o   simulator.Options
		say string
	}{
		"not uploaded":       {simulator.Options{}, "upload its public part"},
		"clock a day behind": {simulator.Options{Certificates: []*x509.Certificate{p.cert}, Now: func() time.Time { return time.Now().AddDate(0, 0, 1) }}, "clock"},
		"clock a day ahead":  {simulator.Options{Certificates: []*x509.Certificate{p.cert}, Now: func() time.Time { return time.Now().AddDate(0, 0, -1) }}, "clock"},
	} {
		x := start(t, c.o)
		cred, err := azure.Certificate(x.cloud, x.tr, x.id, file, azure.NewSecret(""), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if err := x.token(cred); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), c.say) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManagedIdentitiesSignIn(t *testing.T) {
	x := start(t, simulator.Options{})
	t.Setenv("IDENTITY_ENDPOINT", x.IdentityEndpoint)
	t.Setenv("IDENTITY_HEADER", x.IdentityHeader)
	for name, client := range map[string]string{"the machine's own": "", "one assigned by a person": x.IdentityClientID} {
		cred, err := azure.ManagedIdentity(x.tr, client)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { both(t, x.cloud, cred) })
	}
	if n := x.Counters()["token managed identity"]; n != 4 {
		t.Errorf("%d tokens of managed identities", n)
	}
	stranger, err := azure.ManagedIdentity(x.tr, "99999999-0000-4000-8000-000000000000")
	if err != nil {
		t.Fatal(err)
	}
	if err := x.token(stranger); app.KindOf(err) != app.KindSignIn || !strings.Contains(app.Say(err), "check the client id") {
		t.Errorf("%v", err)
	}
}

// A virtual machine asks the address 169.254.169.254, which the transport leads to the
// simulated tenant here.
func TestAVirtualMachinesIdentitySignsIn(t *testing.T) {
	t.Setenv("IDENTITY_ENDPOINT", "")
	t.Setenv("MSI_ENDPOINT", "")
	x := start(t, simulator.Options{})
	cred, err := azure.ManagedIdentity(detour{x.tr, strings.TrimPrefix(x.BaseURL, "https://")}, x.IdentityClientID)
	if err != nil {
		t.Fatal(err)
	}
	scope := x.BaseURL + "/.default" // not the one of the test before: the library keeps these tokens for the whole process
	if err := cred.SignIn(context.Background(), scope); err != nil {
		t.Error(err)
	}
}

type detour struct {
	*azure.Transport
	host string
}

func (d detour) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "169.254.169.254" {
		return nil, fmt.Errorf("asked %s", r.URL.Host)
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.Host = "https", d.host, d.host
	return d.Transport.Do(r)
}
