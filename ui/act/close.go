package act

import (
	"strings"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
)

// CloseForm is the state of the close dialog.
type CloseForm struct {
	Class   app.Classification
	Reasons []app.Reason
	Chosen  int // index into Reasons, -1 without
	Note    string
	Problem string
}

// NewCloseForm starts without a choice.
func NewCloseForm() *CloseForm { return &CloseForm{Chosen: -1} }

// Do follows a key of the dialog and reports whether it was one.
func (f *CloseForm) Do(c keys.Command) bool {
	if n, ok := c.Number("digit"); ok {
		if n <= len(f.Reasons) {
			f.Chosen, f.Problem = n-1, ""
		}
		return true
	}
	class, ok := map[keys.Command]app.Classification{
		keys.TruePositive: app.TruePositive, keys.FalsePositive: app.FalsePositive,
		keys.Benign: app.BenignPositive, keys.Undeterm: app.Undetermined,
	}[c]
	if ok {
		f.Class, f.Reasons, f.Problem = class, app.ReasonsFor(class), ""
		f.Chosen = -1
		if len(f.Reasons) == 1 {
			f.Chosen = 0
		}
	}
	return ok
}

// Plan is what the form asks for; ok is false, with Problem set, while it is
// incomplete.
func (f *CloseForm) Plan() (p Plan, reason app.Reason, ok bool) {
	switch {
	case f.Class == app.Unclassified:
		f.Problem = "Say what it was: t, f, b or u."
	case f.Chosen < 0:
		f.Problem = "Choose why: a digit."
	default:
		reason = f.Reasons[f.Chosen]
		return ClosePlan(reason, f.Note), reason, true
	}
	return nil, reason, false
}

// ClosePlan closes incidents for a reason, each in the words of its source.
func ClosePlan(why app.Reason, note string) Plan {
	return func(r triage.Row) outbox.Request { return CloseRequest(r, why, note) }
}

// CloseRequest closes an incident for a reason, in the words of its source.
func CloseRequest(row triage.Row, why app.Reason, note string) outbox.Request {
	return outbox.Request{IncidentID: row.ID, Verb: outbox.Close, Want: app.Fields{
		Status: app.StatusClosed, Classification: why.Classification,
		Determination: app.DeterminationFor(row.Ref.Source, why.Classification, why.Determination),
		ClosingNote:   strings.TrimSpace(note),
	}}
}
