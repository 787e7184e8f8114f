package cloudalerts

import (
	"context"
	"slices"
	"testing"
	"time"

	"watchfloor/app"
)

func TestEveryAlertIsARowAndLaterOnlyChangesAre(t *testing.T) {
	k, c := start(t)
	rows, cur := run(t, c, app.Cursor{})
	want := map[string]app.Status{
		id("a", "1"): app.StatusNew, id("a", "2"): app.StatusClosed, id("b", "3"): app.StatusNew,
		id("b", "4"): app.StatusActive, id("b", "5"): app.StatusClosed,
	}
	for id, status := range want {
		if in := rows[id].Incident; in.Status != status || in.Number != "4d25bfef" || !in.Modified.Equal(time.Date(2026, 11, 20, 8, 1, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v", id, in)
		}
	}
	if len(rows) != len(want) || rows[id("b", "5")].Incident.Classification != app.FalsePositive {
		t.Errorf("%d rows, dismissed as %q", len(rows), rows[id("b", "5")].Incident.Classification)
	}
	if again, _ := run(t, c, cur); len(again) != 0 {
		t.Errorf("%d rows although nothing changed", len(again))
	}
	k.now = k.now.Add(time.Hour)
	k.set("b", "3"+guid, "InProgress")
	later, next := run(t, c, cur)
	in := later[id("b", "3")].Incident
	if len(later) != 1 || in.Status != app.StatusActive || !in.Modified.Equal(k.now) {
		t.Errorf("%d rows, %+v; the change was seen at %s", len(later), in, k.now)
	}
	if !next.Watermark.Equal(k.now) {
		t.Errorf("watermark %s", next.Watermark)
	}
}

// The program was closed meanwhile: what changed is dated by when it is seen, so that the
// cache does not take it for an answer that was overtaken.
func TestAChangeDuringAnAbsenceIsDatedByTheServicesClock(t *testing.T) {
	k, first := start(t)
	_, cur := run(t, first, app.Cursor{})
	k.now = k.now.Add(24 * time.Hour)
	k.set("a", "1"+guid, "Resolved")
	_, c := start(t)
	c.conf, c.pin, c.options, c.subscriptions = first.conf, first.pin, first.options, first.subscriptions
	rows, _ := run(t, c, cur)
	if in := rows[id("a", "1")].Incident; len(rows) != 5 || in.Status != app.StatusClosed || !in.Modified.Equal(k.now) {
		t.Errorf("%d rows, %+v", len(rows), in)
	}
}

func TestAPageThatWasNotStoredIsGivenAgain(t *testing.T) {
	k, c := start(t)
	_, cur := run(t, c, app.Cursor{})
	k.now = k.now.Add(time.Hour)
	k.set("a", "1"+guid, "InProgress")
	for range 2 {
		p, err := c.Pull(context.Background(), cur)
		if err != nil || len(p.Rows) != 1 || p.Rows[0].Incident.Ref.ID != id("a", "1") {
			t.Fatalf("%d rows, %v", len(p.Rows), err)
		}
	}
}

func TestASubscriptionThatIsClosedToUsDoesNotStopTheOthers(t *testing.T) {
	k, c := start(t)
	_, cur := run(t, c, app.Cursor{})
	if _, _ = run(t, c, cur); len(c.known) != 5 { // now the first run is known to be stored
		t.Fatalf("%d known", len(c.known))
	}
	k.closed["a"] = 403
	open, err := c.Open(context.Background())
	slices.Sort(open)
	if want := []string{id("a", "1"), id("b", "3"), id("b", "4")}; err != nil || !slices.Equal(open, want) {
		t.Errorf("open %v, %v", open, err)
	}
	rows, _ := run(t, c, app.Cursor{})
	if len(rows) != 3 {
		t.Errorf("%d rows", len(rows))
	}
	k.closed["b"] = 403
	if _, err := c.Pull(context.Background(), app.Cursor{}); app.KindOf(err) != app.KindPermission {
		t.Errorf("with all closed: %v", err)
	}
	delete(k.closed, "b")
	k.closed["a"] = 503
	if _, err := c.Pull(context.Background(), app.Cursor{}); app.KindOf(err) != app.KindOffline {
		t.Errorf("trouble of the service passes for a lack of rights: %v", err)
	}
	k.subs = nil
	if _, err := c.Pull(context.Background(), app.Cursor{}); app.KindOf(err) != app.KindPermission {
		t.Errorf("without subscriptions: %v", err)
	}
}
