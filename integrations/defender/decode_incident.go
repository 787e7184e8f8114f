package defender

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

type incidentRow struct {
	ID               wire.Text          `json:"id"`
	DisplayName      string             `json:"displayName"`
	Description      string             `json:"description"`
	Summary          string             `json:"summary"`
	Severity         string             `json:"severity"`
	Status           string             `json:"status"`
	AssignedTo       string             `json:"assignedTo"`
	Classification   string             `json:"classification"`
	Determination    string             `json:"determination"`
	ResolvingComment string             `json:"resolvingComment"`
	CustomTags       []string           `json:"customTags"`
	Created          string             `json:"createdDateTime"`
	Modified         string             `json:"lastUpdateDateTime"`
	ModifiedBy       string             `json:"lastModifiedBy"`
	Redirect         wire.Text          `json:"redirectIncidentId"`
	Score            *int               `json:"priorityScore"`
	URL              string             `json:"incidentWebUrl"`
	Comments         *[]json.RawMessage `json:"comments"`
	Alerts           *[]json.RawMessage `json:"alerts"`
}

// DecodeIncident reads one incident and, where the answer carries its alerts, the
// details beneath it. It never fails: what cannot be read is left empty or unknown,
// Raw is kept as it is, and odd is true.
func DecodeIncident(raw []byte) (p app.Pulled, odd bool) {
	p.Raw = raw
	in := &p.Incident
	in.Source, in.AlertCount, in.CommentCount, in.BookmarkCount = app.Defender, -1, -1, -1
	var row incidentRow
	odd = !wire.Into(raw, &row) || row.ID.Odd || row.Redirect.Odd
	in.Ref.ID = row.ID.S
	if in.Ref.ID == "" || row.ID.Odd {
		odd = true
		if in.Ref.ID = wire.Scavenge(raw, "id"); in.Ref.ID == "" {
			in.Ref.ID = wire.HashID("unreadable-", string(raw))
		}
	}
	in.Number, in.ProviderID, in.ProviderName = in.Ref.ID, in.Ref.ID, "Microsoft XDR"
	in.Title, in.Description, in.URL = row.DisplayName, wire.First(row.Description, row.Summary), row.URL
	in.Severity = app.ParseSeverity(row.Severity)
	in.Status = app.ParseStatus(app.Defender, row.Status)
	in.Owner = owner(row.AssignedTo)
	in.Classification = app.ParseClassification(row.Classification)
	in.Determination = app.ParseDetermination(row.Determination)
	in.ClosingNote = row.ResolvingComment
	in.Tags = app.NormalTags(row.CustomTags)
	in.ModifiedBy, in.Score = row.ModifiedBy, row.Score
	if !row.Redirect.Odd && row.Redirect.S != "" {
		in.RedirectTo, in.Status = row.Redirect.S, app.StatusRedirected
	}
	var clock wire.Clock
	in.Created, in.Modified = clock.Time(row.Created), clock.Time(row.Modified)
	odd = odd || clock.Odd || in.Title == "" || in.Severity == app.SeverityUnknown && !strings.EqualFold(row.Severity, "unknown") ||
		in.Status == app.StatusUnknown || in.Created.IsZero() || in.Modified.IsZero()

	d := &app.Details{Tasks: []app.Task{}, Bookmarks: []app.Bookmark{}}
	if row.Comments != nil {
		bad := 0
		d.Comments, bad = DecodeComments(*row.Comments)
		in.CommentCount = len(d.Comments)
		odd = odd || bad > 0
	}
	if row.Alerts == nil {
		return p, odd
	}
	var bad int
	d.Alerts, d.Evidence, bad = decodeAlerts(*row.Alerts)
	d.Entities = entitiesOf(d.Evidence)
	in.AlertCount = len(d.Alerts)
	if d.Comments == nil {
		d.Comments = []app.Comment{}
	}
	sumUp(in, d.Alerts)
	p.Details = d
	return p, odd || bad > 0
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
		var c struct {
			Text    string `json:"comment"`
			By      string `json:"createdByDisplayName"`
			OldBy   string `json:"createdBy"`
			Time    string `json:"createdDateTime"`
			OldTime string `json:"createdTime"`
		}
		ok := wire.Into(raw, &c)
		var clock wire.Clock
		by, at := wire.First(c.By, c.OldBy), wire.First(c.Time, c.OldTime)
		out = append(out, app.Comment{ID: wire.HashID("", by, at, c.Text), Author: by, Text: c.Text, Created: clock.Time(at)})
		if !ok || clock.Odd {
			odd++
		}
	}
	return out, odd
}
