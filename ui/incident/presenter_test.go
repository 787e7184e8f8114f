package incident

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

type bench struct {
	*Presenter
	tenant *uitest.Tenant
	sync   *uitest.Sync
	line   *work.Line
}

func bare() *bench {
	b := &bench{tenant: uitest.NewTenant(6), sync: uitest.NewSync(nil), line: &work.Line{}}
	b.Presenter = New(Deps{
		Cases: b.tenant, Read: b.sync, Desk: b.line.Desk(), Targets: triage.DefaultTargets, Me: uitest.Me,
		Clock: func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} },
	})
	return b
}

func opened() *bench {
	b := bare()
	b.Open(b.tenant.Rows[2])
	b.line.Drain()
	return b
}

func (b *bench) on(tab string) Tab {
	for i, n := range tabNames {
		if n == tab {
			b.Select(i)
		}
	}
	b.line.Drain()
	return b.Tab()
}

func TestThePageShowsTheRowBeforeAnythingIsRead(t *testing.T) {
	b := bare()
	b.Open(b.tenant.Rows[2])
	if b.Row().Number != "48211" || b.detail != nil || b.Tab().Text != "Reading…" {
		t.Errorf("row %s, tab %q", b.Row().Number, b.Tab().Text)
	}
	b.line.Drain()
	if got := len(b.sync.Reads); got != 1 {
		t.Errorf("%d reads at the source, want 1", got)
	}
	for tab, n := range map[string]int{"Story": 7, "Alerts": 3, "Entities": 4, "Evidence": 3, "Comments": 1, "Tasks": 2, "Log": 3} {
		if got := len(b.on(tab).Rows); got != n {
			t.Errorf("%s: %d rows, want %d", tab, got, n)
		}
	}
}

func TestRawIsReadOnlyWhenAskedFor(t *testing.T) {
	b := bare()
	reads := 0
	b.tenant.OnRaw = func(int64) (string, error) { reads++; return "{\n\t\"a\": \"\u202e\"\n}", nil }
	b.Open(b.tenant.Rows[2])
	b.line.Drain()
	if reads != 0 {
		t.Fatal("raw JSON was read before its tab was opened")
	}
	if raw := b.on("Raw"); reads != 1 || !raw.Mono || !strings.Contains(raw.Text, "⟨U+202E⟩") {
		t.Errorf("%d reads, %q", reads, raw.Text)
	}
	b.on("Story")
	b.on("Raw")
	if reads != 1 {
		t.Errorf("read %d times for one incident", reads)
	}
	b.Event(app.Event{Topic: app.TopicIncidents, Incidents: []int64{b.Row().ID}})
	b.line.Drain()
	if reads != 2 {
		t.Error("not read again after a change")
	}
}

// Leaving an incident for its neighbour: what was read of the first is dropped.
func TestALateAnswerIsDropped(t *testing.T) {
	b := bare()
	b.Open(b.tenant.Rows[0])
	b.line.Step()
	b.Open(b.tenant.Rows[1])
	b.line.Drain()
	if b.detail.Row.ID != b.tenant.Rows[1].ID || b.Row().ID != b.tenant.Rows[1].ID {
		t.Error("the page shows the incident that was left")
	}
	b.Open(b.tenant.Rows[0])
	b.Leave()
	b.line.Drain()
	if b.detail != nil {
		t.Error("an answer arrived after the page was left")
	}
}

func TestEventsOfOtherIncidentsReadNothing(t *testing.T) {
	b := opened()
	reads := 0
	b.tenant.OnCase = func(int64) (triage.Case, error) { reads++; return uitest.Sample(b.tenant.Rows[2]), nil }
	b.Event(app.Event{Topic: app.TopicIncidents, Incidents: []int64{b.Row().ID + 1}})
	b.Event(app.Event{Topic: app.TopicOutbox})
	b.line.Drain()
	if reads != 0 {
		t.Error("read for nothing")
	}
	b.Event(app.Event{Topic: app.TopicIncidents})
	b.line.Drain()
	if reads != 1 {
		t.Error("not read although many changed")
	}
}

func TestKeysInsideThePage(t *testing.T) {
	b := opened()
	b.Do(keys.Tab(3), 10)
	b.Do(keys.End, 10)
	if b.Tab().Name != "Entities" || b.At() != 3 {
		t.Fatalf("%s at %d", b.Tab().Name, b.At())
	}
	if got := b.Copy(false); got != "hxxps://login-contoso[.]example/kit" {
		t.Errorf("y copies %q", got)
	}
	if got := b.Copy(true); got != "https://login-contoso.example/kit" {
		t.Errorf("Y copies %q", got)
	}
	b.Do(keys.NextTab, 10)
	b.Do(keys.PrevTab, 10)
	if b.Tab().Name != "Entities" || b.At() != 3 {
		t.Error("a tab forgets its cursor")
	}
	b.Do(keys.Tab(1), 10)
	b.Do(keys.PrevTab, 10)
	if b.Tab().Name != "Raw" {
		t.Errorf("left of the first tab is %s", b.Tab().Name)
	}
	if b.Do(keys.GoQueue, 10) {
		t.Error("a command of the window is not the page's")
	}
}

func TestNotAskedIsNotNone(t *testing.T) {
	b := bare()
	r := b.tenant.Rows[1]
	b.tenant.OnCase = func(int64) (triage.Case, error) {
		return triage.Case{Row: r, Details: app.Details{Alerts: []app.Alert{}}, Draft: "half a th"}, nil
	}
	b.Open(r)
	b.line.Drain()
	if got := b.on("Evidence").Text; got != "The source was not asked for evidence yet." {
		t.Error(got)
	}
	if c := b.on("Comments"); len(c.Rows) != 1 || !strings.Contains(c.Rows[0].More, "half a th") {
		t.Error("the draft is not among the comments")
	}
	b.tenant.OnCase = func(int64) (triage.Case, error) {
		return triage.Case{Row: r, DetailsAt: uitest.Now, Details: app.Details{Evidence: []app.Evidence{{Entity: app.Entity{Kind: "ip", Name: "gw"}}}}}, nil
	}
	b.Open(r)
	b.line.Drain()
	for tab, want := range map[string]string{"Alerts": "No alert.", "Comments": "No comment yet. m writes one.", "Tasks": "No task. Tasks are kept by Sentinel; this incident is in Defender XDR only."} {
		if got := b.on(tab).Text; got != want {
			t.Errorf("%s, asked for and empty: %q", tab, got)
		}
	}
	if e := b.on("Evidence"); len(e.Rows) != 1 || strings.Contains(e.Rows[0].More, "Verdict") {
		t.Errorf("evidence without a verdict: %+v", e.Rows)
	}
}

func TestNothingOnThePageIsLive(t *testing.T) {
	b := opened()
	for _, n := range tabNames {
		tab := b.on(n)
		for _, l := range tab.Rows {
			all := l.More + l.Copy
			for _, c := range l.Cells {
				all += " " + c.Text
			}
			if strings.Contains(all, "://login") && strings.Contains(all, "https") || strings.Contains(all, "203.0.113.7") {
				t.Errorf("%s shows a live indicator: %q", n, all)
			}
		}
	}
}

func TestErrorsAreSentences(t *testing.T) {
	b := bare()
	b.tenant.OnCase = func(int64) (triage.Case, error) {
		return triage.Case{}, app.E(app.KindInternal, "The cache cannot be read.", nil)
	}
	b.Open(b.tenant.Rows[0])
	b.line.Drain()
	if note, bad := b.Note(); !bad || note != "The cache cannot be read." {
		t.Errorf("%q %v", note, bad)
	}
	if got := b.on("Alerts").Text; got != "The cache cannot be read." {
		t.Errorf("tab says %q", got)
	}
}

func TestPageOnScreen(t *testing.T) {
	b := opened()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(b.Presenter, Frame{Press: func(string) bool { return false }, Run: func(keys.Command) {}, Shown: func() bool { return true }})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(1100, 560))
	b.on("Alerts")
	test.AssertRendersToMarkup(t, "alerts.xml", win.Canvas())
	b.on("Raw")
	if win.Canvas().Focused() != s.Keys() {
		t.Error("the open tab does not have the keyboard")
	}
	test.AssertRendersToMarkup(t, "raw.xml", win.Canvas())
}

// What is only queued says what it was before, on the page's head.
func TestTheHeadSaysWhatIsOnlyQueued(t *testing.T) {
	b := bare()
	b.d.Waiting = func(_ context.Context, r triage.Row) []outbox.Action {
		return []outbox.Action{{
			Seq: 1, State: outbox.Queued, Base: app.Fields{Status: app.StatusNew},
			Request: outbox.Request{IncidentID: r.ID, Verb: outbox.SetStatus, Want: app.Fields{Status: app.StatusActive}},
		}}
	}
	b.Open(b.tenant.Rows[4]) // the one with a queued action
	b.line.Drain()
	if got := b.before[app.FieldStatus]; got != "New" {
		t.Errorf("before %q", b.before)
	}
	b.Open(b.tenant.Rows[5])
	b.line.Drain()
	if len(b.before) != 0 {
		t.Errorf("carried over to the next incident: %q", b.before)
	}
}
