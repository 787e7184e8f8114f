package wiring_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

// Decided offline, sent once, in order: the second deed on a person counts on the first
// and is not asked about because of it; the cache then holds what the service holds.
func TestDeedsOnOnePersonLeaveOnceInTheirOrder(t *testing.T) {
	t.Parallel()
	f, risk := ward(t, 1)
	f.online = false
	first, second, third := f.do(on(outbox.ConfirmCompromised, user(0))), f.do(on(outbox.RevokeSessions, user(0))), f.do(on(outbox.DisableAccount, user(0)))
	if first.Seen[app.PropRiskState] != "atRisk" || second.Seen[app.PropRiskState] != "confirmedCompromised" || first.Ref.Source != app.EntraRisk {
		t.Errorf("seen %v, then %v", first.Seen, second.Seen)
	}
	f.flush()
	if len(risk.calls) != 0 {
		t.Fatalf("offline: %v", risk.calls)
	}
	f.online, f.now = true, f.now.Add(10*time.Minute)
	f.settle()
	if got := risk.respondCalls(); !slices.Equal(got, []string{"confirm compromised 1", "revoke sessions 1", "disable account 1"}) {
		t.Errorf("sent %v", got)
	}
	for _, seq := range []int64{first.Seq, second.Seq, third.Seq} {
		if a := f.action(seq); a.State != outbox.Done || a.Reason != "" || !a.Sent.IsZero() || a.Finished.IsZero() {
			t.Errorf("%s: %s %q", a.Verb, a.State, a.Reason)
		}
	}
	there, here := risk.rows[plain(user(0))].values, f.known(user(0))
	for p, v := range there {
		if !outbox.SameProperty(p, here[p], v) {
			t.Errorf("%s is %q here and %q there", p, here[p], v)
		}
	}
	if err := f.cache.Check(context.Background()); err != nil {
		t.Error(err)
	}
	if l, err := f.box.ListOn(context.Background(), user(0), 2); err != nil || len(l) != 2 || l[0].Seq != third.Seq {
		t.Errorf("listed %+v, %v", l, err)
	}
}

// A hundred and thirty people decided in one form leave in calls of at most sixty; each
// keeps its own row and result, and those the service has already are not sent.
func TestManyPeopleLeaveInCallsOfSixty(t *testing.T) {
	t.Parallel()
	f, risk := ward(t, 130)
	as := f.many(each(outbox.DismissRisk, 130))
	risk.edit(user(7), app.Values{app.PropRiskState: "dismissed", app.PropRiskLevel: "none"}) // as wanted
	risk.edit(user(8), app.Values{app.PropRiskLevel: "high"})                                 // worse meanwhile
	delete(risk.rows, plain(user(9)))
	f.flush()
	if got := risk.respondCalls(); len(got) != 3 || !strings.HasSuffix(got[0], " 60") && !strings.HasSuffix(got[0], " 57") {
		t.Errorf("sent %v", got)
	}
	for i, want := range map[int]struct {
		state  outbox.State
		reason string
	}{
		0: {outbox.Done, ""}, 7: {outbox.Done, "The service already had it."}, 8: {outbox.Conflict, "It changed since this was decided."},
		9: {outbox.Discarded, "Not sent: it no longer exists at Entra ID Protection. It was not created again."}, 129: {outbox.Done, ""},
	} {
		if a := f.action(as[i].Seq); a.State != want.state || a.Reason != want.reason {
			t.Errorf("user %d: %s %q", i, a.State, a.Reason)
		}
	}
	if d := f.action(as[8].Seq).Drift; len(d) != 1 || d[0].Field != app.Field(app.PropRiskLevel) || d[0].Base != "medium" || d[0].Theirs != "high" || d[0].Who != "bob" {
		t.Errorf("%+v", d)
	}
	b, all, err := f.box.BatchOf(context.Background(), as[0].Batch)
	if err != nil || b.Done != 128 || b.Conflict != 1 || b.Discarded != 1 || !slices.IsSortedFunc(all, func(a, b outbox.Action) int { return int(a.Seq - b.Seq) }) {
		t.Errorf("%+v, %v", b, err)
	}
	for i := range 130 {
		if n := risk.done["dismiss risk "+user(i).ID]; n > 1 || n == 0 && i != 7 && i != 8 && i != 9 {
			t.Errorf("user %d was dismissed %d times", i, n)
		}
	}
}

// One id that the service will not have makes it refuse the whole call: the others still
// arrive, once each, and only that one waits for a person.
func TestAPoisonedSubjectIsParkedAlone(t *testing.T) {
	t.Parallel()
	for _, bad := range []int{0, 31, 59} {
		f, risk := ward(t, 60)
		risk.poison = user(bad).ID
		as := f.many(each(outbox.ConfirmCompromised, 60))
		f.flush()
		for i, a := range as {
			a = f.action(a.Seq)
			want := outbox.Done
			if i == bad {
				want = outbox.Failed
			}
			if a.State != want || i != bad && risk.done["confirm compromised "+a.On.ID] != 1 {
				t.Errorf("user %d: %s %q, %d times", i, a.State, a.Reason, risk.done["confirm compromised "+a.On.ID])
			}
		}
		if n := len(risk.respondCalls()); n > 13 { // 60 halved to one: six times, two calls each
			t.Errorf("%d calls to find one of sixty", n)
		}
	}
}

// Goal 11: these calls carry no id of the client. After each lost answer what became of
// every subject is read back before anything is sent again; also where only half of the
// call arrived, and where the process died instead.
func TestGoal11NothingIsDoneTwiceAfterALostAnswer(t *testing.T) {
	t.Parallel()
	verbs := []outbox.Verb{outbox.DismissRisk, outbox.ConfirmCompromised, outbox.ConfirmSafe, outbox.DisableAccount, outbox.RevokeSessions}
	answers, enough := 0, dose(200, 2_000)
	for round, verb := range slices.Repeat(verbs, dose(2, 20)) {
		f, risk := ward(t, 50)
		risk.halfway = round%2 == 1
		losses := 0
		risk.upsets = func(_ string, write bool) trouble {
			if !write || losses >= 53 {
				return fine
			}
			losses++
			if losses%5 == 0 {
				return crashed
			}
			return lost
		}
		as := f.many(each(verb, 50))
		for range 400 {
			f.flush()
			if f.dead.Load() {
				f.start()
			}
			if n, _ := f.box.Counts(context.Background()); n.Waiting() == 0 {
				break
			}
			f.now = f.now.Add(2 * time.Second)
		}
		answers += losses
		for _, a := range as {
			if a = f.action(a.Seq); a.State != outbox.Done {
				t.Fatalf("%s: %s %q", verb, a.State, a.Reason)
			}
			if n := risk.done[string(verb)+" "+a.On.ID]; n != 1 {
				t.Errorf("%s of %s was done %d times", verb, a.On.ID, n)
			}
		}
	}
	if answers < enough {
		t.Errorf("only %d answers were lost", answers)
	}
	t.Logf("%d answers lost", answers)
}

func TestASubjectIsActedOnWhereItsKindBelongs(t *testing.T) {
	t.Parallel()
	f, _ := ward(t, 1)
	f.do(outbox.Request{Verb: outbox.SetControl, On: aControl, Set: app.Values{app.PropControlState: "Reviewed", app.PropControlNote: "done"}})
	f.do(outbox.Request{Verb: outbox.EditContact, On: aContact, Set: app.Values{app.PropEmails: "soc@clinic.example;duty@clinic.example"}})
	f.do(on(outbox.DismissRisk, user(0)))
	f.flush()
	for i, want := range []string{"dismiss risk 1", "set control state 1", "edit contact 1"} {
		if got := f.desks[i].respondCalls(); !slices.Equal(got, []string{want}) {
			t.Errorf("%s was asked for %v", f.desks[i].id, got)
		}
	}
	if v := f.known(aControl); v[app.PropControlState] != "Reviewed" || v[app.PropControlNote] != "done" {
		t.Errorf("control %v", v)
	}
	if v := f.known(aContact); v[app.PropEmails] != "soc@clinic.example;duty@clinic.example" || v[app.PropRoles] != "Owner" || v[app.PropNotify] != "true" {
		t.Errorf("contact %v", v)
	}
}

// A source that is throttled is left alone for as long as it asks, as a whole; the
// others go on.
func TestAThrottledSourceOfSubjectsIsHeld(t *testing.T) {
	t.Parallel()
	f, risk := ward(t, 120)
	risk.upsets = func(_ string, write bool) trouble { return throttled }
	f.many(each(outbox.DismissRisk, 120))
	f.do(outbox.Request{Verb: outbox.SetControl, On: aControl, Set: app.Values{app.PropControlState: "Reviewed"}})
	f.flush()
	if n := len(risk.calls); n > 4 { // those under way at the same time
		t.Errorf("%d calls while throttled", n)
	}
	if got := f.desks[1].respondCalls(); len(got) != 1 {
		t.Errorf("the other source got %v", got)
	}
	calls := len(risk.calls)
	risk.upsets = nil
	f.now = f.now.Add(59 * time.Second)
	if f.flush(); len(risk.calls) != calls {
		t.Errorf("asked before the wait was over: %v", risk.calls[calls:])
	}
	f.now = f.now.Add(10 * time.Second)
	f.settle()
	if n, _ := f.box.Counts(context.Background()); n != (outbox.Counts{}) {
		t.Errorf("left over %+v", n)
	}
}
