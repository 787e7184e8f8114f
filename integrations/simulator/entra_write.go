// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"net/http"
	"slices"
)

// mostSubjects is how many users or workloads a call may name.
const mostSubjects = 60

// named reads the ids of a call. On failure the answer has been written.
func (s *Server) named(w http.ResponseWriter, r *http.Request, list string) ([]string, bool) {
	var body map[string][]string
	if text, status := readBody(w, r, &body); text != "" {
		graphError(w, status, "BadRequest", text)
		return nil, false
	}
	ids := body[list]
	if len(ids) == 0 || len(ids) > mostSubjects || slices.Contains(ids, "") {
		graphError(w, http.StatusBadRequest, "BadRequest", "The request must name between 1 and 60 "+list+".")
		return nil, false
	}
	return ids, true
}

// verdicts are what the calls on users, workloads and sign-ins make of a risk.
var (
	userVerdict = map[string]feedback{
		"dismiss":            {"dismissed", "none", "adminDismissedAllRiskForUser"},
		"confirmCompromised": {"confirmedCompromised", "high", "adminConfirmedUserCompromised"}, "confirmSafe": {"confirmedSafe", "none", "adminConfirmedAccountSafe"},
	}
	appVerdict = map[string]feedback{
		"dismiss":            {"dismissed", "none", "adminDismissedAllRiskForServicePrincipal"},
		"confirmCompromised": {"confirmedCompromised", "high", "adminConfirmedServicePrincipalCompromised"},
	}
	signVerdict = map[string]feedback{
		"dismiss":            {"dismissed", "none", "adminDismissedRiskForSignIn"},
		"confirmCompromised": {"confirmedCompromised", "high", "adminConfirmedSigninCompromised"}, "confirmSafe": {"confirmedSafe", "none", "adminConfirmedSigninSafe"},
	}
)

// judgeUsers does an action on users at risk. One that the directory does not know
// refuses the whole call; the reference is silent about it.
func (s *Server) judgeUsers(action string) func(http.ResponseWriter, *http.Request, owner) {
	return func(w http.ResponseWriter, r *http.Request, who owner) {
		s.count("graph risky users " + action)
		ids, ok := s.named(w, r, "userIds")
		if !ok {
			return
		}
		s.ids.enter()
		defer s.ids.mu.Unlock()
		for _, id := range ids {
			if i, known := s.ids.byID[id]; !known || s.ids.users[i].id != id {
				noGraph(w, id)
				return
			}
		}
		for _, id := range ids {
			s.ids.settleRisk(s.ids.byID[id], false, userVerdict[action], who.oid, s.ids.clock())
			s.ids.wrote(id, r.Method, who, action)
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) judgeApps(action string) func(http.ResponseWriter, *http.Request, owner) {
	return func(w http.ResponseWriter, r *http.Request, who owner) {
		s.count("graph risky workloads " + action)
		ids, ok := s.named(w, r, "servicePrincipalIds")
		if !ok {
			return
		}
		s.ids.enter()
		defer s.ids.mu.Unlock()
		at := make([]int, len(ids))
		for n, id := range ids {
			if at[n] = slices.IndexFunc(s.ids.apps, func(a workload) bool { return a.id == id }); at[n] < 0 {
				noGraph(w, id)
				return
			}
		}
		for n, id := range ids {
			s.ids.settleRisk(int32(at[n]), true, appVerdict[action], who.oid, s.ids.clock())
			s.ids.wrote(id, r.Method, who, action)
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) judgeSignIns(action string) func(http.ResponseWriter, *http.Request, owner) {
	return func(w http.ResponseWriter, r *http.Request, who owner) {
		s.count("graph sign-ins " + action)
		ids, ok := s.named(w, r, "requestIds")
		if !ok {
			return
		}
		now := s.ids.enter()
		defer s.ids.mu.Unlock()
		rows := make([]int, len(ids))
		for n, id := range ids {
			if rows[n], ok = s.ids.signNumber(id, now); !ok {
				noGraph(w, id)
				return
			}
		}
		for n, id := range ids {
			s.ids.judgeSign(rows[n], signVerdict[action], who.oid)
			s.ids.wrote(id, r.Method, who, action)
		}
		w.WriteHeader(http.StatusNoContent)
	}
}

// judgeSign gives a sign-in and its detection a new state. A compromised one puts its
// user at high risk; a safe or dismissed one ends the user's risk where it was the last.
func (x *identities) judgeSign(n int, f feedback, by string) {
	now := x.clock()
	x.edits[n] = f
	user, left := x.log.make(n).user, 0
	for _, d := range x.found {
		switch {
		case d.workload || d.who != user:
		case d.sign == n:
			d.state, d.detail, d.level, d.updated = f.state, f.detail, f.level, now
		case d.state == "atRisk":
			left++
		}
	}
	r := x.risky[user]
	switch {
	case f.state == "confirmedCompromised":
		if r == nil {
			r = &risk{who: user}
			x.risky[user] = r
		}
		r.turn(turn{level: "high", state: "atRisk", detail: f.detail, at: now, by: by})
	case r != nil && r.open() && left == 0:
		r.turn(turn{level: "none", state: f.state, detail: f.detail, at: now, by: by})
	}
}

func (s *Server) revokeSessions(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph revoke sessions")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.user(r.PathValue("id"))
	if !ok {
		noUser(w, r.PathValue("id"))
		return
	}
	u.valid = s.ids.clock()
	s.ids.wrote(u.id, r.Method, who, "revoke sessions")
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#Edm.Boolean")
		j.bool("value", true)
		j.end()
	})
}

func (s *Server) patchUser(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph user patch")
	var body struct {
		Enabled *bool `json:"accountEnabled"`
	}
	if text, status := readBody(w, r, &body); text != "" {
		graphError(w, status, "Request_BadRequest", text)
		return
	}
	if body.Enabled == nil {
		graphError(w, http.StatusBadRequest, "Request_BadRequest", "Only accountEnabled can be changed here.")
		return
	}
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.user(r.PathValue("id"))
	if !ok {
		noUser(w, r.PathValue("id"))
		return
	}
	u.disabled = !*body.Enabled
	s.ids.wrote(u.id, r.Method, who, map[bool]string{true: "enable", false: "disable"}[*body.Enabled])
	w.WriteHeader(http.StatusNoContent)
}

// wrote records a write that took effect on a user, workload or sign-in.
func (x *identities) wrote(id, method string, who owner, what string) {
	at := x.clock()
	x.writes[id] = append(x.writes[id], Write{At: timeOf(at), Method: method, Who: who.label(), Fields: []string{what}})
}
