package fleet

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	appsync "watchfloor/app/sync"
)

func three() (*Fleet, []*box) { return fleetOf([]int{0, 1, 5}, &cache{}, &cache{}, &cache{}) }

func TestManyRequestsGoToTheirTenantsAndAnswerInOrder(t *testing.T) {
	f, boxes := three()
	var rs []outbox.Request
	for i := range 9 {
		rs = append(rs, outbox.Request{IncidentID: Global([]int{5, 0, 1}[i%3], int64(100+i)), Verb: outbox.Close})
	}
	rs = append(rs, outbox.Request{IncidentID: Global(9, 1)})
	var last, total int
	got, err := f.DoMany(t.Context(), rs, func(n, of int) { last, total = n, of })
	if err != nil || len(got) != 10 {
		t.Fatal(len(got), err)
	}
	for i, r := range got[:9] {
		if r.Err != nil || r.Request.IncidentID != rs[i].IncidentID || r.Action.IncidentID != rs[i].IncidentID {
			t.Errorf("result %d: %+v", i, r)
		}
		if slot, _ := Split(r.Action.Seq); slot != []int{5, 0, 1}[i%3] {
			t.Errorf("result %d has the number of slot %d", i, slot)
		}
	}
	if app.KindOf(got[9].Err) != app.KindNotFound {
		t.Errorf("a tenant that is gone: %v", got[9].Err)
	}
	if last != 10 || total != 10 {
		t.Errorf("progress ended at %d of %d", last, total)
	}
	if len(boxes[2].asked) != 3 || boxes[2].asked[0].IncidentID != 100 {
		t.Errorf("slot 5 was asked %+v", boxes[2].asked)
	}
}

// One tenant's cache that cannot be written keeps the others' requests from nothing,
// and no request is left without a word of what became of it.
func TestATenantThatCannotQueueKeepsTheOthersFromNothing(t *testing.T) {
	f, boxes := three()
	boxes[1].full = app.E(app.KindInternal, "The disk is full.", nil)
	var rs []outbox.Request
	for i := range 6 {
		rs = append(rs, outbox.Request{IncidentID: Global([]int{0, 1, 5}[i%3], int64(100+i)), Verb: outbox.Close})
	}
	got, err := f.DoMany(t.Context(), rs, nil)
	if app.KindOf(err) != app.KindInternal || !strings.Contains(err.Error(), "Tenant B: The disk is full.") {
		t.Errorf("%v", err)
	}
	for i, r := range got {
		if r.Request.IncidentID != rs[i].IncidentID || (r.Err != nil) != (i%3 == 1) || (r.Err == nil) != (r.Action.IncidentID == rs[i].IncidentID && r.Action.Seq != 0) {
			t.Errorf("result %d: %+v", i, r)
		}
	}
	if len(boxes[2].asked) != 2 {
		t.Errorf("the third was asked %+v", boxes[2].asked)
	}
}

func TestIncidentsOfDifferentTenantsAreNotJoined(t *testing.T) {
	f, boxes := three()
	for name, r := range map[string]outbox.Request{
		"merge": {IncidentID: Global(1, 7), Verb: outbox.Merge, With: []int64{Global(1, 8), Global(5, 9)}},
		"move":  {IncidentID: Global(1, 7), Verb: outbox.MoveAlerts, Into: Global(0, 3)},
	} {
		if _, err := f.Do(t.Context(), r); app.KindOf(err) != app.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	same := outbox.Request{IncidentID: Global(1, 7), Verb: outbox.Merge, With: []int64{Global(1, 8)}}
	a, err := f.Do(t.Context(), same)
	if err != nil || a.With[0] != Global(1, 8) || boxes[1].asked[0].With[0] != 8 || same.With[0] != Global(1, 8) {
		t.Errorf("%+v %v", a, err)
	}
}

func TestUndoReachesEveryTenant(t *testing.T) {
	f, boxes := three()
	boxes[2].left = true
	n, err := f.Undo(t.Context(), Global(0, 1), Global(5, 2), Global(0, 3))
	if n != 2 || err != nil {
		t.Errorf("undone %d, %v", n, err)
	}
	if n, err = f.Undo(t.Context(), Global(5, 2)); n != 0 || app.KindOf(err) != app.KindInvalid {
		t.Errorf("nothing could be undone: %d, %v", n, err)
	}
	if n, err = f.Undo(t.Context(), Global(9, 2)); n != 0 || app.KindOf(err) != app.KindNotFound {
		t.Errorf("of a tenant that is gone: %d, %v", n, err)
	}
}

func TestActionsOfAllTenantsAreListedNewestFirst(t *testing.T) {
	f, boxes := three()
	for i := range 3 {
		for slot, b := range boxes[:2] {
			for range i + slot {
				b.Do(t.Context(), outbox.Request{IncidentID: 1})
			}
		}
	}
	l, err := f.List(t.Context(), 4)
	if err != nil || len(l) != 4 {
		t.Fatal(l, err)
	}
	for i := 1; i < len(l); i++ {
		if l[i].Created.After(l[i-1].Created) {
			t.Errorf("%v comes after %v", l[i].Created, l[i-1].Created)
		}
	}
	if c, _ := f.Counts(t.Context()); c.Queued != 9 || c.Failed != 3 {
		t.Errorf("counts %+v", c)
	}
	if err := f.Discard(t.Context(), Global(1, 4)); err != nil || boxes[1].seqs[0] != 4 {
		t.Errorf("discard went to %v, %v", boxes[1].seqs, err)
	}
}

func TestStateNamesTenantsOnlyWhereThereAreSeveral(t *testing.T) {
	at := time.Unix(1000, 0)
	source := []appsync.Status{{Source: app.Sentinel}}
	f := New(&app.Hub{})
	a, b := &line{state: appsync.State{Sources: source, OfflineSince: at}}, &line{state: appsync.State{Sources: source}}
	f.Add(Member{Tenant: Tenant{Slot: 0, Name: "A"}, Sync: a})
	if s := f.State(); s.Sources[0].Tenant != "" || !s.Offline() {
		t.Errorf("one tenant: %+v", s)
	}
	f.Add(Member{Tenant: Tenant{Slot: 1, Name: "B"}, Sync: b})
	if s := f.State(); s.Sources[1].Tenant != "B" || s.Offline() || len(s.Sources) != 2 {
		t.Errorf("one of two offline: %+v", s)
	}
	b.state.OfflineSince = at.Add(time.Hour)
	if s := f.State(); !s.OfflineSince.Equal(at.Add(time.Hour)) {
		t.Errorf("both offline since %v", s.OfflineSince)
	}
	f.Remove(0)
	f.Remove(1)
	if s := f.State(); s.Offline() || s.OfflineByChoice {
		t.Errorf("nobody is offline in an empty fleet: %+v", s)
	}
}

func TestEventsComeWithGlobalIDsUntilTheTenantLeaves(t *testing.T) {
	hub, of := &app.Hub{}, &app.Hub{}
	f := New(hub)
	f.Add(Member{Tenant: Tenant{Slot: 2}, Hub: of})
	var got []app.Event
	defer hub.Subscribe(func(e app.Event) { got = append(got, e) })()
	of.Publish(app.Event{Topic: app.TopicIncidents, Incidents: []int64{4}})
	if len(got) != 1 || got[0].Incidents[0] != Global(2, 4) {
		t.Fatalf("heard %+v", got)
	}
	f.Remove(2)
	got = nil
	of.Publish(app.Event{Topic: app.TopicIncidents})
	if len(got) != 0 {
		t.Errorf("heard %+v of a tenant that left", got)
	}
}

// A request on a subject goes to the tenant it names and to no other, and what comes back
// names it again.
func TestDeedsOnSubjectsGoToTheTenantTheyName(t *testing.T) {
	f, boxes := three()
	ana := app.Subject{Kind: app.SubjectUser, ID: "u"}
	r := outbox.Request{IncidentID: Home(5), Verb: outbox.RevokeSessions, On: ana}
	a, err := f.Do(t.Context(), r)
	if slot, _ := Split(a.Seq); err != nil || slot != 5 || a.IncidentID != Home(5) || a.On != ana {
		t.Fatalf("%+v, %v", a, err)
	}
	if len(boxes[2].asked) != 1 || boxes[2].asked[0].IncidentID != 0 || len(boxes[0].asked)+len(boxes[1].asked) != 0 {
		t.Errorf("asked %+v, %+v, %+v", boxes[0].asked, boxes[1].asked, boxes[2].asked)
	}
	got, err := f.DoMany(t.Context(), []outbox.Request{r, {IncidentID: Home(0), Verb: outbox.RevokeSessions, On: ana}, {IncidentID: Home(9), Verb: outbox.RevokeSessions, On: ana}}, nil)
	if err != nil || got[0].Action.IncidentID != Home(5) || got[1].Action.IncidentID != 0 || app.KindOf(got[2].Err) != app.KindNotFound {
		t.Errorf("%+v, %v", got, err)
	}
	if len(boxes[0].asked) != 1 || len(boxes[2].asked) != 2 {
		t.Errorf("asked %+v and %+v", boxes[0].asked, boxes[2].asked)
	}
	list, err := f.List(t.Context(), 10)
	for _, x := range list {
		slot, _ := Split(x.Seq)
		if want, _ := Split(x.IncidentID); err != nil || want != slot {
			t.Errorf("%+v, %v", x, err)
		}
	}
	if b, err := f.Recheck(t.Context(), a.Seq); err != nil || b.Seq != a.Seq || b.IncidentID != Home(5) || len(boxes[2].seqs) != 1 {
		t.Errorf("%+v, %v", b, err)
	}
	if _, err := f.Recheck(t.Context(), Global(9, 1)); app.KindOf(err) != app.KindNotFound {
		t.Errorf("at a tenant that is gone: %v", err)
	}
}
