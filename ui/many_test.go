package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/look"
	"watchfloor/ui/uitest"
)

// Mark, decide once, and each incident gets its own action; what makes no sense is left
// out, what is refused is listed, what fails is tried again with one key.
func TestActingOnMany(t *testing.T) {
	d := window(t, 40)
	d.box.Keep = true
	refused := d.tenant.Rows[4].ID
	d.box.OnDo = func(r outbox.Request) error {
		if r.IncidentID == refused {
			return app.E(app.KindInvalid, "This one cannot be closed.", nil)
		}
		return nil
	}
	d.press("Space", "Space", "Space", "Space", "Space", "c", "f", "2", "Ctrl+Enter")
	if len(d.box.Asked) != 5 || d.dialog == nil {
		t.Fatalf("asked %d times, result shown %v", len(d.box.Asked), d.dialog != nil)
	}
	if !strings.HasPrefix(d.message.Text, "Close as False positive: 4 queued, 1 refused – B shows why") {
		t.Errorf("said %q", d.message.Text)
	}
	d.press("Esc")
	if q := d.pages[keys.Queue].(*queuePage); len(q.Marked()) != 0 {
		t.Error("the marks outlived the form")
	}
	d.box.Turn(func(i int, a *outbox.Action) {
		a.State = []outbox.State{outbox.Done, outbox.Failed, outbox.Conflict, outbox.Done}[i]
	})
	d.hub.Publish(app.Event{Topic: app.TopicOutbox})
	d.fire()
	if got := d.strip.line.Cell().Text; got != "Close as False positive, 5 incidents: 2 done, 1 failed, 1 conflict, 1 refused" || !d.strip.root.Visible() {
		t.Errorf("the line says %q", got)
	}
	d.press("R")
	if got := d.box.Calls; len(got) != 1 || !strings.HasPrefix(got[0], "retry batch ") {
		t.Errorf("calls %q", got)
	}
	d.press("B")
	if d.dialog == nil {
		t.Error("B shows nothing")
	}
	d.press("Esc", "Esc")
	if d.strip.root.Visible() {
		t.Error("Esc leaves the line")
	}
}

// A key that needs no dialog for one incident asks once for many.
func TestDirectKeysAskOnceForMany(t *testing.T) {
	d := window(t, 12)
	d.press("Space", "Space", "Space", "Space", "a")
	if d.dialog == nil || len(d.box.Asked) != 0 {
		t.Fatal("nothing was asked")
	}
	d.press("Enter")
	if len(d.box.Asked) != 3 { // one of them is Ana's already
		t.Errorf("asked %v", d.asked())
	}
	d.press("Down", "Space", "u", "Esc", "Esc", "v", "l")
	if got := d.asked(); len(got) != 4 || got[3] != "Set severity to Low" {
		t.Errorf("without marks: %v", got)
	}
}

// While a thousand are queued no step on the UI goroutine takes longer than a frame or
// two, and progress is told.
func TestAThousandDoNotStallTheWindow(t *testing.T) {
	d := window(t, 1200)
	d.press("7", "Ctrl+A", "l", "seen")
	progress := map[string]bool{}
	d.longest = 0
	began := time.Now()
	d.Shell.press("Enter")
	pressed := time.Since(began)
	for d.line.Step() {
		if d.strip.root.Visible() {
			progress[d.strip.line.Cell().Text] = true
		}
	}
	if len(d.box.Asked) != 1200 {
		t.Fatalf("asked %d times", len(d.box.Asked))
	}
	if !progress["Tag +seen, 1200 incidents: queueing 600 of 1,200…"] {
		t.Errorf("progress %v", progress)
	}
	t.Logf("the key took %v, the longest step %v", pressed, d.longest)
	const most = 300 * time.Millisecond // a few ms; the bound is for a busy machine with the race detector
	if pressed > most || d.longest > most {
		t.Errorf("the key took %v, the longest step %v", pressed, d.longest)
	}
}

// Ctrl+Z takes back within the time, and says how long that is; later it offers the
// reverse.
func TestUndo(t *testing.T) {
	d := window(t, 12)
	now := uitest.Now
	d.s.Now = func() time.Time { return now }
	d.box.Grace = 10 * time.Second
	d.press("u")
	if got := d.said().Text; !strings.HasSuffix(got, "Unassign – Ctrl+Z undoes (10 s)") {
		t.Errorf("said %q", got)
	}
	d.say("Northwind is no longer connected.", look.Normal)
	if got := d.said().Text; got != "Northwind is no longer connected. – Unassign: Ctrl+Z undoes (10 s)" {
		t.Errorf("other words seem to be what is undone: %q", got)
	}
	now = now.Add(2 * time.Second)
	d.fire()
	if got := d.status.middle.Cell().Text; !strings.HasSuffix(got, "(8 s)") {
		t.Errorf("after two seconds %q", got)
	}
	if len(d.later) != 1 {
		t.Errorf("%d timers", len(d.later))
	}
	d.press("j")
	d.Shell.press("Ctrl+Z")
	if d.said().Text != "Taking back: Unassign…" {
		t.Errorf("meanwhile %q", d.said().Text)
	}
	d.press("Ctrl+Z") // once more before it is done
	if len(d.box.Calls) != 1 || d.box.Calls[0] != "undo 101" || d.said().Text != "Taken back: Unassign." {
		t.Errorf("calls %q, said %q", d.box.Calls, d.said().Text)
	}
	d.fire()
	if len(d.later) != 0 {
		t.Error("seconds are counted although nothing can be undone")
	}
	d.press("Ctrl+Z")
	if !strings.HasPrefix(d.said().Text, "Nothing was decided") {
		t.Errorf("said %q", d.said().Text)
	}
}

func TestTheReverseIsOffered(t *testing.T) {
	d := window(t, 12)
	late := func([]int64) (int, error) { return 0, app.E(app.KindInvalid, "It is too late.", nil) }
	d.box.OnUndo = late
	d.press("s", "p")
	r := d.box.Asked[0]
	d.press("Ctrl+Z")
	if d.dialog != nil || !strings.HasPrefix(d.said().Text, "There is nothing to put back") {
		t.Errorf("without a reverse: %q", d.said().Text)
	}
	d.box.Back = map[int64]outbox.Request{101: {IncidentID: r.IncidentID, Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusNew}}}
	d.press("Ctrl+Z")
	if d.dialog == nil {
		t.Fatal("the reverse is not offered")
	}
	d.press("Enter")
	if got := d.asked(); len(got) != 2 || got[1] != "Set status to New" {
		t.Errorf("asked %q", got)
	}
	d.press("m", "a word", "Ctrl+Enter", "Ctrl+Z")
	if got := d.said().Text; !strings.Contains(got, "a comment cannot be taken back") {
		t.Errorf("said %q", got)
	}
}

// The exact request lies over the form, which goes on as it was.
func TestTheExactRequestFromADialog(t *testing.T) {
	d := window(t, 12)
	d.press("c", "P")
	if d.dialog.under != nil {
		t.Error("an incomplete form has no request")
	}
	d.press("f", "2", "P")
	if d.dialog.under == nil {
		t.Fatal("P shows nothing")
	}
	d.press("y")
	if got := d.app.Clipboard().Content(); !strings.Contains(got, "PATCH https://graph.example") {
		t.Errorf("copied %q", got)
	}
	d.press("Esc", "Ctrl+Enter")
	if len(d.box.Asked) != 1 || d.dialog != nil {
		t.Errorf("the form was lost: %v", d.asked())
	}
	d.press("A", "jo@contoso.example", "Ctrl+P", "Esc", "Enter")
	if got := d.asked(); len(got) != 2 || got[1] != "Assign to jo@contoso.example" {
		t.Errorf("asked %q", got)
	}
}

// A conflict is settled from the queue as from the actions, in the version shown; who
// comes second is told.
func TestSettlingFromTheQueue(t *testing.T) {
	d := window(t, 20)
	d.box.Actions = uitest.SampleActions()
	d.press("!")
	if d.dialog != nil || !strings.Contains(d.said().Text, "no conflict") {
		t.Fatalf("said %q", d.said().Text)
	}
	d.box.Turn(func(_ int, a *outbox.Action) {
		if a.State == outbox.Conflict {
			a.IncidentID = d.tenant.Rows[0].ID
		}
	})
	d.tenant.Edit(d.tenant.Rows[0].ID, func(r *triage.Row) { r.Conflict = true })
	d.press("r")
	d.hub.Publish(app.Event{Topic: app.TopicIncidents})
	d.fire()
	d.press("!", "m", "Ctrl+Enter")
	if len(d.box.Calls) != 1 || d.box.Calls[0] != "settle 4 v7 severity=mine" || d.dialog != nil {
		t.Errorf("calls %q", d.box.Calls)
	}
	d.box.Refuses = app.E(app.KindConflict, "It was settled in another window.", nil)
	d.press("!", "t", "Ctrl+Enter")
	if d.dialog != nil || !strings.HasPrefix(d.said().Text, "It was settled in another window.") {
		t.Errorf("said %q", d.said().Text)
	}
	d.box.Refuses = app.E(app.KindInvalid, "That makes no sense.", nil)
	d.press("!", "t", "Ctrl+Enter")
	if d.dialog == nil {
		t.Error("a refusal closes the dialog")
	}
}

// Marked incidents of Defender XDR are merged; others are named and left out.
func TestMergeFromTheQueue(t *testing.T) {
	d := window(t, 12)
	d.press("Space", "M")
	if d.dialog != nil || !strings.Contains(d.said().Text, "of Sentinel only") {
		t.Errorf("said %q", d.said().Text)
	}
	d.press("Space", "j", "j", "Space", "M", "same campaign", "Ctrl+Enter")
	if len(d.box.Asked) != 1 {
		t.Fatalf("asked %v, said %q", d.asked(), d.said().Text)
	}
	if r := d.box.Asked[0]; r.Verb != outbox.Merge || r.IncidentID != d.tenant.Rows[1].ID || fmt.Sprint(r.With) != fmt.Sprint([]int64{d.tenant.Rows[4].ID}) || r.Text != "same campaign" {
		t.Errorf("%+v", r)
	}
}

// Alerts are marked on their tab and moved; tasks are added and completed on theirs.
func TestAlertsAndTasksOfAnIncident(t *testing.T) {
	d := window(t, 12)
	d.press("j", "Enter", "2", "Space", "j", "Space", "M", d.tenant.Rows[4].Number, "Ctrl+Enter")
	if len(d.box.Asked) != 1 || fmt.Sprint(d.box.Asked[0].Alerts, d.box.Asked[0].Into) != fmt.Sprint([]string{"a1", "a3"}, d.tenant.Rows[4].ID) {
		t.Errorf("%+v, said %q", d.box.Asked, d.said().Text)
	}
	d.press("t")
	if d.dialog != nil || !strings.Contains(d.said().Text, "kept by Sentinel") {
		t.Errorf("a task for Defender XDR: %q", d.said().Text)
	}
	d.press("Esc", "Home", "Enter", "M")
	if !strings.Contains(d.said().Text, "Defender XDR only") {
		t.Errorf("alerts out of Sentinel: %q", d.said().Text)
	}
	d.press("t", "Call the user", "Ctrl+Enter", "6", "j", "x", "k", "Space")
	got := d.asked()
	if len(got) != 3 || got[1] != "Add task Call the user" || got[2] != "Complete task Remove the inbox rule" || d.box.Asked[2].TaskID != "t2" {
		t.Errorf("asked %q", got)
	}
	if !strings.Contains(d.said().Text, "done already") {
		t.Errorf("a task that is done: %q", d.said().Text)
	}
}

// The actions page counts the seconds to the next try, and only while it is shown.
func TestTheActionsCountDown(t *testing.T) {
	d := window(t, 12)
	now := uitest.Now
	d.s.Now = func() time.Time { return now }
	d.box.Actions = uitest.SampleActions()[:1]
	d.box.Actions[0].NotBefore, d.box.Actions[0].Reason = now.Add(40*time.Second), "Asked to wait."
	d.press("g", "a")
	p := d.pages[keys.Actions].(*actionsPage).P
	for _, want := range []string{"40 s", "39 s", "38 s"} {
		if got := p.Reason(d.box.Actions[0]); got != "Asked to wait. Next try in "+want+"." || len(d.later) != 1 {
			t.Fatalf("%q with %d timers, want %s", got, len(d.later), want)
		}
		now = now.Add(time.Second)
		d.fire()
	}
	d.press("g", "q")
	d.fire()
	if len(d.later) != 0 {
		t.Error("seconds are counted for a page that is not shown")
	}
}

// A cursor that is on one of the closed ones goes on to the first that is not; one that
// is elsewhere stays.
func TestAfterClosingManyTheCursorGoesOn(t *testing.T) {
	d := window(t, 20)
	q := d.pages[keys.Queue].(*queuePage)
	at := func(back int) int64 {
		d.press("Home", "Space", "Space", "Space")
		want, _ := q.P.Current()
		for range back {
			d.press("k")
		}
		return want.ID
	}
	for _, back := range []int{0, 1, 3} {
		want := at(back)
		d.press("c", "f", "2", "Ctrl+Enter")
		if now, _ := q.P.Current(); now.ID != want {
			t.Errorf("%d rows up: the cursor is on %d, want %d", back, now.ID, want)
		}
	}
}
