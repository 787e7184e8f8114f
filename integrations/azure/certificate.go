package azure

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"watchfloor/app"
)

// longestCertificate is far beyond any certificate file with its chain.
const longestCertificate = 1 << 20

// ReadCertificate reads a certificate file, at most 1 MiB. Settings that somebody sent may
// name it, so that what is no file, such as a pipe that nobody writes to, is not opened.
func ReadCertificate(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, badFile("The certificate file cannot be read: its path names a folder or a device, not a PEM or PFX file.", nil)
	}
	f, err := os.Open(path) // #nosec G304 -- the person names the file
	if err != nil {
		return nil, app.E(app.KindInvalid, "The certificate file cannot be read; check its path and its permissions.", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, longestCertificate+1))
	switch {
	case err != nil:
		return nil, app.E(app.KindInvalid, "The certificate file cannot be read; check its path and its permissions.", err)
	case len(b) > longestCertificate:
		return nil, badFile("The certificate file is larger than 1 MB: it is not a certificate.", nil)
	}
	return b, nil
}

// Certificate signs in as an application with a certificate and its private key: a PEM
// file with both, or a PFX file with or without a password. What is wrong with the file
// is said without asking Entra; now is the time that its validity is held against.
func Certificate(c Cloud, t policy.Transporter, id Identity, file []byte, password Secret, now time.Time) (*Credential, error) {
	chain, key, err := readPair(file, password)
	if err != nil {
		return nil, err
	}
	const day = "2 January 2006"
	switch leaf := chain[0]; {
	case now.After(leaf.NotAfter):
		return nil, badFile("The certificate expired on "+leaf.NotAfter.Format(day)+"; create a new one and upload its public part to the app registration.", nil)
	case now.Before(leaf.NotBefore):
		return nil, badFile("The certificate is valid only from "+leaf.NotBefore.Format(day)+" on; check this computer's clock.", nil)
	}
	o, err := entraOptions(c, t)
	if err != nil {
		return nil, err
	}
	cred, err := azidentity.NewClientCertificateCredential(id.Tenant, id.Client, chain, key,
		&azidentity.ClientCertificateCredentialOptions{ClientOptions: o, DisableInstanceDiscovery: c.custom})
	if err != nil {
		return nil, badIdentity(err)
	}
	return &Credential{inner: cred, other: explainNothing}, nil
}

// readPair finds the key and its certificate, which comes first in the chain.
func readPair(file []byte, password Secret) ([]*x509.Certificate, *rsa.PrivateKey, error) {
	var certs []*x509.Certificate
	var keys []any
	var err error
	switch {
	case isPEM(file):
		certs, keys, err = readPEM(file)
	case isDER(file):
		certs, keys, err = readPFX(file, password.Reveal())
	default:
		err = badFile("This file is neither a PEM nor a PFX certificate.", nil)
	}
	switch {
	case err != nil:
		return nil, nil, err
	case len(keys) > 1:
		return nil, nil, badFile("The file holds several private keys; leave only the one of the certificate.", nil)
	case len(certs) == 0 && len(keys) == 0:
		return nil, nil, badFile("The file holds neither a certificate nor a private key.", nil)
	case len(certs) == 0:
		return nil, nil, badFile("The file holds a private key but no certificate; put both into one file.", nil)
	case len(keys) == 0:
		return nil, nil, badFile("The file holds the certificate without its private key; export it together with the key.", nil)
	}
	key, ok := keys[0].(*rsa.PrivateKey)
	if !ok {
		return nil, nil, badFile("The private key is not an RSA key; Entra takes only certificates with RSA keys.", nil)
	}
	own := slices.IndexFunc(certs, func(c *x509.Certificate) bool { return key.PublicKey.Equal(c.PublicKey) })
	if own < 0 {
		return nil, nil, badFile("The certificate and the private key in the file do not belong together.", nil)
	}
	certs[0], certs[own] = certs[own], certs[0]
	return certs, key, nil
}

func badFile(say string, cause error) *app.Error {
	if cause == nil {
		cause = errCertificate
	}
	return app.E(app.KindInvalid, say, cause)
}

var errCertificate = errors.New("certificate file cannot be used")
