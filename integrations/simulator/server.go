package simulator

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Server is a simulated tenant that listens. Make one with Start, end it with Close.
type Server struct {
	o       Options
	log     *slog.Logger
	base    string
	caPEM   []byte
	mint    *minter
	entra   *entra
	t       *tenant
	ids     *identities
	posture *posture
	faults  *faultBox
	rights  atomic.Pointer[Rights]
	http    *http.Server
	stop    context.CancelFunc
	done    sync.WaitGroup

	requests atomic.Uint64
	countMu  sync.Mutex
	counts   map[string]int
	moments  []moment
}

// maxBody bounds what a request may carry.
const maxBody = 10 << 20

// Start makes a tenant and listens; it returns when connections are accepted. The
// tenant lives until Close or until ctx ends. Only loopback addresses are accepted:
// a simulated tenant trusts whoever reaches it.
func Start(ctx context.Context, o Options) (*Server, error) {
	o = o.withDefaults()
	if _, _, err := net.SplitHostPort(o.Listen); err != nil {
		return nil, fmt.Errorf("the address %q is not HOST:PORT: %w", o.Listen, err)
	}
	if !isLoopback(o.Listen) {
		return nil, fmt.Errorf("the simulated tenant listens on loopback only, not on %q", o.Listen)
	}
	if text := o.Rights.valid(); text != "" {
		return nil, errors.New(text)
	}
	if err := o.Throttle.valid(); err != nil {
		return nil, err
	}
	ca, cert, err := newAuthority()
	if err != nil {
		return nil, err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	s := &Server{
		o: o, log: o.Log, base: "https://" + ln.Addr().String(), caPEM: ca, mint: &minter{key: key},
		entra: newEntra(o), t: newTenant(o), faults: newFaultBox(o.Faults, o.Seed, o.Now), stop: stop, counts: map[string]int{},
	}
	s.ids = newIdentities(o, s.t.world)
	s.posture = newPosture(o)
	s.SetRights(o.Rights)
	s.SetThrottle(o.Throttle)
	s.http = &http.Server{
		Handler: s.routes(), ReadHeaderTimeout: 20 * time.Second,
		TLSConfig:   &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
		ErrorLog:    log.New(io.Discard, "", 0), // dropped connections are what faults are for
	}
	s.done.Go(func() {
		if err := s.http.ServeTLS(ln, "", ""); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the simulated tenant stopped listening", "err", err)
		}
	})
	s.done.Go(func() { s.liveLoop(ctx) })
	context.AfterFunc(ctx, func() { _ = s.http.Close() })
	s.log.Info("simulated tenant listens", "base", s.base, "incidents", len(s.t.recs))
	return s, nil
}

// Close ends the tenant and drops its connections. It may be called twice.
func (s *Server) Close() error {
	s.stop()
	err := s.http.Close()
	s.done.Wait()
	return err
}

func (s *Server) now() time.Time { return s.o.Now() }

// connKey finds the connection of a request, to break it.
type connKey struct{}

func (s *Server) routes() http.Handler {
	login, graph := http.NewServeMux(), http.NewServeMux()
	s.oauthRoutes(login)
	s.graphRoutes(graph)
	api := s.faulty(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); {
		case first == "v1.0":
			graph.ServeHTTP(w, r)
		case strings.EqualFold(first, "subscriptions"), strings.EqualFold(first, "providers"):
			s.arm(w, r)
		default:
			login.ServeHTTP(w, r)
		}
	}))
	top := http.NewServeMux()
	s.controlRoutes(top)
	top.Handle("/", api)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) { // a name that somebody made point here
			http.Error(w, "the simulated tenant answers to loopback names only", http.StatusMisdirectedRequest)
			return
		}
		id := fmt.Sprintf("%08x-0000-4000-8000-%012x", s.o.Seed&0xffffffff, s.requests.Add(1))
		if graph := strings.HasPrefix(r.URL.Path, "/v1.0/"); graph {
			w.Header().Set("request-id", id)
		} else {
			w.Header().Set("x-ms-request-id", id)
		}
		w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat)) // the tenant's clock, not the machine's
		top.ServeHTTP(w, r)
	})
}

// isLoopback reports whether HOST or HOST:PORT names this machine.
func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// count adds one request of a kind to Counters.
func (s *Server) count(kind string) {
	s.countMu.Lock()
	s.counts[kind]++
	s.countMu.Unlock()
}

// Counters returns how many requests of each kind came: "token app", "token user",
// "token managed identity", "token cli", "arm discovery", "sentinel onboarding", "sentinel created" (by a PUT), "sentinel list|get|put|delete|alerts|entities|bookmarks", "sentinel
// comments get|put|delete" and the same for tasks, relations and bookmarks, "graph
// list|get|patch|comment|merge|move|incident alerts", "graph alert get|patch|comment",
// "graph alerts list", "graph secure scores|secure score|control profiles|control profile|control
// profile patch", "security TYPE" for every type of Microsoft.Security, "resource graph";
// "graph risky users|risky user|risky user history", the same for workloads, "graph
// detections|workload detections|detection|sign-ins|sign-in|users|user|roles|role members",
// "graph risky users|risky workloads|sign-ins ACTION", "graph revoke sessions|user patch";
// "throttled write|read|query|score|protection"; and of faults "fault
// throttle|error|reset|truncate|lost reply|portal|offline".
// A request that a fault answered instead of a handler counts only as the fault.
func (s *Server) Counters() map[string]int {
	s.countMu.Lock()
	defer s.countMu.Unlock()
	return maps.Clone(s.counts)
}

// caller checks the bearer token. On failure the answer has been written.
func (s *Server) caller(w http.ResponseWriter, r *http.Request, want audience) (claims, bool) {
	head := fmt.Sprintf("Bearer realm=\"\", authorization_uri=\"%s/common/oauth2/authorize\", client_id=\"%s\"", s.base, clientID)
	refuse := func(challenge, code, text string) (claims, bool) {
		w.Header().Set("WWW-Authenticate", challenge)
		if want == audARM {
			armError(w, http.StatusUnauthorized, code, text)
		} else {
			graphError(w, http.StatusUnauthorized, code, text)
		}
		return claims{}, false
	}
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !isBearer {
		return refuse(head, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	}
	c, ok := s.mint.check(token, s.now())
	switch {
	case !ok:
		return refuse(head+`, error="invalid_token", error_description="The access token is invalid or has expired."`, "InvalidAuthenticationToken", "The access token is invalid or has expired.")
	case c.Aud != resourceOf[want]:
		return refuse(head+`, error="invalid_token", error_description="The access token is for another audience."`, "InvalidAuthenticationTokenAudience", "The access token has been obtained for the wrong audience.")
	case c.cae() && (s.faults.takeChallenge(s.mint) || c.serial <= s.mint.revoked.Load()):
		ask := fmt.Sprintf(`{"access_token":{"nbf":{"essential":true,"value":"%d"}}}`, s.now().Unix())
		return refuse(head+`, error="insufficient_claims", claims="`+base64.StdEncoding.EncodeToString([]byte(ask))+`"`, "InvalidAuthenticationToken", "Continuous access evaluation resulted in a challenge: the session was revoked.")
	}
	return c, true
}

// readBody reads a bounded JSON body into v. On failure text says what is wrong.
func readBody(w http.ResponseWriter, r *http.Request, v any) (text string, status int) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return "The request body is too large.", http.StatusRequestEntityTooLarge
	case err != nil:
		return "The request body could not be read.", http.StatusBadRequest
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return "The request content was invalid and could not be deserialized: " + err.Error(), http.StatusBadRequest
	}
	return "", 0
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	writeRaw(w, status, b)
}

func writeRaw(w http.ResponseWriter, status int, b []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	w.WriteHeader(status)
	_, _ = w.Write(b)
}

// Rooms by kind of answer.
var oneRoom, sentinelRoom, graphRoom, alertRoom room

// writeAnswer sends what a handler rendered.
func writeAnswer(w http.ResponseWriter, status int, render func(*jw)) {
	j := oneRoom.writer()
	render(j)
	oneRoom.used(j)
	writeRaw(w, status, j.b)
}

func armError(w http.ResponseWriter, status int, code, text string) {
	writeJSON(w, status, map[string]any{"error": map[string]string{"code": code, "message": text}})
}

func graphError(w http.ResponseWriter, status int, code, text string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{
		"code": code, "message": text,
		"innerError": map[string]string{"request-id": w.Header().Get("request-id")},
	}})
}
