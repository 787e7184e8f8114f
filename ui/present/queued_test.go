package present

import (
	"testing"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
)

// Of several queued changes of a field the value before the first is the old one; what
// an action did not change, and what is over, is not told.
func TestWhatItWasBefore(t *testing.T) {
	owner := func(seq int64, from, to string, s outbox.State) outbox.Action {
		return outbox.Action{
			Seq: seq, State: s, Base: app.Fields{Owner: app.Owner{Name: from}},
			Request: outbox.Request{Verb: outbox.Assign, Want: app.Fields{Owner: app.Owner{Name: to}}},
		}
	}
	got := Before([]outbox.Action{
		owner(9, "Mei", "Ana", outbox.Queued), owner(5, "Jo", "Mei", outbox.Conflict), owner(2, "Bo", "Jo", outbox.Done),
		{Seq: 6, State: outbox.Queued, Base: app.Fields{Severity: app.Low}, Request: outbox.Request{Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.Low}}},
		{Seq: 7, State: outbox.Queued, Request: outbox.Request{Verb: outbox.Tag, AddTags: []string{"vip"}}},
	})
	if len(got) != 2 || got[app.FieldOwner] != "Jo" || got[app.FieldTags] != "" {
		t.Fatalf("%v", got)
	}
	r := uitest.NewTenant(5).Rows[1]
	r.Tags = []string{"vip"}
	h := Head(r, nil, triage.DefaultTargets, at, uitest.Me).Queued(got)
	if h.Facts[2].Text != "mine (was Jo)" || h.Facts[2].Shape != look.Clock || h.Facts[1].Text != "In progress" || h.Tags != "vip (queued; was none)" {
		t.Errorf("%+v, tags %q", h.Facts, h.Tags)
	}
}
