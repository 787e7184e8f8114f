package simulator

import (
	"net/http"
	"net/url"
	"strconv"

	"watchfloor/integrations/simulator/odata"
)

var sentinelSchema = odata.Schema{
	"properties/createdTimeUtc":          {ID: propCreated, Kind: odata.Time},
	"properties/lastModifiedTimeUtc":     {ID: propModified, Kind: odata.Time},
	"properties/incidentNumber":          {ID: propNumber, Kind: odata.Int},
	"properties/severity":                {ID: propSeverity, Kind: odata.Word},
	"properties/status":                  {ID: propStatus, Kind: odata.Word},
	"properties/title":                   {ID: propTitle, Kind: odata.Text},
	"properties/owner/userPrincipalName": {ID: propOwner, Kind: odata.Text},
	"properties/classification":          {ID: propClass, Kind: odata.Word},
}

var sentinelOrders = odata.Schema{
	"properties/createdTimeUtc":      sentinelSchema["properties/createdTimeUtc"],
	"properties/lastModifiedTimeUtc": sentinelSchema["properties/lastModifiedTimeUtc"],
	"properties/incidentNumber":      sentinelSchema["properties/incidentNumber"],
}

// sentinel routes what is beneath Microsoft.SecurityInsights; p starts at the type.
func (s *Server) sentinel(w http.ResponseWriter, r *http.Request, p armPath, who owner) {
	switch {
	case p.is(0, "bookmarks") && len(p) <= 2:
		s.bookmarkRoutes(w, r, p[1:], who)
	case p.is(0, "incidents") && len(p) == 1 && r.Method == http.MethodGet:
		s.listSentinel(w, r)
	case p.is(0, "incidents") && len(p) == 2:
		s.sentinelIncident(w, r, p[1], who)
	case p.is(0, "incidents") && len(p) == 3 && r.Method == http.MethodPost:
		s.postSentinel(w, r, p[1], p[2])
	case p.is(0, "incidents") && (len(p) == 3 || len(p) == 4):
		s.sentinelChild(w, r, p[1:], who)
	case p.is(0, "incidents") && len(p) == 1:
		armError(w, http.StatusMethodNotAllowed, "UnsupportedApiVersion", "The HTTP resource that matches the request URI does not support this method.")
	default:
		armError(w, http.StatusNotFound, "InvalidResourceType", "The resource type could not be found in the namespace 'Microsoft.SecurityInsights'.")
	}
}

// topOf reads $top; a value beyond the limit is cut to it.
func topOf(q url.Values, def, limit int) (int, bool) {
	v := q.Get("$top")
	if v == "" {
		return def, true
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		return 0, false
	}
	return min(n, limit), true
}

func (s *Server) listSentinel(w http.ResponseWriter, r *http.Request) {
	s.count("sentinel list")
	v := r.URL.Query()
	q := query{after: v.Get("$skipToken")}
	var err error
	var ok bool
	if q.top, ok = topOf(v, 50, 1000); !ok {
		armError(w, http.StatusBadRequest, "BadRequest", "$top must be a positive number.")
		return
	}
	if q.filter, err = odata.Parse(v.Get("$filter"), sentinelSchema); err == nil {
		q.order, err = odata.ParseOrder(v.Get("$orderby"), sentinelOrders, odata.Order{Property: sentinelOrders["properties/createdTimeUtc"], Desc: true})
	}
	if err != nil {
		armError(w, http.StatusBadRequest, "BadRequest", "Invalid query: "+err.Error()+".")
		return
	}
	s.t.mu.RLock()
	rows, next, err := s.t.list(&s.t.sen, q)
	odd := s.faults.takeOdd(err == nil)
	j := sentinelRoom.writer()
	if err == nil {
		j.open("")
		j.list("value")
		for n, i := range rows {
			if odd && n < oddSentinelRows {
				s.t.oddSentinel(j, i, n)
				continue
			}
			s.t.sentinelJSON(j, i)
		}
		j.endList()
		if next != "" {
			v.Set("$skipToken", next)
			j.str("nextLink", s.base+r.URL.Path+"?"+v.Encode())
		}
		j.end()
	}
	s.t.mu.RUnlock()
	if err != nil {
		armError(w, http.StatusBadRequest, "BadRequest", "Invalid query: "+err.Error()+".")
		return
	}
	sentinelRoom.used(j)
	writeRaw(w, http.StatusOK, j.b)
}
