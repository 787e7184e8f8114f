package faults_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"watchfloor/integrations/azure"
	"watchfloor/integrations/simulator"
)

// tenantBehind is a simulated tenant that is reached through fronts only.
type tenantBehind struct {
	*simulator.Server
	simulator.Settings
	direct *http.Client
	own    tls.Certificate // of its fronts
	tokens tokens
}

// ownCertificate is one for loopback, of a kind that costs little to sign with.
func ownCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func newTenantBehind(t *testing.T, o simulator.Options) *tenantBehind {
	t.Helper()
	sim, err := simulator.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	b := &tenantBehind{Server: sim, Settings: sim.Settings(), own: ownCertificate(t)}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(b.CAPEM)
	way := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, MaxIdleConnsPerHost: 32}
	b.direct = &http.Client{Transport: way}
	t.Cleanup(func() { way.CloseIdleConnections(); sim.Close() })
	cloud, err := azure.Custom(b.Authority, b.ARM, b.ARMAudience, b.Graph, b.CAPEM)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := azure.NewTransport(cloud, azure.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	secret, err := azure.ClientSecret(cloud, tr, azure.Identity{Tenant: b.TenantID, Client: b.ClientID}, azure.NewSecret(b.ClientSecret))
	if err != nil {
		t.Fatal(err)
	}
	b.tokens = tokens{Credential: secret, to: cloud}
	return b
}

// front is a TLS server that passes requests on to a tenant and its answers back, with
// the tenant's address replaced by its own. What matches is left to meddle.
type front struct {
	*httptest.Server
	behind *tenantBehind
	meddle func(x *exchange) bool // false: pass the request on
}

func newFront(b *tenantBehind, meddle func(x *exchange) bool) *front {
	f := &front{behind: b, meddle: meddle}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{front: f, w: w, r: r}
		if f.meddle == nil || !f.meddle(x) {
			x.send(x.answer())
		}
	}))
	f.TLS = &tls.Config{Certificates: []tls.Certificate{b.own}, MinVersion: tls.VersionTLS12}
	f.Config.ErrorLog = log.New(io.Discard, "", 0) // broken connections are what it is for
	f.StartTLS()
	return f
}

// cloud is the front as clients know it.
func (f *front) cloud() (azure.Cloud, error) {
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw})
	return azure.Custom(f.URL, f.URL, f.behind.ARMAudience, f.URL, ca)
}

// reply is a whole answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// exchange is one request at a front.
type exchange struct {
	*front
	w http.ResponseWriter
	r *http.Request
}

// answer is what the tenant says. Marks that a front put into a link stay behind.
func (x *exchange) answer() reply {
	u := *x.r.URL
	q := strings.Split(u.RawQuery, "&")
	kept := q[:0]
	for _, part := range q {
		if !strings.HasPrefix(part, mark) {
			kept = append(kept, part)
		}
	}
	u.RawQuery = strings.Join(kept, "&")
	req, err := http.NewRequestWithContext(x.r.Context(), x.r.Method, x.behind.BaseURL+u.RequestURI(), x.r.Body)
	if err != nil {
		return reply{http.StatusInternalServerError, http.Header{}, []byte(err.Error())}
	}
	req.Header, req.ContentLength = x.r.Header.Clone(), x.r.ContentLength
	req.Header.Del("Accept-Encoding")
	resp, err := x.behind.direct.Do(req)
	if err != nil {
		return reply{http.StatusInternalServerError, http.Header{}, []byte(err.Error())}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{http.StatusInternalServerError, http.Header{}, []byte(err.Error())}
	}
	resp.Header.Del("Content-Length")
	return reply{resp.StatusCode, resp.Header, bytes.ReplaceAll(b, []byte(x.behind.BaseURL), []byte(x.URL))}
}

// mark begins what a front adds to the query of a link.
const mark = "watchfloor-front="

// self is the address of the request, marked.
func (x *exchange) self(with string) string {
	u := x.URL + x.r.URL.RequestURI()
	if i := strings.Index(u, mark); i > 0 {
		u = u[:i-1]
	}
	sep := "?"
	if strings.Contains(u, "?") {
		sep = "&"
	}
	return u + sep + mark + with
}

func (x *exchange) send(a reply) {
	for k, v := range a.header {
		x.w.Header()[k] = v
	}
	x.w.WriteHeader(a.status)
	_, _ = x.w.Write(a.body)
}

// cutOff breaks the connection with a reset; it does not return.
func (x *exchange) cutOff() {
	if c, _, err := http.NewResponseController(x.w).Hijack(); err == nil {
		if secure, ok := c.(*tls.Conn); ok {
			if tcp, ok := secure.NetConn().(*net.TCPConn); ok {
				_ = tcp.SetLinger(0)
			}
			_ = secure.NetConn().Close()
		}
	}
	panic(http.ErrAbortHandler)
}

// hang answers nothing more until the caller gives up, which a server only notices once
// it has read the whole request.
func (x *exchange) hang() {
	_, _ = io.Copy(io.Discard, x.r.Body)
	<-x.r.Context().Done()
}
