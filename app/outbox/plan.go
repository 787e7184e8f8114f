package outbox

import "watchfloor/app"

// plan is what an action still has to do at the service.
type plan struct {
	want    app.Fields  // all fields as they shall be
	changed []app.Field // those that differ from what the service holds
	drift   []Drift     // those that somebody else changed meanwhile
}

// planFor compares what the analyst saw (a.Base), wants, and what the service holds
// now. A field the service already has as wanted needs nothing; one that still is as
// the analyst saw it is changed; any other overlaps.
func planFor(a Action, now app.Incident) plan {
	p := plan{want: now.Fields}
	if a.Verb == Tag {
		p.want = a.Apply(now.Fields)
		if !Equal(p.want, now.Fields, app.FieldTags) {
			p.changed = []app.Field{app.FieldTags}
		}
		return p
	}
	mine := a.Apply(a.Base)
	for _, f := range a.Verb.Fields() {
		switch {
		case Equal(now.Fields, mine, f):
		case Equal(now.Fields, a.Base, f):
			p.changed = append(p.changed, f)
		default:
			p.drift = append(p.drift, Drift{Field: f, Base: Value(a.Base, f), Theirs: Value(now.Fields, f),
				Mine: Value(mine, f), Who: now.ModifiedBy, When: now.Modified})
		}
	}
	if len(p.changed) > 0 {
		p.want = a.Apply(now.Fields)
	}
	return p
}
