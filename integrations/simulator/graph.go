package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"watchfloor/integrations/simulator/odata"
)

var graphIncidentSchema = odata.Schema{
	"createdDateTime":    {ID: propCreated, Kind: odata.Time},
	"lastUpdateDateTime": {ID: propModified, Kind: odata.Time},
	"severity":           {ID: propSeverity, Kind: odata.Word},
	"status":             {ID: propStatus, Kind: odata.Word},
	"assignedTo":         {ID: propOwner, Kind: odata.Word},
	"classification":     {ID: propClass, Kind: odata.Word},
	"determination":      {ID: propDetail, Kind: odata.Word},
}

var graphOrders = odata.Schema{
	"createdDateTime":    graphIncidentSchema["createdDateTime"],
	"lastUpdateDateTime": graphIncidentSchema["lastUpdateDateTime"],
}

const (
	maxGraphTop       = 1000
	maxGraphTopExpand = 50
)

// graphRoutes registers Graph v1.0. Functions are reached by their short and by their
// qualified name, as at the service.
func (s *Server) graphRoutes(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern string
		need    need
		h       func(http.ResponseWriter, *http.Request, owner)
	}{
		{"GET /v1.0/security/incidents", readIncidents, s.listGraph},
		{"GET /v1.0/security/incidents/{id}", readIncidents, s.getGraph},
		{"PATCH /v1.0/security/incidents/{id}", writeIncidents, s.patchGraph},
		{"GET /v1.0/security/incidents/{id}/alerts", readIncidents, s.graphIncidentAlerts},
		{"POST /v1.0/security/incidents/{id}/comments", writeIncidents, s.commentGraph},
		{"POST /v1.0/security/incidents/mergeIncidents", regroup, s.mergeGraph},
		{"POST /v1.0/security/incidents/microsoft.graph.security.mergeIncidents", regroup, s.mergeGraph},
		{"POST /v1.0/security/alerts_v2/moveAlerts", regroup, s.moveGraph},
		{"POST /v1.0/security/alerts_v2/microsoft.graph.security.moveAlerts", regroup, s.moveGraph},
		{"GET /v1.0/security/alerts_v2", readAlerts, s.listAlerts},
		{"GET /v1.0/security/alerts_v2/{id}", readAlerts, s.getAlert},
		{"PATCH /v1.0/security/alerts_v2/{id}", writeAlerts, s.patchAlert},
		{"POST /v1.0/security/alerts_v2/{id}/comments", writeAlerts, s.commentAlert},
	} {
		mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) {
			c, ok := s.caller(w, r, audGraph)
			if !ok || !s.graphMay(w, c, route.need) {
				return
			}
			s.settle()
			route.h(w, r, c.owner())
		})
	}
	s.identityRoutes(mux)
	s.scoreRoutes(mux)
	mux.HandleFunc("/v1.0/", func(w http.ResponseWriter, r *http.Request) {
		if _, ok := s.caller(w, r, audGraph); ok {
			graphError(w, http.StatusBadRequest, "BadRequest", "Resource not found for the segment '"+r.URL.Path+"'.")
		}
	})
}

// graphQuery reads the query options that a list understands.
func graphQuery(v url.Values, schema odata.Schema, limit int) (q query, text string) {
	var ok bool
	var err error
	if q.top, ok = topOf(v, 50, limit); !ok {
		return q, "Invalid value for the query option '$top'."
	}
	if skip := v.Get("$skip"); skip != "" {
		if q.skip, err = strconv.Atoi(skip); err != nil || q.skip < 0 {
			return q, "Invalid value for the query option '$skip'."
		}
	}
	if q.filter, err = odata.Parse(v.Get("$filter"), schema); err != nil {
		return q, "Invalid filter clause: " + err.Error() + "."
	}
	if q.order, err = odata.ParseOrder(v.Get("$orderby"), graphOrders, odata.Order{Property: graphOrders["createdDateTime"], Desc: true}); err != nil {
		return q, "Invalid orderby clause: " + err.Error() + "."
	}
	if q.after = v.Get("$skiptoken"); q.after != "" {
		q.skip = 0
	}
	return q, ""
}

// expands reports whether alerts are to be told with the incidents.
func expands(v url.Values) bool {
	for _, x := range strings.Split(v.Get("$expand"), ",") {
		if name, _, _ := strings.Cut(strings.TrimSpace(x), "("); name == "alerts" {
			return true
		}
	}
	return false
}

func (s *Server) listGraph(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph list")
	v := r.URL.Query()
	expand, limit := expands(v), maxGraphTop
	if expand {
		limit = maxGraphTopExpand
	}
	q, text := graphQuery(v, graphIncidentSchema, limit)
	if text != "" {
		graphError(w, http.StatusBadRequest, "BadRequest", text)
		return
	}
	all := wantsUnknown(r)
	s.t.mu.RLock()
	rows, next, err := s.t.list(&s.t.gra, q)
	odd := s.faults.takeOdd(err == nil)
	j := graphRoom.writer()
	if err == nil {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#security/incidents")
		if v.Get("$count") == "true" {
			j.num("@odata.count", int64(s.t.countRows(&s.t.gra, q.filter)))
		}
		j.list("value")
		for n, i := range rows {
			if odd && n < oddGraphRows {
				s.t.oddGraph(j, i, n)
				continue
			}
			s.t.graphJSON(j, i, expand, all)
		}
		j.endList()
		if next != "" {
			v.Del("$skip")
			v.Set("$skiptoken", next)
			j.str("@odata.nextLink", s.base+r.URL.Path+"?"+v.Encode())
		}
		j.end()
	}
	s.t.mu.RUnlock()
	if err != nil {
		graphError(w, http.StatusBadRequest, "BadRequest", err.Error()+".")
		return
	}
	graphRoom.used(j)
	writeRaw(w, http.StatusOK, j.b)
}

// wantsUnknown reports whether the client asked for enum members added later.
func wantsUnknown(r *http.Request) bool {
	return strings.Contains(strings.ToLower(strings.Join(r.Header.Values("Prefer"), ",")), "include-unknown-enum-members")
}

func (s *Server) getGraph(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph get")
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	i, ok := s.t.graphAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) { s.t.graphJSON(j, i, expands(r.URL.Query()), wantsUnknown(r)) })
}

func noGraph(w http.ResponseWriter, id string) {
	graphError(w, http.StatusNotFound, "NotFound", "The resource '"+id+"' was not found.")
}

// graphIncidentAlerts lists the alerts of one incident, all on one page.
func (s *Server) graphIncidentAlerts(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph incident alerts")
	s.t.mu.RLock()
	defer s.t.mu.RUnlock()
	i, ok := s.t.graphAt(r.PathValue("id"))
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#security/incidents('"+r.PathValue("id")+"')/alerts")
		j.list("value")
		s.t.graphAlerts(j, i)
		j.endList()
		j.end()
	})
}
