package wiring_test

import (
	"context"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
)

const noWrites = "This tenant is read-only. Turn actions on in the settings."

// locked is a floor with an incident and three users, whose outbox is read-only while the
// switch is on.
func locked(t *testing.T) (f *floor, s *service, risk *desk, on *bool, id int64) {
	f, risk = ward(t, 3)
	s = newService(app.Sentinel)
	f.remotes = []*service{s}
	f.start()
	name := s.add(app.Fields{Status: app.StatusNew})
	f.pull()
	id = f.id(s, name)
	on = new(bool)
	cfg := f.config()
	cfg.ReadOnly = func() string {
		if *on {
			return noWrites
		}
		return ""
	}
	f.box = outbox.New(cfg)
	return f, s, risk, on, id
}

// Given queued actions, when the switch is turned on, then nothing is sent and everything
// says why; when it is turned off, then all that did not expire goes out.
func TestLeastPrivilegeReadOnlySendsNothingAndKeepsWhatIsQueued(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, s, risk, on, id := locked(t)
	note := f.do(outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: "Seen."})
	calm := f.do(outbox.Request{Verb: outbox.DismissRisk, On: user(0)})
	harsh := f.do(outbox.Request{Verb: outbox.RevokeSessions, On: user(1)})
	*on = true
	before, wrote := s.calls, len(s.writes)
	for range 4 {
		f.flush()
		f.now = f.now.Add(5 * time.Minute)
		if _, err := f.box.Resume(ctx); err != nil {
			t.Fatal(err)
		}
	}
	f.flush()
	if s.calls != before || len(s.writes) != wrote || len(risk.respondCalls()) != 0 {
		t.Errorf("%d calls, wrote %v, %v", s.calls-before, s.writes[wrote:], risk.respondCalls())
	}
	all, err := f.box.List(ctx, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		switch a.Seq {
		case harsh.Seq:
			if a.State != outbox.Failed || a.Kind != app.KindExpired {
				t.Errorf("what locks out did not expire: %s %s", a.State, a.Reason)
			}
		default:
			if a.State != outbox.Queued || a.Reason != noWrites || a.Attempts != 0 {
				t.Errorf("%s is %s: %q after %d attempts", a.Verb, a.State, a.Reason, a.Attempts)
			}
		}
	}
	if mine, err := f.box.ListOn(ctx, user(0), 1); err != nil || len(mine) != 1 || mine[0].Reason != noWrites {
		t.Errorf("%+v %v", mine, err)
	}
	*on = false
	f.settle()
	for _, seq := range []int64{note.Seq, calm.Seq} {
		if a, err := f.cache.Action(ctx, seq); err != nil || a.State != outbox.Done || a.Reason == noWrites {
			t.Errorf("%+v %v", a, err)
		}
	}
	if got := risk.respondCalls(); len(got) != 1 {
		t.Errorf("calls %v", got)
	}
}

// While the switch is on a request is refused with the sentence, one or many, and leaves
// nothing behind. The exact request can still be looked at, and what waits taken back.
func TestLeastPrivilegeReadOnlyRefusesNewActions(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, _, _, on, id := locked(t)
	waiting := f.do(outbox.Request{IncidentID: id, Verb: outbox.Assign, Want: app.Fields{Owner: me}})
	*on = true
	if _, err := f.box.Do(ctx, outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: "x"}); app.KindOf(err) != app.KindPermission || app.Say(err) != noWrites {
		t.Errorf("%v", err)
	}
	got, err := f.box.DoMany(ctx, each(outbox.DismissRisk, 3), nil)
	if err != nil || len(got) != 3 {
		t.Fatalf("%v %v", got, err)
	}
	for _, r := range got {
		if app.KindOf(r.Err) != app.KindPermission || app.Say(r.Err) != noWrites || r.Action.Seq != 0 {
			t.Errorf("%+v", r)
		}
	}
	if n, err := f.box.Counts(ctx); err != nil || n.Queued != 1 {
		t.Errorf("%+v %v", n, err)
	}
	if _, err := f.box.Undo(ctx, waiting.Seq); err != nil {
		t.Errorf("what waits cannot be taken back: %v", err)
	}
}

// The switch is turned between the decision to send and the request: the last gate stops
// it, and the action waits as if it had never been tried.
func TestLeastPrivilegeASwitchInTheMiddleStopsTheWriteOnly(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	f, s, _, on, id := locked(t)
	a := f.do(outbox.Request{IncidentID: id, Verb: outbox.SetSeverity, Want: app.Fields{Severity: app.High}})
	cfg := f.config()
	cfg.Remotes = []app.Remote{gated{s, on}}
	cfg.ReadOnly = func() string {
		if *on {
			return noWrites
		}
		return ""
	}
	f.box = outbox.New(cfg)
	f.flush()
	got, err := f.cache.Action(ctx, a.Seq)
	if err != nil || got.State != outbox.Queued || got.Attempts != 0 || !got.Sent.IsZero() || got.Kind != "" {
		t.Fatalf("%+v %v", got, err)
	}
	*on = false
	cfg.Remotes = []app.Remote{s.remote()}
	f.box = outbox.New(cfg)
	f.settle()
	if got, _ = f.cache.Action(ctx, a.Seq); got.State != outbox.Done {
		t.Errorf("%s: %s", got.State, got.Reason)
	}
}

// gated is a service whose client has the last gate, which closes when it is reached.
type gated struct {
	*service
	on *bool
}

func (g gated) Update(context.Context, app.Pulled, app.Fields, []app.Field) (app.Pulled, error) {
	*g.on = true
	return app.Pulled{}, app.E(app.KindPermission, "Nothing was sent.", nil)
}

// Given a sign-in that may only read, then an action waits with what is missing, no write
// is tried however often the outbox is looked through, others go out, and it is sent once
// the permission is there.
func TestLeastPrivilegeWithoutTheRightAnActionWaitsUnsent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	const lacks = "Not sent: the sign-in lacks IdentityRiskyUser.ReadWrite.All."
	f, s, risk, _, id := locked(t)
	granted, asked := false, map[outbox.Verb]int{}
	cfg := f.config()
	cfg.Permit = func(_ context.Context, v outbox.Verb, at app.SourceID, k app.SubjectKind) string {
		asked[v]++
		if granted || v != outbox.DismissRisk || at != app.EntraRisk || k != app.SubjectUser {
			return ""
		}
		return lacks
	}
	f.box = outbox.New(cfg)
	held := f.many(each(outbox.DismissRisk, 3))
	note := f.do(outbox.Request{IncidentID: id, Verb: outbox.Comment, Text: "Seen."})
	for range 4 {
		f.flush()
		f.now = f.now.Add(time.Minute)
	}
	if got := risk.respondCalls(); len(got) != 0 {
		t.Errorf("tried %v", got)
	}
	if asked[outbox.DismissRisk] > 3 {
		t.Errorf("asked %d times in four minutes", asked[outbox.DismissRisk])
	}
	for _, a := range held {
		got, err := f.cache.Action(ctx, a.Seq)
		if err != nil || got.State != outbox.Queued || got.Reason != lacks || got.Attempts != 0 || got.Kind != app.KindPermission {
			t.Errorf("%+v %v", got, err)
		}
	}
	if got, _ := f.cache.Action(ctx, note.Seq); got.State != outbox.Done || len(s.writes) != 1 {
		t.Errorf("the comment is %s: %s, %v", got.State, got.Reason, s.writes)
	}
	granted = true
	if n, err := f.box.Resume(ctx); err != nil || n != 3 {
		t.Errorf("%d resumed, %v", n, err)
	}
	f.flush()
	if got := risk.respondCalls(); len(got) != 1 || got[0] != "dismiss risk 3" {
		t.Errorf("sent %v", got)
	}
}
