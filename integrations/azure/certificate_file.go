package azure

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

func isPEM(b []byte) bool { return bytes.Contains(b, []byte("-----BEGIN ")) }

// isDER: both PFX files and bare certificates start as an ASN.1 sequence.
func isDER(b []byte) bool { return len(b) > 2 && b[0] == 0x30 && b[1] >= 0x80 }

func readPEM(b []byte) (certs []*x509.Certificate, keys []any, err error) {
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			return certs, keys, nil
		}
		var key any
		switch block.Type {
		case "CERTIFICATE":
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, nil, badFile("The certificate in the PEM file is damaged.", err)
			}
			certs = append(certs, c)
			continue
		case "ENCRYPTED PRIVATE KEY":
			return nil, nil, encryptedPEM()
		case "PRIVATE KEY":
			if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
				key, err = x509.ParsePKCS1PrivateKey(block.Bytes) // some tools mislabel it
			}
		case "RSA PRIVATE KEY":
			if block.Headers["DEK-Info"] != "" {
				return nil, nil, encryptedPEM()
			}
			key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			key, err = x509.ParseECPrivateKey(block.Bytes)
		default: // parameters, requests and the like
			continue
		}
		if err != nil {
			return nil, nil, badFile("The private key in the PEM file is damaged.", err)
		}
		keys = append(keys, key)
	}
}

func encryptedPEM() error {
	return badFile("The private key in the PEM file is encrypted; give a PFX file and its password instead.", nil)
}

// readPFX decodes what OpenSSL, Windows and Azure Key Vault write. The decoder tells its
// failures apart by text alone (go-pkcs12 v0.7.4).
func readPFX(b []byte, password string) ([]*x509.Certificate, []any, error) {
	if c, err := x509.ParseCertificate(b); err == nil { // a .cer file
		return []*x509.Certificate{c}, nil, nil
	}
	key, cert, rest, err := pkcs12.DecodeChain(b, password)
	if err != nil && password != "" && strings.Contains(err.Error(), "no MAC") {
		key, cert, rest, err = pkcs12.DecodeChain(b, "") // it needs no password
	}
	switch {
	case err == nil:
		return append([]*x509.Certificate{cert}, rest...), []any{key}, nil
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		if password == "" {
			return nil, nil, badFile("The PFX file is protected by a password; enter it.", err)
		}
		return nil, nil, badFile("The password of the PFX file is wrong.", err)
	case strings.Contains(err.Error(), "private key missing"):
		return nil, nil, badFile("The file holds the certificate without its private key; export it together with the key.", err)
	case strings.Contains(err.Error(), "certificate missing"):
		return nil, nil, badFile("The file holds a private key but no certificate; put both into one file.", err)
	case strings.Contains(err.Error(), "exactly one key bag"):
		return nil, nil, badFile("The file holds several private keys; leave only the one of the certificate.", err)
	}
	return nil, nil, badFile("The PFX file is damaged or made in a way that is not supported; export it again, with AES-256 where there is a choice.", err)
}
