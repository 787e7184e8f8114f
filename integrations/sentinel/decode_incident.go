package sentinel

import (
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

type incidentRow struct {
	Name       wire.Text `json:"name"`
	ETag       string    `json:"etag"`
	Properties *struct {
		Title                 string    `json:"title"`
		Description           string    `json:"description"`
		Severity              string    `json:"severity"`
		Status                string    `json:"status"`
		Classification        string    `json:"classification"`
		ClassificationReason  string    `json:"classificationReason"`
		ClassificationComment string    `json:"classificationComment"`
		Owner                 ownerRow  `json:"owner"`
		IncidentNumber        wire.Text `json:"incidentNumber"`
		IncidentURL           string    `json:"incidentUrl"`
		ProviderName          string    `json:"providerName"`
		ProviderIncidentID    wire.Text `json:"providerIncidentId"`
		Created               string    `json:"createdTimeUtc"`
		Modified              string    `json:"lastModifiedTimeUtc"`
		First                 string    `json:"firstActivityTimeUtc"`
		Last                  string    `json:"lastActivityTimeUtc"`
		Labels                []struct {
			Name string `json:"labelName"`
			Type string `json:"labelType"`
		} `json:"labels"`
		Rules []string `json:"relatedAnalyticRuleIds"`
		More  struct {
			Alerts    *int     `json:"alertsCount"`
			Bookmarks *int     `json:"bookmarksCount"`
			Comments  *int     `json:"commentsCount"`
			Products  []string `json:"alertProductNames"`
			Tactics   []string `json:"tactics"`
		} `json:"additionalData"`
	} `json:"properties"`
}

type ownerRow struct {
	ObjectID   string `json:"objectId"`
	Email      string `json:"email"`
	UPN        string `json:"userPrincipalName"`
	AssignedTo string `json:"assignedTo"`
}

// DecodeIncident reads one incident. It never fails: what cannot be read is left
// empty or unknown, Raw is kept as it is, and odd is true. A row without a name gets
// an id made from its bytes.
func DecodeIncident(raw []byte) (p app.Pulled, odd bool) {
	p.Raw = raw
	in := &p.Incident
	in.Source = app.Sentinel
	in.AlertCount, in.CommentCount, in.BookmarkCount = -1, -1, -1
	var row incidentRow
	odd = !wire.Into(raw, &row) || row.Name.Odd
	in.Ref.ID = row.Name.S
	if in.Ref.ID == "" || row.Name.Odd {
		odd = true
		if in.Ref.ID = wire.Scavenge(raw, "name"); in.Ref.ID == "" {
			in.Ref.ID = wire.HashID("unreadable-", string(raw))
		}
	}
	in.ETag = row.ETag
	if row.Properties == nil {
		return p, true
	}
	q := row.Properties
	var clock wire.Clock
	in.Number = q.IncidentNumber.S
	in.ProviderName = q.ProviderName
	if fromDefender(q.ProviderName) {
		in.ProviderID = q.ProviderIncidentID.S
	}
	in.Title, in.Description, in.URL = q.Title, q.Description, q.IncidentURL
	in.Severity = app.ParseSeverity(q.Severity)
	in.Status = app.ParseStatus(app.Sentinel, q.Status)
	in.Owner = app.Owner{ObjectID: q.Owner.ObjectID, UPN: wire.First(q.Owner.UPN, q.Owner.Email), Name: q.Owner.AssignedTo}
	in.Classification = app.ParseClassification(q.Classification)
	in.Determination = app.ParseDetermination(q.ClassificationReason)
	in.ClosingNote = q.ClassificationComment
	in.Created, in.Modified = clock.Time(q.Created), clock.Time(q.Modified)
	in.FirstActivity, in.LastActivity = clock.Time(q.First), clock.Time(q.Last)
	var tags []string
	for _, l := range q.Labels {
		if !strings.EqualFold(l.Type, autoAssigned) {
			tags = append(tags, l.Name)
		}
	}
	in.Tags = app.NormalTags(tags)
	in.Rules, in.Products, in.Tactics = q.Rules, q.More.Products, q.More.Tactics
	count(&in.AlertCount, q.More.Alerts)
	count(&in.BookmarkCount, q.More.Bookmarks)
	count(&in.CommentCount, q.More.Comments)
	odd = odd || clock.Odd || q.IncidentNumber.Odd || q.ProviderIncidentID.Odd || q.Title == "" ||
		in.Severity == app.SeverityUnknown || in.Status == app.StatusUnknown || in.Created.IsZero() || in.Modified.IsZero()
	return p, odd
}

// autoAssigned labels are the service's own and not a person's to change.
const autoAssigned = "AutoAssigned"

// fromDefender reports whether the provider's incident id is one of Defender XDR. A
// rule of Sentinel's own repeats the incident number there, which would join strangers.
func fromDefender(provider string) bool {
	p := strings.ToLower(provider)
	return strings.Contains(p, "xdr") || strings.Contains(p, "365 defender")
}

func count(to *int, from *int) {
	if from != nil && *from >= 0 {
		*to = *from
	}
}
