package cloudalerts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// DecodeAlert reads one alert as an incident with its details. It never fails: what
// cannot be read is left empty or unknown, Raw is kept as it is, and odd is true.
// Modified is when the service made the alert.
func DecodeAlert(raw []byte) (p app.Pulled, odd bool) {
	row := wire.ReadRow(raw)
	props := row.Object("properties")
	p.Raw = raw
	in := &p.Incident
	in.Source, in.AlertCount = app.Cloud, 1
	at, whole := placeOf(row.ID("id"))
	if in.Ref.ID = at.String(); !whole {
		row.Odd = true
		in.Ref.ID = wire.HashID("unreadable-", string(raw))
	}
	name := wire.First(at.name, row.ID("name"))
	in.Number, in.ETag = spoken(name), print(raw)
	in.Title, in.Description = props.Text("alertDisplayName"), props.Text("description")
	in.ProviderName, in.URL = props.Text("vendorName"), props.Text("alertUri")
	word := props.Text("status")
	in.Severity, in.Status = app.ParseSeverity(props.Text("severity")), app.ParseStatus(app.Cloud, word)
	if strings.EqualFold(word, dismissed) {
		in.Classification = app.FalsePositive // see Update
	}
	in.FirstActivity, in.LastActivity = props.Time("startTimeUtc"), props.Time("endTimeUtc")
	in.Created, in.Modified = made(props.Time("timeGeneratedUtc"), props.Time("processingEndTimeUtc"), in.LastActivity)
	if rule := props.Text("alertType"); rule != "" {
		in.Rules = []string{rule}
	}
	product := props.Text("productName")
	if product != "" {
		in.Products = []string{product}
	}
	in.Tactics = tactics(props.Text("intent"))

	alert := app.Alert{
		ID: in.Ref.ID, ProviderID: wire.First(props.ID("systemAlertId"), name), Title: in.Title, Description: in.Description,
		Severity: in.Severity, Status: word, Product: product, Category: strings.Join(in.Tactics, ", "),
		Techniques: append(props.Texts("techniques"), props.Texts("subTechniques")...),
		Created:    in.Created, First: in.FirstActivity, Last: in.LastActivity, Remediation: props.Joined("remediationSteps"), Raw: raw,
	}
	d := app.Details{
		Alerts: []app.Alert{alert}, Entities: []app.Entity{}, Evidence: []app.Evidence{},
		Comments: []app.Comment{}, Tasks: []app.Task{}, Bookmarks: []app.Bookmark{},
	}
	entities, bad := entitiesOf(&props)
	for _, e := range entities {
		d.Entities = append(d.Entities, e)
		d.Evidence = append(d.Evidence, app.Evidence{AlertID: alert.ID, Entity: e, Created: in.Created, Raw: e.Raw})
	}
	p.Details = &d
	return p, row.Odd || props.Odd || bad || in.Title == "" || in.Severity == app.SeverityUnknown ||
		in.Status == app.StatusUnknown || in.Created.IsZero()
}

// dismissed is the state of an alert that somebody put aside.
const dismissed = "Dismissed"

// made is when an alert came into being and when the service was done with it, from the
// times it tells, of which some may be missing.
func made(generated, processed, last time.Time) (created, done time.Time) {
	if created = generated; created.IsZero() {
		if created = processed; created.IsZero() {
			created = last
		}
	}
	if done = processed; done.Before(created) {
		done = created
	}
	return created, done
}

// tactics splits the intent, which may name several.
func tactics(intent string) []string {
	var out []string
	for _, t := range strings.Split(intent, ",") {
		if t = strings.TrimSpace(t); t != "" && !strings.EqualFold(t, "Unknown") {
			out = append(out, t)
		}
	}
	return out
}

// print tells whether anything of an alert changed; white space is not.
func print(raw []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		b.Reset()
		b.Write(raw)
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:8])
}
