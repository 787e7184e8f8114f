package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"watchfloor/integrations/simulator/story"
)

// stateUpdate is what somebody said about a control.
type stateUpdate struct {
	state, comment, assigned, by string
	at                           int64
}

var controlStates = []string{"Default", "Ignored", "ThirdParty", "Reviewed"}

// listed are the improvements that the service lists today.
func (s *Server) listed() (out []int) {
	day := s.posture.day(s.now())
	for n, x := range improvements {
		if (x.begins == 0 || day >= x.begins) && (x.ends == 0 || day < x.ends) {
			out = append(out, n)
		}
	}
	return out
}

// profileAt finds a control that is listed, ignoring case; -1 where there is none.
func (s *Server) profileAt(id string) int {
	for _, n := range s.listed() {
		if strings.EqualFold(improvements[n].id, id) {
			return n
		}
	}
	return -1
}

func (s *Server) m365Profiles(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph control profiles")
	leave, ok := s.scoreGate(w)
	if !ok {
		return
	}
	defer leave()
	list := s.listed()
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	s.scorePage(w, r, "security/secureScoreControlProfiles", len(list), 20, func(j *jw, i int) { s.posture.profileJSON(j, list[i]) })
}

func (s *Server) m365Profile(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph control profile")
	leave, ok := s.scoreGate(w)
	if !ok {
		return
	}
	defer leave()
	n := s.profileAt(r.PathValue("id"))
	if n < 0 {
		noGraph(w, r.PathValue("id"))
		return
	}
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	writeAnswer(w, http.StatusOK, func(j *jw) { s.posture.profileJSON(j, n) })
}

// patchProfile sets the state of a control. The body must tell the vendor.
func (s *Server) patchProfile(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph control profile patch")
	leave, ok := s.scoreGate(w)
	if !ok {
		return
	}
	defer leave()
	var p patch
	if text, status := readBody(w, r, &p); text != "" {
		graphError(w, status, "BadRequest", text)
		return
	}
	n := s.profileAt(r.PathValue("id"))
	if n < 0 {
		noGraph(w, r.PathValue("id"))
		return
	}
	for k := range p {
		if k != "@odata.type" && wordIn([]string{"assignedTo", "comment", "state", "vendorInformation", "tenantNote"}, k) < 0 {
			graphError(w, http.StatusBadRequest, "BadRequest", "The property '"+k+"' cannot be updated.")
			return
		}
	}
	var vendor struct{ Provider, Vendor string }
	if json.Unmarshal(p["vendorInformation"], &vendor) != nil || vendor.Provider == "" || vendor.Vendor == "" {
		graphError(w, http.StatusBadRequest, "BadRequest", "The property 'vendorInformation' with 'provider' and 'vendor' is required.")
		return
	}
	state, hasState, bad := p.enum("state", controlStates)
	note, hasNote, okNote := p.text("comment")
	assigned, hasAssigned, okAssigned := p.text("assignedTo")
	if bad != "" || !okNote || !okAssigned || !hasState && !hasNote && !hasAssigned || utf8.RuneCountInString(note) > 2000 {
		graphError(w, http.StatusBadRequest, "BadRequest", firstOf(bad, "The request body is not valid."))
		return
	}
	s.posture.mu.Lock()
	defer s.posture.mu.Unlock()
	u := s.posture.newest(n)
	var fields []string
	if hasState {
		u.state = controlStates[state]
		fields = append(fields, "state")
	}
	if hasNote {
		u.comment = note
		fields = append(fields, "comment")
	}
	if hasAssigned {
		u.assigned = assigned
		fields = append(fields, "assignedTo")
	}
	s.posture.say(n, u, who.label(), r.Method, fields)
	if strings.Contains(strings.ToLower(r.Header.Get("Prefer")), "return=representation") {
		w.Header().Set("Preference-Applied", "return=representation")
		writeAnswer(w, http.StatusOK, func(j *jw) { s.posture.profileJSON(j, n) })
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// newest is what was said last about a control.
func (c *posture) newest(n int) stateUpdate {
	if all := c.updates(n); len(all) > 0 {
		return all[len(all)-1]
	}
	return stateUpdate{state: "Default"}
}

// updates is what was said about a control, oldest first; some were spoken about before
// the tenant was first asked.
func (c *posture) updates(n int) []stateUpdate {
	id := improvements[n].id
	if said, ok := c.profiles[id]; ok {
		return said
	}
	at := c.midnight(-100 - n).UnixNano()
	switch n % 9 {
	case 4:
		return []stateUpdate{{"Reviewed", "Looked at in the spring.", "", "helga.winter@" + story.Domain, at}}
	case 6:
		return []stateUpdate{{"Ignored", "=cmd|'/C calc'!A0 <b>accepted</b> by the board \u202e", "", "samuel.osei@" + story.Domain, at}}
	}
	return nil
}

// say adds an update.
func (c *posture) say(n int, u stateUpdate, who, method string, fields []string) {
	u.by, u.at = who, tick(c.now())
	c.profiles[improvements[n].id] = append(c.updates(n), u)
	c.wrote(PostureWrite{Kind: WroteControl, ID: improvements[n].id, Method: method, Who: who, Fields: fields, Value: u.state})
}

func (c *posture) profileJSON(j *jw, n int) {
	x := &improvements[n]
	j.open("")
	j.str("id", x.id)
	j.str("azureTenantId", tenantID)
	j.str("actionType", x.action)
	j.str("actionUrl", "https://security.microsoft.com/securescore?viewid=actions&id="+x.id)
	j.str("controlCategory", x.category)
	j.str("title", x.title)
	j.bool("deprecated", x.deprecated)
	j.str("implementationCost", x.cost)
	j.raw("lastModifiedDateTime", "null")
	j.dec("maxScore", x.max)
	j.num("rank", int64(n+1))
	j.str("remediation", "Open the settings of <b>"+x.service+"</b> and switch it on for everybody.<br/>Tell the people concerned first.")
	j.str("remediationImpact", "People notice this: "+x.impact+".")
	j.str("service", x.service)
	j.strs("threats", strings.Split(x.threats, ","))
	j.str("tier", x.tier)
	j.str("userImpact", x.impact)
	j.list("complianceInformation")
	j.endList()
	j.list("controlStateUpdates")
	for _, u := range c.updates(n) {
		j.open("")
		j.orNull("assignedTo", u.assigned)
		j.orNull("comment", u.comment)
		j.str("state", u.state)
		j.str("updatedBy", u.by)
		j.str("updatedDateTime", stamp(u.at))
		j.end()
	}
	j.endList()
	vendorJSON(j)
	j.end()
}
