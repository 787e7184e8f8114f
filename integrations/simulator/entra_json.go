package simulator

import (
	"encoding/json"
	"strconv"
)

// riskJSON writes what users, workloads and their history rows share.
func riskJSON(j *jw, level, state, detail string, changed int64, processing bool) {
	j.bool("isProcessing", processing)
	j.str("riskLevel", level)
	j.str("riskState", state)
	j.str("riskDetail", detail)
	j.str("riskLastUpdatedDateTime", stamp(changed))
}

func (x *identities) riskyUserJSON(j *jw, r *risk) {
	j.open("")
	j.str("id", x.users[r.who].id)
	x.riskyUserPart(j, r, r.level, r.state, r.detail, r.changed)
	j.end()
}

func (x *identities) riskyUserPart(j *jw, r *risk, level, state, detail string, changed int64) {
	u := &x.users[r.who]
	j.bool("isDeleted", u.deleted)
	riskJSON(j, level, state, detail, changed, r.processing)
	j.str("userDisplayName", u.name)
	j.str("userPrincipalName", u.upn)
}

func (x *identities) riskyAppJSON(j *jw, r *risk) {
	j.open("")
	j.str("id", x.apps[r.who].id)
	x.riskyAppPart(j, r, r.level, r.state, r.detail, r.changed)
	j.end()
}

func (x *identities) riskyAppPart(j *jw, r *risk, level, state, detail string, changed int64) {
	a := &x.apps[r.who]
	j.bool("isEnabled", true)
	riskJSON(j, level, state, detail, changed, r.processing)
	j.str("displayName", a.name)
	j.str("appId", a.appID)
	j.str("servicePrincipalType", a.kind)
}

// turnJSON writes a row of a history. Its id is that of the subject and the time in
// ticks; the newest has the subject's id alone, as in the published sample.
func (x *identities) turnJSON(j *jw, r *risk, t turn, workload bool) {
	id := ""
	if workload {
		id = x.apps[r.who].id
	} else {
		id = x.users[r.who].id
	}
	row := id
	if t.at != r.changed {
		row += strconv.FormatInt(t.at/100+621355968000000000, 10)
	}
	j.open("")
	j.str("id", row)
	if workload {
		x.riskyAppPart(j, r, t.level, t.state, t.detail, t.at)
	} else {
		x.riskyUserPart(j, r, t.level, t.state, t.detail, t.at)
		j.str("userId", id)
	}
	j.orNull("initiatedBy", t.by)
	j.open("activity")
	j.strs("riskEventTypes", t.events)
	j.str("detail", t.detail)
	j.end()
	j.end()
}

func locationJSON(j *jw, at int) {
	if at < 0 {
		j.raw("location", "null")
		return
	}
	c := cities[at]
	j.open("location")
	j.str("city", c.name)
	j.orNull("state", c.state)
	j.str("countryOrRegion", c.country)
	j.open("geoCoordinates")
	j.raw("altitude", "null")
	j.raw("latitude", strconv.FormatFloat(c.lat, 'f', -1, 64))
	j.raw("longitude", strconv.FormatFloat(c.lon, 'f', -1, 64))
	j.end()
	j.end()
}

// infoOf is additionalInfo: a list of pairs, as JSON in a text.
func infoOf(d *detection) string {
	type pair struct {
		Key   string
		Value any
	}
	list := []pair{{"userAgent", firstOf(d.info, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Simulated/1.0")}}
	if d.kind == "unfamiliarFeatures" {
		list = append(list, pair{"riskReasons", []string{"UnfamiliarASN", "UnfamiliarLocation", "UnfamiliarIP"}})
	}
	if d.kind == "unlikelyTravel" {
		list = append(list, pair{"relatedUserAgent", "Edge 131.0.0"})
	}
	b, _ := json.Marshal(list) // plain values cannot fail
	return string(b)
}

func (x *identities) detectionJSON(j *jw, d *detection) {
	j.open("")
	j.str("id", d.id)
	j.orNull("requestId", d.request)
	if d.request == "" {
		j.raw("correlationId", "null")
	} else {
		j.str("correlationId", correlation(x.log.seed, d.request))
	}
	j.str("riskEventType", d.kind)
	j.str("riskState", d.state)
	j.str("riskLevel", x.word(d.level))
	j.str("riskDetail", d.detail)
	j.str("source", "IdentityProtection")
	j.str("detectionTimingType", d.timing)
	j.str("activity", d.activity)
	j.str("tokenIssuerType", "AzureAD")
	j.orNull("ipAddress", d.ip)
	locationJSON(j, d.city)
	j.str("activityDateTime", stamp(d.at))
	j.str("detectedDateTime", stamp(d.detected))
	j.str("lastUpdatedDateTime", stamp(d.updated))
	if d.workload {
		a := &x.apps[d.who]
		j.str("servicePrincipalId", a.id)
		j.str("servicePrincipalDisplayName", a.name)
		j.str("appId", a.appID)
		j.strs("keyIds", nil)
	} else {
		u := &x.users[d.who]
		j.str("userId", u.id)
		j.str("userDisplayName", u.name)
		j.str("userPrincipalName", u.upn)
	}
	j.str("additionalInfo", infoOf(d))
	j.end()
}

// word is a level as it is shown: one that this schema does not know yet comes as
// unknownFutureValue, but in a tenant with odd rows by itself.
func (x *identities) word(level string) string {
	if level == "unknownFutureValue" && x.mode.Odd {
		return "extreme"
	}
	return level
}
