package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// deviceCode starts a sign-in by device code. It stays pending at the first poll, so
// that every client meets authorization_pending, and is then approved by itself or by
// a person at /devicelogin.
func (s *Server) deviceCode(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if !knownTenant(w, r) {
		return
	}
	if r.ParseForm() != nil || r.PostForm.Get("client_id") != clientID {
		oauthError(w, http.StatusUnauthorized, "unauthorized_client", 700016, "Application was not found in the directory.")
		return
	}
	s.entra.mu.Lock()
	code := s.entra.code("D.")
	user := strings.ToUpper(strings.NewReplacer("-", "X", "_", "Y").Replace(code[2:10]))
	s.entra.devices[code] = &grant{userCode: user, expires: s.now().Add(15 * time.Minute)}
	s.entra.mu.Unlock()
	page := s.base + "/devicelogin"
	writeJSON(w, http.StatusOK, map[string]any{
		"user_code": user, "device_code": code, "verification_uri": page, "expires_in": 900, "interval": 1,
		"message": "To sign in, use a web browser to open the page " + page + " and enter the code " + user + " to authenticate.",
	})
}

func (s *Server) redeemDevice(w http.ResponseWriter, f url.Values, aud audience) {
	s.entra.mu.Lock()
	g := s.entra.devices[f.Get("device_code")]
	pending, declined, expired := false, false, false
	if g != nil {
		g.polls++
		declined = g.declined
		expired = s.now().After(g.expires)
		pending = g.polls == 1 || !g.approved && s.o.ManualApproval
		if !pending && !declined && !expired {
			delete(s.entra.devices, f.Get("device_code"))
		}
	}
	s.entra.mu.Unlock()
	switch {
	case g == nil:
		oauthError(w, http.StatusBadRequest, "bad_verification_code", 70018, "Invalid verification code.")
	case expired:
		oauthError(w, http.StatusBadRequest, "expired_token", 70020, "The device code has expired.")
	case declined:
		oauthError(w, http.StatusBadRequest, "authorization_declined", 70016, "The person declined.")
	case pending:
		oauthError(w, http.StatusBadRequest, "authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
	default:
		s.answerUser(w, f, aud)
	}
}

var devicePage = template.Must(template.New("device").Parse(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Simulated sign-in</title></head>
<body><h1>Simulated tenant</h1><p>{{.Said}}</p>
<form method="post" action="/devicelogin"><label>Code <input name="code" value="{{.Code}}"></label>
<button name="answer" value="approve">Sign in as {{.User}}</button> <button name="answer" value="decline">Decline</button></form></body></html>
`))

// deviceLogin is the page where a person enters the user code.
func (s *Server) deviceLogin(w http.ResponseWriter, r *http.Request) {
	said := "Enter the code that the program shows."
	code := r.FormValue("code")
	if r.Method == http.MethodPost {
		said = "That code is not known here."
		s.entra.mu.Lock()
		for _, g := range s.entra.devices {
			if strings.EqualFold(g.userCode, code) {
				g.approved = r.PostFormValue("answer") != "decline"
				g.declined = !g.approved
				said = "Done. You can return to the program."
			}
		}
		s.entra.mu.Unlock()
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = devicePage.Execute(w, map[string]string{"Said": said, "Code": code, "User": s.t.world.Me().UPN})
}

var formPost = template.Must(template.New("form_post").Parse(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Simulated sign-in</title></head>
<body onload="document.forms[0].submit()"><form method="post" action="{{.To}}">
<input type="hidden" name="code" value="{{.Code}}"><input type="hidden" name="state" value="{{.State}}">
<noscript><button>Continue</button></noscript></form></body></html>
`))

var consentPage = template.Must(template.New("consent").Parse(`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Simulated sign-in</title></head>
<body><h1>Simulated tenant</h1><form method="post"><button>Sign in as {{.}}</button></form></body></html>
`))

// authorize answers the browser with a form that posts the code to the redirect URI:
// azidentity refuses a code that comes by GET.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	if !knownTenant(w, r) {
		return
	}
	q := r.URL.Query()
	to, err := url.Parse(q.Get("redirect_uri"))
	local := err == nil && to.Scheme == "http" && (to.Hostname() == "localhost" || to.Hostname() == "127.0.0.1")
	switch {
	case q.Get("client_id") != clientID:
		oauthError(w, http.StatusBadRequest, "unauthorized_client", 700016, "Application was not found in the directory.")
		return
	case !local:
		oauthError(w, http.StatusBadRequest, "invalid_request", 50011, "The redirect URI is not one of this application's.")
		return
	case q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "":
		oauthError(w, http.StatusBadRequest, "invalid_request", 9002325, "Proof Key for Code Exchange is required.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if s.o.ManualApproval && r.Method == http.MethodGet {
		_ = consentPage.Execute(w, s.t.world.Me().UPN)
		return
	}
	s.entra.mu.Lock()
	code := s.entra.code("C.")
	s.entra.codes[code] = &grant{challenge: q.Get("code_challenge"), redirect: q.Get("redirect_uri"), expires: s.now().Add(10 * time.Minute)}
	s.entra.mu.Unlock()
	// The address was checked above to be loopback; html/template would refuse the
	// scheme otherwise only for javascript and the like.
	_ = formPost.Execute(w, map[string]string{"To": to.String(), "Code": code, "State": q.Get("state")})
}

func (s *Server) redeemCode(w http.ResponseWriter, f url.Values, aud audience) {
	s.entra.mu.Lock()
	g := s.entra.codes[f.Get("code")]
	delete(s.entra.codes, f.Get("code")) // good for one use
	s.entra.mu.Unlock()
	sum := sha256.Sum256([]byte(f.Get("code_verifier")))
	switch {
	case g == nil || s.now().After(g.expires) || g.redirect != f.Get("redirect_uri"):
		oauthError(w, http.StatusBadRequest, "invalid_grant", 70008, "The authorization code is not valid or has expired.")
	case subtle.ConstantTimeCompare([]byte(b64.EncodeToString(sum[:])), []byte(g.challenge)) != 1:
		oauthError(w, http.StatusBadRequest, "invalid_grant", 501481, "The code verifier does not match the code challenge.")
	default:
		s.answerUser(w, f, aud)
	}
}
