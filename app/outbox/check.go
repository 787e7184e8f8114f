package outbox

import (
	"context"
	"slices"
	"strings"

	"watchfloor/app"
)

const (
	// maxText is Sentinel's limit of a comment, in characters (sheet part A); Graph
	// documents none and gets the same.
	maxText = 30_000
	// maxTitle and maxTaskText are what the portal takes for a task.
	maxTitle, maxTaskText = 150, 3_000
)

func tooLong(comment string) error {
	if len([]rune(comment)) > maxText {
		return app.E(app.KindInvalid, "The comment is longer than 30,000 characters, the most the services take. Shorten it or split it.", nil)
	}
	return nil
}

// check refuses a request while nothing may be changed, and else as means does.
func (s *Service) check(ctx context.Context, r Request) error {
	if err := s.refused(); err != nil {
		return err
	}
	return s.means(ctx, r)
}

// means refuses a request that means nothing, or that the incident's service cannot do.
func (s *Service) means(ctx context.Context, r Request) error {
	if err := check(r); err != nil {
		return err
	}
	switch {
	case r.Verb.IsDeed():
		return s.ableOn(app.Deed(r.Verb), r.On.Kind)
	case r.Verb == Merge || r.Verb == MoveAlerts || r.Verb == AddTask || r.Verb == FinishTask || s.limited():
	default:
		return nil
	}
	k, err := s.cfg.Store.Known(ctx, r.IncidentID)
	if err != nil {
		return err
	}
	return s.able(r, k.Incident.Source)
}

// able refuses a verb that a source does not have. One that is not connected is left
// to the moment of sending.
func (s *Service) able(r Request, src app.SourceID) error {
	remote, ok := s.remotes[src]
	if !ok {
		return nil
	}
	refuse := func(msg string) error { return app.E(app.KindInvalid, src.Label()+" cannot "+msg, nil) }
	if l, ok := remote.(app.Limited); ok {
		for _, f := range r.sets() {
			if why := l.Lacks(f); why != "" {
				return app.E(app.KindInvalid, why, nil)
			}
		}
	}
	switch r.Verb {
	case Merge:
		if _, ok := remote.(app.Merger); !ok {
			return refuse("merge incidents; that is possible for incidents of Defender XDR.")
		}
	case MoveAlerts:
		if _, ok := remote.(app.Merger); !ok {
			return refuse("move alerts; that is possible for incidents of Defender XDR.")
		}
	case AddTask, FinishTask:
		if _, ok := remote.(app.Tasker); !ok {
			return refuse("keep tasks; that is possible for incidents of Sentinel.")
		}
	}
	return nil
}

// limited reports that a connected source cannot set every field.
func (s *Service) limited() bool {
	for _, r := range s.remotes {
		if _, ok := r.(app.Limited); ok {
			return true
		}
	}
	return false
}

// sets are the fields that a request on an incident gives a value to.
func (r Request) sets() (fields []app.Field) {
	switch r.Verb {
	case Comment:
		return []app.Field{app.FieldComment}
	case AddTask, FinishTask:
		return []app.Field{app.FieldTask}
	case Tag:
		return []app.Field{app.FieldTags}
	case Close:
		fields = []app.Field{app.FieldStatus, app.FieldClassification}
		if r.Want.Determination != "" {
			fields = append(fields, app.FieldDetermination)
		}
		if r.Want.ClosingNote != "" {
			fields = append(fields, app.FieldClosingNote)
		}
		return fields
	}
	return r.Verb.Fields()
}

func check(r Request) error {
	if r.Verb.IsDeed() {
		return r.checkSubject()
	}
	invalid := func(msg string) error { return app.E(app.KindInvalid, msg, nil) }
	if !r.On.IsZero() || r.Set != nil {
		return invalid("This action is for incidents only.")
	}
	switch r.Verb {
	case Comment:
		if strings.TrimSpace(r.Text) == "" {
			return invalid("The comment is empty.")
		}
		return tooLong(r.Text)
	case Close:
		if r.Want.Classification == app.Unclassified {
			return invalid("Choose what the incident turned out to be before closing it.")
		}
	case SetStatus:
		switch r.Want.Status {
		case app.StatusNew, app.StatusActive:
		case app.StatusClosed:
			return invalid("Close an incident with its classification.")
		default:
			return invalid("This status is set by the service only.")
		}
	case SetSeverity:
		if r.Want.Severity == app.SeverityUnknown {
			return invalid("Choose a severity: high, medium, low or informational.")
		}
	case Tag:
		if len(app.NormalTags(append(slices.Clone(r.AddTags), r.RemoveTags...))) == 0 {
			return invalid("Name a tag to add, or -tag to remove one.")
		}
	case AddTask:
		if strings.TrimSpace(r.TaskTitle) == "" {
			return invalid("Give the task a title.")
		}
		if len([]rune(r.TaskTitle)) > maxTitle || len([]rune(r.Text)) > maxTaskText {
			return invalid("The task is too long: a title has up to 150 characters and a description up to 3,000.")
		}
	case FinishTask:
		if r.TaskID == "" {
			return invalid("Choose the task to complete.")
		}
	case Merge:
		if len(Request{IncidentID: r.IncidentID, With: r.With}.Involved()) < 2 {
			return invalid("Choose at least two incidents to merge.")
		}
		return tooLong(r.Text)
	case MoveAlerts:
		if len(r.Alerts) == 0 {
			return invalid("Choose the alerts to move.")
		}
		if r.Into == r.IncidentID {
			return invalid("These alerts are in this incident already; choose another one.")
		}
		return tooLong(r.Text)
	case Assign:
	default:
		return invalid("This action is not known.")
	}
	return nil
}
