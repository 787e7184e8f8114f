// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"maps"
	"net/http"
	"slices"

	"watchfloor/integrations/simulator/odata"
)

// IDs of the properties that lists of identities filter by.
const (
	propID = 100 + iota
	propRiskState
	propRiskLevel
	propRiskDetail
	propRiskChanged
	propUPN
	propName
	propEventType
	propUserID
	propDetected
	propActivity
	propUpdated
	propRequest
	propAppID
)

var riskySchema = odata.Schema{
	"id": {ID: propID, Kind: odata.Word}, "riskState": {ID: propRiskState, Kind: odata.Word}, "riskLevel": {ID: propRiskLevel, Kind: odata.Word},
	"riskDetail": {ID: propRiskDetail, Kind: odata.Word}, "riskLastUpdatedDateTime": {ID: propRiskChanged, Kind: odata.Time},
	"userPrincipalName": {ID: propUPN, Kind: odata.Word}, "userDisplayName": {ID: propName}, "displayName": {ID: propName}, "appId": {ID: propAppID, Kind: odata.Word},
}

var detectionSchema = odata.Schema{
	"id": {ID: propID, Kind: odata.Word}, "riskState": {ID: propRiskState, Kind: odata.Word}, "riskLevel": {ID: propRiskLevel, Kind: odata.Word},
	"riskDetail": {ID: propRiskDetail, Kind: odata.Word}, "riskEventType": {ID: propEventType}, "userId": {ID: propUserID, Kind: odata.Word},
	"servicePrincipalId": {ID: propUserID, Kind: odata.Word}, "userPrincipalName": {ID: propUPN, Kind: odata.Word}, "requestId": {ID: propRequest, Kind: odata.Word},
	"detectedDateTime": {ID: propDetected, Kind: odata.Time}, "activityDateTime": {ID: propActivity, Kind: odata.Time}, "lastUpdatedDateTime": {ID: propUpdated, Kind: odata.Time},
}

// identityRoutes registers what Graph has of identities. Actions are reached by their
// short and by their qualified name.
func (s *Server) identityRoutes(mux *http.ServeMux) {
	type handler func(http.ResponseWriter, *http.Request, owner)
	handle := func(pattern string, n need, l licence, h handler) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			c, ok := s.caller(w, r, audGraph)
			if !ok || !s.graphMay(w, c, n) || !s.licensed(w, l) {
				return
			}
			h(w, r, c.owner())
		})
	}
	action := func(list, name string, n need, l licence, h handler) {
		handle("POST /v1.0/"+list+"/"+name, n, l, h)
		handle("POST /v1.0/"+list+"/microsoft.graph."+name, n, l, h)
	}
	const users, apps, log = "identityProtection/riskyUsers", "identityProtection/riskyServicePrincipals", "auditLogs/signIns"
	handle("GET /v1.0/"+users, readRiskyUsers, premium2, s.listRiskyUsers)
	handle("GET /v1.0/"+users+"/{id}", readRiskyUsers, premium2, s.getRiskyUser)
	handle("GET /v1.0/"+users+"/{id}/history", readRiskyUsers, premium2, s.riskyUserHistory)
	handle("GET /v1.0/identityProtection/riskDetections", readRiskEvents, premium2, s.listDetections)
	handle("GET /v1.0/identityProtection/riskDetections/{id}", readRiskEvents, premium2, s.getDetection)
	handle("GET /v1.0/"+apps, readRiskyApps, workloadPremium, s.listRiskyApps)
	handle("GET /v1.0/"+apps+"/{id}", readRiskyApps, workloadPremium, s.getRiskyApp)
	handle("GET /v1.0/"+apps+"/{id}/history", readRiskyApps, workloadPremium, s.riskyAppHistory)
	handle("GET /v1.0/identityProtection/servicePrincipalRiskDetections", readRiskyApps, workloadPremium, s.listAppDetections)
	handle("GET /v1.0/identityProtection/servicePrincipalRiskDetections/{id}", readRiskyApps, workloadPremium, s.getDetection)
	handle("GET /v1.0/"+log, readSignIns, premium1, s.listSignIns)
	handle("GET /v1.0/"+log+"/{id}", readSignIns, premium1, s.getSignIn)
	handle("GET /v1.0/users", readUsers, free, s.listUsers)
	handle("GET /v1.0/users/{id}", readUsers, free, s.getUser)
	handle("GET /v1.0/directoryRoles", readRoleHolders, free, s.listRoles)
	handle("GET /v1.0/directoryRoles/{id}/members", readRoleHolders, free, s.listMembers)
	for _, name := range []string{"dismiss", "confirmCompromised", "confirmSafe"} {
		action(users, name, writeRiskyUsers, premium2, s.judgeUsers(name))
		action(log, name, writeRiskEvents, premium2, s.judgeSignIns(name))
		if name != "confirmSafe" {
			action(apps, name, writeRiskyApps, workloadPremium, s.judgeApps(name))
		}
	}
	action("users/{id}", "revokeSignInSessions", revokeSessions, free, s.revokeSessions)
	handle("PATCH /v1.0/users/{id}", enableAccounts, free, s.patchUser)
}

// riskyList is a list of users or workloads at risk.
func (x *identities) riskyList(table map[int32]*risk, row func(*risk) fieldRow, id func(*risk) string) listing[*risk] {
	return listing[*risk]{
		rows: slices.Collect(maps.Values(table)), key: func(r *risk) int64 { return r.changed }, id: id,
		row: func(r *risk) odata.Row { return row(r) }, schema: riskySchema, order: "riskLastUpdatedDateTime", most: 500,
	}
}

func riskRow(r *risk, id, upn, name string) fieldRow {
	words := map[int]string{propID: id, propRiskState: r.state, propRiskLevel: r.level, propRiskDetail: r.detail, propUPN: upn, propName: name, propAppID: upn}
	return fieldRow{func(p int) (string, bool) { return words[p], true }, func(int) int64 { return r.changed }}
}

func (s *Server) listRiskyUsers(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph risky users")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	x := s.ids
	l := x.riskyList(x.risky, func(r *risk) fieldRow { u := &x.users[r.who]; return riskRow(r, u.id, u.upn, u.name) },
		func(r *risk) string { return x.users[r.who].id })
	writePage(s, w, r, "riskyUsers", l, x.riskyUserJSON)
}

// riskyUser finds a user at risk, by object id.
func (x *identities) riskyUser(id string) (*risk, bool) {
	i, known := x.byID[id]
	if !known || x.users[i].id != id {
		return nil, false
	}
	r := x.risky[i]
	return r, r != nil
}

func (s *Server) getRiskyUser(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph risky user")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.riskyUser(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) { s.ids.riskyUserJSON(j, u) })
}

func (s *Server) riskyUserHistory(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph risky user history")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	u, ok := s.ids.riskyUser(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	id := s.ids.users[u.who].id
	writePage(s, w, r, "riskyUsers('"+id+"')/history", historyOf(u, id), func(j *jw, t turn) { s.ids.turnJSON(j, u, t, false) })
}

// historyOf is the history of a user or workload as a list.
func historyOf(r *risk, id string) listing[turn] {
	return listing[turn]{
		rows: r.turns, key: func(t turn) int64 { return t.at }, id: func(turn) string { return id },
		row: func(t turn) odata.Row {
			return fieldRow{func(p int) (string, bool) {
				return map[int]string{propRiskState: t.state, propRiskLevel: t.level, propRiskDetail: t.detail}[p], true
			}, func(int) int64 { return t.at }}
		}, schema: odata.Schema{
			"riskState": riskySchema["riskState"], "riskLevel": riskySchema["riskLevel"], "riskDetail": riskySchema["riskDetail"],
			"riskLastUpdatedDateTime": riskySchema["riskLastUpdatedDateTime"],
		}, order: "riskLastUpdatedDateTime", most: 500,
	}
}

func (s *Server) listRiskyApps(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph risky workloads")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	x := s.ids
	l := x.riskyList(x.riskyW, func(r *risk) fieldRow { a := &x.apps[r.who]; return riskRow(r, a.id, a.appID, a.name) },
		func(r *risk) string { return x.apps[r.who].id })
	writePage(s, w, r, "riskyServicePrincipals", l, x.riskyAppJSON)
}

func (x *identities) riskyApp(id string) (*risk, bool) {
	for i := range x.apps {
		if r := x.riskyW[int32(i)]; x.apps[i].id == id && r != nil {
			return r, true
		}
	}
	return nil, false
}

func (s *Server) getRiskyApp(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph risky workload")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	a, ok := s.ids.riskyApp(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) { s.ids.riskyAppJSON(j, a) })
}

func (s *Server) riskyAppHistory(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph risky workload history")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	a, ok := s.ids.riskyApp(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	id := s.ids.apps[a.who].id
	writePage(s, w, r, "riskyServicePrincipals('"+id+"')/history", historyOf(a, id), func(j *jw, t turn) { s.ids.turnJSON(j, a, t, true) })
}

func (s *Server) listDetections(w http.ResponseWriter, r *http.Request, _ owner) {
	s.detections(w, r, false, "riskDetections")
}

func (s *Server) listAppDetections(w http.ResponseWriter, r *http.Request, _ owner) {
	s.detections(w, r, true, "servicePrincipalRiskDetections")
}

func (s *Server) detections(w http.ResponseWriter, r *http.Request, workload bool, what string) {
	s.count("graph " + map[bool]string{false: "detections", true: "workload detections"}[workload])
	s.ids.enter()
	defer s.ids.mu.Unlock()
	x := s.ids
	l := listing[*detection]{
		key: func(d *detection) int64 { return d.detected }, id: func(d *detection) string { return d.id },
		row: func(d *detection) odata.Row { return x.detectionRow(d) }, schema: detectionSchema, order: "detectedDateTime", most: 500,
	}
	for _, d := range x.found {
		if d.workload == workload {
			l.rows = append(l.rows, d)
		}
	}
	writePage(s, w, r, what, l, x.detectionJSON)
}

func (x *identities) detectionRow(d *detection) fieldRow {
	return fieldRow{func(p int) (string, bool) {
		switch p {
		case propUserID:
			return x.subject(d), true
		case propUPN:
			return x.users[d.who].upn, !d.workload
		}
		return map[int]string{propID: d.id, propRiskState: d.state, propRiskLevel: d.level, propRiskDetail: d.detail, propEventType: d.kind, propRequest: d.request}[p], true
	}, func(p int) int64 {
		return map[int]int64{propDetected: d.detected, propActivity: d.at, propUpdated: d.updated}[p]
	}}
}

// subject is the object id of whom a detection is about.
func (x *identities) subject(d *detection) string {
	if d.workload {
		return x.apps[d.who].id
	}
	return x.users[d.who].id
}

func (s *Server) getDetection(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph detection")
	s.ids.enter()
	defer s.ids.mu.Unlock()
	d := s.ids.foundX[r.PathValue("id")]
	if d == nil {
		noGraph(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) { s.ids.detectionJSON(j, d) })
}
