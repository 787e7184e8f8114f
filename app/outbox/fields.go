package outbox

import (
	"fmt"
	"slices"
	"strings"

	"watchfloor/app"
)

// Fields lists the incident fields a verb sets. Tag merges and Comment adds, so neither
// can overlap; they and the verbs about tasks and several incidents return nil.
func (v Verb) Fields() []app.Field {
	switch v {
	case Assign:
		return []app.Field{app.FieldOwner}
	case SetStatus:
		return []app.Field{app.FieldStatus}
	case SetSeverity:
		return []app.Field{app.FieldSeverity}
	case Close:
		return []app.Field{app.FieldStatus, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote}
	}
	return nil
}

// Known reports a verb of this version: the row of another one may hold others.
func (v Verb) Known() bool {
	switch v {
	case Assign, SetStatus, SetSeverity, Tag, Close, Comment, AddTask, FinishTask, Merge, MoveAlerts:
		return true
	}
	return v.IsDeed()
}

// closing are the fields that say how an incident was closed.
var closing = []app.Field{app.FieldClassification, app.FieldDetermination, app.FieldClosingNote}

// For returns the request in the words of a source, so that what it wants compares
// with what that source answers.
func (r Request) For(src app.SourceID) Request {
	if r.Verb == Close {
		c := r.Want.Classification
		r.Want.Determination = app.ParseDetermination(app.DeterminationFor(src, c, app.ParseDetermination(r.Want.Determination)))
	}
	return r
}

// Apply returns f as it looks after the request. Reopening (a status that is open on
// a closed incident) clears the classification, as both services do.
func (r Request) Apply(f app.Fields) app.Fields {
	switch r.Verb {
	case Assign:
		f.Owner = r.Want.Owner
	case SetSeverity:
		f.Severity = r.Want.Severity
	case SetStatus:
		if f.Status == app.StatusClosed && r.Want.Status.Open() {
			f.Classification, f.Determination, f.ClosingNote = app.Unclassified, "", ""
		}
		f.Status = r.Want.Status
	case Close:
		f.Status = app.StatusClosed
		f.Classification, f.Determination, f.ClosingNote = r.Want.Classification, r.Want.Determination, r.Want.ClosingNote
	case Tag:
		tags := slices.Clone(f.Tags)
		for _, t := range r.AddTags {
			if !hasTag(tags, t) {
				tags = append(tags, t)
			}
		}
		f.Tags = slices.DeleteFunc(app.NormalTags(tags), func(t string) bool { return hasTag(r.RemoveTags, t) })
	}
	return f
}

func hasTag(tags []string, tag string) bool {
	return slices.ContainsFunc(tags, func(t string) bool { return strings.EqualFold(t, tag) })
}

// Value is a field of f as text, for changes, conflicts and comparison.
func Value(f app.Fields, field app.Field) string {
	switch field {
	case app.FieldSeverity:
		return f.Severity.String()
	case app.FieldStatus:
		return f.Status.String()
	case app.FieldOwner:
		return f.Owner.Label()
	case app.FieldClassification:
		return f.Classification.Label()
	case app.FieldDetermination:
		return f.Determination
	case app.FieldClosingNote:
		return f.ClosingNote
	case app.FieldTags:
		return strings.Join(f.Tags, ", ")
	}
	return ""
}

// Equal compares one field: owners as SameOwner does, determinations and tags ignoring
// case and order, notes ignoring white space at their ends.
func Equal(a, b app.Fields, field app.Field) bool {
	switch field {
	case app.FieldOwner:
		return SameOwner(a.Owner, b.Owner)
	case app.FieldDetermination:
		return strings.EqualFold(app.ParseDetermination(a.Determination), app.ParseDetermination(b.Determination))
	case app.FieldClassification:
		return a.Classification == b.Classification
	case app.FieldClosingNote:
		return sameText(a.ClosingNote, b.ClosingNote)
	case app.FieldTags:
		missing := func(in []string) func(string) bool { return func(t string) bool { return !hasTag(in, t) } }
		return !slices.ContainsFunc(a.Tags, missing(b.Tags)) && !slices.ContainsFunc(b.Tags, missing(a.Tags))
	}
	return Value(a, field) == Value(b, field)
}

// sameText compares what people wrote; services change line ends and trim.
func sameText(a, b string) bool {
	lines := strings.NewReplacer("\r\n", "\n")
	return strings.TrimSpace(lines.Replace(a)) == strings.TrimSpace(lines.Replace(b))
}

// SameOwner reports whether two owners are the same person, or both nobody: by UPN,
// else by object id, else by a name that one has and the other too.
func SameOwner(a, b app.Owner) bool {
	if a.UPN != "" && b.UPN != "" {
		return strings.EqualFold(a.UPN, b.UPN)
	}
	if a.ObjectID != "" && b.ObjectID != "" {
		return strings.EqualFold(a.ObjectID, b.ObjectID)
	}
	if a.IsZero() || b.IsZero() {
		return a.IsZero() == b.IsZero()
	}
	for _, x := range []string{a.UPN, a.Name} {
		if x != "" && (strings.EqualFold(x, b.UPN) || strings.EqualFold(x, b.Name)) {
			return true
		}
	}
	return false
}

// Describe says in words what the request does, for the Actions screen and the log of
// an incident. It contains tenant text.
func (r Request) Describe() string {
	if r.Verb.IsDeed() {
		return r.describeSubject()
	}
	switch r.Verb {
	case Assign:
		if r.Want.Owner.IsZero() {
			return "Unassign"
		}
		return "Assign to " + r.Want.Owner.Label()
	case SetStatus:
		return "Set status to " + r.Want.Status.String()
	case SetSeverity:
		return "Set severity to " + r.Want.Severity.String()
	case Tag:
		var parts []string
		for _, t := range r.AddTags {
			parts = append(parts, "+"+t)
		}
		for _, t := range r.RemoveTags {
			parts = append(parts, "-"+t)
		}
		return "Tag " + strings.Join(parts, " ")
	case Close:
		return "Close as " + r.Want.Classification.Label()
	case Comment:
		return "Comment: " + r.Text
	case AddTask:
		return "Add task " + r.TaskTitle
	case FinishTask:
		return "Complete task " + r.TaskTitle
	case Merge:
		return fmt.Sprintf("Merge %d incidents", len(r.Involved()))
	case MoveAlerts:
		what := fmt.Sprintf("Move %d alerts", len(r.Alerts))
		if len(r.Alerts) == 1 {
			what = "Move 1 alert"
		}
		if r.Into == 0 {
			return what + " to a new incident"
		}
		return what + " to another incident"
	}
	return string(r.Verb)
}
