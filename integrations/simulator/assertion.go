package simulator

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" // #nosec G505 -- x5t is a SHA-1 thumbprint by definition (RFC 7515)
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// RegisterCertificate lets the application sign in with the key of a certificate. As in
// Entra only the public part is needed, and nothing of it is checked until it is used.
func (s *Server) RegisterCertificate(c *x509.Certificate) {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	s.entra.certs = append(s.entra.certs, c)
}

// clockSkew is how far a client's clock may be off.
const clockSkew = 5 * time.Minute

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" // #nosec G101 -- the name of a kind of proof

// assertion is what an application signs to prove its key.
type assertion struct {
	Aud string `json:"aud"`
	Iss string `json:"iss"`
	Sub string `json:"sub"`
	Nbf int64  `json:"nbf"`
	Exp int64  `json:"exp"`
}

// proofOf checks how an application proves itself: by its secret, or by an assertion
// signed with the key of a registered certificate.
func (s *Server) proofOf(r *http.Request) (refusal, bool) {
	f := r.PostForm
	text := f.Get("client_assertion")
	if text == "" {
		wrong := subtle.ConstantTimeCompare([]byte(f.Get("client_secret")), []byte(clientSecret)) != 1
		return refusalOf(7000215), wrong
	}
	malformed := refusal{number: 50027, code: "invalid_request", text: "Invalid JWT token."}
	if f.Get("client_assertion_type") != jwtBearer {
		return malformed.because("The assertion type is not supported."), true
	}
	var head struct {
		Alg  string `json:"alg"`
		X5T  string `json:"x5t"`
		X256 string `json:"x5t#S256"`
	}
	var a assertion
	parts := strings.Split(text, ".")
	if len(parts) != 3 || !readPart(parts[0], &head) || !readPart(parts[1], &a) {
		return malformed.because("The assertion cannot be read."), true
	}
	sig, err := b64.DecodeString(parts[2])
	if err != nil {
		return malformed.because("The signature cannot be read."), true
	}
	cert, thumb := s.certificateOf(head.X5T, head.X256)
	now := s.now()
	switch {
	case cert == nil:
		return refusalOf(700027).because("[Reason - The key was not found., Thumbprint of key used by client: '%s']", thumb), true
	case !signed(cert, head.Alg, parts[0]+"."+parts[1], sig):
		return refusal{number: 700027, code: "invalid_client", text: "Client assertion contains an invalid signature."}.because("[Reason - The key was not valid for the signature., Thumbprint of key used by client: '%s']", thumb), true
	case now.After(cert.NotAfter):
		return refusal{number: 700027, code: "invalid_client", text: "The certificate used to sign the client assertion is expired on application."}.because("[Reason - The key used is expired., Thumbprint of key used by client: '%s', Expired at: %s]", thumb, stamp(cert.NotAfter.UnixNano())), true
	case now.Before(cert.NotBefore):
		return refusal{number: 700027, code: "invalid_client", text: "The certificate used to sign the client assertion is not valid yet."}.because("[Reason - The key used is not valid yet., Thumbprint of key used by client: '%s']", thumb), true
	case a.Aud != s.base+r.URL.Path && a.Aud != s.base+"/"+tenantID+"/v2.0":
		return refusal{number: 700023, code: "invalid_client", text: "Client assertion audience claim does not match Realm issuer."}, true
	case a.Iss != clientID || a.Sub != clientID:
		return refusal{number: 700021, code: "invalid_client", text: "Client assertion application identifier doesn't match 'client_id' parameter."}, true
	case a.Exp == 0 || now.Add(clockSkew).Unix() < a.Nbf || now.Add(-clockSkew).Unix() > a.Exp:
		return refusalOf(700024).because("Current time: %s, assertion valid from %s, expiry time of assertion %s.", stamp(now.UnixNano()),
			stamp(time.Unix(a.Nbf, 0).UnixNano()), stamp(time.Unix(a.Exp, 0).UnixNano())), true
	}
	return refusal{}, false
}

// readPart decodes one part of a JWT.
func readPart(part string, to any) bool {
	raw, err := b64.DecodeString(part)
	return err == nil && json.Unmarshal(raw, to) == nil
}

// certificateOf finds the registered certificate of a thumbprint, and shows the
// thumbprint as Entra does. MSAL for Go writes it with padding and the standard
// alphabet, other clients in base64url.
func (s *Server) certificateOf(x5t, x256 string) (*x509.Certificate, string) {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	text := strings.TrimRight(strings.NewReplacer("+", "-", "/", "_").Replace(firstOf(x256, x5t)), "=")
	thumb, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(thumb) == 0 {
		return nil, ""
	}
	shown := strings.ToUpper(hex.EncodeToString(thumb))
	for _, c := range s.entra.certs {
		long, short := sha256.Sum256(c.Raw), sha1.Sum(c.Raw) // #nosec G401 -- see the import
		if bytes.Equal(thumb, long[:]) || x256 == "" && bytes.Equal(thumb, short[:]) {
			return c, shown
		}
	}
	return nil, shown
}

// signed checks a signature by PS256 or RS256, the two that Entra takes.
func signed(c *x509.Certificate, alg, text string, sig []byte) bool {
	key, isRSA := c.PublicKey.(*rsa.PublicKey)
	sum := sha256.Sum256([]byte(text))
	switch {
	case !isRSA:
		return false
	case alg == "PS256":
		return rsa.VerifyPSS(key, crypto.SHA256, sum[:], sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil
	case alg == "RS256":
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sig) == nil
	}
	return false
}
