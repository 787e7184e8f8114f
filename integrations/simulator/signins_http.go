// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"watchfloor/integrations/simulator/odata"
	"watchfloor/integrations/simulator/story"
)

// IDs of the properties that the sign-in log is filtered by.
const (
	propSignCreated = 200 + iota
	propDuring
	propAggregated
	propErrorCode
	propAccess
	propApp
	propIP
	propCountry
	propCity
	propClient
	propCorrelation
)

// signInSchema is what the reference lists (sheet part C).
var signInSchema = odata.Schema{
	"id": {ID: propID, Kind: odata.Word}, "createdDateTime": {ID: propSignCreated, Kind: odata.Time}, "riskState": {ID: propRiskState, Kind: odata.Word},
	"riskDetail": {ID: propRiskDetail, Kind: odata.Word}, "riskLevelDuringSignIn": {ID: propDuring, Kind: odata.Word},
	"riskLevelAggregated": {ID: propAggregated, Kind: odata.Word}, "status/errorCode": {ID: propErrorCode, Kind: odata.Int},
	"conditionalAccessStatus": {ID: propAccess, Kind: odata.Word}, "userId": {ID: propUserID, Kind: odata.Word}, "userPrincipalName": {ID: propUPN, Kind: odata.Word},
	"userDisplayName": {ID: propName}, "appDisplayName": {ID: propApp}, "ipAddress": {ID: propIP}, "location/countryOrRegion": {ID: propCountry},
	"location/city": {ID: propCity}, "clientAppUsed": {ID: propClient}, "correlationId": {ID: propCorrelation, Kind: odata.Word},
}

const maxSignInTop = 1000

func correlation(seed uint64, request string) string {
	return story.GUID(seed, "correlation "+request)
}

// bounds are the numbers that the log holds at a time: thirty days up to now.
func (x *identities) bounds(now int64) (from, to int) {
	return x.log.after(now - logDays*day), x.log.after(now)
}

// signRow answers a filter for one sign-in, in the words that are shown. It tells the row
// only when it is asked for what an ordinary one would have to be told for.
type signRow struct {
	x *identities
	n int
	s *logRow
}

func (r *signRow) told() *logRow {
	if r.s == nil {
		s := r.x.sign(r.n)
		r.s = &s
	}
	return r.s
}

// quiet reports a sign-in that carries no risk, without telling it.
func (r *signRow) quiet() bool {
	_, edited := r.x.edits[r.n]
	return r.s == nil && !edited && r.x.log.attackOf(r.n/blockSize) == noAttack
}

func (r *signRow) Num(p int) int64 {
	switch {
	case p == propSignCreated:
		return r.x.log.when(r.n)
	case r.quiet():
		return int64(r.x.log.failure(r.n))
	}
	return int64(r.told().error)
}

func (r *signRow) Str(p int) (string, bool) {
	switch p {
	case propID:
		return r.x.log.id(r.n), true
	case propCorrelation:
		return correlation(r.x.log.seed, r.x.log.id(r.n)), true
	case propRiskState, propRiskDetail, propDuring, propAggregated:
		if r.quiet() {
			return "none", true
		}
	}
	s := r.told()
	switch p {
	case propRiskState:
		return s.state, true
	case propRiskDetail:
		return s.detail, true
	case propDuring:
		return r.x.shown(s.level), true
	case propAggregated:
		return r.x.shown(s.total), true
	case propAccess:
		return s.access, true
	case propApp:
		return s.app, true
	case propIP:
		return s.ip, true
	case propClient:
		return s.client, true
	case propCountry, propCity:
		if s.city < 0 {
			return "", false
		}
		if p == propCity {
			return cities[s.city].name, true
		}
		return cities[s.city].country, true
	}
	u := &r.x.users[s.user]
	switch p {
	case propUserID:
		return u.id, true
	case propUPN:
		return u.upn, true
	}
	return u.name, true
}

// shown is a level of a sign-in as the licence lets it be seen.
func (x *identities) shown(level string) string {
	if (x.mode.NoP2 || x.mode.NoP1) && level != "none" {
		return "hidden"
	}
	return x.word(level)
}

func (s *Server) listSignIns(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph sign-ins")
	now := s.ids.enter()
	defer s.ids.mu.Unlock()
	v := r.URL.Query()
	bad := func(text string) { graphError(w, http.StatusBadRequest, "BadRequest", text) }
	top, ok := topOf(v, maxSignInTop, maxSignInTop)
	if !ok {
		bad("Invalid value for the query option '$top'.")
		return
	}
	filter, err := odata.Parse(v.Get("$filter"), signInSchema)
	if err != nil {
		bad("Invalid filter clause: " + err.Error() + ".")
		return
	}
	by := odata.Schema{"createdDateTime": signInSchema["createdDateTime"]}
	order, err := odata.ParseOrder(v.Get("$orderby"), by, odata.Order{Property: by["createdDateTime"], Desc: true})
	if err != nil {
		bad("Invalid orderby clause: " + err.Error() + ".")
		return
	}
	key, _, ok := readAfter(v.Get("$skiptoken"), order.Desc)
	if !ok {
		bad("The skip token does not belong to this query.")
		return
	}
	page, next := s.ids.signIns(filter, order.Desc, v.Get("$skiptoken") != "", int(key), top, now)
	odd := s.faults.takeOdd(true)
	writeAnswer(w, http.StatusOK, func(j *jw) {
		j.open("")
		j.str("@odata.context", s.base+"/v1.0/$metadata#auditLogs/signIns")
		if next {
			j.str("@odata.nextLink", nextLink(s.base, r.URL, v, afterToken(int64(page[len(page)-1].n), "n", order.Desc)))
		}
		j.list("value")
		if odd {
			oddIdentity(j)
		}
		for i := range page {
			s.ids.signInJSON(j, &page[i])
		}
		j.endList()
		j.end()
	})
}

// signIns are the rows of a page. The log is read by several machines at the service, and
// a page may repeat the last row of the page before: every fourth does.
func (x *identities) signIns(filter *odata.Expr, desc, later bool, after, top int, now int64) (page []logRow, next bool) {
	from, to := x.bounds(now)
	lo, hi := filter.Range(propSignCreated)
	if lo > math.MinInt64 {
		from = max(from, x.log.after(lo))
	}
	if hi < math.MaxInt64 {
		to = min(to, x.log.after(hi+1))
	}
	n, step := from, 1
	if desc {
		n, step = to-1, -1
	}
	if later {
		n = after + step
		if hashOf(x.log.seed, uint64(after), "repeat")%4 == 0 {
			n = after
		}
	}
	for ; n >= from && n < to; n += step {
		if x.log.seen(n) > now {
			continue
		}
		row := signRow{x: x, n: n}
		if !filter.Match(&row) {
			continue
		}
		if len(page) == top {
			return page, true
		}
		page = append(page, *row.told())
	}
	return page, false
}

// signNumber finds a sign-in that the log shows by its id.
func (x *identities) signNumber(id string, now int64) (int, bool) {
	n, ok := x.log.number(id)
	from, to := x.bounds(now)
	return n, ok && n >= from && n < to && x.log.seen(n) <= now
}

func (s *Server) getSignIn(w http.ResponseWriter, r *http.Request, _ owner) {
	s.count("graph sign-in")
	now := s.ids.enter()
	defer s.ids.mu.Unlock()
	n, ok := s.ids.signNumber(r.PathValue("id"), now)
	if !ok {
		noGraph(w, r.PathValue("id"))
		return
	}
	row := s.ids.sign(n)
	writeAnswer(w, http.StatusOK, func(j *jw) { s.ids.signInJSON(j, &row) })
}

// policies are those of conditional access.
var policies = []string{"Require multifactor authentication", "Block legacy authentication", "Block high sign-in risk", "Require a compliant device for payroll"}

func (x *identities) signInJSON(j *jw, s *logRow) {
	u := &x.users[s.user]
	id := x.log.id(s.n)
	j.open("")
	j.str("id", id)
	j.str("createdDateTime", stamp(s.at))
	j.str("userDisplayName", u.name)
	j.str("userPrincipalName", u.upn)
	j.str("userId", u.id)
	j.str("appId", story.GUID(1, "app "+s.app))
	j.str("appDisplayName", s.app)
	j.str("ipAddress", s.ip)
	j.str("clientAppUsed", s.client)
	j.str("correlationId", correlation(x.log.seed, id))
	j.str("conditionalAccessStatus", s.access)
	j.bool("isInteractive", !s.silent)
	j.str("riskDetail", s.detail)
	j.str("riskLevelAggregated", x.shown(s.total))
	j.str("riskLevelDuringSignIn", x.shown(s.level))
	j.str("riskState", s.state)
	types := []string{}
	if s.risk != "" {
		types = append(types, s.risk)
		if x.mode.NoP2 || x.mode.NoP1 {
			types[0] = "generic"
		}
	}
	j.strs("riskEventTypes_v2", types)
	j.str("resourceDisplayName", s.resource)
	j.str("resourceId", story.GUID(1, "resource "+s.resource))
	j.open("status")
	j.num("errorCode", int64(s.error))
	j.orNull("failureReason", s.reason)
	j.orNull("additionalDetails", s.more)
	j.end()
	j.open("deviceDetail")
	j.str("deviceId", s.device.id)
	j.str("displayName", s.device.name)
	j.str("operatingSystem", s.device.os)
	j.str("browser", s.device.browser)
	j.bool("isCompliant", s.device.managed)
	j.bool("isManaged", s.device.managed)
	j.str("trustType", s.device.trust)
	j.end()
	locationJSON(j, s.city)
	j.list("appliedConditionalAccessPolicies")
	for _, name := range policies {
		result := "notApplied"
		if name == s.policy {
			result = s.access
		}
		j.open("")
		j.str("id", story.GUID(x.log.seed, "policy "+name))
		j.str("displayName", name)
		j.strs("enforcedGrantControls", nil)
		j.strs("enforcedSessionControls", nil)
		j.str("result", result)
		j.end()
	}
	j.endList()
	if x.mode.Extra {
		x.extraJSON(j, s)
	}
	j.end()
}

// extraJSON writes what only the beta declares.
func (x *identities) extraJSON(j *jw, s *logRow) {
	j.num("autonomousSystemNumber", int64(s.asn))
	j.str("tokenIssuerType", "AzureAD")
	h := hashOf(x.log.seed, uint64(s.n), "token")
	session := hashOf(x.log.seed, uint64(s.user)<<16|uint64(s.n/x.log.perDay), "session")
	if s.kind == tokenAnomaly { // the token of the victim's own sign-in, replayed
		own := x.log.make(s.n / blockSize * blockSize)
		h = hashOf(x.log.seed, uint64(own.n), "token")
	}
	j.str("uniqueTokenIdentifier", strconv.FormatUint(h, 36)+"AA")
	j.str("sessionId", story.GUID(session, "session"))
	if s.strength != "" {
		j.open("mfaDetail")
		j.str("authMethod", s.strength)
		j.raw("authDetail", "null")
		j.end()
	}
}

// stampOf is a time as lists show it; zero is null.
func stampOf(j *jw, k string, ns int64) {
	if ns == 0 {
		j.raw(k, "null")
		return
	}
	j.str(k, time.Unix(0, ns).UTC().Format(time.RFC3339))
}
