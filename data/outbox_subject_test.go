package data

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
	"watchfloor/app/sync"
)

func aUser(id string) app.Subject {
	return app.Subject{Kind: app.SubjectUser, ID: id, Name: "Name " + id}
}

// subjectsKnown brings one subject of each kind into the cache, through a feed.
func subjectsKnown(t *testing.T) (*Cache, *clock) {
	t.Helper()
	cache, clock := newCache(t)
	err := cache.StoreFeed(t.Context(), app.EntraRisk, sync.FeedPage{
		Identity: identity.Batch{
			Users:     []identity.User{{ID: "U1", Name: "Ana", Level: identity.LevelLow, State: identity.StateAtRisk, Detail: "none", Changed: noon}},
			Accounts:  []identity.Account{{ID: "u1", Name: "Ana", Enabled: "true", SessionsFrom: noon.Add(-time.Hour)}},
			Workloads: []identity.Workload{{ID: "w1", Level: identity.LevelHigh, State: identity.StateAtRisk, Changed: noon}},
			SignIns:   []identity.SignIn{{ID: "S1", At: noon, State: identity.StateAtRisk}, {ID: "s2", At: noon, State: identity.StateAtRisk}},
		},
		Posture: posture.Batch{
			Controls: []posture.Control{{Model: posture.M365, ID: "MFA", State: "Default"}, {Model: posture.CloudClassic, ID: "MFA", State: "other"}},
			Contacts: []posture.Contact{{Subscription: "Sub1", Emails: []string{"a@x.example", "b@x.example"}, On: true, Roles: []string{"Owner"}, AlertSeverity: "High"}},
		},
		Cursor: app.Cursor{Watermark: noon}, Done: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return cache, clock
}

func TestAFeedsRowsAndItsCursorAreStoredTogether(t *testing.T) {
	cache, _ := subjectsKnown(t)
	cur, _, err := cache.Cursor(t.Context(), app.EntraRisk)
	if err != nil || !cur.Watermark.Equal(noon) {
		t.Errorf("%+v, %v", cur, err)
	}
	if err := cache.Finish(t.Context(), app.EntraRisk, noon); err != nil {
		t.Fatal(err)
	}
	heard := 0
	cache.cfg.Hub.Subscribe(func(e app.Event) {
		if e.Topic == app.TopicIdentity || e.Topic == app.TopicPosture {
			heard++
		}
	})
	if err := cache.StoreFeed(t.Context(), app.EntraRisk, sync.FeedPage{Cursor: app.Cursor{Next: "b"}}); err != nil || heard != 0 {
		t.Errorf("a page without rows: %d screens told, %v", heard, err)
	}
	if cur, last, err := cache.Cursor(t.Context(), app.EntraRisk); err != nil || cur.Next != "b" || !last.Equal(noon) {
		t.Errorf("%+v %v, %v", cur, last, err)
	}
}

// What an action saw is what the lists show, whatever the case of an id; what the service
// then holds is what they show next.
func TestWhatIsSeenOfASubjectIsWhatTheCacheHolds(t *testing.T) {
	cache, _ := subjectsKnown(t)
	at, later := noon.UTC().Format(time.RFC3339Nano), noon.Add(time.Minute).UTC().Format(time.RFC3339Nano)
	for on, c := range map[app.Subject]struct{ before, now app.Values }{
		{Kind: app.SubjectUser, ID: "u1"}: {
			app.Values{
				app.PropRiskLevel: "low", app.PropRiskState: "atRisk", app.PropRiskDetail: "none", app.PropRiskChanged: at, app.PropEnabled: "true",
				app.PropSessionsFrom: noon.Add(-time.Hour).UTC().Format(time.RFC3339Nano),
			},
			app.Values{app.PropRiskLevel: "high", app.PropRiskState: "confirmedCompromised", app.PropRiskChanged: later, app.PropEnabled: "false"},
		},
		{Kind: app.SubjectWorkload, ID: "W1"}: {
			app.Values{app.PropRiskLevel: "high", app.PropRiskState: "atRisk", app.PropRiskDetail: "", app.PropRiskChanged: at},
			app.Values{app.PropRiskLevel: "none", app.PropRiskState: "dismissed"},
		},
		{Kind: app.SubjectSignIn, ID: "s1"}:   {app.Values{app.PropRiskState: "atRisk"}, app.Values{app.PropRiskState: "confirmedSafe"}},
		{Kind: app.SubjectControl, ID: "mfa"}: {app.Values{app.PropControlState: "Default", app.PropControlNote: ""}, app.Values{app.PropControlState: "Ignored", app.PropControlNote: "n"}},
		{Kind: app.SubjectContact, ID: "SUB1"}: {app.Values{
			app.PropEmails: "a@x.example;b@x.example", app.PropRoles: "Owner", app.PropPhone: "", app.PropNotify: "true",
			app.PropAlertSeverity: "High", app.PropAttackLevel: "",
		}, app.Values{app.PropEmails: "", app.PropPhone: "112", app.PropNotify: "false"}},
	} {
		got, found, err := cache.SubjectKnown(t.Context(), on)
		if err != nil || !found || len(got) != len(c.before) {
			t.Errorf("%s: %v %v %v", on.Kind, got, found, err)
		}
		for p, v := range c.before {
			if got[p] != v {
				t.Errorf("%s: %s is %q, want %q", on.Kind, p, got[p], v)
			}
		}
		a, err := cache.Enqueue(t.Context(), outbox.Action{ID: string(on.Kind), Request: outbox.Request{Verb: outbox.DismissRisk, On: on}})
		if err != nil || len(a.Seen) != len(c.before) || a.Ref != (app.Ref{Source: outbox.SourceOf(on.Kind), ID: on.ID}) {
			t.Fatalf("%+v, %v", a, err)
		}
		a.State, a.Finished, a.Found = outbox.Done, noon, c.now
		if saved, err := cache.SaveSubjects(t.Context(), []outbox.Action{a}, map[int64]app.SubjectState{a.Seq: {Subject: on, Values: c.now}}); err != nil || len(saved) != 1 {
			t.Fatal(saved, err)
		}
		got, _, err = cache.SubjectKnown(t.Context(), on)
		for p, v := range c.before {
			want, named := c.now[p]
			if !named {
				want = v
			}
			if err != nil || got[p] != want {
				t.Errorf("%s afterwards: %s is %q, want %q, %v", on.Kind, p, got[p], want, err)
			}
		}
	}
	if v, found, err := cache.SubjectKnown(t.Context(), aUser("nobody")); found || len(v) != 0 || err != nil {
		t.Errorf("%v %v %v", v, found, err)
	}
	win, err := cache.Identity().SignIns(t.Context(), identity.Query{Filter: identity.Filter{}})
	states := map[string]identity.State{}
	for _, r := range win.Rows {
		states[r.ID] = r.State
	}
	if err != nil || states["S1"] != identity.StateSafe || states["s2"] != identity.StateAtRisk {
		t.Errorf("the list shows %v, %v", states, err)
	}
}

// Two windows: what was settled elsewhere meanwhile is left alone, with what the service
// holds of it; the rest of the group is stored.
func TestOfAGroupWhatMovedMeanwhileIsLeftAlone(t *testing.T) {
	cache, _ := subjectsKnown(t)
	var as []outbox.Action
	for _, id := range []string{"u1", "u2", "u3"} {
		a, err := cache.Enqueue(t.Context(), outbox.Action{ID: id, Request: outbox.Request{Verb: outbox.DismissRisk, On: aUser(id)}})
		if err != nil {
			t.Fatal(err)
		}
		as = append(as, a)
	}
	gone := as[0]
	gone.State = outbox.Discarded
	if err := cache.Save(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	for i := range as {
		as[i].State = outbox.Done
	}
	saved, err := cache.SaveSubjects(t.Context(), as, map[int64]app.SubjectState{as[0].Seq: {Subject: as[0].On, Values: app.Values{app.PropRiskState: "dismissed"}}})
	if err != nil || !slices.Equal(saved, []int64{as[1].Seq, as[2].Seq}) {
		t.Errorf("%v, %v", saved, err)
	}
	if v, _, _ := cache.SubjectKnown(t.Context(), aUser("u1")); v[app.PropRiskState] != "atRisk" {
		t.Errorf("%v", v)
	}
	if err := cache.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheClockIsRememberedOverAStart(t *testing.T) {
	cache, _ := newCache(t)
	for i, c := range []struct{ tell, latest time.Duration }{{0, -1}, {10 * time.Second, 0}, {time.Minute, 0}, {2 * time.Minute, time.Minute}, {-time.Hour, 2 * time.Minute}, {0, -time.Hour}} {
		got, err := cache.Clock(t.Context(), noon.Add(c.tell))
		if want := noon.Add(c.latest); err != nil || i > 0 && !got.Equal(want) || i == 0 && !got.IsZero() {
			t.Errorf("%d: latest %v, want %v, %v", i, got, want, err)
		}
	}
}

// Actions on incidents and on subjects in one outbox: each keeps its place in its own
// line, whatever becomes of the others.
func TestLinesOfIncidentsAndSubjectsDoNotMeet(t *testing.T) {
	var cache *Cache
	var clock *clock
	var ids []int64
	runs, n := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if runs%10 == 0 { // a small one is checked quickly
			cache, clock, ids = crowd(t, 2)
		}
		runs++
		all := []app.Subject{aUser("p1"), aUser("P1"), aUser("p2"), {Kind: app.SubjectWorkload, ID: "p1"}}
		for range rapid.IntRange(3, 12).Draw(rt, "steps") {
			open, err := cache.Actions(t.Context(), 1000, outbox.Queued, outbox.Sending, outbox.Conflict, outbox.Failed)
			if err != nil {
				rt.Fatal(err)
			}
			clock.at = clock.at.Add(time.Second)
			n++
			switch step := rapid.IntRange(0, 5).Draw(rt, "step"); {
			case step == 0 || len(open) == 0:
				_, err = cache.Enqueue(t.Context(), outbox.Action{ID: fmt.Sprint(n), Request: outbox.Request{IncidentID: rapid.SampledFrom(ids).Draw(rt, "incident"), Verb: outbox.Comment, Text: "x"}})
			case step < 3:
				_, err = cache.Enqueue(t.Context(), outbox.Action{ID: fmt.Sprint(n), Request: outbox.Request{Verb: outbox.DismissRisk, On: rapid.SampledFrom(all).Draw(rt, "subject")}})
			default:
				a := rapid.SampledFrom(open).Draw(rt, "action")
				a.State = rapid.SampledFrom([]outbox.State{outbox.Sending, outbox.Conflict, outbox.Failed, outbox.Done, outbox.Discarded}).Draw(rt, "state")
				if a.On.IsZero() {
					err = cache.Save(t.Context(), a)
				} else {
					_, err = cache.SaveSubjects(t.Context(), []outbox.Action{a}, nil)
				}
			}
			if err == nil {
				err = cache.view(t.Context(), cache.checkLines)
			}
			if err != nil {
				rt.Fatal(err)
			}
		}
		ready, err := cache.Ready(t.Context(), clock.at, 100)
		lines := map[string]bool{}
		for _, a := range ready {
			key := fmt.Sprint(a.IncidentID, a.On.Kind, a.On.ID == "p2")
			if lines[key] {
				rt.Fatalf("two are first in one line: %+v", ready)
			}
			lines[key] = true
		}
		if err != nil {
			rt.Fatal(err)
		}
	})
}
