package act

import (
	"strings"

	"watchfloor/app"
	"watchfloor/app/fleet"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
)

// Direct is the request of a command that needs no dialog; ok is false for others.
func Direct(c keys.Command, row triage.Row, me app.Owner) (r outbox.Request, ok bool) {
	r = outbox.Request{IncidentID: row.ID}
	switch c {
	case keys.AssignMe:
		r.Verb, r.Want.Owner = outbox.Assign, me
	case keys.Unassign:
		r.Verb = outbox.Assign
	case keys.StatusNew:
		r.Verb, r.Want.Status = outbox.SetStatus, app.StatusNew
	case keys.StatusActive:
		r.Verb, r.Want.Status = outbox.SetStatus, app.StatusActive
	case keys.SevHigh:
		r.Verb, r.Want.Severity = outbox.SetSeverity, app.High
	case keys.SevMedium:
		r.Verb, r.Want.Severity = outbox.SetSeverity, app.Medium
	case keys.SevLow:
		r.Verb, r.Want.Severity = outbox.SetSeverity, app.Low
	case keys.SevInfo:
		r.Verb, r.Want.Severity = outbox.SetSeverity, app.Informational
	default:
		return r, false
	}
	return r, true
}

// DirectWords are what a form for many says of a command that needs no other choice:
// the verb of its head, and a line.
func DirectWords(c keys.Command, s Subject, tenant func(id int64) fleet.Tenant) (verb, what string) {
	switch c {
	case keys.AssignMe:
		var names []string
		shares := s.shares(tenant)
		for _, x := range shares {
			name := present.Field(x.tenant.Me.Label())
			if len(shares) > 1 {
				name += " (" + present.Field(x.tenant.Name) + ")"
			}
			names = append(names, name)
		}
		return "Assign", "To me: " + strings.Join(names, ", ") + "."
	case keys.Unassign:
		return "Unassign", "Nobody owns them afterwards."
	}
	r, _ := Direct(c, s.Rows[0], app.Owner{})
	if r.Verb == outbox.SetStatus {
		return "Set the status of", "To " + r.Want.Status.String() + "."
	}
	return "Set the severity of", "To " + r.Want.Severity.String() + "."
}

// AssignRequest assigns to a person named by UPN; the problem is in words.
func AssignRequest(row triage.Row, upn string) (outbox.Request, string) {
	upn = strings.TrimSpace(upn)
	if at := strings.IndexByte(upn, '@'); at <= 0 || at == len(upn)-1 || strings.ContainsAny(upn, " \t,;") {
		return outbox.Request{}, "Write the person's sign-in name, such as jo@contoso.example."
	}
	return outbox.Request{IncidentID: row.ID, Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{UPN: upn}}}, ""
}

// TagRequest reads words as tags to add, words after a minus as tags to remove.
// Quotes keep spaces.
func TagRequest(row triage.Row, s string) (outbox.Request, string) {
	r := outbox.Request{IncidentID: row.ID, Verb: outbox.Tag}
	quoted := false
	for _, w := range strings.FieldsFunc(s, func(c rune) bool {
		if c == '"' {
			quoted = !quoted
		}
		return !quoted && (c == ' ' || c == ',')
	}) {
		minus := strings.HasPrefix(w, "-")
		w = strings.Trim(strings.TrimLeft(w, "+-"), `" `)
		switch {
		case w == "":
		case minus:
			r.RemoveTags = append(r.RemoveTags, w)
		default:
			r.AddTags = append(r.AddTags, w)
		}
	}
	if len(r.AddTags)+len(r.RemoveTags) == 0 {
		return r, "Write tags to add, and -tags to remove."
	}
	return r, ""
}

// maxComment is the longest comment Sentinel takes, in characters.
const maxComment = 30_000

// CommentRequest adds a comment.
func CommentRequest(row triage.Row, s string) (outbox.Request, string) {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		return outbox.Request{}, "Write something first."
	case len([]rune(s)) > maxComment:
		return outbox.Request{}, "A comment has at most 30,000 characters; this one is longer."
	}
	return outbox.Request{IncidentID: row.ID, Verb: outbox.Comment, Text: s}, ""
}

// SendWord is what the button says: offline, nothing is sent now.
func SendWord(offline bool) string {
	if offline {
		return "Queue"
	}
	return "Send"
}
