package simulator

import (
	"fmt"
	"net/http"
	"time"
)

// Entra says how sign-in goes. Numbers are those of Entra's errors (AADSTS); one that
// is not known here is sent with a plain text.
type Entra struct {
	// Refuse is the number every request for a token is refused with, those that follow
	// a prompt included: 65001 (no consent), 53003 (Conditional Access), 7000222 (expired
	// secret), …; 0 none.
	Refuse int `json:"refuse,omitempty"`
	// RefuseSilent refuses only where nobody is asked: refresh tokens and Azure CLI. 50076
	// (a second factor is wanted) and 70043 are such. A prompt goes through.
	RefuseSilent int `json:"refuseSilent,omitempty"`
	// Resource limits both to "arm" or "graph"; "" = both.
	Resource string `json:"resource,omitempty"`
	// NoIdentity: this machine has no managed identity.
	NoIdentity bool `json:"noIdentity,omitempty"`
}

// SetEntra changes how sign-in goes from now on.
func (s *Server) SetEntra(e Entra) {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	s.entra.policy = e
}

func (s *Server) entraNow() Entra {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	return s.entra.policy
}

// Revoke makes both resources answer 401 insufficient_claims to every token issued so
// far to a client that handles challenges, until it brings one issued later. Refresh
// tokens stay good, so that the client gets one by itself.
func (s *Server) Revoke() { s.mint.revoke() }

// ChangePassword ends every sign-in of the person: tokens as with Revoke, refresh
// tokens with AADSTS50173. A new sign-in goes through.
func (s *Server) ChangePassword() {
	s.EndSessions(50173)
	s.Revoke()
}

// EndSessions ends the refresh tokens given out so far with an AADSTS number, such as
// 700082 for sign-ins that lay unused too long. Access tokens live on.
func (s *Server) EndSessions(number int) {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	s.entra.ended, s.entra.endedAt = number, s.entra.next
}

// refusal is an answer of Entra that is no token.
type refusal struct {
	number    int
	code      string
	suberror  string
	text      string
	claims    string
	temporary bool
}

// refusals are the errors that Entra's documentation lists for sign-in.
var refusals = map[int]refusal{
	50034:   {code: "invalid_grant", text: "The user account does not exist in the directory."},
	50053:   {code: "invalid_grant", text: "The account is locked: too many attempts with a wrong user id or password."},
	50057:   {code: "invalid_grant", text: "The user account is disabled."},
	50076:   {code: "interaction_required", suberror: "basic_action", text: "Due to a configuration change made by the administrator, or because of a new location, multi-factor authentication is needed to access the resource.", claims: `{"access_token":{"capolids":{"essential":true,"values":["5a1c3e70-0000-4000-8000-00000000ca01"]}}}`},
	50079:   {code: "interaction_required", suberror: "basic_action", text: "The user has to enroll in multi-factor authentication."},
	50105:   {code: "invalid_grant", text: "The signed-in user is not assigned to a role for the application."},
	50158:   {code: "interaction_required", suberror: "basic_action", text: "An external security challenge was not satisfied."},
	50173:   {code: "invalid_grant", suberror: "bad_token", text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password."},
	53000:   {code: "interaction_required", suberror: "message_only", text: "The device is not in the required state: it is not compliant."},
	53003:   {code: "invalid_grant", suberror: "message_only", text: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."},
	65001:   {code: "invalid_grant", suberror: "consent_required", text: "The user or administrator has not consented to use the application with ID '" + clientID + "' named '" + appName + "'. Send an interactive authorization request for this user and resource."},
	70043:   {code: "invalid_grant", suberror: "bad_token", text: "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access."},
	90033:   {code: "temporarily_unavailable", text: "A transient error has occurred. Please try again.", temporary: true},
	700016:  {code: "unauthorized_client", text: "Application with identifier '" + clientID + "' was not found in the directory."},
	700024:  {code: "invalid_client", text: "Client assertion is not within its valid time range."},
	700027:  {code: "invalid_client", text: "The certificate with identifier used to sign the client assertion is not registered on application."},
	700082:  {code: "invalid_grant", suberror: "bad_token", text: "The refresh token has expired due to inactivity."},
	7000112: {code: "unauthorized_client", text: "The application is disabled."},
	7000215: {code: "invalid_client", text: "Invalid client secret provided. Ensure the secret being sent is the client secret value, not the client secret ID."},
	7000222: {code: "invalid_client", text: "The provided client secret keys are expired."},
}

// refusalOf finds an error by number.
func refusalOf(number int) refusal {
	r, known := refusals[number]
	if !known {
		r = refusal{code: "invalid_grant", text: "The request was refused."}
	}
	r.number = number
	return r
}

// because puts a reason after the text.
func (r refusal) because(format string, args ...any) refusal {
	r.text += " " + fmt.Sprintf(format, args...)
	return r
}

// answer sends the refusal; a temporary one is a 503 whatever the status.
func (r refusal) answer(w http.ResponseWriter, status int) {
	if r.temporary {
		status = http.StatusServiceUnavailable
	}
	v := map[string]any{"error": r.code, "error_description": r.String(), "error_codes": []int{r.number}}
	if r.suberror != "" {
		v["suberror"] = r.suberror
	}
	if r.claims != "" {
		v["claims"] = r.claims
	}
	writeJSON(w, status, v)
}

func (r refusal) String() string { return fmt.Sprintf("AADSTS%d: %s", r.number, r.text) }

// refused says how the policy answers a request for a token.
func (s *Server) refused(aud audience, silent bool) (refusal, bool) {
	p := s.entraNow()
	switch {
	case p.Resource != "" && p.Resource != string(aud):
		return refusal{}, false
	case p.Refuse != 0:
		return refusalOf(p.Refuse), true
	case silent && p.RefuseSilent != 0:
		return refusalOf(p.RefuseSilent), true
	}
	return refusal{}, false
}

// resume looks a refresh token up. Using one keeps it alive.
func (s *Server) resume(token string) (refusal, bool) {
	s.entra.mu.Lock()
	defer s.entra.mu.Unlock()
	x, known := s.entra.refresh[token]
	now := s.now()
	switch {
	case !known:
		return refusal{number: 70008, code: "invalid_grant", text: "The refresh token has expired or was revoked."}, true
	case s.entra.ended != 0 && x.begun <= s.entra.endedAt:
		return refusalOf(s.entra.ended), true
	case now.Sub(x.used) > s.o.RefreshLife:
		return refusalOf(700082).because("The token was inactive for %s.", now.Sub(x.used).Round(time.Second)), true
	}
	x.used = now
	s.entra.refresh[token] = x
	return refusal{}, false
}
