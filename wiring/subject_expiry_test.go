package wiring_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

const tooOld = "Not sent: older than 15 min. Check again."

// What locks somebody out is void after a quarter of an hour, whatever happens in
// between; nothing brings it back but a person who looks again.
func TestADestructiveDeedIsNeverSentAfterItExpired(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, meanwhile := range map[string]func(f *floor, a outbox.Action){
		"time passes offline":     func(f *floor, a outbox.Action) { f.now = f.now.Add(15 * time.Minute) },
		"looked at while offline": func(f *floor, a outbox.Action) { f.now = f.now.Add(16 * time.Minute); f.flush() },
		"the clock is set back after it": func(f *floor, a outbox.Action) {
			f.now = f.now.Add(16 * time.Minute)
			f.flush()
			f.now = f.now.Add(-15 * time.Minute)
		},
		"the clock is set back before anybody looked": func(f *floor, a outbox.Action) { f.now = f.now.Add(-time.Hour) },
		"the clock is set back a little, twice seen": func(f *floor, a outbox.Action) {
			f.now = f.now.Add(10 * time.Minute)
			f.flush()
			f.now = f.now.Add(-5 * time.Minute)
		},
		"the process dies": func(f *floor, a outbox.Action) { f.now = f.now.Add(time.Hour); f.start() },
		"the process dies and the clock is set back": func(f *floor, a outbox.Action) {
			f.now = f.now.Add(time.Hour)
			f.flush()
			f.now = f.now.Add(-time.Hour)
			f.start()
		},
		"it dies, and the clock is set back before it starts again": func(f *floor, a outbox.Action) {
			f.now = f.now.Add(14 * time.Minute)
			f.flush()
			f.now = f.now.Add(-8 * time.Minute)
			f.start()
		},
		"tried again": func(f *floor, a outbox.Action) { f.now = f.now.Add(time.Hour); f.box.Retry(ctx, a.Seq) },
		"resumed":     func(f *floor, a outbox.Action) { f.now = f.now.Add(time.Hour); f.box.Resume(ctx) },
		"tried in bulk": func(f *floor, a outbox.Action) {
			f.now = f.now.Add(time.Hour)
			f.flush()
			f.box.RetryBatch(ctx, a.Batch)
		},
	} {
		for _, verb := range []outbox.Verb{outbox.ConfirmCompromised, outbox.RevokeSessions, outbox.DisableAccount} {
			f, risk := ward(t, 2)
			f.online = false
			a := f.many(each(verb, 2))[0]
			if got := a.Expires.Sub(f.now); got != 15*time.Minute {
				t.Fatalf("expires after %v", got)
			}
			meanwhile(f, a)
			f.online = true
			f.flush()
			f.flush()
			if got := risk.respondCalls(); len(got) != 0 {
				t.Errorf("%s, %s: sent %v", verb, name, got)
			}
			if a = f.action(a.Seq); a.State != outbox.Failed || a.Kind != app.KindExpired || a.Reason != tooOld {
				t.Errorf("%s, %s: %s %s %q", verb, name, a.State, a.Kind, a.Reason)
			}
			if err := f.box.Retry(ctx, a.Seq); app.KindOf(err) != app.KindExpired {
				t.Errorf("%s, %s: tried again: %v", verb, name, err)
			}
		}
	}
}

// What can be set back, or only closes what was looked at, waits for as long as it takes.
func TestOtherDeedsDoNotExpire(t *testing.T) {
	t.Parallel()
	f, risk := ward(t, 1)
	f.online = false
	for _, v := range []outbox.Verb{outbox.ConfirmSafe, outbox.EnableAccount, outbox.DismissRisk} {
		if a := f.do(on(v, user(0))); !a.Expires.IsZero() {
			t.Errorf("%s expires at %v", v, a.Expires)
		}
	}
	f.online, f.now = true, f.now.Add(90*24*time.Hour)
	f.flush()
	if got := risk.respondCalls(); !slices.Equal(got, []string{"confirm safe 1", "dismiss risk 1"}) { // it is enabled already
		t.Errorf("sent %v", got)
	}
}

// A write whose answer was lost is read back also after it expired: it counts where it
// arrived, and is not sent again where it did not.
func TestAnExpiredWriteInDoubtIsStillReadBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		what   trouble
		state  outbox.State
		reason string
		back   time.Duration
	}{
		"it arrived":                             {lost, outbox.Done, "Confirmed by reading it back.", 0},
		"it did not":                             {busy, outbox.Failed, "An earlier try did not arrive; not sent again: older than 15 min. Check again.", 0},
		"it did not, and the clock was set back": {busy, outbox.Failed, "An earlier try did not arrive; not sent again: older than 15 min. Check again.", 14 * time.Minute},
	} {
		f, risk := ward(t, 1)
		risk.upsets = func(_ string, write bool) trouble {
			if write {
				return c.what
			}
			return fine
		}
		a := f.do(on(outbox.ConfirmCompromised, user(0)))
		f.flush()
		if a = f.action(a.Seq); a.Sent.IsZero() || a.State != outbox.Queued {
			t.Fatalf("%s: %s %q", name, a.State, a.Reason)
		}
		f.online, f.now = false, f.now.Add(16*time.Minute)
		f.flush()
		f.now = f.now.Add(-c.back)
		f.flush()
		if a = f.action(a.Seq); a.State != outbox.Queued {
			t.Errorf("%s: judged without reading back: %s", name, a.State)
		}
		f.online, risk.upsets = true, nil
		f.settle()
		if a = f.action(a.Seq); a.State != c.state || a.Reason != c.reason {
			t.Errorf("%s: %s %q", name, a.State, a.Reason)
		}
		if got := risk.respondCalls(); len(got) != 1 {
			t.Errorf("%s: sent %v", name, got)
		}
	}
}

// Looking again is a new decision: with a fresh quarter of an hour where nothing changed,
// as a conflict that shows the difference where something did.
func TestCheckingAgainIsANewDecision(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	expired := func() (f *floor, risk *desk, a outbox.Action) {
		f, risk = ward(t, 1)
		f.online = false
		a = f.do(on(outbox.ConfirmCompromised, user(0)))
		f.now = f.now.Add(time.Hour)
		f.flush()
		return f, risk, f.action(a.Seq)
	}
	f, risk, a := expired()
	f.online = true
	a, err := f.box.Recheck(ctx, a.Seq)
	if err != nil || a.State != outbox.Queued || a.Expires.Sub(f.now) != 15*time.Minute || a.Kind != "" {
		t.Fatalf("%+v, %v", a, err)
	}
	f.now = f.now.Add(14 * time.Minute)
	if f.flush(); f.action(a.Seq).State != outbox.Done || len(risk.respondCalls()) != 1 {
		t.Errorf("%+v", f.action(a.Seq))
	}

	f, risk, a = expired()
	f.online = true
	risk.edit(user(0), app.Values{app.PropRiskState: "remediated", app.PropRiskLevel: "none"})
	if a, err = f.box.Recheck(ctx, a.Seq); err != nil || a.State != outbox.Conflict || len(a.Drift) != 3 || a.Drift[0].Theirs != "remediated" {
		t.Fatalf("%+v, %v", a, err)
	}
	if err := f.box.KeepMine(ctx, a.Seq); err != nil {
		t.Fatal(err)
	}
	if f.flush(); f.action(a.Seq).State != outbox.Done || risk.rows[plain(user(0))].values[app.PropRiskState] != "confirmedCompromised" {
		t.Errorf("%+v", f.action(a.Seq))
	}

	f, risk, a = expired() // on what the cache holds
	if a, err = f.box.Recheck(ctx, a.Seq); err != nil || a.State != outbox.Queued || len(risk.calls) != 0 {
		t.Errorf("offline: %+v, %v", a, err)
	}

	f, risk, a = expired()
	f.online = true
	delete(risk.rows, plain(user(0)))
	if _, err = f.box.Recheck(ctx, a.Seq); app.KindOf(err) != app.KindNotFound {
		t.Errorf("one that is gone: %v", err)
	}
	if a = f.action(a.Seq); a.State != outbox.Failed {
		t.Errorf("one that is gone: %s", a.State)
	}
	if err := f.box.Discard(ctx, a.Seq); err != nil || f.action(a.Seq).State != outbox.Discarded {
		t.Errorf("discarded: %v", err)
	}
}

// The expiry of a second decision on the same person is its own: the first that is void
// waits for a person and holds the next back, as any failed one does.
func TestAnExpiredDeedHoldsOnlyItsOwnSubject(t *testing.T) {
	t.Parallel()
	f, risk := ward(t, 2)
	f.online = false
	first := f.do(on(outbox.RevokeSessions, user(0)))
	f.now = f.now.Add(10 * time.Minute)
	second, other := f.do(on(outbox.DismissRisk, user(0))), f.do(on(outbox.RevokeSessions, user(1)))
	f.now, f.online = f.now.Add(6*time.Minute), true
	f.flush()
	if a := f.action(first.Seq); a.Kind != app.KindExpired {
		t.Errorf("the first: %s", a.State)
	}
	if a := f.action(second.Seq); a.State != outbox.Queued {
		t.Errorf("the second: %s", a.State)
	}
	if a := f.action(other.Seq); a.State != outbox.Done {
		t.Errorf("the other person's: %s %q", a.State, a.Reason)
	}
	if err := f.box.Discard(context.Background(), first.Seq); err != nil {
		t.Fatal(err)
	}
	if f.flush(); f.action(second.Seq).State != outbox.Done || !slices.Equal(risk.respondCalls(), []string{"revoke sessions 1", "dismiss risk 1"}) {
		t.Errorf("%+v, sent %v", f.action(second.Seq), risk.respondCalls())
	}
}

// Sessions that somebody revoked after the decision need no second revocation; those
// revoked before it do.
func TestSessionsRevokedByOthersCountFromTheDecisionOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after time.Duration
		sent  int
	}{"an hour before": {-time.Hour, 1}, "a minute after": {time.Minute, 0}, "in the future": {time.Hour, 1}} {
		f, risk := ward(t, 1)
		f.online = false
		a := f.do(on(outbox.RevokeSessions, user(0)))
		risk.edit(user(0), app.Values{app.PropSessionsFrom: f.now.Add(c.after).Format(time.RFC3339)})
		f.now, f.online = f.now.Add(5*time.Minute), true
		f.flush()
		if a = f.action(a.Seq); a.State != outbox.Done || len(risk.respondCalls()) != c.sent {
			t.Errorf("%s: %s %q, sent %v", name, a.State, a.Reason, risk.respondCalls())
		}
	}
}
