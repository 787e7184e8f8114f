package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"watchfloor/app"
)

// Limits of one exchange; a zero field means the default in brackets.
type Limits struct {
	Connect time.Duration // to connect, and again for the TLS handshake [10 s]
	Headers time.Duration // from the request to the first byte of the answer [30 s]
	Idle    time.Duration // between two bytes of the body [30 s]
	Ping    time.Duration // of silence until a shared connection must show that it lives [10 s]
	Body    int64         // bytes of a body after decompression [32 MiB]
}

// Transport sends requests for credentials and clients alike: TLS 1.2 or newer, no
// redirects, proxies from the environment, bounded bodies. Build it with NewTransport.
type Transport struct {
	client *http.Client
	limits Limits
}

// NewTransport makes the transport of a cloud. Where the cloud carries certificates
// only those are trusted. There is no way to skip verification.
func NewTransport(c Cloud, l Limits) (*Transport, error) {
	l.fill()
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(c.CA) > 0 {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(c.CA) {
			return nil, app.E(app.KindInvalid, "The CA file holds no PEM certificate.", nil)
		}
	}
	return &Transport{limits: l, client: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: proxy, OnProxyConnectResponse: proxyAnswered,
			DialContext:           (&net.Dialer{Timeout: l.Connect, KeepAlive: 30 * time.Second}).DialContext,
			TLSClientConfig:       conf,
			TLSHandshakeTimeout:   l.Connect,
			ResponseHeaderTimeout: l.Headers,
			ForceAttemptHTTP2:     true,
			// A connection that a change of network cut would swallow every request until
			// TCP gives it up after a quarter of an hour.
			HTTP2:                  &http.HTTP2Config{SendPingTimeout: l.Ping, PingTimeout: l.Ping},
			MaxResponseHeaderBytes: mostHeader,
			MaxIdleConnsPerHost:    8,
			IdleConnTimeout:        90 * time.Second,
		},
	}}, nil
}

func (l *Limits) fill() {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&l.Connect, 10*time.Second)
	def(&l.Headers, 30*time.Second)
	def(&l.Idle, 30*time.Second)
	def(&l.Ping, 10*time.Second)
	if l.Body == 0 {
		l.Body = 32 << 20
	}
}

// mostHeader is the size of an answer's header in bytes.
const mostHeader = 1 << 20

// Do implements azcore's Transporter. Errors carry no URL: its query may hold what
// does not belong in a log.
func (t *Transport) Do(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := t.client.Do(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return nil, err
	}
	resp.Body = newBody(ctx, resp.Body, cancel, t.limits)
	return resp, nil
}

// Close drops idle connections.
func (t *Transport) Close() { t.client.CloseIdleConnections() }
