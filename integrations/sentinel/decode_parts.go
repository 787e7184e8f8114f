package sentinel

import (
	"encoding/json"
	"strings"

	"watchfloor/app"
	"watchfloor/integrations/azure/wire"
)

// DecodeAlerts reads the alerts of an incident. odd counts malformed ones, which are
// kept with what could be read. The error says that the answer is no list.
func DecodeAlerts(body []byte) (out []app.Alert, odd int, err error) {
	rows, err := wire.ReadList(body, "value")
	return decodeRows(rows.Rows, decodeAlert, &odd), odd, err
}

// DecodeEntities reads the entities of an incident, duplicates by kind and key once.
func DecodeEntities(body []byte) (out []app.Entity, odd int, err error) {
	rows, err := wire.ReadList(body, "entities")
	if err != nil {
		return nil, 0, err
	}
	seen := map[string]bool{}
	out = []app.Entity{}
	for _, e := range decodeRows(rows.Rows, decodeEntity, &odd) {
		id := string(e.Kind) + "\x00" + e.Key
		if !seen[id] {
			seen[id] = true
			out = append(out, e)
		}
	}
	return out, odd, nil
}

// DecodeBookmarks reads the bookmarks of an incident.
func DecodeBookmarks(body []byte) (out []app.Bookmark, odd int, err error) {
	rows, err := wire.ReadList(body, "value")
	return decodeRows(rows.Rows, decodeBookmark, &odd), odd, err
}

func decodeRows[T any](rows []json.RawMessage, one func([]byte) (T, bool), odd *int) []T {
	out := make([]T, 0, len(rows))
	for _, raw := range rows {
		v, bad := one(raw)
		if bad {
			*odd++
		}
		out = append(out, v)
	}
	return out
}

type clientRow struct {
	Email string `json:"email"`
	Name  string `json:"name"`
	UPN   string `json:"userPrincipalName"`
	ID    string `json:"objectId"`
}

func (c clientRow) label() string { return wire.First(c.Name, c.UPN, c.Email, c.ID) }

func decodeAlert(raw []byte) (app.Alert, bool) {
	var row struct {
		Name       wire.Text `json:"name"`
		Properties struct {
			ID          string   `json:"systemAlertId"`
			Provider    string   `json:"providerAlertId"`
			Title       string   `json:"alertDisplayName"`
			Friendly    string   `json:"friendlyName"`
			Description string   `json:"description"`
			Severity    string   `json:"severity"`
			Status      string   `json:"status"`
			Product     string   `json:"productName"`
			Type        string   `json:"alertType"`
			Tactics     []string `json:"tactics"`
			Techniques  []string `json:"techniques"`
			Remediation []string `json:"remediationSteps"`
			Generated   string   `json:"timeGenerated"`
			First       string   `json:"startTimeUtc"`
			Last        string   `json:"endTimeUtc"`
		} `json:"properties"`
	}
	ok := wire.Into(raw, &row) && !row.Name.Odd
	q := row.Properties
	var clock wire.Clock
	a := app.Alert{
		ID: wire.First(q.ID, row.Name.S), ProviderID: q.Provider, Title: wire.First(q.Title, q.Friendly), Description: q.Description,
		Severity: app.ParseSeverity(q.Severity), Status: q.Status, Product: q.Product,
		Category: wire.First(strings.Join(q.Tactics, ", "), q.Type), Techniques: q.Techniques,
		Created: clock.Time(q.Generated), First: clock.Time(q.First), Last: clock.Time(q.Last),
		Remediation: strings.Join(q.Remediation, "\n"), Raw: raw,
	}
	if a.ID == "" {
		ok, a.ID = false, wire.HashID("unreadable-", string(raw))
	}
	return a, !ok || clock.Odd || a.Title == ""
}

func decodeComment(raw []byte) (app.Comment, bool) {
	var row struct {
		Name       wire.Text `json:"name"`
		Properties struct {
			Message string    `json:"message"`
			Created string    `json:"createdTimeUtc"`
			Author  clientRow `json:"author"`
		} `json:"properties"`
	}
	ok := wire.Into(raw, &row) && !row.Name.Odd
	var clock wire.Clock
	c := app.Comment{
		ID: row.Name.S, Author: row.Properties.Author.label(), Text: row.Properties.Message,
		Created: clock.Time(row.Properties.Created),
	}
	if c.ID == "" {
		ok, c.ID = false, wire.HashID("unreadable-", string(raw))
	}
	return c, !ok || clock.Odd
}

func decodeTask(raw []byte) (app.Task, bool) {
	var row struct {
		Name       wire.Text `json:"name"`
		ETag       string    `json:"etag"`
		Properties struct {
			Title       string    `json:"title"`
			Description string    `json:"description"`
			Status      string    `json:"status"`
			Created     string    `json:"createdTimeUtc"`
			Modified    string    `json:"lastModifiedTimeUtc"`
			By          clientRow `json:"createdBy"`
		} `json:"properties"`
	}
	ok := wire.Into(raw, &row) && !row.Name.Odd
	q := row.Properties
	var clock wire.Clock
	t := app.Task{
		ID: row.Name.S, Title: q.Title, Description: q.Description, Done: strings.EqualFold(q.Status, "Completed"),
		CreatedBy: q.By.label(), Created: clock.Time(q.Created), Modified: clock.Time(q.Modified), ETag: row.ETag,
	}
	if t.ID == "" {
		ok, t.ID = false, wire.HashID("unreadable-", string(raw))
	}
	return t, !ok || clock.Odd
}

func decodeBookmark(raw []byte) (app.Bookmark, bool) {
	var row struct {
		Name       wire.Text `json:"name"`
		Properties struct {
			Title    string    `json:"displayName"`
			Friendly string    `json:"friendlyName"`
			Query    string    `json:"query"`
			Notes    string    `json:"notes"`
			Created  string    `json:"created"`
			Event    string    `json:"eventTime"`
			By       clientRow `json:"createdBy"`
		} `json:"properties"`
	}
	ok := wire.Into(raw, &row) && !row.Name.Odd
	q := row.Properties
	var clock wire.Clock
	b := app.Bookmark{
		ID: row.Name.S, Title: wire.First(q.Title, q.Friendly), Query: q.Query, Notes: q.Notes,
		CreatedBy: q.By.label(), Created: clock.Time(q.Created), EventTime: clock.Time(q.Event), Raw: raw,
	}
	if b.ID == "" {
		ok, b.ID = false, wire.HashID("unreadable-", string(raw))
	}
	return b, !ok || clock.Odd
}

// DecodeComments reads the comments of all pages of an incident.
func DecodeComments(rows []json.RawMessage) (out []app.Comment, odd int) {
	return decodeRows(rows, decodeComment, &odd), odd
}

// DecodeTasks reads an incident's work list.
func DecodeTasks(rows []json.RawMessage) (out []app.Task, odd int) {
	return decodeRows(rows, decodeTask, &odd), odd
}
