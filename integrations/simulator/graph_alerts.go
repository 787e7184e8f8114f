// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"encoding/json"
	"net/http"
	"strconv"

	"watchfloor/integrations/simulator/odata"
	"watchfloor/integrations/simulator/story"
)

const (
	propService = 100 + iota
	propAlertStatus
)

var alertSchema = odata.Schema{
	"createdDateTime":    {ID: propCreated, Kind: odata.Time},
	"lastUpdateDateTime": {ID: propModified, Kind: odata.Time},
	"severity":           {ID: propSeverity, Kind: odata.Word},
	"status":             {ID: propAlertStatus, Kind: odata.Word},
	"assignedTo":         {ID: propOwner, Kind: odata.Word},
	"classification":     {ID: propClass, Kind: odata.Word},
	"determination":      {ID: propDetail, Kind: odata.Word},
	"serviceSource":      {ID: propService, Kind: odata.Word},
}

// alertRow answers a filter for one alert.
type alertRow struct {
	t   *tenant
	ref alertRef
	a   *story.Alert
	e   alertEdit
}

func (x alertRow) Num(id int) int64 {
	if id == propModified {
		return max(x.e.modified, tick(x.a.Created))
	}
	return tick(x.a.Created)
}

func (x alertRow) Str(id int) (string, bool) {
	switch id {
	case propSeverity:
		return graphSeverity[x.a.Severity], true
	case propAlertStatus:
		return alertStatus[x.e.status], true
	case propClass:
		return graphClass[x.e.class], true
	case propDetail:
		return graphDetail[x.e.detail], true
	case propService:
		return serviceSources[x.a.Product], true
	}
	if x.e.assigned != nil {
		return *x.e.assigned, *x.e.assigned != ""
	}
	upn := x.t.owners[x.t.recs[x.ref.incident].owner].upn
	return upn, upn != ""
}

// listAlerts lists alerts by the age of their incidents, newest first. A page ends
// with an incident, so it may hold a few alerts less than asked for.
func (s *Server) listAlerts(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph alerts list")
	v := r.URL.Query()
	q, text := graphQuery(v, alertSchema, maxGraphTop)
	if text != "" {
		graphError(w, http.StatusBadRequest, "BadRequest", text)
		return
	}
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	walk := query{order: q.order, top: 1, after: q.after}
	j := alertRoom.writer()
	j.open("")
	j.str("@odata.context", s.base+"/v1.0/$metadata#security/alerts_v2")
	j.list("value")
	n, skip, next := 0, q.skip, ""
	for n < q.top {
		rows, token, err := s.t.list(&s.t.gra, walk)
		if err != nil {
			graphError(w, http.StatusBadRequest, "BadRequest", err.Error()+".")
			return
		}
		for _, i := range rows {
			told := s.t.alerts(&s.t.recs[i])
			for k := range told {
				ref := alertRef{i, int32(k)}
				e, _ := s.t.alertState(ref)
				if !q.filter.Match(alertRow{s.t, ref, &told[k], e}) {
					continue
				}
				if skip > 0 {
					skip--
					continue
				}
				_, in, _ := s.t.alertAt(s.t.alertID(ref))
				s.t.alertJSON(j, ref, in, told[k])
				n++
			}
		}
		if next = token; token == "" {
			break
		}
		walk.after = token
	}
	j.endList()
	if next != "" {
		v.Del("$skip")
		v.Set("$skiptoken", next)
		j.str("@odata.nextLink", s.base+r.URL.Path+"?"+v.Encode())
	}
	j.end()
	alertRoom.used(j)
	writeRaw(w, http.StatusOK, j.b)
}

func (s *Server) answerAlert(w http.ResponseWriter, ref alertRef, in int32) {
	told := s.t.alerts(&s.t.recs[ref.incident])
	writeAnswer(w, http.StatusOK, func(j *jw) { s.t.alertJSON(j, ref, in, told[ref.ordinal]) })
}

func (s *Server) getAlert(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph alert get")
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	ref, in, ok := s.t.alertAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	s.answerAlert(w, ref, in)
}

// editAlert returns the changeable state of an alert, made now if need be.
func (t *tenant) editAlert(ref alertRef) *alertEdit {
	e, touched := t.alertState(ref)
	ed := t.recs[ref.incident].edit()
	if !touched {
		if ed.alerts == nil {
			ed.alerts = map[int]*alertEdit{}
		}
		ed.alerts[int(ref.ordinal)] = &e
	}
	return ed.alerts[int(ref.ordinal)]
}

func (s *Server) patchAlert(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph alert patch")
	var p patch
	if text, status := readBody(w, r, &p); text != "" {
		graphError(w, status, "BadRequest", text)
		return
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	ref, in, ok := s.t.alertAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	for k := range p {
		if k != "@odata.type" && wordIn([]string{"assignedTo", "status", "classification", "determination", "customDetails"}, k) < 0 {
			graphError(w, http.StatusBadRequest, "BadRequest", "The property '"+k+"' cannot be updated.")
			return
		}
	}
	status, hasStatus, bad1 := p.enum("status", alertStatus)
	class, hasClass, bad2 := p.enum("classification", graphClassWords)
	detail, hasDetail, bad3 := p.enum("determination", graphDetail)
	assigned, hasAssigned, okAssigned := p.text("assignedTo")
	custom, hasCustom := p["customDetails"]
	if bad := firstOf(bad1, bad2, bad3); bad != "" || !okAssigned || len(p) == 0 || hasCustom && !json.Valid(custom) {
		graphError(w, http.StatusBadRequest, "BadRequest", firstOf(bad, "The request body is not valid."))
		return
	}
	e := s.t.editAlert(ref)
	if hasStatus {
		e.status = uint8(status)
	}
	if hasClass {
		e.class = uint8(classOf(class))
	}
	if hasDetail {
		e.detail = uint8(detail)
	}
	if hasAssigned {
		e.assigned = &assigned
	}
	if hasCustom {
		e.custom = custom
	}
	s.t.touch(in, who) // the incident is updated with its alert
	e.modified = s.t.recs[in].modified
	s.t.wrote(in, Write{Method: r.Method, Who: who.label(), Fields: []string{"alert"}})
	s.answerAlert(w, ref, in)
}

func (s *Server) commentAlert(w http.ResponseWriter, r *http.Request, who owner) {
	s.count("graph alert comment")
	texts, ok := graphComments(w, r)
	if !ok {
		return
	}
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	ref, in, ok := s.t.alertAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	e := s.t.editAlert(ref)
	s.t.touch(in, who)
	for _, text := range texts {
		at := s.t.recs[in].modified
		e.comments = append(e.comments, comment{id: strconv.Itoa(len(e.comments) + 1), text: text, author: who, created: at, modified: at})
		s.t.wrote(in, Write{Method: r.Method, Who: who.label(), Fields: []string{"alert comment"}, CommentText: text})
	}
	s.commentList(w, "security/alerts_v2('"+r.PathValue("id")+"')/comments", e.comments)
}
