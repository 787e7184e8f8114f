package uitest

import (
	"context"
	"fmt"
	"time"

	"watchfloor/app"
	"watchfloor/app/triage"
)

// Case implements triage.Cases.
func (t *Tenant) Case(ctx context.Context, id int64) (triage.Case, error) {
	t.mu.Lock()
	hook, k, ok := t.OnCase, t.Details[id], false
	_, ok = t.Details[id]
	draft := t.Drafts[id]
	t.mu.Unlock()
	if hook != nil {
		return hook(id)
	}
	r, err := t.Row(ctx, id)
	if err != nil {
		return triage.Case{}, err
	}
	if !ok {
		k = Sample(r)
	}
	k.Row, k.Draft = r, draft
	return k, nil
}

// Sample is a case with something under every tab.
func Sample(r triage.Row) triage.Case {
	at := func(m int) time.Time { return r.Created.Add(time.Duration(m) * time.Minute) }
	user := app.Entity{Kind: "account", Key: "j.doe@contoso.example", Name: "J. Doe"}
	host := app.Entity{Kind: "host", Key: "srv-web-02", Name: "srv-web-02"}
	addr := app.Entity{Kind: "ip", Key: "203.0.113.7", Name: "203.0.113.7"}
	url := app.Entity{Kind: "url", Key: "https://login-contoso.example/kit", Name: "https://login-contoso.example/kit"}
	k := triage.Case{Row: r, DetailsAt: at(5), Incident: app.Incident{
		ID: r.ID, Ref: r.Ref, Number: r.Number, Title: r.Title,
		Description: "A user signed in from 203.0.113.7 shortly after opening https://login-contoso.example/kit. The session token was used from a second country.",
		Created:     r.Created, Modified: r.Modified, FirstActivity: at(-34), LastActivity: at(-2),
		Products: []string{"Microsoft Defender for Endpoint"}, Tactics: []string{"InitialAccess", "CredentialAccess"},
	}}
	k.Alerts = []app.Alert{
		{
			ID: "a1", Title: "Phishing link opened: https://login-contoso.example/kit", Severity: app.Medium, Status: "new", Product: "Defender for Office 365",
			Category: "InitialAccess", Techniques: []string{"T1566.002"}, Created: at(-20), First: at(-34), Description: "The link was delivered at 13:10 and opened from 203.0.113.7.",
		},
		{
			ID: "a2", Title: "Anomalous token", Severity: app.High, Status: "new", Product: "Entra ID Protection", Category: "CredentialAccess",
			Techniques: []string{"T1528"}, Created: at(-10), First: at(-12), Description: "A token with unusual claims.", Remediation: "Revoke the sessions of j.doe@contoso.example.",
		},
		{
			ID: "a3", Title: "Inbox rule forwards to outside@evil.example", Severity: app.High, Status: "new", Product: "Defender for Cloud Apps",
			Category: "Collection", Created: at(-2), First: at(-2),
		},
	}
	k.Entities = []app.Entity{user, host, addr, url}
	k.Evidence = []app.Evidence{
		{AlertID: "a1", Entity: url, Verdict: "malicious", Remediation: "none", Roles: []string{"source"}, Created: at(-34)},
		{AlertID: "a2", Entity: user, Verdict: "suspicious", Remediation: "none", Roles: []string{"compromised"}, Created: at(-12)},
		{AlertID: "a2", Entity: addr, Verdict: "unknown", Remediation: "none", Created: at(-12)},
	}
	k.Comments = []app.Comment{{ID: "c1", Author: "Jo Doe", Text: "Called the user. They did open the link\nand typed their password.", Created: at(3)}}
	k.Tasks = []app.Task{{ID: "t1", Title: "Revoke sessions", Done: true, CreatedBy: "Jo Doe", Created: at(1)}, {ID: "t2", Title: "Remove the inbox rule", CreatedBy: "Jo Doe", Created: at(1)}}
	k.Changes = []app.Change{
		{IncidentID: r.ID, Field: app.FieldOwner, From: "", To: "Jo Doe", Who: "jo@contoso.example", At: at(2), Seen: at(5), Origin: app.OriginPull},
		{IncidentID: r.ID, Field: app.FieldSeverity, From: "Medium", To: r.Severity.String(), At: at(1), Seen: at(5), Origin: app.OriginPull},
		{IncidentID: r.ID, Field: app.FieldCreated, At: at(0), Seen: at(0), Origin: app.OriginPull},
	}
	return k
}

// Raw implements triage.Cases.
func (t *Tenant) Raw(_ context.Context, id int64) (string, error) {
	if t.OnRaw != nil {
		return t.OnRaw(id)
	}
	return fmt.Sprintf("{\n  \"id\": %d,\n  \"properties\": {\n    \"title\": \"as received\"\n  }\n}", id), nil
}

// SaveDraft implements triage.Cases.
func (t *Tenant) SaveDraft(_ context.Context, id int64, text string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.Drafts[id] = text
	return nil
}

// Draft is what SaveDraft last stored.
func (t *Tenant) Draft(id int64) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Drafts[id]
}
