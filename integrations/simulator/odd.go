package simulator

import "strconv"

// How many rows of a page are replaced by malformed ones: one of each kind.
const (
	oddSentinelRows = 6
	oddGraphRows    = 6
)

// oddSentinel writes the row of incident i in the n-th wrong way.
func (t *tenant) oddSentinel(j *jw, i int32, n int) {
	name := t.name(&t.recs[i])
	head := func() {
		j.open("")
		j.str("id", wsPrefix+"/Incidents/"+name)
		j.str("name", name)
		j.str("etag", t.recs[i].etag())
		j.str("type", "Microsoft.SecurityInsights/Incidents")
	}
	times := func() {
		j.str("createdTimeUtc", stamp(t.recs[i].created))
		j.str("lastModifiedTimeUtc", stamp(t.recs[i].modified))
		j.num("incidentNumber", int64(t.recs[i].number))
	}
	switch n {
	case 0: // a title of the wrong type
		head()
		j.open("properties")
		j.num("title", 42)
		j.str("severity", "High")
		j.str("status", "New")
		times()
		j.end()
	case 1: // values this release has never heard of
		head()
		j.open("properties")
		j.str("title", "Unknown words everywhere")
		j.str("severity", "Catastrophic")
		j.str("status", "Triaged")
		j.str("classification", "Inconclusive")
		j.raw("owner", `{"objectId":null,"email":null,"assignedTo":null,"userPrincipalName":null,"ownerType":"Robot"}`)
		times()
		j.end()
	case 2: // hardly anything
		head()
		j.raw("properties", "{}")
	case 3: // bytes that are no UTF-8
		head()
		j.open("properties")
		j.raw("title", "\"Broken \xff\xfe\xc3 bytes\"")
		j.str("severity", "Low")
		j.str("status", "New")
		times()
		j.end()
	case 4: // no properties, and a time that is none
		head()
		j.raw("properties", `{"title":"A strange time","severity":"Low","status":"New","createdTimeUtc":"yesterday","lastModifiedTimeUtc":12,"labels":{"a":1}}`)
	default: // not even an object
		j.comma()
		j.b = append(j.b, "\"row "...)
		j.b = strconv.AppendInt(j.b, int64(n), 10)
		j.b = append(j.b, '"')
		return
	}
	j.end()
}

// oddGraph writes the row of incident i in the n-th wrong way.
func (t *tenant) oddGraph(j *jw, i int32, n int) {
	r := &t.recs[i]
	head := func() {
		j.open("")
		j.str("id", strconv.Itoa(int(r.number)))
		j.str("createdDateTime", stamp(r.created))
		j.str("lastUpdateDateTime", stamp(r.modified))
	}
	switch n {
	case 0:
		head()
		j.raw("displayName", `{"text":"a title of the wrong type"}`)
		j.str("status", "active")
		j.str("severity", "high")
	case 1:
		head()
		j.str("displayName", "Unknown words everywhere")
		j.str("status", "parked")
		j.str("severity", "catastrophic")
		j.str("classification", "inconclusive")
		j.str("determination", "gremlins")
	case 2: // only what identifies it
		j.open("")
		j.str("id", strconv.Itoa(int(r.number)))
	case 3:
		head()
		j.raw("displayName", "\"Broken \xff\xfe\xc3 bytes\"")
		j.str("status", "active")
		j.str("severity", "low")
	case 4: // an evidence kind from the future, and alerts of the wrong shapes
		head()
		j.str("displayName", "Evidence of an unknown kind")
		j.str("status", "active")
		j.str("severity", "low")
		j.raw("alerts", `[{"id":"odd1","title":"Seen by a new product","severity":"low","status":"new","serviceSource":"quantumSensor","createdDateTime":"`+stamp(r.created)+
			`","evidence":[{"@odata.type":"#microsoft.graph.security.quantumEvidence","qubits":[1,2]},{"noType":true},17,null]},"not an alert",null]`)
	default:
		j.comma()
		j.b = append(j.b, "\"row\""...)
		return
	}
	j.end()
}
