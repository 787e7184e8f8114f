package simulator

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// faulty lets faults happen to requests before and after they are handled.
func (s *Server) faulty(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := strings.ToLower(r.URL.Path)
		graph := strings.HasPrefix(p, "/v1.0/")
		api := graph || strings.HasPrefix(p, "/subscriptions") || strings.HasPrefix(p, "/providers/")
		x, offline, cut := s.faults.decide(r, api)
		if offline {
			s.count("fault offline")
			drop(r)
		}
		if x.wait > 0 {
			if x.silent {
				s.count("throttled protection")
				graphError(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
				return
			}
			s.tooMany(w, graph, x.wait)
			return
		}
		if x.left >= 0 && !graph {
			w.Header().Set("x-ms-ratelimit-remaining-subscription-writes", strconv.Itoa(x.left))
		}
		if x.latency > 0 {
			wait := time.NewTimer(x.latency)
			defer wait.Stop()
			select {
			case <-wait.C:
			case <-r.Context().Done():
				return
			case <-cut:
				drop(r)
			}
		}
		refuse := armError
		if graph {
			refuse = graphError
		}
		switch {
		case x.portal:
			s.count("fault portal")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, portalPage)
			return
		case x.throttle:
			s.count("fault throttle")
			if v := retryAfterHeader(x.retryAfter, s.now()); v != "" {
				w.Header().Set("Retry-After", v)
			}
			refuse(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests. Please slow down.")
			return
		case x.fail:
			s.count("fault error")
			status := x.status
			if status == 0 {
				status = http.StatusServiceUnavailable
			}
			if v := retryAfterHeader(x.retryAfter, s.now()); v != "" {
				w.Header().Set("Retry-After", v)
			}
			refuse(w, status, "ServiceUnavailable", "The service is temporarily unavailable.")
			return
		case x.deny && graph:
			graphError(w, http.StatusForbidden, "Forbidden", "Missing application roles: SecurityIncident.ReadWrite.All.")
			return
		case x.deny:
			armError(w, http.StatusForbidden, "AuthorizationFailed", "The client does not have authorization to perform action 'Microsoft.SecurityInsights/incidents/write' over scope '"+wsPrefix+"'.")
			return
		}
		if do := s.momentFor(r); do != nil {
			do()
		}
		if !x.reset && !x.truncate && !x.lose {
			next.ServeHTTP(w, r)
			return
		}
		held := &heldAnswer{head: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(held, r)
		switch {
		case x.lose:
			s.count("fault lost reply")
			drop(r)
		case x.reset:
			s.count("fault reset")
			held.send(w, held.body.Len()/2, held.body.Len())
			_ = http.NewResponseController(w).Flush()
			drop(r)
		case x.truncate:
			s.count("fault truncate")
			held.send(w, held.body.Len()/2, held.body.Len()/2)
		}
	})
}

// portalPage is what the network of a hotel answers before one has paid.
const portalPage = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Welcome</title></head><body><h1>Accept the terms to use this network</h1></body></html>
`

// drop closes the connection that a request came on; it does not return.
func drop(r *http.Request) {
	if c, ok := r.Context().Value(connKey{}).(*tls.Conn); ok {
		if tcp, ok := c.NetConn().(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // a reset, not an orderly end
		}
		_ = c.NetConn().Close()
	}
	panic(http.ErrAbortHandler)
}

// heldAnswer keeps an answer back.
type heldAnswer struct {
	head   http.Header
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) Header() http.Header         { return h.head }
func (h *heldAnswer) WriteHeader(status int)      { h.status = status }
func (h *heldAnswer) Write(b []byte) (int, error) { return h.body.Write(b) }

// send writes the first n bytes of the answer, announced as length.
func (h *heldAnswer) send(w http.ResponseWriter, n, length int) {
	for k, v := range h.head {
		w.Header()[k] = v
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(h.status)
	_, _ = w.Write(h.body.Bytes()[:n])
}
