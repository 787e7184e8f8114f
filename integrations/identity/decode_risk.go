package identity

import (
	"encoding/json"
	"strings"
	"time"

	"watchfloor/app/identity"
	"watchfloor/integrations/azure/wire"
)

// idOf is the id of a row, made of its text where it has none.
func idOf(row *wire.Row, raw []byte, name string) string {
	id := row.ID(name)
	if id != "" {
		return id
	}
	row.Odd = true
	if id = wire.Scavenge(raw, name); id == "" {
		id = wire.HashID("unreadable-", string(raw))
	}
	return id
}

// DecodeUser reads a risky user. It never fails: what cannot be read is left empty, Raw is
// kept as it is, and odd is true.
func DecodeUser(raw []byte) (u identity.User, odd bool) {
	row := wire.ReadRow(raw)
	u = identity.User{
		ID: idOf(&row, raw, "id"), UPN: row.Text("userPrincipalName"), Name: row.Text("userDisplayName"),
		Level: level(&row, "riskLevel"), State: state(&row), Detail: row.Text("riskDetail"), Changed: row.Time("riskLastUpdatedDateTime"), Raw: raw,
	}
	u.Deleted, _ = row.Bool("isDeleted")
	u.Processing, _ = row.Bool("isProcessing")
	return u, row.Odd || u.Changed.IsZero()
}

// DecodeWorkload reads a risky service principal; see DecodeUser. Samples say
// accountEnabled where the metadata says isEnabled.
func DecodeWorkload(raw []byte) (w identity.Workload, odd bool) {
	row := wire.ReadRow(raw)
	w = identity.Workload{
		ID: idOf(&row, raw, "id"), AppID: row.Text("appId"), Name: row.Text("displayName"), Type: row.Text("servicePrincipalType"),
		Level: level(&row, "riskLevel"), State: state(&row), Detail: row.Text("riskDetail"), Changed: row.Time("riskLastUpdatedDateTime"), Raw: raw,
	}
	var told bool
	if w.Enabled, told = row.Bool("isEnabled"); !told {
		w.Enabled, _ = row.Bool("accountEnabled")
	}
	w.Processing, _ = row.Bool("isProcessing")
	return w, row.Odd || w.Changed.IsZero()
}

// DecodeTurn reads a row of the history of subject; see DecodeUser. The newest row has the
// id of its subject in place of one of its own, so that its time is made part of it:
// otherwise each change would replace the one before.
func DecodeTurn(raw []byte, subject string) (t identity.Turn, odd bool) {
	row := wire.ReadRow(raw)
	t = identity.Turn{
		ID: idOf(&row, raw, "id"), Subject: subject, Level: level(&row, "riskLevel"), State: state(&row), Detail: row.Text("riskDetail"),
		By: row.Text("initiatedBy"), At: row.Time("riskLastUpdatedDateTime"), Raw: raw,
	}
	if strings.EqualFold(t.ID, subject) {
		t.ID = subject + ticks(t.At)
	}
	activity := row.Object("activity")
	if t.Events = activity.Texts("riskEventTypes"); t.Events == nil {
		t.Events = activity.Texts("eventTypes") // the beta's name for it
	}
	if t.Detail == "" || t.Detail == "none" {
		t.Detail = wire.First(activity.Text("detail"), t.Detail)
	}
	return t, row.Odd || activity.Odd || t.At.IsZero()
}

// ticks is a time as the service ends the ids of older history rows with: a hundred
// nanoseconds since the year one.
func ticks(at time.Time) string {
	if at.IsZero() {
		return "-now"
	}
	const year1970 = 62135596800
	b, _ := json.Marshal((at.Unix()+year1970)*1e7 + int64(at.Nanosecond())/100) // a number cannot fail
	return string(b)
}

func level(row *wire.Row, name string) identity.Level { return identity.Level(row.Text(name)) }

func state(row *wire.Row) identity.State { return identity.State(row.Text("riskState")) }

// DecodeDetection reads a risk detection of a user or of a workload; see DecodeUser.
func DecodeDetection(raw []byte) (d identity.Detection, odd bool) {
	row := wire.ReadRow(raw)
	d = identity.Detection{
		ID: idOf(&row, raw, "id"), Subject: row.ID("userId"), UPN: row.Text("userPrincipalName"), Name: row.Text("userDisplayName"),
		RequestID: row.ID("requestId"), CorrelationID: row.ID("correlationId"), Type: row.Text("riskEventType"), Level: level(&row, "riskLevel"),
		State: state(&row), Detail: row.Text("riskDetail"), Timing: row.Text("detectionTimingType"), Activity: row.Text("activity"),
		Issuer: row.Text("tokenIssuerType"), Source: row.Text("source"), IP: row.Text("ipAddress"), At: row.Time("activityDateTime"),
		Detected: row.Time("detectedDateTime"), Updated: row.Time("lastUpdatedDateTime"), Raw: raw,
	}
	if row.Has("servicePrincipalId") {
		d.Workload, d.Subject = true, row.ID("servicePrincipalId")
		d.Name = row.Text("servicePrincipalDisplayName")
	}
	bad := false
	d.Place, bad = place(&row)
	var info bool
	d.Info, info = pairs(row.Text("additionalInfo"))
	return d, row.Odd || bad || info || d.Detected.IsZero() || d.Subject == ""
}

// place reads a location. Coordinates count only as a pair.
func place(row *wire.Row) (p identity.Place, odd bool) {
	at := row.Object("location")
	p = identity.Place{City: at.Text("city"), State: at.Text("state"), Country: at.Text("countryOrRegion")}
	geo := at.Object("geoCoordinates")
	lat, a := geo.Float("latitude")
	lon, b := geo.Float("longitude")
	if a && b {
		p.Lat, p.Lon, p.Located = lat, lon, true
	}
	return p, at.Odd || geo.Odd || a != b
}

// pairs reads additionalInfo: a text that holds a JSON list of Key and Value, or an
// object. A value that is no text is kept as its JSON. What cannot be read is one pair
// without a key.
func pairs(text string) (out []identity.Pair, odd bool) {
	if strings.TrimSpace(text) == "" {
		return nil, false
	}
	var list []struct {
		Key   string          `json:"Key"`
		Value json.RawMessage `json:"Value"`
	}
	if json.Unmarshal([]byte(text), &list) == nil {
		for _, p := range list {
			out = append(out, identity.Pair{Key: p.Key, Value: plain(p.Value)})
		}
		return out, false
	}
	whole := []identity.Pair{{Value: text}}
	d := json.NewDecoder(strings.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return whole, true
	}
	for d.More() {
		key, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return whole, true
		}
		name, _ := key.(string)
		out = append(out, identity.Pair{Key: name, Value: plain(value)})
	}
	if _, err := d.Token(); err != nil {
		return whole, true
	}
	return out, false
}

// plain is a JSON value as people read it.
func plain(v json.RawMessage) string {
	var s string
	var list []string
	switch {
	case len(v) == 0 || string(v) == "null":
		return ""
	case json.Unmarshal(v, &s) == nil:
		return s
	case json.Unmarshal(v, &list) == nil:
		return strings.Join(list, ", ")
	}
	return string(v)
}
