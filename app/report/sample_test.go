package report

import (
	"fmt"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
)

// manyTongues are names as tenants hold them: Latin with accents, Greek, Cyrillic,
// Hebrew, Arabic, Chinese, Japanese, Korean, an emoji.
var manyTongues = []string{"Zoë Müller-Łukasz", "Ελένη Παπαδοπούλου", "Владимир Щукин", "שלום לוי (מנהל) 42", "سلام: دخول مشبوه من 203.0.113.7", "王小明", "山田 花子", "김민수", "🦊 fox"}

// richCase is an incident with as many parts as asked for.
func richCase(alerts, entities, comments int) triage.Case {
	in := app.Incident{
		ID: 1, Ref: app.Ref{Source: app.Sentinel, ID: "r1"}, Number: "48213", Title: "Hands-on-keyboard attack on srv-db-07 after a phishing link",
		Description: "A user opened https://login-contoso.example/kit. The session was used from 203.0.113.7 afterwards.",
		Created:     noon, Modified: noon.Add(time.Hour), FirstActivity: noon.Add(-34 * time.Minute), LastActivity: noon.Add(50 * time.Minute), ModifiedBy: "jo@contoso.example",
		Products: []string{"Microsoft Defender for Endpoint", "Entra ID Protection"}, Tactics: []string{"InitialAccess", "CredentialAccess", "Collection"},
		Fields: app.Fields{Severity: app.High, Status: app.StatusActive, Owner: app.Owner{Name: "Jo Doe"}, Tags: []string{"vip", "phishing"}},
	}
	c := triage.Case{
		Incident: in, DetailsAt: noon.Add(70 * time.Minute),
		Row: triage.Row{ID: 1, Ref: in.Ref, Number: in.Number, Title: in.Title, Severity: in.Severity, Status: in.Status, Owner: "Jo Doe", Created: in.Created, Modified: in.Modified},
	}
	at := func(i int) time.Time { return noon.Add(time.Duration(i) * 20 * time.Second) }
	for i := range alerts {
		c.Alerts = append(c.Alerts, app.Alert{
			ID: fmt.Sprint("a", i), Title: fmt.Sprintf("Suspicious PowerShell command line, step %d", i), Severity: app.Severities[i%4], Status: "InProgress",
			Product: "Defender for Endpoint", Category: "Execution", Techniques: []string{"T1059.001"}, Created: at(i), First: at(i),
			Description: "powershell.exe -enc " + strings.Repeat("SQBFAFgA", 1+i%9*4) + " ran as " + manyTongues[i%len(manyTongues)] + ".",
		})
	}
	for i := range entities {
		c.Entities = append(c.Entities, app.Entity{Kind: "host", Key: fmt.Sprintf("srv-%04d.contoso.example", i), Name: "srv " + manyTongues[i%len(manyTongues)]})
		if i%5 == 0 {
			c.Evidence = append(c.Evidence, app.Evidence{AlertID: "a1", Entity: c.Entities[i], Verdict: "suspicious", Remediation: "none", Roles: []string{"compromised"}})
		}
	}
	for i := range comments {
		c.Comments = append(c.Comments, app.Comment{ID: fmt.Sprint("c", i), Author: manyTongues[i%len(manyTongues)], Text: fmt.Sprintf("Called the user, step %d.\nThey did open the link and typed their password.", i), Created: at(i)})
		c.Changes = append(c.Changes, app.Change{Field: app.FieldOwner, From: "", To: "Jo Doe", Who: "jo@contoso.example", At: at(i), Seen: at(i + 1)})
	}
	c.Tasks = []app.Task{{Title: "Revoke sessions", Done: true, CreatedBy: "Jo Doe"}, {Title: "Remove the inbox rule", CreatedBy: "Jo Doe"}}
	c.Bookmarks = []app.Bookmark{{Title: "Sign-ins", Query: "SigninLogs\n| where IPAddress == \"203.0.113.7\"\n| take 10", CreatedBy: "Jo Doe", EventTime: noon}}
	return c
}

// shift is a hand-over with n open incidents shown of more.
func shift(n int) Handover {
	h := Handover{
		Period: Period{noon.Add(-8 * time.Hour), noon}, Limit: n, Arrived: BySeverity{0, 4, 11, 18, 7}, StillOpen: BySeverity{0, 1, 3, 9, 5},
		Closed: BySeverity{0, 6, 9, 12, 3}, OpenNow: BySeverity{0, 20, 61, 90, 43}, Unowned: BySeverity{0, 20, 40, 31, 5},
		Classified: map[app.Classification]int{app.FalsePositive: 14, app.TruePositive: 9, app.BenignPositive: 6, app.Unclassified: 1},
		Counts:     outbox.Counts{Queued: 2, Conflict: 1, Failed: 1},
		Sources: []SourceAge{
			{Source: app.Sentinel, Synced: noon.Add(-time.Minute), Newest: noon.Add(-20 * time.Minute)},
			{Source: app.Defender, Synced: noon.Add(-3 * time.Hour), Newest: noon.Add(-3 * time.Hour)},
		},
	}
	titles := []string{"Impossible travel – " + manyTongues[0], "TI map IP entity to AzureActivity for 203.0.113.7", "Ransomware note on srv-file-02", "Mass download by " + manyTongues[4], "New inbox rule forwards to outside@evil.example"}
	for i := range n {
		r := rowOf(int64(i+1), titles[i%len(titles)])
		r.Number, r.Owner, r.Tags, r.Severity, r.Status = fmt.Sprint(48000+i), []string{"Jo Doe", "", "Ana Sá"}[i%3], nil, app.Severities[min(3, i*4/max(n, 1))], app.StatusActive
		r.Created = noon.Add(-time.Duration(9*(i%17)+1) * time.Hour)
		x := OpenCase{Row: r}
		if i%2 == 0 {
			x.Last = &app.Comment{Author: "Jo Doe", Text: "Called the user, waiting for the laptop. The host https://evil.example is blocked.", Created: noon.Add(-time.Hour)}
		}
		h.Open = append(h.Open, x)
		if i < 30 {
			h.ClosedCases = append(h.ClosedCases, ClosedCase{Row: r, Classification: app.FalsePositive, Determination: "inaccurateData", At: noon.Add(-time.Duration(i) * time.Minute)})
		}
	}
	h.Waiting = []WaitingAction{
		{Action: outbox.Action{
			State: outbox.Conflict, Number: "48007", Title: titles[1], Created: noon.Add(-time.Hour), Actor: "jo@contoso.example", Reason: "Somebody else changed the severity meanwhile.",
			Request: outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}},
		}},
		{Action: outbox.Action{
			State: outbox.Failed, Number: "48008", Title: titles[2], Created: noon.Add(-2 * time.Hour), Reason: "The role Microsoft Sentinel Responder is missing.",
			Request: outbox.Request{Verb: outbox.Close, Want: app.Fields{Classification: app.FalsePositive}},
		}},
		{Action: outbox.Action{State: outbox.Queued, Number: "48009", Title: titles[0], Created: noon.Add(-time.Minute), Request: outbox.Request{Verb: outbox.Comment, Text: "Waiting for the laptop."}}},
	}
	return h
}

// meta is that of every report of the tests.
var meta = Meta{Tenant: "Contoso clinic", At: noon, By: "Ana Sá"}
