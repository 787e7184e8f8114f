package wiring_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/posture"
	"watchfloor/integrations/simulator"
)

// done sends an action whose first answer is lost, and reports it once it is final.
func (w watched) done(t *testing.T, box *outbox.Service, now *time.Time, r outbox.Request) outbox.Action {
	t.Helper()
	w.SetFaults(simulator.Faults{LoseReplyNext: 1})
	a, err := box.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := box.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		*now = now.Add(time.Minute)
	}
	if a, err = w.cache.Action(t.Context(), a.Seq); err != nil || a.State != outbox.Done {
		t.Errorf("%s: %s %q, %v", r.Verb, a.State, a.Reason, err)
	}
	return a
}

// Alerts are closed, a control is marked and a contact edited; each answer is lost, and
// each is found to be done, once.
func TestActionsOnPostureAreDoneOnceAlthoughTheirAnswersAreLost(t *testing.T) {
	w := watch(t)
	ctx := t.Context()
	w.feed(t, w.cloud, app.Cursor{})
	w.feed(t, w.score, app.Cursor{})
	w.incidents(t, w.alerts, app.Cursor{})
	now := time.Now()
	box := outbox.New(outbox.Config{
		Store: w.cache, Remotes: []app.Remote{w.alerts}, Responders: []app.Responder{w.cloud, w.score},
		Actor: me, Now: func() time.Time { return now }, NewID: uuid.NewString,
	})

	open, err := w.alerts.Open(ctx)
	if err != nil || len(open) < 2 {
		t.Fatalf("%d open, %v", len(open), err)
	}
	for i, class := range []app.Classification{app.TruePositive, app.FalsePositive} {
		k, err := w.cache.Lookup(ctx, app.Ref{Source: app.Cloud, ID: open[i]})
		if err != nil {
			t.Fatal(err)
		}
		w.done(t, box, &now, outbox.Request{
			IncidentID: k.Incident.ID, Verb: outbox.Close,
			Want: app.Fields{Status: app.StatusClosed, Classification: class, ClosingNote: "seen"},
		})
	}
	controls, err := w.cache.Posture().Controls(ctx, posture.M365)
	if err != nil {
		t.Fatal(err)
	}
	w.done(t, box, &now, outbox.Request{
		Verb: outbox.SetControl, On: app.Subject{Kind: app.SubjectControl, ID: controls[0].ID, Name: controls[0].Title},
		Set: app.Values{app.PropControlState: "Ignored", app.PropControlNote: "not ours"},
	})
	contacts, err := w.cache.Posture().Contacts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.done(t, box, &now, outbox.Request{
		Verb: outbox.EditContact, On: app.Subject{Kind: app.SubjectContact, ID: contacts[0].Subscription, Name: contacts[0].Name},
		Set: app.Values{app.PropEmails: "soc@contoso.com"},
	})

	want := []string{"alert Resolved", "alert Dismissed", "control Ignored", "contact soc@contoso.com"}
	var got []string
	for _, x := range w.PostureWrites() {
		got = append(got, x.Kind+" "+x.Value)
	}
	if len(got) != len(want) {
		t.Fatalf("the tenant saw %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("the tenant saw %q instead of %q", got[i], want[i])
		}
	}
}
