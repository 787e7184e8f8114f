package outbox

import (
	"context"
	"maps"
	"slices"

	"watchfloor/app"
)

// Settle settles a conflict field by field: every field in Drift needs a choice. Theirs
// everywhere discards the action; anything else is sent over what the service held at
// the conflict. KindInvalid where the choices together make no sense, KindConflict
// where version is no longer that of the action.
func (s *Service) Settle(ctx context.Context, seq, version int64, choices []Choice) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.seen(ctx, seq, version)
	if err != nil {
		return err
	}
	if err := a.inConflict(); err != nil {
		return err
	}
	send, err := a.settle(choices)
	if err != nil {
		return err
	}
	if send {
		a.keepMine()
		s.renew(&a)
	} else {
		a.Reason = "Their change was kept."
		s.drop(&a)
	}
	if err := s.cfg.Store.Save(s.person(ctx), a); err != nil {
		return err
	}
	s.Kick()
	return nil
}

// settle makes the request what the choices say; send is false where nothing of it is
// left.
func (a *Action) settle(choices []Choice) (send bool, err error) {
	chosen := map[app.Field]Choice{}
	for _, c := range choices {
		if !slices.ContainsFunc(a.Drift, func(d Drift) bool { return d.Field == c.Field }) {
			return false, app.E(app.KindInvalid, "There is no conflict about the "+string(c.Field)+".", nil)
		}
		chosen[c.Field] = c
	}
	for _, d := range a.Drift {
		switch c := chosen[d.Field]; {
		case c.Keep == Edited && (a.Verb.Fields() == nil && a.Verb != Tag && !a.edits(d.Field)):
			return false, app.E(app.KindInvalid, "This can only be kept as theirs or yours.", nil)
		case c.Keep == Mine || c.Keep == Edited:
			send = true
		case c.Keep != Theirs:
			return false, app.E(app.KindInvalid, "Choose for the "+string(d.Field)+" too: theirs, yours or another value.", nil)
		}
	}
	if send && a.Set != nil {
		return a.settleValues(chosen)
	}
	if !send || a.Verb.Fields() == nil && a.Verb != Tag {
		return send, nil
	}
	final := a.final(chosen)
	if !slices.ContainsFunc(a.compared(a.Theirs), func(f app.Field) bool { return !Equal(final, a.Theirs, f) }) {
		return false, nil // what was chosen is what they have
	}
	r, err := a.Request.towards(a.Theirs, final)
	if err == nil {
		err = check(r)
	}
	if err != nil {
		return false, err
	}
	a.Request = r.For(a.Ref.Source)
	return true, nil
}

// edits reports that a field of a conflict is a property that the request sets.
func (a *Action) edits(f app.Field) bool {
	_, named := a.Set[app.Property(f)]
	return named
}

// settleValues is settle of a request that sets values of a subject.
func (a *Action) settleValues(chosen map[app.Field]Choice) (send bool, err error) {
	r := a.Request
	r.Set = maps.Clone(r.Set)
	for f, c := range chosen {
		switch p := app.Property(f); {
		case !a.edits(f):
		case c.Keep == Theirs:
			delete(r.Set, p)
		case c.Keep == Edited:
			r.Set[p] = c.Text
		}
	}
	if len(r.Set) == 0 || r.has(a.Found) {
		return false, nil // what was chosen is what they have
	}
	if err := check(r); err != nil {
		return false, err
	}
	a.Request = r
	return true, nil
}

// final are the fields as chosen: theirs, with the action's own and edited values over
// them.
func (a *Action) final(chosen map[app.Field]Choice) app.Fields {
	from := a.Base
	if a.Verb == Tag {
		from = a.Theirs
	}
	final, mine := a.Theirs, a.Apply(from)
	for _, f := range a.compared(a.Theirs) {
		switch c := chosen[f]; c.Keep {
		case Theirs:
		case Edited:
			copyField(&final, c.Value, f)
		default:
			copyField(&final, mine, f)
		}
	}
	final.Tags = app.NormalTags(final.Tags)
	return final
}

// towards is the request that turns the fields theirs into final, in the manner of r.
func (r Request) towards(theirs, final app.Fields) (Request, error) {
	switch r.Verb {
	case Assign:
		r.Want.Owner = final.Owner
		return r, nil
	case SetSeverity:
		r.Want.Severity = final.Severity
		return r, nil
	case Tag:
		without := func(in, out []string) []string {
			return slices.DeleteFunc(slices.Clone(in), func(t string) bool { return hasTag(out, t) })
		}
		r.AddTags, r.RemoveTags = without(final.Tags, theirs.Tags), without(theirs.Tags, final.Tags)
		return r, nil
	}
	return r.closingTowards(theirs, final)
}

// closingTowards is towards for status and classification, which go together.
func (r Request) closingTowards(theirs, final app.Fields) (Request, error) {
	invalid := func(msg string) (Request, error) { return r, app.E(app.KindInvalid, msg, nil) }
	differs := func(from app.Fields) bool {
		return slices.ContainsFunc(closing, func(f app.Field) bool { return !Equal(final, from, f) })
	}
	if !final.Status.Open() {
		switch _, fits := app.FindReason(final.Classification, final.Determination); {
		case final.Classification == app.Unclassified:
			return invalid("A closed incident needs a classification: choose one, or keep the status open.")
		case !fits && differs(theirs):
			return invalid(final.Determination + " does not go with " + final.Classification.Label() + ": keep both from one side, or edit both.")
		}
		r.Verb = Close
		r.Want = app.Fields{
			Status: app.StatusClosed, Classification: final.Classification,
			Determination: final.Determination, ClosingNote: final.ClosingNote,
		}
		return r, nil
	}
	opened := theirs
	if theirs.Status == app.StatusClosed {
		opened = app.Fields{} // opening an incident clears how it was closed
	}
	if differs(opened) {
		return invalid("An open incident has no classification: keep theirs for how it was closed, or keep it closed.")
	}
	r.Verb, r.Want = SetStatus, app.Fields{Status: final.Status}
	return r, nil
}
