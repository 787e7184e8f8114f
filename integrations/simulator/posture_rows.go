package simulator

import "strings"

// securityRows makes the rows of some types of securityresources, all where none are
// named, in the order of their ids within a type.
func (s *Server) securityRows(kinds []string, subs []int) (rows []graphRow) {
	c, now := s.posture, s.now()
	want := func(kind string) bool { return len(kinds) == 0 || wordIn(kinds, kind) >= 0 }
	seen := make([]bool, len(c.subs))
	state := s.PostureState()
	for _, i := range subs {
		seen[i] = !state.unregistered(&c.subs[i]) && !state.unwatched(&c.subs[i])
	}
	add := func(e *estate, kind, id, name string, properties func(j *jw)) {
		rows = append(rows, graphRow{id: id, low: strings.ToLower(id), name: name, kind: kind, sub: e.id, properties: properties})
	}
	const assessments = "microsoft.security/assessments"
	if want(assessments) || want(assessments+"/subassessments") {
		for _, i := range c.byID() {
			r := c.resources[c.results[i].resource]
			if !seen[r.sub] || !c.there(i, c.day(now)) {
				continue
			}
			e := &c.subs[r.sub]
			if want(assessments) {
				rows = append(rows, graphRow{id: c.ids[i], low: c.lows[i], name: c.resultName(i), kind: assessments, sub: e.id, properties: func(j *jw) {
					c.resultJSON(j, i, now, shape{metadata: true, links: true, risk: true, graph: true})
				}})
			}
			if !want(assessments + "/subassessments") {
				continue
			}
			code, _ := c.code(i, now)
			for n := range c.findings(i, code) {
				id, name := c.ids[i]+"/subAssessments/"+c.findingName(i, n), c.findingName(i, n)
				add(e, assessments+"/subassessments", id, name, func(j *jw) { c.findingProperties(j, i, n) })
			}
		}
	}
	for i := range c.subs {
		if e := &c.subs[i]; seen[i] {
			s.estateRows(e, want, add)
		}
	}
	if want("microsoft.security/locations/alerts") {
		s.gatherAlerts()
		for _, a := range c.alerts {
			if seen[a.sub] {
				add(&c.subs[a.sub], "microsoft.security/locations/alerts", c.alertID(a), a.name, func(j *jw) { c.alertProperties(j, a) })
			}
		}
	}
	return rows
}

// estateRows adds the scores and the compliance of a subscription.
func (s *Server) estateRows(e *estate, want func(string) bool, add func(*estate, string, string, string, func(*jw))) {
	c, now := s.posture, s.now()
	base := "/subscriptions/" + e.id + "/providers/Microsoft.Security/"
	const scores, controls = "microsoft.security/securescores", "microsoft.security/securescores/securescorecontrols"
	if want(scores) || want(controls) {
		parts, weight := c.cloudParts(e, now)
		if want(scores) {
			add(e, scores, base+"secureScores/ascScore", "ascScore", func(j *jw) { scoreProperties(j, parts, weight) })
			if e.id == researchID {
				add(e, scores, base+"secureScores/"+guidOf("initiative"), guidOf("initiative"), initiativeProperties)
			}
		}
		for _, p := range parts {
			if want(controls) {
				add(e, controls, base+"secureScores/ascScore/secureScoreControls/"+p.Control, p.Control, func(j *jw) { partProperties(j, p, false) })
			}
		}
	}
	const rules = "microsoft.security/regulatorycompliancestandards"
	if !want(rules) && !want(rules+"/regulatorycompliancecontrols") {
		return
	}
	all := c.tallies(e, now)
	for _, x := range standards {
		if want(rules) {
			add(e, rules, standardID(e, x), x.id, func(j *jw) { standardProperties(j, x, all) })
		}
		for _, q := range x.needs {
			if want(rules + "/regulatorycompliancecontrols") {
				add(e, rules+"/regulatorycompliancecontrols", requirementID(e, x, q), q.id, func(j *jw) { requirementProperties(j, q, all) })
			}
		}
	}
}

// armResource writes a resource of ARM around its properties.
func armResource(j *jw, id, kind string, properties func(j *jw)) {
	j.open("")
	j.str("id", id)
	j.str("name", id[strings.LastIndexByte(id, '/')+1:])
	j.str("type", kind)
	j.key("properties")
	properties(j)
	j.end()
}
