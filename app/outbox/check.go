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

// check refuses a request that means nothing, or that the incident's service cannot do.
func (s *Service) check(ctx context.Context, r Request) error {
	if err := check(r); err != nil {
		return err
	}
	switch r.Verb {
	case Merge, MoveAlerts, AddTask, FinishTask:
	default:
		return nil
	}
	k, err := s.cfg.Store.Known(ctx, r.IncidentID)
	if err != nil {
		return err
	}
	return s.able(r.Verb, k.Incident.Source)
}

// able refuses a verb that a source does not have. One that is not connected is left
// to the moment of sending.
func (s *Service) able(v Verb, src app.SourceID) error {
	remote, ok := s.remotes[src]
	if !ok {
		return nil
	}
	refuse := func(msg string) error { return app.E(app.KindInvalid, src.Label()+" cannot "+msg, nil) }
	switch v {
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

func check(r Request) error {
	invalid := func(msg string) error { return app.E(app.KindInvalid, msg, nil) }
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
