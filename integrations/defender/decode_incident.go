package defender

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// DecodeIncident reads one incident and, where the answer carries its alerts, the
// details beneath it. It never fails: what cannot be read is left empty or unknown,
// Raw is kept as it is, and odd is true.
func DecodeIncident(raw []byte) (p app.Pulled, odd bool) {
	row := wire.ReadRow(raw)
	p.Raw = raw
	in := &p.Incident
	in.Source, in.AlertCount, in.CommentCount, in.BookmarkCount = app.Defender, -1, -1, -1
	if in.Ref.ID = row.ID("id"); in.Ref.ID == "" {
		row.Odd = true
		if in.Ref.ID = wire.Scavenge(raw, "id"); in.Ref.ID == "" {
			in.Ref.ID = wire.HashID("unreadable-", string(raw))
		}
	}
	in.Number, in.ProviderID, in.ProviderName = in.Ref.ID, in.Ref.ID, "Microsoft XDR"
	in.Title, in.URL = row.Text("displayName"), row.Text("incidentWebUrl")
	in.Description = wire.First(row.Text("description"), row.Text("summary"))
	in.Status = app.ParseStatus(app.Defender, row.Text("status"))
	in.Owner = owner(row.Text("assignedTo"))
	in.Classification = app.ParseClassification(row.Text("classification"))
	in.Determination = app.ParseDetermination(row.Text("determination"))
	in.ClosingNote = row.Text("resolvingComment")
	in.Tags = app.NormalTags(row.Texts("customTags"))
	in.ModifiedBy, in.Score = row.Text("lastModifiedBy"), row.Number("priorityScore")
	if to := row.ID("redirectIncidentId"); to != "" {
		in.RedirectTo, in.Status = to, app.StatusRedirected
	}
	in.Created, in.Modified = row.Time("createdDateTime"), row.Time("lastUpdateDateTime")
	severity := row.Text("severity")
	in.Severity = app.ParseSeverity(severity)
	if in.Title == "" || in.Severity == app.SeverityUnknown && !strings.EqualFold(severity, "unknown") ||
		in.Status == app.StatusUnknown || in.Created.IsZero() || in.Modified.IsZero() {
		row.Odd = true
	}

	d := &app.Details{Comments: []app.Comment{}, Tasks: []app.Task{}, Bookmarks: []app.Bookmark{}}
	if comments, there := row.List("comments"); there {
		bad := 0
		d.Comments, bad = DecodeComments(comments)
		in.CommentCount = len(d.Comments)
		row.Odd = row.Odd || bad > 0
	}
	alerts, there := row.List("alerts")
	if !there {
		return p, row.Odd
	}
	var bad int
	d.Alerts, d.Evidence, bad = decodeAlerts(alerts)
	d.Entities = entitiesOf(d.Evidence)
	in.AlertCount = len(d.Alerts)
	sumUp(in, d.Alerts)
	p.Details = d
	return p, row.Odd || bad > 0
}

// owner: assignedTo is free text, normally a UPN.
func owner(assigned string) app.Owner {
	if strings.Contains(assigned, "@") {
		return app.Owner{UPN: assigned}
	}
	return app.Owner{Name: assigned}
}

// sumUp fills what an incident has only through its alerts.
func sumUp(in *app.Incident, alerts []app.Alert) {
	var first, last time.Time
	for _, a := range alerts {
		if !a.First.IsZero() && (first.IsZero() || a.First.Before(first)) {
			first = a.First
		}
		if a.Last.After(last) {
			last = a.Last
		}
		in.Products = add(in.Products, a.Product)
		in.Tactics = add(in.Tactics, a.Category)
	}
	in.FirstActivity, in.LastActivity = first, last
}

func add(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// DecodeComments reads comments in both spellings that the service uses: createdBy
// and createdTime in the documentation's samples, createdByDisplayName and
// createdDateTime in the metadata. Ids are made from author, time and text.
func DecodeComments(rows []json.RawMessage) (out []app.Comment, odd int) {
	out = make([]app.Comment, 0, len(rows))
	for _, raw := range rows {
		row := wire.Part(raw)
		by := wire.First(row.Text("createdByDisplayName"), row.Text("createdBy"))
		at := wire.First(row.Text("createdDateTime"), row.Text("createdTime"))
		text := row.Text("comment")
		var clock wire.Clock
		out = append(out, app.Comment{ID: wire.HashID("", by, at, text), Author: by, Text: text, Created: clock.Time(at)})
		if row.Odd || clock.Odd {
			odd++
		}
	}
	return out, odd
}
