// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"watchfloor/integrations/simulator/odata"
)

const (
	m365Kept = 90 // days that the service keeps
	m365Page = 30
)

// share is what part of an improvement's points the tenant has on a day.
func (c *posture) share(n int, day int) float64 {
	x := &improvements[n]
	if x.id == m365DropControl {
		if day >= m365Dropped {
			return 0
		}
		return 1
	}
	d := c.dice("improvement", n)
	throw := func(below uint64) int { d = d*6364136223846793005 + 1442695040888963407; return int(d >> 33 % below) }
	level := throw(5)
	for on := -past + throw(200); on <= day; on += 15 + throw(160) {
		if on >= m365Dropped-2 && on <= m365Dropped+2 {
			continue
		}
		if level += throw(3) - 1 + throw(2); level > 4 {
			level = 3
		}
		level = max(0, level)
	}
	return float64(level) / 4
}

// m365Parts are the controls of the score of a time's day. A control that was handed to
// another product counts in full from the day after that.
func (c *posture) m365Parts(at time.Time) []PartTruth {
	day := c.day(at)
	out := make([]PartTruth, 0, len(improvements))
	for n, x := range improvements {
		if x.begins != 0 && day < x.begins || x.ends != 0 && day >= x.ends {
			continue
		}
		p := PartTruth{Control: x.id, Name: x.title, Max: x.max, Current: cents(x.max * c.share(n, day))}
		for _, u := range c.profiles[x.id] {
			if c.day(time.Unix(0, u.at)) < day {
				if p.Current = cents(x.max * c.share(n, day)); u.state == "ThirdParty" {
					p.Current = x.max
				}
			}
		}
		if x.above > 0 && p.Current > 0 { // miscounted by the service
			p.Current = x.max + x.above
		}
		out = append(out, p)
	}
	return out
}

// scoreRow answers a filter for a day's score.
type scoreRow int64

func (x scoreRow) Num(int) int64          { return int64(x) }
func (x scoreRow) Str(int) (string, bool) { return "", false }

var scoreSchema = odata.Schema{"createdDateTime": {ID: propCreated, Kind: odata.Time}}

// m365Scores answers with one score a day, the newest first.
func (s *Server) m365Scores(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph secure scores")
	leave, ok := s.scoreGate(w)
	if !ok {
		return
	}
	defer leave()
	q := r.URL.Query()
	filter, err := odata.Parse(q.Get("$filter"), scoreSchema)
	if err != nil {
		graphError(w, http.StatusBadRequest, "BadRequest", "Invalid filter clause: "+err.Error()+".")
		return
	}
	today := s.posture.day(s.now())
	var days []int
	for day := today; day > today-m365Kept; day-- {
		if filter.Match(scoreRow(s.posture.midnight(day).UnixNano())) {
			days = append(days, day)
		}
	}
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	s.scorePage(w, r, "security/secureScores", len(days), m365Page, func(j *jw, i int) { s.posture.m365JSON(j, days[i]) })
}

// m365Score answers with one score by its id.
func (s *Server) m365Score(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph secure score")
	leave, ok := s.scoreGate(w)
	if !ok {
		return
	}
	defer leave()
	tenant, date, _ := strings.Cut(r.PathValue("id"), "_")
	at, err := time.Parse(time.DateOnly, date)
	age := s.posture.day(s.now()) - s.posture.day(at)
	if err != nil || !strings.EqualFold(tenant, tenantID) || age < 0 || age >= m365Kept {
		noGraph(w, r.PathValue("id"))
		return
	}
	s.posture.mu.RLock()
	defer s.posture.mu.RUnlock()
	writeAnswer(w, http.StatusOK, func(j *jw) { s.posture.m365JSON(j, s.posture.day(at)) })
}

// scorePage writes a page of a list by $top and $skip. $top is the size of a page: it
// does not end the list.
func (s *Server) scorePage(w http.ResponseWriter, r *http.Request, what string, n, size int, row func(j *jw, i int)) {
	q := r.URL.Query()
	top, ok := topOf(q, size, 1000)
	from, err := strconv.Atoi(firstOf(q.Get("$skip"), "0"))
	if !ok || err != nil || from < 0 {
		graphError(w, http.StatusBadRequest, "BadRequest", "Invalid value for a query option.")
		return
	}
	from = min(from, n)
	to := min(from+top, n)
	odd := s.faults.takeOdd(true)
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#"+what)
		if q.Get("$count") == "true" {
			j.num("@odata.count", int64(n))
		}
		j.list("value")
		if odd {
			oddScores(j)
		}
		for i := from; i < to; i++ {
			row(j, i)
		}
		j.endList()
		if to < n {
			q.Set("$skip", strconv.Itoa(to))
			j.str("@odata.nextLink", s.base+r.URL.Path+"?"+q.Encode())
		}
		j.end()
	})
}

// oddScores writes rows that no description allows.
func oddScores(j *jw) {
	j.open("")
	j.str("id", "odd1")
	j.str("createdDateTime", "the day before yesterday")
	j.str("currentScore", "many")
	j.raw("controlScores", `[{"controlName":7,"score":"x"},null,"row"]`)
	j.raw("controlStateUpdates", `[{"state":"Gremlins","updatedDateTime":"never"}]`)
	j.end()
	j.open("")
	j.str("title", "A row without an id")
	j.end()
	j.item("row")
}

func (c *posture) m365JSON(j *jw, day int) {
	parts := c.m365Parts(c.midnight(day))
	var current, limit float64
	for _, p := range parts {
		current += p.Current
		limit += p.Max
	}
	at := c.midnight(day)
	j.open("")
	j.str("id", tenantID+"_"+at.Format(time.DateOnly))
	j.str("azureTenantId", tenantID)
	j.num("activeUserCount", 171)
	j.str("createdDateTime", stamp(at.UnixNano()))
	j.dec("currentScore", cents(current))
	j.strs("enabledServices", []string{"HasExchange", "HasSharePoint", "HasEOP", "HasIntune"})
	j.num("licensedUserCount", 187)
	j.dec("maxScore", limit)
	j.list("averageComparativeScores")
	for k, basis := range []string{"AllTenants", "TotalSeats", "IndustryTypes"} {
		j.open("")
		j.str("basis", basis)
		j.dec("averageScore", cents(58+9*float64(k)+float64((day+past)/20)*0.25))
		j.end()
	}
	j.endList()
	j.list("controlScores")
	for _, p := range parts {
		x := improvements[slices.IndexFunc(improvements, func(x improvement) bool { return x.id == p.Control })]
		j.open("")
		j.str("controlCategory", x.category)
		j.str("controlName", x.id)
		j.str("description", x.title)
		j.dec("score", p.Current)
		j.end()
	}
	j.endList()
	vendorJSON(j)
	j.end()
}

func vendorJSON(j *jw) {
	j.open("vendorInformation")
	j.str("provider", "SecureScore")
	j.raw("providerVersion", "null")
	j.raw("subProvider", "null")
	j.str("vendor", "Microsoft")
	j.end()
}

// scoreRoutes registers the secure score of Graph.
func (s *Server) scoreRoutes(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern string
		need    need
		h       func(http.ResponseWriter, *http.Request, owner)
	}{
		{"GET /v1.0/security/secureScores", readScores, s.m365Scores},
		{"GET /v1.0/security/secureScores/{id}", readScores, s.m365Score},
		{"GET /v1.0/security/secureScoreControlProfiles", readScores, s.m365Profiles},
		{"GET /v1.0/security/secureScoreControlProfiles/{id}", readScores, s.m365Profile},
		{"PATCH /v1.0/security/secureScoreControlProfiles/{id}", writeScores, s.patchProfile},
	} {
		mux.HandleFunc(route.pattern, func(w http.ResponseWriter, r *http.Request) {
			if c, ok := s.caller(w, r, audGraph); ok && s.graphMay(w, c, route.need) {
				route.h(w, r, c.owner())
			}
		})
	}
}
