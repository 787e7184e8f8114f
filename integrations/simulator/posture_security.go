package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Sizes of pages of Microsoft.Security: small enough that every client meets a second.
const (
	securityPage   = 40
	assessmentPage = 200
)

// securityVersions are the versions that each type accepts; the first is what
// armsecurity v0.15.0 sends. The published description at hand has 2021-06-01 for
// assessments and their metadata, which tells no risk.
var securityVersions = map[string][]string{
	"securescores": {"2020-01-01"}, "securescorecontrols": {"2020-01-01"}, "securescorecontroldefinitions": {"2020-01-01"},
	"assessments": {"2025-05-04", "2021-06-01"}, "assessmentmetadata": {"2025-05-04", "2021-06-01"}, "subassessments": {"2019-01-01-preview"},
	"regulatorycompliancestandards": {"2019-01-01-preview"}, "securitycontacts": {"2023-12-01-preview"},
	"alerts": {"2022-01-01"},
}

// securityPath is where a request to Microsoft.Security goes.
type securityPath struct {
	scope armPath // before the provider; empty = the tenant
	rest  armPath // from the type on
	sub   *estate // nil = the tenant
	types []string
}

// splitSecurity finds Microsoft.Security in a path.
func splitSecurity(p armPath) (at securityPath, ok bool) {
	for i := len(p) - 3; i >= 0; i-- {
		if p.is(i, "providers") && p.is(i+1, "Microsoft.Security") {
			at = securityPath{scope: p[:i], rest: p[i+2:]}
			for k := 0; k < len(at.rest); k += 2 {
				at.types = append(at.types, strings.ToLower(at.rest[k]))
			}
			return at, true
		}
	}
	return at, false
}

// kind is the type that decides the version: subAssessments have their own.
func (p *securityPath) kind() string {
	if p.rest.is(0, "locations") && len(p.rest) > 2 {
		return strings.ToLower(p.rest[2])
	}
	if n := len(p.types); n > 0 && p.types[n-1] == "subassessments" {
		return "subassessments"
	}
	return p.types[0]
}

// action is what a role has to allow.
func (p *securityPath) action(method string) string {
	types := slices.Clone(p.types)
	if p.rest.is(0, "locations") {
		types = types[1:]
	}
	verb := map[string]string{http.MethodPut: "write", http.MethodDelete: "delete"}[method]
	switch {
	case method == http.MethodPost:
		verb = "action"
	case verb == "":
		verb = "read"
	}
	return "Microsoft.Security/" + strings.Join(types, "/") + "/" + verb
}

// security answers for Microsoft.Security; false where a path is another provider's. The
// subscription that the path names exists.
func (s *Server) security(w http.ResponseWriter, r *http.Request, p armPath, c claims, version string) bool {
	at, ok := splitSecurity(p)
	if !ok {
		return false
	}
	versions := securityVersions[at.kind()]
	if versions == nil {
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type '"+at.kind()+"' could not be found in the namespace 'Microsoft.Security' for api version '"+version+"'.")
		return true
	}
	if wordIn(versions, version) < 0 {
		armError(w, http.StatusBadRequest, "NoRegisteredProviderFound", "No registered resource provider found for location '' and API version '"+version+"' for type '"+at.kind()+
			"'. The supported api-versions are '"+strings.Join(versions, ", ")+"'.")
		return true
	}
	if len(at.scope) > 0 && !at.scope.is(0, "subscriptions") { // management groups and others
		noSecurity(w, at.rest)
		return true
	}
	if len(at.scope) > 1 {
		at.sub = s.posture.sub(at.scope[1])
		if s.PostureState().unregistered(at.sub) {
			armError(w, http.StatusConflict, "MissingSubscriptionRegistration", "The subscription is not registered to use namespace 'Microsoft.Security'. See https://aka.ms/rps-not-found for how to register subscriptions.")
			return true
		}
		if !s.securityMay(w, c, at.sub.id, at.action(r.Method), "/"+strings.Join(at.scope, "/")) {
			return true
		}
	}
	s.count("security " + at.kind())
	switch at.kind() {
	case "securescores", "securescorecontrols":
		s.secureScores(w, r, at)
	case "securescorecontroldefinitions":
		s.securityList(w, r, securityPage, len(shields), func(j *jw, i int) { definitionJSON(j, guidOf("control "+shields[i].key), true) })
	case "assessmentmetadata":
		s.metadata(w, r, at)
	case "assessments":
		s.assessments(w, r, at, version)
	case "subassessments":
		s.subAssessments(w, r, at)
	case "regulatorycompliancestandards":
		s.compliance(w, r, at)
	case "securitycontacts":
		s.contact(w, r, at, c.owner())
	case "alerts":
		s.cloudAlerts(w, r, at, c.owner())
	}
	return true
}

// onlyGet answers 405 to anything but a read.
func onlyGet(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet {
		return true
	}
	armError(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "The requested resource does not support http method '"+r.Method+"'.")
	return false
}

func noSecurity(w http.ResponseWriter, p armPath) {
	armError(w, http.StatusNotFound, "ResourceNotFound", "The resource '"+strings.Join(p, "/")+"' was not found.")
}

// securityList writes a page of a list of n rows that never change their order.
func (s *Server) securityList(w http.ResponseWriter, r *http.Request, size, n int, row func(j *jw, i int)) {
	if !onlyGet(w, r) {
		return
	}
	q := r.URL.Query()
	from := 0
	if token := q.Get("$skipToken"); token != "" {
		var err error
		if from, err = strconv.Atoi(token); err != nil || from < 0 {
			armError(w, http.StatusBadRequest, "InvalidSkipToken", "The skip token is not valid.")
			return
		}
	}
	to := min(from+size, n)
	odd := s.faults.takeOdd(true)
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.list("value")
		if odd {
			oddSecurity(j)
		}
		for i := from; i < to; i++ {
			row(j, i)
		}
		j.endList()
		if to < n {
			q.Set("$skipToken", strconv.Itoa(to))
			j.str("nextLink", s.base+r.URL.Path+"?"+q.Encode())
		}
		j.end()
	})
}

// oddSecurity writes rows that no description allows: words from the future, values of
// the wrong type, nothing but a name, and no object at all.
func oddSecurity(j *jw) {
	j.open("")
	j.str("id", "/subscriptions/"+subscriptionID+"/providers/Microsoft.Security/assessments/odd1")
	j.str("name", "odd1")
	j.str("type", "Microsoft.Security/assessments")
	j.raw("properties", `{"displayName":"Unknown words everywhere","resourceDetails":{"source":"Quantum","id":"q"},"status":{"code":"Gremlins"},"state":"Parked","severity":"Catastrophic","status2":null}`)
	j.end()
	j.open("")
	j.str("name", "odd2")
	j.raw("properties", `{"displayName":42,"score":"high","status":"bad","resourceDetails":[]}`)
	j.end()
	j.open("")
	j.str("name", "odd3")
	j.end()
	j.item("row")
}

// secureScores answers for scores and the controls beneath them.
func (s *Server) secureScores(w http.ResponseWriter, r *http.Request, at securityPath) {
	e, now := at.sub, s.now()
	if !onlyGet(w, r) {
		return
	}
	if e == nil || len(at.scope) != 2 {
		noSecurity(w, at.rest)
		return
	}
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	watched := !s.PostureState().unwatched(e)
	names := []string{}
	if watched {
		names = append(names, "ascScore")
		if e.id == researchID {
			names = append(names, guidOf("initiative"))
		}
	}
	base := "/subscriptions/" + e.id + "/providers/Microsoft.Security/secureScores/"
	parts, weight := s.posture.cloudParts(e, now)
	one := func(j *jw, i int) {
		armResource(j, base+names[i], "Microsoft.Security/secureScores", func(j *jw) {
			if i > 0 {
				initiativeProperties(j)
				return
			}
			scoreProperties(j, parts, weight)
		})
	}
	controls := at.rest.is(0, "secureScoreControls") && len(at.rest) == 1 || len(at.rest) == 3 && at.rest.is(2, "secureScoreControls")
	which := 0
	if at.rest.is(0, "secureScores") && len(at.rest) > 1 {
		if which = wordIn(names, at.rest[1]); which < 0 {
			noSecurity(w, at.rest)
			return
		}
	}
	switch {
	case controls:
		if !watched || which > 0 {
			parts = nil
		}
		define := strings.EqualFold(r.URL.Query().Get("$expand"), "definition")
		s.securityList(w, r, securityPage, len(parts), func(j *jw, i int) {
			armResource(j, base+"ascScore/secureScoreControls/"+parts[i].Control, "Microsoft.Security/secureScores/secureScoreControls",
				func(j *jw) { partProperties(j, parts[i], define) })
		})
	case at.rest.is(0, "secureScores") && len(at.rest) == 1:
		s.securityList(w, r, securityPage, len(names), one)
	case at.rest.is(0, "secureScores") && len(at.rest) == 2:
		writeAnswer(w, http.StatusOK, func(j *jw) { one(j, which) })
	default:
		noSecurity(w, at.rest)
	}
}

// metadata answers for the descriptions of recommendations. Those that the tenant made
// itself are told in a subscription only.
func (s *Server) metadata(w http.ResponseWriter, r *http.Request, at securityPath) {
	if !onlyGet(w, r) {
		return
	}
	known := make([]*advice, 0, len(advices))
	for i := range advices {
		if !advices[i].custom || at.sub != nil {
			known = append(known, &advices[i])
		}
	}
	switch len(at.rest) {
	case 1:
		s.securityList(w, r, securityPage/2, len(known), func(j *jw, i int) { metadataJSON(j, known[i]) })
		return
	case 2:
		for _, x := range known {
			if strings.EqualFold(guidOf(x.key), at.rest[1]) {
				writeAnswer(w, http.StatusOK, func(j *jw) { metadataJSON(j, x) })
				return
			}
		}
	}
	noSecurity(w, at.rest)
}
