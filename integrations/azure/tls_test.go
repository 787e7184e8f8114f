package azure

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"watchfloor/app"
)

// presents is a server with a certificate for hosts, valid between two times, signed by
// itself, that speaks TLS up to newest.
func presents(t *testing.T, from, until time.Time, newest uint16, hosts ...string) (*service, *atomic.Int32) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "service"}, NotBefore: from, NotAfter: until, DNSNames: hosts,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			about.IPAddresses = append(about.IPAddresses, ip)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	reached := &atomic.Int32{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { reached.Add(1); ok(w, r) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS10, MaxVersion: newest} //nolint:gosec // the point of the test
	s.StartTLS()
	t.Cleanup(s.Close)
	return &service{Server: s}, reached
}

func TestGoal22UntrustedServersAreRefused(t *testing.T) {
	now := time.Now()
	day := 24 * time.Hour
	stranger, err := Custom("https://127.0.0.1:1", "https://127.0.0.1:1", "", "https://127.0.0.1:1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, until time.Time
		newest      uint16
		host        string
		unknown     bool // its certificate is not among those that are trusted
		say         string
	}{
		"good":          {now.Add(-day), now.Add(day), tls.VersionTLS13, "127.0.0.1", false, ""},
		"TLS 1.2":       {now.Add(-day), now.Add(day), tls.VersionTLS12, "127.0.0.1", false, ""},
		"TLS 1.1":       {now.Add(-day), now.Add(day), tls.VersionTLS11, "127.0.0.1", false, "outdated TLS"},
		"TLS 1.0":       {now.Add(-day), now.Add(day), tls.VersionTLS10, "127.0.0.1", false, "outdated TLS"},
		"expired":       {now.Add(-2 * day), now.Add(-day), tls.VersionTLS13, "127.0.0.1", false, "check its clock"},
		"not yet valid": {now.Add(day), now.Add(2 * day), tls.VersionTLS13, "127.0.0.1", false, "check its clock"},
		"wrong host":    {now.Add(-day), now.Add(day), tls.VersionTLS13, "graph.microsoft.com", false, "not trusted"},
		"self-signed":   {now.Add(-day), now.Add(day), tls.VersionTLS13, "127.0.0.1", true, "not trusted"},
	} {
		s, reached := presents(t, c.from, c.until, c.newest, c.host)
		cloud := stranger
		if !c.unknown {
			cloud = s.cloud(t)
		}
		tr, err := NewTransport(cloud, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		req, _ := http.NewRequest(http.MethodPost, s.URL, nil)
		resp, err := tr.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		tr.Close()
		if c.say == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if e := Explain(err, Intent{Write: true}); e == nil || e.Kind != app.KindOffline || !strings.Contains(e.Message, c.say) || reached.Load() != 0 {
			t.Errorf("%s: %d requests reached it, %v", name, reached.Load(), e)
		}
	}
}
