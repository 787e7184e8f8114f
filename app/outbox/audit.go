package outbox

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"watchfloor/app"
	"watchfloor/app/audit"
)

// takenBack is the reason of an action that was undone.
const takenBack = "Taken back before it was sent."

// Decided is the record of an action that is queued: the exact change, and who decided.
func (a Action) Decided() audit.Record {
	r := a.record(audit.Queued, a.Actor)
	if !a.HeldUntil.IsZero() {
		r.Event, r.Until = audit.Held, a.HeldUntil
	}
	r.Changes = a.exact()
	return r
}

// Became is the record of what an action became since it was stored as before; by is the
// person who decided that, "" for nobody. ok is false where nothing came of it: a wait
// that goes on for the same reason.
func (a Action) Became(before Action, by string) (r audit.Record, ok bool) {
	event := a.event(before, by)
	if event == "" {
		return r, false
	}
	r = a.record(event, by)
	r.Reason = a.Reason
	switch event {
	case audit.Waiting:
		r.Until = a.NotBefore
	case audit.Conflict:
		for _, d := range a.Drift {
			r.Changes = append(r.Changes, audit.Change{Field: string(d.Field), From: d.Base, To: d.Mine, Theirs: d.Theirs, Who: d.Who})
			if d.When.After(r.ServiceAt) {
				r.ServiceAt = d.When
			}
		}
	case audit.Settled, audit.Retried:
		if a.State == Queued {
			r.Changes = a.exact()
		}
	}
	return r, true
}

// event names what happened between two states of an action, "" for nothing.
func (a Action) event(before Action, by string) audit.Event {
	was := before.State
	switch a.State {
	case Sending:
		return audit.Sending
	case Done, Conflict:
		if a.State == was && a.Reason == before.Reason {
			return ""
		}
		return map[State]audit.Event{Done: audit.Done, Conflict: audit.Conflict}[a.State]
	case Failed:
		switch {
		case was == Failed && a.Reason == before.Reason && !before.Unreadable:
			return ""
		case a.Kind == app.KindExpired:
			return audit.Expired
		}
		return audit.Parked
	case Discarded:
		switch {
		case a.Reason == takenBack:
			return audit.Undone
		case was == Conflict && by != "":
			return audit.Settled
		}
		return audit.Discarded
	}
	switch {
	case was == Conflict:
		return audit.Settled
	case by != "":
		return audit.Retried
	case was == Sending || a.Reason != before.Reason && a.Reason != "":
		return audit.Waiting
	}
	return ""
}

// record is what every record of an action says.
func (a Action) record(event audit.Event, by string) audit.Record {
	r := audit.Record{
		Event: event, By: by, Tenant: a.Tenant, Kind: "incident", Source: string(a.Ref.Source), ID: a.Ref.ID, Name: a.Number,
		Action: a.ID, Number: a.Seq, Verb: string(a.Verb), State: string(a.State),
	}
	if !a.On.IsZero() {
		r.Kind, r.ID, r.Name = string(a.On.Kind), a.On.ID, a.On.Name
	}
	return r
}

// exact lists the values that the action asks for, each with what was seen before.
func (a Action) exact() (out []audit.Change) {
	add := func(field, from, to string) {
		out = append(out, audit.Change{Field: field, From: from, To: to})
	}
	switch a.Verb {
	case Comment:
		add(string(app.FieldComment), "", a.Text)
	case AddTask:
		add(string(app.FieldTask), "", a.TaskTitle)
		if a.Text != "" {
			add("description", "", a.Text)
		}
	case FinishTask:
		add(string(app.FieldTask), a.TaskTitle+" ("+a.TaskID+")", "completed")
	case Merge, MoveAlerts:
		var with []string
		for _, o := range a.Others {
			with = append(with, o.ID)
		}
		if a.Verb == MoveAlerts {
			add("alerts", strings.Join(a.Alerts, ", "), cmp.Or(strings.Join(with, ", "), "a new incident"))
		} else {
			add("merge", strings.Join(with, ", "), a.Ref.ID)
		}
		if a.Text != "" {
			add(string(app.FieldComment), "", a.Text)
		}
	case RevokeSessions:
		add(string(app.PropSessionsFrom), a.Seen[app.PropSessionsFrom], "the moment of the call")
	default:
		if a.Verb.IsDeed() {
			want := a.wanted()
			for _, p := range slices.Sorted(maps.Keys(want)) {
				add(string(p), a.Seen[p], want[p])
			}
			return out
		}
		return a.exactFields()
	}
	return out
}

// exactFields are the changes of an action that sets fields; where the analyst saw the
// value already, it is named all the same.
func (a Action) exactFields() (out []audit.Change) {
	fields, want := a.Verb.Fields(), a.Apply(a.Base)
	if a.Verb == Tag {
		fields = []app.Field{app.FieldTags}
	}
	if a.Verb == SetStatus {
		fields = append(slices.Clone(fields), closing...)
	}
	for i, f := range fields {
		if i == 0 || !Equal(a.Base, want, f) {
			out = append(out, audit.Change{Field: string(f), From: exactValue(a.Base, f), To: exactValue(want, f)})
		}
	}
	return out
}

// exactValue is a field without what two people may share.
func exactValue(f app.Fields, field app.Field) string {
	if field == app.FieldOwner {
		return cmp.Or(f.Owner.UPN, f.Owner.ObjectID, f.Owner.Name)
	}
	return Value(f, field)
}

// Served is when the service last changed what an action concerns, as its answers say;
// zero where none does.
func (a Action) Served(held []app.Pulled) (at time.Time) {
	for _, p := range held {
		if p.Incident.Ref == a.Ref {
			at = p.Incident.Modified
		}
	}
	return at
}
