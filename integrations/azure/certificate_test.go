package azure

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"software.sslmate.com/src/go-pkcs12"

	"watchfloor/app"
)

// Each file is refused with its own sentence, before anything is sent.
func TestCertificateFilesThatCannotBeUsed(t *testing.T) {
	s, tr := authority(t, func(http.ResponseWriter, *http.Request) { t.Error("Entra was asked") })
	key, other := keyOf()[0], keyOf()[1]
	good := certify(t, &key.PublicKey, day.AddDate(0, -1, 0), day.AddDate(1, 0, 0))
	old := certify(t, &key.PublicKey, day.AddDate(-2, 0, 0), day.AddDate(0, 0, -1))
	early := certify(t, &key.PublicKey, day.AddDate(0, 0, 1), day.AddDate(1, 0, 0))
	ec := ecKey(t)
	pfx, err := pkcs12.Modern2023.Encode(key, good, nil, "right")
	if err != nil {
		t.Fatal(err)
	}
	keyless, err := pkcs12.Modern2023.EncodeTrustStore([]*x509.Certificate{good}, "right")
	if err != nil {
		t.Fatal(err)
	}
	locked := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("x"), Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-256-CBC,00"}})
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, c := range map[string]struct {
		file     []byte
		password string
		say      string
	}{
		"empty":                       {nil, "", "neither a PEM nor a PFX"},
		"a text":                      {[]byte("Dear administrator, here is the certificate"), "", "neither a PEM nor a PFX"},
		"a picture":                   {[]byte("\x89PNG\r\n\x1a\n"), "", "neither a PEM nor a PFX"},
		"expired":                     {join(pkcs8(t, key), pemCert(old)), "", "expired on 21 November 2026"},
		"not yet valid":               {join(pkcs8(t, key), pemCert(early)), "", "valid only from 23 November 2026 on; check this computer's clock"},
		"PEM without key":             {pemCert(good), "", "without its private key"},
		"PEM without certificate":     {pkcs8(t, key), "", "no certificate"},
		"PEM of something else":       {pemOf("CERTIFICATE REQUEST", good.Raw), "", "neither a certificate nor a private key"},
		"two keys":                    {join(pkcs8(t, key), pkcs8(t, other), pemCert(good)), "", "several private keys"},
		"a stranger's key":            {join(pkcs8(t, other), pemCert(good)), "", "do not belong together"},
		"EC key":                      {join(pkcs8(t, ec), pemCert(certify(t, &ec.PublicKey, good.NotBefore, good.NotAfter))), "", "not an RSA key"},
		"encrypted key of PKCS#8":     {join(pemOf("ENCRYPTED PRIVATE KEY", []byte("x")), pemCert(good)), "pw", "is encrypted"},
		"encrypted key of PKCS#1":     {join(locked, pemCert(good)), "pw", "is encrypted"},
		"damaged key":                 {join(pemOf("PRIVATE KEY", []byte("x")), pemCert(good)), "", "private key in the PEM file is damaged"},
		"damaged certificate":         {join(pkcs8(t, key), pemOf("CERTIFICATE", []byte("x"))), "", "certificate in the PEM file is damaged"},
		"certificate alone, as bytes": {good.Raw, "", "without its private key"},
		"PFX with a wrong password":   {pfx, "wrong", "password of the PFX file is wrong"},
		"PFX without its password":    {pfx, "", "protected by a password"},
		"PFX without key":             {keyless, "right", "without its private key"},
		"PFX cut short":               {pfx[:len(pfx)/2], "right", "damaged"},
		"PFX with a tail":             {append(bytes.Clone(pfx), 0), "right", "damaged"},
	} {
		_, err := Certificate(s.cloud(t), tr, Identity{tenant, "client"}, c.file, NewSecret(c.password), day)
		if app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), c.say) {
			t.Errorf("%s: %v", name, err)
		}
		if c.password != "" && strings.Contains(err.Error(), `"`+c.password) {
			t.Errorf("%s: the password is in %v", name, err)
		}
	}
}

func TestGoal43ACertificateFileIsReadWithBounds(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large.pfx")
	if err := os.WriteFile(large, make([]byte, longestCertificate+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, say := range map[string]string{filepath.Join(dir, "nowhere.pem"): "cannot be read", dir: "cannot be read", os.DevNull: "names a folder or a device", large: "larger than 1 MB"} {
		if _, err := ReadCertificate(path); app.KindOf(err) != app.KindInvalid || !strings.Contains(app.Say(err), say) {
			t.Errorf("%s: %v", path, err)
		}
	}
	small := filepath.Join(dir, "small.pem")
	if err := os.WriteFile(small, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadCertificate(small); string(b) != "x" || err != nil {
		t.Errorf("%q %v", b, err)
	}
}

// A connection whose certificate ran out keeps its queued actions: they wait for a
// sign-in, whatever kind of mistake it is.
func TestWhatCannotSignInWaitsForASignIn(t *testing.T) {
	err := Unavailable(badFile("The certificate expired.", nil)).Resume(context.Background(), "scope")
	if app.KindOf(err) != app.KindSignIn || app.Say(err) != "The certificate expired." {
		t.Errorf("%v", err)
	}
}

func FuzzCertificateFile(f *testing.F) {
	key := keyOf()[0]
	c := certify(f, &key.PublicKey, day, day.AddDate(1, 0, 0))
	pfx, err := pkcs12.Modern2023.Encode(key, c, nil, "pw")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pfx, "pw")
	f.Add(append(pkcs8(f, key), pemCert(c)...), "")
	f.Add(c.Raw, "")
	f.Fuzz(func(t *testing.T, file []byte, password string) {
		chain, got, err := readPair(file, NewSecret(password))
		switch {
		case err != nil && app.KindOf(err) != app.KindInvalid:
			t.Errorf("%v", err)
		case err == nil && !got.PublicKey.Equal(chain[0].PublicKey):
			t.Error("the key is not the certificate's")
		}
	})
}
