package outbox

import (
	"slices"

	"watchfloor/app"
)

// plan is what an action still has to do at the service.
type plan struct {
	want    app.Fields  // all fields as they shall be
	changed []app.Field // those that differ from what the service holds
	drift   []Drift     // those that only the analyst can decide
	// doubt: the drift is not somebody's other value. A write may have been applied
	// and then undone, and sending it again would overwrite that.
	doubt bool
}

// planFor compares what the analyst saw (a.Base), wants, and what the service holds
// now. A field the service already has as wanted needs nothing; one that still is as
// the analyst saw it is changed, unless an earlier write may already have changed it
// and the incident moved since; any other overlaps.
func planFor(a Action, now app.Incident) plan {
	p := plan{want: a.Apply(now.Fields)}
	mine := app.ClosedAs(a.Ref.Source, a.Apply(a.Base))
	if a.Verb == Tag {
		mine = p.want // tags merge with whatever is there
	}
	drifts := func(f app.Field) {
		p.drift = append(p.drift, Drift{
			Field: f, Base: Value(a.Base, f), Theirs: Value(now.Fields, f),
			Mine: Value(mine, f), Who: now.ModifiedBy, When: now.Modified,
		})
	}
	for _, f := range a.compared(now.Fields) {
		switch {
		case already(a.Ref.Source, now.Fields, mine, f):
		case a.Verb == Tag || Equal(now.Fields, a.Base, f):
			p.changed = append(p.changed, f)
		default:
			drifts(f)
		}
	}
	if len(p.drift) == 0 && len(p.changed) > 0 && !a.Sent.IsZero() && a.Sent.moved(now) {
		p.doubt = true
		for _, f := range p.changed {
			drifts(f)
		}
	}
	if len(p.drift) > 0 {
		p.changed = nil
	}
	if len(p.changed) > 0 && a.Verb == Close { // the services want a closing whole
		p.changed = slices.DeleteFunc(a.Verb.Fields(), func(f app.Field) bool { return Equal(now.Fields, mine, f) })
	}
	return p
}

// compared lists the fields that an overlap can be in. Opening a closed incident again
// also clears how it was closed, so that counts too.
func (a Action) compared(now app.Fields) []app.Field {
	switch {
	case a.Verb == Tag:
		return []app.Field{app.FieldTags}
	case a.Verb == SetStatus && a.Want.Status.Open() && now.Status == app.StatusClosed:
		return append(a.Verb.Fields(), closing...)
	}
	return a.Verb.Fields()
}

// already reports that the service holds a field as wanted. Graph has one word,
// unknown, for undetermined and for not classified.
func already(src app.SourceID, now, mine app.Fields, f app.Field) bool {
	if src == app.Defender && f == app.FieldClassification {
		none := func(c app.Classification) bool { return c == app.Undetermined || c == app.Unclassified }
		if none(now.Classification) && none(mine.Classification) {
			return true
		}
	}
	return Equal(now, mine, f)
}

// Rebase takes the effect of a dropped action out of what later actions on the same
// incident were decided on, so that they do not take its absence for somebody's
// change. later is in order of Seq; those that changed are returned.
func Rebase(dropped Action, later []Action) (changed []Action) {
	if !dropped.On.IsZero() {
		return shift(dropped, dropped.Seen, later)
	}
	mine := dropped.Apply(dropped.Base)
	touched := slices.DeleteFunc(append(slices.Clone(closing), app.FieldSeverity, app.FieldStatus, app.FieldOwner, app.FieldTags),
		func(f app.Field) bool { return Equal(mine, dropped.Base, f) })
	for _, a := range later {
		moved := false
		for _, f := range slices.Clone(touched) {
			if Equal(a.Base, mine, f) {
				copyField(&a.Base, dropped.Base, f)
				moved = true
			}
			if slices.Contains(a.compared(a.Base), f) { // from here on the value is this one's
				touched = slices.DeleteFunc(touched, func(t app.Field) bool { return t == f })
			}
		}
		if moved {
			changed = append(changed, a)
		}
	}
	return changed
}

func copyField(to *app.Fields, from app.Fields, f app.Field) {
	switch f {
	case app.FieldSeverity:
		to.Severity = from.Severity
	case app.FieldStatus:
		to.Status = from.Status
	case app.FieldOwner:
		to.Owner = from.Owner
	case app.FieldClassification:
		to.Classification = from.Classification
	case app.FieldDetermination:
		to.Determination = from.Determination
	case app.FieldClosingNote:
		to.ClosingNote = from.ClosingNote
	case app.FieldTags:
		to.Tags = slices.Clone(from.Tags)
	}
}
