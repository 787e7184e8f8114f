package uitest

import (
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// SampleDeeds are actions on subjects in the states that matter.
func SampleDeeds() []outbox.Action {
	at := func(m int) time.Time { return Now.Add(-time.Duration(m) * time.Minute) }
	user := app.Subject{Kind: app.SubjectUser, ID: "u-1", Name: "Jo Doe"}
	contact := app.Subject{Kind: app.SubjectContact, ID: SubLab, Name: "Contoso Lab"}
	return []outbox.Action{
		{
			Seq: 31, Request: outbox.Request{Verb: outbox.ConfirmCompromised, On: user}, Ref: app.Ref{Source: app.EntraRisk}, State: outbox.Failed, Kind: app.KindExpired, Created: at(40), Expires: at(25),
			Reason: "Not sent: older than 15 min. Check again.", Actor: Me.UPN,
		},
		{Seq: 32, Request: outbox.Request{Verb: outbox.RevokeSessions, On: user}, Ref: app.Ref{Source: app.EntraRisk}, State: outbox.Queued, Created: at(3), Expires: at(-12)},
		{Seq: 33, Request: outbox.Request{Verb: outbox.RevokeSessions, On: app.Subject{Kind: app.SubjectUser, ID: "u-2", Name: "Mei Lin"}}, Ref: app.Ref{Source: app.EntraRisk}, State: outbox.Queued, Created: at(14), Expires: at(-1)},
		{
			Seq: 34, Version: 3, Request: outbox.Request{Verb: outbox.EditContact, On: contact, Set: app.Values{app.PropEmails: "lab@contoso.example", app.PropAlertSeverity: "Low"}}, Ref: app.Ref{Source: app.CloudPosture},
			State: outbox.Conflict, Created: at(30), Reason: "It changed since this was decided.", Drift: []outbox.Drift{
				{Field: app.Field(app.PropEmails), Base: "(none)", Theirs: "jo@contoso.example", Mine: "lab@contoso.example", Who: "jo@contoso.example", When: at(9)},
				{Field: app.Field(app.PropAlertSeverity), Base: "High", Theirs: "Medium", Mine: "Low"},
			},
		},
		{Seq: 35, Request: outbox.Request{Verb: outbox.SetControl, On: app.Subject{Kind: app.SubjectControl, ID: "AdminMFAV2"}, Set: app.Values{app.PropControlState: "Reviewed"}}, Ref: app.Ref{Source: app.M365Score}, State: outbox.Done, Created: at(60), Finished: at(59)},
		{Seq: 36, Request: outbox.Request{Verb: outbox.DismissRisk, On: app.Subject{Kind: app.SubjectWorkload, ID: "w", Name: "backup-app"}}, Ref: app.Ref{Source: app.EntraRisk}, State: outbox.Failed, Kind: app.KindPermission, Created: at(50), Reason: "IdentityRiskyServicePrincipal.ReadWrite.All is missing."},
	}
}
