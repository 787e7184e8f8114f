package permission

import (
	"watchfloor/app"
	"watchfloor/app/outbox"
)

// For is the feature that an action is part of. false: the table knows of none, so nobody
// can say what it takes.
func For(verb outbox.Verb, at app.SourceID, on app.SubjectKind) (Feature, bool) {
	return ByID(idOf(verb, at, on))
}

func idOf(verb outbox.Verb, at app.SourceID, on app.SubjectKind) string {
	if verb.IsDeed() {
		return ofDeed(app.Deed(verb), on)
	}
	switch {
	case at == app.Cloud:
		return "cloud.alerts"
	case at == app.Defender && (verb == outbox.Merge || verb == outbox.MoveAlerts):
		return "defender.merge"
	case at == app.Defender:
		return "defender.change"
	case at != app.Sentinel:
		return ""
	case verb == outbox.Comment:
		return "sentinel.comment"
	case verb == outbox.AddTask, verb == outbox.FinishTask:
		return "sentinel.tasks"
	}
	return "sentinel.change"
}

func ofDeed(d app.Deed, on app.SubjectKind) string {
	switch d {
	case app.RevokeSessions:
		return "entra.sessions"
	case app.DisableAccount, app.EnableAccount:
		return "entra.accounts"
	case app.SetControl:
		return "score.controls"
	case app.EditContact:
		return "cloud.contacts"
	}
	switch on {
	case app.SubjectWorkload:
		return "entra.workload-risk"
	case app.SubjectSignIn:
		return "entra.feedback"
	}
	return "entra.risk"
}
