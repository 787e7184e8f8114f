package ui

import (
	"context"
	gosync "sync"
	"testing"

	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// Events may come from any goroutine; none is lost and one wake-up stands for many.
func TestTheEventBufferLosesNothing(t *testing.T) {
	var mu gosync.Mutex
	armed := 0
	b := newEventBuffer(func() { mu.Lock(); armed++; mu.Unlock() })
	var wg gosync.WaitGroup
	for i := range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b.add(app.Event{Topic: app.TopicIncidents, Incidents: []int64{int64(i)}})
		}()
	}
	wg.Wait()
	b.add(app.Event{Topic: app.TopicSync})
	got := b.take()
	if armed != 1 || len(got) != 2 || got[0].Topic != app.TopicSync || len(got[1].Incidents) != 20 {
		t.Errorf("woken %d times for %+v", armed, got)
	}
	if b.take() != nil {
		t.Error("the same events again")
	}
	b.add(app.Event{Topic: app.TopicIncidents, Incidents: []int64{1}})
	b.add(app.Event{Topic: app.TopicIncidents})
	if got := b.take(); armed != 2 || got[0].Incidents != nil {
		t.Errorf("many changed, but only %v are told", got[0].Incidents)
	}
}

func TestPrefsAnswerBeforeTheyAreWritten(t *testing.T) {
	below := &uitest.Prefs{}
	below.Set("theme", "light")
	p := newSavedPrefs(below)
	if p.Get("theme") != "light" {
		t.Error("the old value is lost")
	}
	p.Set("theme", "dark")
	if p.Get("theme") != "dark" {
		t.Error("the new value is not there at once")
	}
	p.saver.Flush()
	if below.Get("theme") != "dark" {
		t.Error("the new value was never written")
	}
}

func TestWithoutExportsAndTrendsThereAreSentences(t *testing.T) {
	d := window(t, 5)
	d.s.Exports = nil
	d.press("E", "c")
	if d.message.Text != "Exports are not available here." {
		t.Errorf("said %q", d.message.Text)
	}
	d.press("g", "t")
	if got := d.pages[keys.Trends].(*trendsPage).P.Caption(); got == "" {
		t.Error("an empty trends page says nothing")
	}
}

// A start that fails says why and can be tried again; keys in between start nothing.
func TestAFailedStartCanBeRepeated(t *testing.T) {
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	tries := 0
	d.Shell = New(test.NewTempApp(t), Services{Poster: d.line.Add, Go: d.line.Add, Start: &Start{
		Simulate: func(context.Context, func(string)) (Services, error) {
			if tries++; tries == 1 {
				return Services{}, app.E(app.KindInternal, "No free port on this machine.", nil)
			}
			return d.services(3), nil
		},
	}})
	defer d.Close()
	d.Show()
	d.Shell.press("s")
	d.Shell.press("s") // while the first is under way
	d.line.Drain()
	if tries != 1 || d.on != keys.Welcome {
		t.Fatalf("%d starts, on %s", tries, d.on)
	}
	d.press("s")
	if tries != 2 || d.on != keys.Queue {
		t.Errorf("%d starts, on %s", tries, d.on)
	}
}

// After Close nothing is called and nothing is drawn any more, and it may be called twice.
func TestCloseEndsAllWork(t *testing.T) {
	d := window(t, 10)
	d.Shell.press("j")
	d.hub.Publish(app.Event{Topic: app.TopicIncidents})
	d.Close()
	d.Close()
	reads := 0
	d.tenant.OnWindow = func(triage.Query) (triage.Window, error) { reads++; return triage.Window{}, nil }
	d.fire()
	d.hub.Publish(app.Event{Topic: app.TopicIncidents})
	if len(d.later) != 0 || reads != 0 {
		t.Errorf("%d timers and %d reads after Close", len(d.later), reads)
	}
}

// An incident of the outbox opens although the queue does not list it.
func TestOpenFromTheActions(t *testing.T) {
	d := window(t, 20)
	d.box.Actions = uitest.SampleActions()
	d.press("g", "a", "Enter")
	c, ok := d.pages[keys.Incident].(*casePage)
	if !ok || c.P.Row().ID != 7 {
		t.Fatalf("on %s", d.on)
	}
	d.press("Esc")
	if d.on != keys.Actions {
		t.Errorf("Esc leads to %s, want back to the actions", d.on)
	}
	d.press("t")
	if len(d.box.Calls) != 1 || d.box.Calls[0] != "settle 4 v7 severity=theirs" {
		t.Errorf("calls %q", d.box.Calls)
	}
}
