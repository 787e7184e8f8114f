package sentinel

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// readOnly properties are the service's to set (sheet part A).
var readOnly = []string{
	"incidentNumber", "incidentUrl", "providerName", "providerIncidentId",
	"createdTimeUtc", "lastModifiedTimeUtc", "relatedAnalyticRuleIds", "additionalData",
}

// putBody writes the changed fields of want into the incident as it was read. Null
// properties are left out: the PUT replaces, and the specification allows no null.
func putBody(seen app.Pulled, want app.Fields, changed []app.Field) ([]byte, error) {
	row, err := wire.Members(seen.Raw)
	if err != nil {
		return nil, unreadable(err)
	}
	props, err := wire.Members(row["properties"])
	if err != nil {
		return nil, unreadable(err)
	}
	for name, v := range props {
		if slices.Contains(readOnly, name) || bytes.Equal(v, []byte("null")) {
			delete(props, name)
		}
	}
	set := func(name string, v any) {
		if v == "" {
			delete(props, name)
			return
		}
		props[name], _ = json.Marshal(v) // strings and lists of maps of strings only
	}
	has := func(f app.Field) bool { return slices.Contains(changed, f) }
	if has(app.FieldSeverity) {
		if want.Severity == app.SeverityUnknown {
			return nil, app.E(app.KindInvalid, "Choose a severity that Sentinel knows.", nil)
		}
		set("severity", want.Severity.String())
	}
	if has(app.FieldStatus) {
		word := want.Status.Wire(app.Sentinel)
		if word == "" {
			return nil, app.E(app.KindInvalid, "Sentinel knows no status \""+want.Status.String()+"\".", nil)
		}
		set("status", word)
	}
	if has(app.FieldOwner) {
		set("owner", ownerBody(want.Owner))
	} else if v, ok := props["owner"]; ok {
		props["owner"] = withoutNulls(v)
	}
	if has(app.FieldTags) {
		set("labels", labelBody(props["labels"], want.Tags))
	}
	if err := closing(set, seen.Incident.Fields, want, has); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"etag": seen.Incident.ETag, "properties": props})
}

func unreadable(cause error) error {
	return app.E(app.KindInvalid, "This incident cannot be read completely, so it cannot be changed safely here; change it in the portal.", cause)
}

// closing keeps status and classification together: closing needs a classification,
// reopening clears it.
func closing(set func(string, any), seen, want app.Fields, has func(app.Field) bool) error {
	status := seen.Status
	if has(app.FieldStatus) {
		status = want.Status
	}
	if has(app.FieldStatus) && status != app.StatusClosed {
		if seen.Status != app.StatusClosed {
			return nil // what others classified while it is open stays
		}
		set("classification", "")
		set("classificationReason", "")
		set("classificationComment", "")
		return nil
	}
	class, detail := seen.Classification, seen.Determination
	if has(app.FieldClassification) {
		class = want.Classification
	}
	if has(app.FieldClassification) || has(app.FieldDetermination) {
		detail = want.Determination
	}
	if has(app.FieldStatus) && class == app.Unclassified {
		return app.E(app.KindInvalid, "Closing needs a classification.", nil)
	}
	if has(app.FieldStatus) || has(app.FieldClassification) || has(app.FieldDetermination) {
		set("classification", class.Wire(app.Sentinel))
		set("classificationReason", reason(class, detail))
	}
	if has(app.FieldClosingNote) {
		set("classificationComment", want.ClosingNote)
	}
	return nil
}

// reason is the service's word for detail; one it would refuse gives way to the first
// of the classification.
func reason(class app.Classification, detail string) string {
	r := app.DeterminationFor(app.Sentinel, class, app.ParseDetermination(detail))
	switch r {
	case "", "SuspiciousActivity", "SuspiciousButExpected", "IncorrectAlertLogic", "InaccurateData":
		return r
	}
	return app.DeterminationFor(app.Sentinel, class, "")
}

// ownerBody names an owner. Nobody is an empty object: the whole incident is replaced,
// and the specification forbids null.
func ownerBody(o app.Owner) map[string]string {
	m := map[string]string{}
	for k, v := range map[string]string{"objectId": o.ObjectID, "userPrincipalName": o.UPN, "assignedTo": o.Name} {
		if v != "" {
			m[k] = v
		}
	}
	if strings.Contains(o.UPN, "@") {
		m["email"] = o.UPN
	}
	return m
}

func withoutNulls(v json.RawMessage) json.RawMessage {
	m, err := wire.Members(v)
	if err != nil {
		return v
	}
	for k, e := range m {
		if bytes.Equal(e, []byte("null")) {
			delete(m, k)
		}
	}
	out, err := json.Marshal(m)
	if err != nil {
		return v
	}
	return out
}

// labelBody keeps the service's own labels as they are and replaces people's.
func labelBody(now json.RawMessage, tags []string) []json.RawMessage {
	var labels []json.RawMessage
	_ = json.Unmarshal(now, &labels) // no list: nothing to keep
	out := []json.RawMessage{}
	for _, l := range labels {
		var t struct {
			Type string `json:"labelType"`
		}
		if json.Unmarshal(l, &t) == nil && strings.EqualFold(t.Type, autoAssigned) {
			out = append(out, l)
		}
	}
	for _, tag := range app.NormalTags(tags) {
		b, _ := json.Marshal(map[string]string{"labelName": tag, "labelType": "User"})
		out = append(out, b)
	}
	return out
}
