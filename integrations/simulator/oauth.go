package simulator

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"watchfloor/integrations/simulator/story"
)

// entra is the sign-in service: what was asked for and not yet redeemed.
type entra struct {
	mu      sync.Mutex
	next    int
	devices map[string]*grant // by device code
	codes   map[string]*grant // by authorization code
	refresh map[string]session
	certs   []*x509.Certificate
	policy  Entra
	ended   int // AADSTS number that sessions begun up to endedAt are refused with
	endedAt int
}

// session is what a refresh token stands for.
type session struct {
	begun int // counts up
	used  time.Time
}

// grant is a sign-in on its way.
type grant struct {
	userCode  string
	approved  bool
	declined  bool
	polls     int
	challenge string // S256 of the verifier
	redirect  string
	expires   time.Time
}

func newEntra(o Options) *entra {
	return &entra{certs: slices.Clone(o.Certificates), policy: o.Entra, devices: map[string]*grant{}, codes: map[string]*grant{}, refresh: map[string]session{}}
}

// code makes an opaque value that no second call returns.
func (e *entra) code(prefix string) string {
	e.next++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", prefix, e.next))
	return prefix + base64.RawURLEncoding.EncodeToString(sum[:18])
}

func (s *Server) oauthRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", s.openid)
	mux.HandleFunc("GET /common/discovery/instance", s.instanceDiscovery)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/token", s.token)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/devicecode", s.deviceCode)
	mux.HandleFunc("GET /{tenant}/oauth2/v2.0/authorize", s.authorize)
	mux.HandleFunc("POST /{tenant}/oauth2/v2.0/authorize", s.authorize)
	mux.HandleFunc("GET /devicelogin", s.deviceLogin)
	mux.HandleFunc("POST /devicelogin", s.deviceLogin)
	mux.HandleFunc("GET "+msiPath, s.appServiceToken)
	mux.HandleFunc("GET /metadata/identity/oauth2/token", s.imdsToken)
	mux.HandleFunc("GET /_cli/token", s.cliToken)
}

// knownTenant answers false, after writing the error, for a tenant that is not ours.
func knownTenant(w http.ResponseWriter, r *http.Request) bool {
	switch strings.ToLower(r.PathValue("tenant")) {
	case tenantID, "organizations", "common", story.Domain:
		return true
	}
	oauthError(w, http.StatusBadRequest, "invalid_tenant", 90002, "Tenant '"+r.PathValue("tenant")+"' not found. Check that the tenant id is right and that the sign-in goes to the right cloud.")
	return false
}

func (s *Server) openid(w http.ResponseWriter, r *http.Request) {
	if !knownTenant(w, r) {
		return
	}
	t := s.base + "/" + r.PathValue("tenant")
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                s.base + "/" + tenantID + "/v2.0",
		"authorization_endpoint":                t + "/oauth2/v2.0/authorize",
		"token_endpoint":                        t + "/oauth2/v2.0/token",
		"device_authorization_endpoint":         t + "/oauth2/v2.0/devicecode",
		"response_modes_supported":              []string{"query", "fragment", "form_post"},
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"none"},
		"tenant_region_scope":                   "EU",
	})
}

func (s *Server) instanceDiscovery(w http.ResponseWriter, _ *http.Request) {
	host := strings.TrimPrefix(s.base, "https://")
	writeJSON(w, http.StatusOK, map[string]any{
		"tenant_discovery_endpoint": s.base + "/organizations/v2.0/.well-known/openid-configuration",
		"api-version":               "1.1",
		"metadata": []any{map[string]any{
			"preferred_network": host, "preferred_cache": host, "aliases": []string{host},
		}},
	})
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if !knownTenant(w, r) {
		return
	}
	if err := r.ParseForm(); err != nil {
		oauthError(w, http.StatusBadRequest, "invalid_request", 900144, "The request body could not be read.")
		return
	}
	if r.PostForm.Get("client_id") != clientID {
		oauthError(w, http.StatusUnauthorized, "unauthorized_client", 700016, "Application was not found in the directory.")
		return
	}
	aud, ok := s.audienceOf(r.PostForm.Get("scope"))
	if !ok {
		oauthError(w, http.StatusBadRequest, "invalid_scope", 70011, "The provided value for scope is not valid here.")
		return
	}
	if ref, refused := s.refused(aud, r.PostForm.Get("grant_type") == "refresh_token"); refused {
		ref.answer(w, http.StatusBadRequest)
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "client_credentials":
		if ref, refused := s.proofOf(r); refused {
			ref.answer(w, http.StatusUnauthorized)
			return
		}
		s.answerApp(w, r.PostForm, aud)
	case "urn:ietf:params:oauth:grant-type:device_code", "device_code":
		s.redeemDevice(w, r.PostForm, aud)
	case "authorization_code":
		s.redeemCode(w, r.PostForm, aud)
	case "refresh_token":
		if ref, refused := s.resume(r.PostForm.Get("refresh_token")); refused {
			ref.answer(w, http.StatusBadRequest)
			return
		}
		s.answerUser(w, r.PostForm, aud)
	default:
		oauthError(w, http.StatusBadRequest, "unsupported_grant_type", 70003, "The grant type is not supported.")
	}
}

// saysCP1 reports that the client announced it can handle claims challenges.
func saysCP1(f url.Values) bool {
	var c struct {
		Access struct {
			CC struct {
				Values []string `json:"values"`
			} `json:"xms_cc"`
		} `json:"access_token"`
	}
	if json.Unmarshal([]byte(f.Get("claims")), &c) != nil {
		return false
	}
	for _, v := range c.Access.CC.Values {
		if strings.EqualFold(v, "cp1") {
			return true
		}
	}
	return false
}

func (s *Server) answerApp(w http.ResponseWriter, f url.Values, aud audience) {
	s.count("token app")
	secs := s.lifeSeconds()
	writeJSON(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "expires_in": secs, "ext_expires_in": secs,
		"access_token": s.issue(principal{app: true, cae: saysCP1(f), oid: appObjectID, clientID: clientID, clientName: appName}, aud),
	})
}

// me is the analyst who signs in, with the application of the tenant.
func (s *Server) me() principal {
	p := s.t.world.Me()
	return principal{oid: p.ObjectID, upn: p.UPN, name: p.Name, clientID: clientID, clientName: appName}
}

// lifeSeconds is what clients are told of a token's life: a second less than it is.
func (s *Server) lifeSeconds() int { return max(1, int(s.o.TokenLife/time.Second)-1) }

func (s *Server) answerUser(w http.ResponseWriter, f url.Values, aud audience) {
	s.count("token user")
	me, who, now := s.t.world.Me(), s.me(), s.now()
	who.cae = saysCP1(f)
	id := map[string]any{
		"aud": clientID, "iss": s.base + "/" + tenantID + "/v2.0", "iat": now.Unix(), "nbf": now.Unix(),
		"exp": now.Add(s.o.TokenLife).Unix(), "name": me.Name, "oid": me.ObjectID, "preferred_username": me.UPN,
		"sub": me.ObjectID, "tid": tenantID, "ver": "2.0",
	}
	idJSON, _ := json.Marshal(id)
	info, _ := json.Marshal(map[string]string{"uid": me.ObjectID, "utid": tenantID})
	s.entra.mu.Lock()
	refresh := s.entra.code("R.")
	s.entra.refresh[refresh] = session{begun: s.entra.next, used: now}
	s.entra.mu.Unlock()
	secs := s.lifeSeconds()
	writeJSON(w, http.StatusOK, map[string]any{
		// Every scope asked for is echoed as it was written; a short form is refused.
		"token_type": "Bearer", "scope": f.Get("scope"), "expires_in": secs, "ext_expires_in": secs,
		"access_token":  s.issue(who, aud),
		"refresh_token": refresh,
		"id_token":      b64.EncodeToString([]byte(`{"typ":"JWT","alg":"none"}`)) + "." + b64.EncodeToString(idJSON) + ".",
		"client_info":   b64.EncodeToString(info),
	})
}

func oauthError(w http.ResponseWriter, status int, code string, number int, text string) {
	refusal{number: number, code: code, text: text}.answer(w, status)
}
