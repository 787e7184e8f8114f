package simulator

import (
	"net/http"
	"strings"
)

// expanding reads $expand of assessments.
func expanding(r *http.Request) (s shape) {
	for _, x := range strings.Split(r.URL.Query().Get("$expand"), ",") {
		switch strings.ToLower(strings.TrimSpace(x)) {
		case "metadata":
			s.metadata = true
		case "links":
			s.links = true
		}
	}
	return s
}

// within lists the assessments at or beneath a scope, in the order of the service.
func (c *posture) within(at securityPath, day int) (out []int32) {
	prefix := strings.ToLower("/" + strings.Join(at.scope, "/"))
	whole := len(at.scope) == 2
	for i := at.sub.from; i < at.sub.to; i++ {
		if !c.there(i, day) {
			continue
		}
		if id := strings.ToLower(c.resourceID(c.resources[c.results[i].resource])); whole || id == prefix || strings.HasPrefix(id, prefix+"/") {
			out = append(out, i)
		}
	}
	return out
}

// assessments answers for the results of recommendations: in a subscription, beneath a
// resource group or resource, or one of a resource.
func (s *Server) assessments(w http.ResponseWriter, r *http.Request, at securityPath, version string) {
	if !onlyGet(w, r) {
		return
	}
	if at.sub == nil {
		noSecurity(w, at.rest)
		return
	}
	now := s.now()
	form := expanding(r)
	form.risk = version == securityVersions["assessments"][0]
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	row := func(j *jw, i int32) {
		armResource(j, s.posture.resultID(i), "Microsoft.Security/assessments", func(j *jw) { s.posture.resultJSON(j, i, now, form) })
	}
	var list []int32
	if !s.PostureState().unwatched(at.sub) {
		list = s.posture.within(at, s.posture.day(now))
	}
	switch len(at.rest) {
	case 1:
		s.securityList(w, r, assessmentPage, len(list), func(j *jw, i int) { row(j, list[i]) })
		return
	case 2:
		if i, ok := s.posture.exactly(list, at); ok {
			writeAnswer(w, http.StatusOK, func(j *jw) { row(j, i) })
			return
		}
	}
	noSecurity(w, at.rest)
}

// exactly finds the assessment of the resource that a path names.
func (c *posture) exactly(list []int32, at securityPath) (int32, bool) {
	want := "/" + strings.Join(at.scope, "/")
	for _, i := range list {
		if strings.EqualFold(c.resultName(i), at.rest[1]) && strings.EqualFold(c.resourceID(c.resources[c.results[i].resource]), want) {
			return i, true
		}
	}
	return 0, false
}

// subAssessments answers for what was found behind assessments: of one, or of all
// beneath a scope.
func (s *Server) subAssessments(w http.ResponseWriter, r *http.Request, at securityPath) {
	if at.sub == nil {
		noSecurity(w, at.rest)
		return
	}
	now := s.now()
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	var list []int32
	if !s.PostureState().unwatched(at.sub) {
		list = s.posture.within(at, s.posture.day(now))
	}
	if at.rest.is(0, "assessments") && len(at.rest) > 1 { // in the subscription: of every resource
		var of []int32
		for _, i := range list {
			if strings.EqualFold(s.posture.resultName(i), at.rest[1]) {
				of = append(of, i)
			}
		}
		list = of
	}
	type finding struct {
		result int32
		n      int
	}
	var all []finding
	for _, i := range list {
		code, _ := s.posture.code(i, now)
		for n := range s.posture.findings(i, code) {
			all = append(all, finding{i, n})
		}
	}
	row := func(j *jw, f finding) {
		armResource(j, s.posture.resultID(f.result)+"/subAssessments/"+s.posture.findingName(f.result, f.n), "Microsoft.Security/assessments/subAssessments",
			func(j *jw) { s.posture.findingProperties(j, f.result, f.n) })
	}
	switch {
	case len(at.rest) == 1 && at.rest.is(0, "subAssessments"), len(at.rest) == 3:
		s.securityList(w, r, assessmentPage, len(all), func(j *jw, i int) { row(j, all[i]) })
		return
	case len(at.rest) == 4:
		for _, f := range all {
			if strings.EqualFold(s.posture.findingName(f.result, f.n), at.rest[3]) && onlyGet(w, r) {
				writeAnswer(w, http.StatusOK, func(j *jw) { row(j, f) })
				return
			}
		}
	}
	noSecurity(w, at.rest)
}
