package simulator

import (
	"net/http"
	"strings"
	"time"
)

// standard is a regulatory standard: its requirements name recommendations by key; one
// without any cannot be assessed by the service.
type standard struct {
	id    string
	needs []requirement
}

type requirement struct {
	id, about string
	advices   []string
}

var standards = []standard{
	{"Microsoft-cloud-security-benchmark", []requirement{
		{"IM-6", "Use strong authentication controls", []string{"mfa owners"}},
		{"PA-1", "Separate and limit highly privileged users", []string{"owners", "guests"}},
		{"NS-1", "Establish network segmentation boundaries", []string{"subnet group", "internet facing"}},
		{"NS-2", "Secure cloud services with network controls", []string{"storage network", "vault firewall", "public blobs"}},
		{"NS-6", "Deploy web application firewall", []string{"waf"}},
		{"DP-3", "Encrypt sensitive data in transit", []string{"secure transfer", "web https", "web tls"}},
		{"DP-4", "Enable data at rest encryption by default", []string{"sql encryption", "disk encryption"}},
		{"PV-6", "Rapidly and automatically remediate vulnerabilities", []string{keyUpdates, "sql findings", "images"}},
		{"ES-2", "Use modern anti-malware software", []string{"endpoint protection", "endpoint health"}},
		{"GS-1", "Align organization roles and responsibilities", nil},
	}},
	{"ISO-27001-2013", []requirement{
		{"A9.2.3", "Management of privileged access rights", []string{"owners", "mfa owners"}},
		{"A10.1.1", "Policy on the use of cryptographic controls", []string{"sql encryption", "secure transfer"}},
		{"A12.4.1", "Event logging", []string{"sql audit"}},
		{"A12.6.1", "Management of technical vulnerabilities", []string{keyUpdates, "assessment agent"}},
		{"A7.2.2", "Awareness, education and training", nil},
	}},
	{"PCI-DSS-4", []requirement{
		{"1.4", "Connections between trusted and untrusted networks are controlled", []string{keyPorts, "just in time", "internet facing"}},
		{"5.2", "Malicious software is prevented, or detected and addressed", []string{"endpoint protection"}},
		{"6.3", "Vulnerabilities are identified and addressed", []string{"images", "sql findings"}},
		{"9.1", "Physical access to cardholder data is restricted", nil},
	}},
}

// tally counts the resources of a requirement's recommendation.
type tally struct{ passed, failed, skipped int }

func (t tally) state() string {
	switch {
	case t.failed > 0:
		return "Failed"
	case t.passed > 0:
		return "Passed"
	}
	return "Skipped"
}

// tallies counts every recommendation of a subscription.
func (c *posture) tallies(e *estate, at time.Time) []tally {
	out, day := make([]tally, len(advices)), c.day(at)
	for i := e.from; i < e.to; i++ {
		if !c.there(i, day) {
			continue
		}
		t := &out[c.results[i].advice]
		switch code, _ := c.code(i, at); code {
		case healthy:
			t.passed++
		case unhealthy:
			t.failed++
		default:
			t.skipped++
		}
	}
	return out
}

// of sums a requirement over its recommendations: each passes or fails as a whole.
func (q requirement) of(all []tally) (t tally, state string) {
	if q.advices == nil {
		return t, "Unsupported"
	}
	for _, key := range q.advices {
		a, _ := adviceBy(key)
		switch all[a].state() {
		case "Passed":
			t.passed++
		case "Failed":
			t.failed++
		default:
			t.skipped++
		}
	}
	return t, t.state()
}

// compliance answers for standards, their requirements and what those look at.
func (s *Server) compliance(w http.ResponseWriter, r *http.Request, at securityPath) {
	if !onlyGet(w, r) {
		return
	}
	if at.sub == nil || len(at.scope) != 2 {
		noSecurity(w, at.rest)
		return
	}
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	all := s.posture.tallies(at.sub, s.now())
	known := standards
	if s.PostureState().unwatched(at.sub) {
		known = nil
	}
	row := func(j *jw, x standard) {
		armResource(j, standardID(at.sub, x), "Microsoft.Security/regulatoryComplianceStandard", func(j *jw) { standardProperties(j, x, all) })
	}
	if len(at.rest) == 1 {
		s.securityList(w, r, securityPage, len(known), func(j *jw, i int) { row(j, known[i]) })
		return
	}
	for _, x := range known {
		if !strings.EqualFold(x.id, at.rest[1]) {
			continue
		}
		switch {
		case len(at.rest) == 2:
			writeAnswer(w, http.StatusOK, func(j *jw) { row(j, x) })
			return
		case !at.rest.is(2, "regulatoryComplianceControls"):
		case len(at.rest) == 3:
			s.securityList(w, r, securityPage, len(x.needs), func(j *jw, i int) { requirementRow(j, at.sub, x, x.needs[i], all) })
			return
		default:
			s.requirement(w, r, at, x, all)
			return
		}
	}
	noSecurity(w, at.rest)
}

// requirement answers for one control of a standard and the recommendations beneath it.
func (s *Server) requirement(w http.ResponseWriter, r *http.Request, at securityPath, x standard, all []tally) {
	for _, q := range x.needs {
		if !strings.EqualFold(q.id, at.rest[3]) {
			continue
		}
		row := func(j *jw, key string) {
			armResource(j, requirementID(at.sub, x, q)+"/regulatoryComplianceAssessments/"+guidOf(key), "Microsoft.Security/regulatoryComplianceAssessment",
				func(j *jw) { lookProperties(j, at.sub, key, all) })
		}
		switch {
		case len(at.rest) == 4:
			writeAnswer(w, http.StatusOK, func(j *jw) { requirementRow(j, at.sub, x, q, all) })
			return
		case !at.rest.is(4, "regulatoryComplianceAssessments"):
		case len(at.rest) == 5:
			s.securityList(w, r, securityPage, len(q.advices), func(j *jw, i int) { row(j, q.advices[i]) })
			return
		case len(at.rest) == 6:
			for _, key := range q.advices {
				if strings.EqualFold(guidOf(key), at.rest[5]) {
					writeAnswer(w, http.StatusOK, func(j *jw) { row(j, key) })
					return
				}
			}
		}
	}
	noSecurity(w, at.rest)
}

func standardID(e *estate, x standard) string {
	return "/subscriptions/" + e.id + "/providers/Microsoft.Security/regulatoryComplianceStandards/" + x.id
}

func requirementRow(j *jw, e *estate, x standard, q requirement, all []tally) {
	armResource(j, requirementID(e, x, q), "Microsoft.Security/regulatoryComplianceControl", func(j *jw) { requirementProperties(j, q, all) })
}

func requirementID(e *estate, x standard, q requirement) string {
	return standardID(e, x) + "/regulatoryComplianceControls/" + q.id
}

func standardProperties(j *jw, x standard, all []tally) {
	var n tally
	unsupported, state := 0, "Passed"
	for _, q := range x.needs {
		switch _, st := q.of(all); st {
		case "Passed":
			n.passed++
		case "Failed":
			n.failed++
		case "Skipped":
			n.skipped++
		default:
			unsupported++
		}
	}
	if n.failed > 0 || n.passed == 0 {
		state = n.state()
	}
	j.open("")
	j.str("state", state)
	j.num("passedControls", int64(n.passed))
	j.num("failedControls", int64(n.failed))
	j.num("skippedControls", int64(n.skipped))
	j.num("unsupportedControls", int64(unsupported))
	j.end()
}

func requirementProperties(j *jw, q requirement, all []tally) {
	t, state := q.of(all)
	j.open("")
	j.str("description", q.about)
	j.str("state", state)
	j.num("passedAssessments", int64(t.passed))
	j.num("failedAssessments", int64(t.failed))
	j.num("skippedAssessments", int64(t.skipped))
	j.end()
}

// lookProperties writes what a requirement looks at: a recommendation by key.
func lookProperties(j *jw, e *estate, key string, all []tally) {
	a, _ := adviceBy(key)
	t := all[a]
	j.open("")
	j.str("description", advices[a].title)
	j.str("assessmentType", "Assessment")
	j.str("assessmentDetailsLink", "https://management.azure.com/subscriptions/"+e.id+"/providers/Microsoft.Security/assessments/"+guidOf(key))
	j.str("state", t.state())
	j.num("passedResources", int64(t.passed))
	j.num("failedResources", int64(t.failed))
	j.num("skippedResources", int64(t.skipped))
	j.num("unsupportedResources", 0)
	j.end()
}
