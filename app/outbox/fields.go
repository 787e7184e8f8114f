package outbox

import (
	"slices"
	"strings"

	"watchfloor/app"
)

// Fields lists the incident fields a verb sets; Tag merges and Comment adds, so
// neither can overlap and both return nil.
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

// Apply returns f as it looks after the request. Reopening (a status that is open on
// a closed incident) clears the classification, as both services do.
func (r Request) Apply(f app.Fields) app.Fields {
	switch r.Verb {
	case Assign:
		f.Owner = r.Want.Owner
	case SetSeverity:
		f.Severity = r.Want.Severity
	case SetStatus:
		f.Status = r.Want.Status
		if f.Status.Open() {
			f.Classification, f.Determination, f.ClosingNote = app.Unclassified, "", ""
		}
	case Close:
		f.Status = app.StatusClosed
		f.Classification, f.Determination, f.ClosingNote = r.Want.Classification, r.Want.Determination, r.Want.ClosingNote
	case Tag:
		f.Tags = app.NormalTags(append(slices.Clone(f.Tags), r.AddTags...))
		f.Tags = slices.DeleteFunc(f.Tags, func(t string) bool {
			return slices.ContainsFunc(r.RemoveTags, func(x string) bool { return strings.EqualFold(x, t) })
		})
	}
	return f
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

// Equal compares one field; owners by UPN (else object id), determinations and tags
// ignoring case.
func Equal(a, b app.Fields, field app.Field) bool {
	switch field {
	case app.FieldOwner:
		return SameOwner(a.Owner, b.Owner)
	case app.FieldDetermination:
		return strings.EqualFold(a.Determination, b.Determination)
	case app.FieldTags:
		return slices.EqualFunc(a.Tags, b.Tags, strings.EqualFold)
	}
	return Value(a, field) == Value(b, field)
}

// SameOwner reports whether two owners are the same person, or both nobody.
func SameOwner(a, b app.Owner) bool {
	if a.UPN != "" && b.UPN != "" {
		return strings.EqualFold(a.UPN, b.UPN)
	}
	if a.ObjectID != "" && b.ObjectID != "" {
		return strings.EqualFold(a.ObjectID, b.ObjectID)
	}
	return strings.EqualFold(a.Label(), b.Label())
}

// Describe says in words what the request does, for the Actions screen and the log of
// an incident. It contains tenant text.
func (r Request) Describe() string {
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
	}
	return string(r.Verb)
}
