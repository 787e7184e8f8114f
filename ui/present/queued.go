package present

import (
	"slices"
	"strings"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/ui/look"
)

// Before are the values that fields had before the actions which are still on their
// way, by field; "" for one that was empty. actions are those of one incident, in any
// order.
func Before(actions []outbox.Action) map[app.Field]string {
	actions = slices.Clone(actions)
	slices.SortFunc(actions, func(a, b outbox.Action) int { return int(a.Seq - b.Seq) })
	out := map[app.Field]string{}
	for _, a := range actions {
		fields := a.Verb.Fields()
		if a.Verb == outbox.Tag {
			fields = []app.Field{app.FieldTags}
		}
		after := a.Apply(a.Base)
		for _, f := range fields {
			if _, known := out[f]; a.State.Pending() && !known && !outbox.Equal(a.Base, after, f) {
				out[f] = outbox.Value(a.Base, f)
			}
		}
	}
	return out
}

// Queued marks the facts of a header that are only queued with a hollow clock, and says
// what each was before.
func (h Header) Queued(before map[app.Field]string) Header {
	mark := func(c look.Cell, f app.Field, none string) look.Cell {
		was, ok := before[f]
		if !ok {
			return c
		}
		if was = ChangeValue(f, was); was == "" {
			was = none
		}
		c.Text += " (was " + was + ")"
		if c.Shape == look.NoShape {
			c.Shape, c.ShapeTone = look.Clock, look.Normal
		}
		return c
	}
	h.Severity = mark(h.Severity, app.FieldSeverity, "unknown")
	h.Facts = slices.Clone(h.Facts)
	if len(h.Facts) > 2 {
		h.Facts[1] = mark(h.Facts[1], app.FieldStatus, "unknown")
		h.Facts[2] = mark(h.Facts[2], app.FieldOwner, "unassigned")
	}
	if was, ok := before[app.FieldTags]; ok {
		if was == "" {
			was = "none"
		}
		h.Tags = strings.TrimSpace(h.Tags + " (queued; was " + Safe(was) + ")")
	}
	return h
}
