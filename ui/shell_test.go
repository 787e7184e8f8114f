package ui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"watchfloor/app"
	"watchfloor/app/outbox"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/settings"
	"watchfloor/ui/uitest"
	"watchfloor/ui/widget"
	"watchfloor/ui/work"
)

// desk is a window whose services, clock and goroutines are in the test's hands.
type desk struct {
	*Shell
	t      *testing.T
	tenant *uitest.Tenant
	box    *uitest.Outbox
	sync   *uitest.Sync
	hub    *app.Hub
	prefs  *uitest.Prefs
	out    *uitest.Exports
	line   *work.Line
	later  []func() // what After was asked to run
	// longest is the longest that a step on the UI goroutine took.
	longest time.Duration
}

func (d *desk) services(n int) Services {
	d.hub = &app.Hub{}
	d.tenant, d.box, d.sync, d.out = uitest.NewTenant(n), &uitest.Outbox{}, uitest.NewSync(d.hub), &uitest.Exports{}
	return Services{
		Queue: d.tenant, Cases: d.tenant, Outbox: d.box, Sync: d.sync, Exports: d.out, Hub: d.hub, Prefs: d.prefs,
		Now: func() time.Time { return uitest.Now }, Zone: time.UTC, Me: uitest.Me, Tenant: "contoso.example",
		Poster: d.post, Go: d.line.Add, After: func(_ time.Duration, f func()) { d.later = append(d.later, f) },
	}
}

func (d *desk) post(f func()) {
	d.line.Add(func() {
		began := time.Now()
		f()
		d.longest = max(d.longest, time.Since(began))
	})
}

func window(t *testing.T, n int) *desk {
	t.Helper()
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	d.Shell = New(test.NewTempApp(t), d.services(n))
	t.Cleanup(d.Close)
	d.Show()
	d.win.Resize(fyne.NewSize(1280, 760))
	d.line.Drain()
	return d
}

// press types a key as the toolkit would: to what has the focus.
func (d *desk) press(names ...string) {
	d.t.Helper()
	for _, name := range names {
		f := d.win.Canvas().Focused()
		if f == nil {
			d.t.Fatalf("%s: nothing has the keyboard", name)
		}
		if name == "Space" {
			f.TypedRune(' ')
		} else if s, ok := map[string]fyne.Shortcut{"Ctrl+A": &fyne.ShortcutSelectAll{}, "Ctrl+Z": &fyne.ShortcutUndo{}}[name]; ok {
			f.(fyne.Shortcutable).TypedShortcut(s)
		} else if rest, ok := strings.CutPrefix(name, "Ctrl+"); ok {
			key := map[string]fyne.KeyName{"O": fyne.KeyO, "Enter": fyne.KeyReturn, "P": fyne.KeyP, "I": fyne.KeyI, "L": fyne.KeyL, "R": fyne.KeyR}[rest]
			f.(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl})
		} else if key, ok := map[string]fyne.KeyName{"Enter": fyne.KeyReturn, "Esc": fyne.KeyEscape, "Down": fyne.KeyDown, "Home": fyne.KeyHome, "Del": fyne.KeyDelete}[name]; ok {
			f.TypedKey(&fyne.KeyEvent{Name: key})
		} else {
			for _, r := range name {
				f.TypedRune(r)
			}
		}
		d.drafts.Flush()
		d.line.Drain()
	}
}

func (d *desk) asked() []string {
	var out []string
	for _, r := range d.box.Asked {
		out = append(out, r.Describe())
	}
	return out
}

// The main job by keyboard alone: filter, open, go offline, assign, comment, close.
func TestTheMainJobByKeyboard(t *testing.T) {
	d := window(t, 60)
	d.press("/", "sev:high", "Enter", "j")
	q := d.pages[keys.Queue].(*queuePage)
	want, _ := q.P.Current()
	if want.Severity != app.High {
		t.Fatalf("filtered to %v", want.Severity)
	}
	d.press("Enter")
	if d.on != keys.Incident || d.pages[keys.Incident].(*casePage).P.Row().ID != want.ID {
		t.Fatal("Enter does not open the incident under the cursor")
	}
	d.press("Ctrl+O")
	d.fire()
	if !d.state.Offline() || !d.banner.root.Visible() {
		t.Fatal("not offline")
	}
	d.press("a", "s", "p", "v", "l", "m", "called the user", "Ctrl+Enter", "l", "vip", "Enter", "c", "f", "2", "Ctrl+Enter")
	got := strings.Join(d.asked(), " | ")
	if got != "Assign to Ana Lyst | Set status to In progress | Set severity to Low | Comment: called the user | Tag +vip | Close as False positive" {
		t.Errorf("asked: %s", got)
	}
	for _, r := range d.box.Asked {
		if r.IncidentID != want.ID {
			t.Errorf("%s hit incident %d, want %d", r.Describe(), r.IncidentID, want.ID)
		}
	}
	if !strings.Contains(d.message.Text, "queued, offline") {
		t.Errorf("offline, the window says %q", d.message.Text)
	}
	d.press("Esc")
	if d.on != keys.Queue {
		t.Error("Esc leads back to the queue")
	}
	d.press("Ctrl+O")
	d.fire()
	if d.state.Offline() || d.banner.root.Visible() {
		t.Error("not online again")
	}
}

// fire runs what was put off, as the timer would.
func (d *desk) fire() {
	run := d.later
	d.later = nil
	for _, f := range run {
		f()
	}
	d.line.Drain()
}

func TestClosingInTheQueueGoesOn(t *testing.T) {
	d := window(t, 20)
	q := d.pages[keys.Queue].(*queuePage)
	first, _ := q.P.Current()
	d.press("c", "f", "2", "Ctrl+Enter")
	if next, _ := q.P.Current(); next.ID == first.ID || len(d.box.Asked) != 1 {
		t.Errorf("cursor still on %d, asked %v", next.ID, d.asked())
	}
	d.press("C")
	if len(d.box.Asked) != 2 || d.box.Asked[1].Want.Classification != app.FalsePositive {
		t.Errorf("C closes with the last reason: %v", d.asked())
	}
}

// Under a dialog no key reaches the queue, and in a text field letters are letters.
func TestKeysStayWhereTheyAreTyped(t *testing.T) {
	d := window(t, 20)
	q := d.pages[keys.Queue].(*queuePage)
	first, _ := q.P.Current()
	d.press("c")
	d.Shell.press("a")
	d.Shell.run(keys.AssignMe)
	d.press("j", "a", "g")
	d.press("Esc")
	if at, _ := q.P.Current(); at.ID != first.ID || len(d.box.Asked) != 0 || d.on != keys.Queue {
		t.Errorf("keys went through the dialog: cursor %d, asked %v", at.ID, d.asked())
	}
	d.press("/", "aAuc", "Esc", "Esc")
	if len(d.box.Asked) != 0 || d.dialog != nil {
		t.Errorf("letters in the filter bar acted: %v", d.asked())
	}
	d.press("j")
	if at, _ := q.P.Current(); at.ID == first.ID {
		t.Error("after leaving the bar j moves again")
	}
}

// A comment that was begun survives, keystroke by keystroke.
func TestDraftsSurvive(t *testing.T) {
	d := window(t, 20)
	q := d.pages[keys.Queue].(*queuePage)
	r, _ := q.P.Current()
	d.press("m", "half a thou")
	if got := d.tenant.Draft(r.ID); got != "half a thou" {
		t.Fatalf("stored %q", got)
	}
	d.press("Esc", "m")
	if e, ok := d.win.Canvas().Focused().(interface{ SelectedText() string }); !ok {
		t.Fatalf("%T has the keyboard, want the editor", e)
	}
	d.press("Ctrl+Enter")
	if got := d.asked(); len(got) != 1 || got[0] != "Comment: half a thou" {
		t.Errorf("sent %v", got)
	}
	if got := d.tenant.Draft(r.ID); got != "" {
		t.Errorf("the draft %q outlived its comment", got)
	}
}

// Many events in a moment are one refresh.
func TestEventsAreJoined(t *testing.T) {
	d := window(t, 20)
	reads := 0
	d.tenant.OnWindow = func(triage.Query) (triage.Window, error) { reads++; return triage.Window{Rows: d.tenant.Rows}, nil }
	for i := range 50 {
		d.hub.Publish(app.Event{Topic: app.TopicIncidents, Incidents: []int64{int64(i)}})
	}
	if len(d.later) != 1 {
		t.Fatalf("%d timers for 50 events", len(d.later))
	}
	d.fire()
	if reads != 1 {
		t.Errorf("%d reads for 50 events", reads)
	}
	d.hub.Publish(app.Event{Topic: app.TopicIncidents})
	d.fire()
	if reads != 2 {
		t.Error("a later event is not seen")
	}
}

func TestAFailedActionSaysWhy(t *testing.T) {
	d := window(t, 20)
	d.box.OnDo = func(outbox.Request) error { return app.E(app.KindInvalid, "The disk is full.", errors.New("x")) }
	d.press("a")
	if d.message.Text != "The disk is full." {
		t.Errorf("said %q", d.message.Text)
	}
}

func TestPlacesAndErrands(t *testing.T) {
	d := window(t, 20)
	for _, c := range []struct {
		keys string
		on   keys.Screen
	}{{"g a", keys.Actions}, {"g t", keys.Trends}, {"g s", keys.Settings}, {"g q", keys.Queue}} {
		d.press(strings.Fields(c.keys)...)
		if d.on != c.on {
			t.Errorf("%s leads to %s", c.keys, d.on)
		}
	}
	d.press("E", "c", "E", "j", "Enter", "E", "h")
	if got := strings.Join(d.out.Asked, "|"); got != "csv status:open|json status:open|html" {
		t.Errorf("exports %q", got)
	}
	d.press("2", "j", "y")
	if got := d.app.Clipboard().Content(); got != "Anomalous token" {
		t.Errorf("clipboard %q", got)
	}
	d.press("]", "]", "[")
	q := d.pages[keys.Queue].(*queuePage)
	if r, _ := q.P.Current(); r.ID != d.pages[keys.Incident].(*casePage).P.Row().ID {
		t.Error("the queue's cursor does not follow the page")
	}
	d.press("U", "D", "?")
	if !d.utc || d.dark || d.dialog == nil {
		t.Errorf("utc %v dark %v help %v", d.utc, d.dark, d.dialog != nil)
	}
	d.press("Esc", "r")
	if len(d.sync.Asked) != 1 {
		t.Error("r does not sync")
	}
}

func TestTheNextStartRemembers(t *testing.T) {
	d := window(t, 20)
	d.press("U", "D", "g", "a")
	d.Close()
	for k, want := range map[string]string{"zone": "utc", "theme": "light", "page": "Actions"} {
		if got := d.prefs.Get(k); got != want {
			t.Errorf("%s %q, want %q", k, got, want)
		}
	}
}

// First start: no tenant yet; the simulated one opens with one key.
func TestFirstStart(t *testing.T) {
	d := &desk{t: t, line: &work.Line{}, prefs: &uitest.Prefs{}}
	full := d.services(10)
	start := &Start{
		Simulate: func(_ context.Context, say func(string)) (Services, error) { say("almost"); return full, nil },
		Opened:   func(context.Context) (Services, error) { return full, nil },
	}
	d.Shell = New(test.NewTempApp(t), Services{Start: start, Connector: uitest.NewConnector(), Poster: d.line.Add, Go: d.line.Add})
	defer d.Close()
	d.Show()
	d.line.Drain()
	if d.on != keys.Welcome {
		t.Fatalf("starts on %s", d.on)
	}
	d.press("c")
	if d.dialog == nil {
		t.Fatal("c does not open the form")
	}
	d.press("Ctrl+Enter")
	if d.dialog == nil {
		t.Error("an empty form was accepted")
	}
	d.press("Esc", "s")
	if d.on != keys.Queue || d.win.Title() != "Watchfloor – contoso.example" {
		t.Errorf("on %s, title %q", d.on, d.win.Title())
	}
	d.press("j", "a")
	if len(d.box.Asked) != 1 {
		t.Error("the new services do not work")
	}
}

func TestStatusLineWords(t *testing.T) {
	d := window(t, 5)
	c := d.clock()
	at := func(m int) time.Time { return uitest.Now.Add(-time.Duration(m) * time.Minute) }
	for _, x := range []struct {
		status sync.Status
		want   string
		warn   bool
	}{
		{sync.Status{Phase: sync.Idle, LastSuccess: at(1)}, "14:01Z", false},
		{sync.Status{Phase: sync.Idle, LastSuccess: at(160)}, "as of 11:22Z", true},
		{sync.Status{Phase: sync.FirstPull, Rows: 1200, Total: 5000}, "first pull 1,200 of 5,000", false},
		{sync.Status{Phase: sync.FirstPull, Rows: 1200, Total: -1}, "first pull 1,200", false},
		{sync.Status{Phase: sync.Waiting, LastSuccess: at(1), Until: uitest.Now.Add(40 * time.Second)}, "asked to wait 40 s", true},
		{sync.Status{Phase: sync.Failing, Problem: "The role is missing."}, "failing: The role is missing.", true},
		{sync.Status{Phase: sync.Reading, LastSuccess: at(2), DetailsDue: 1234}, "14:00Z, 1,234 details to read", false},
	} {
		got, warn := sourceWords(x.status, c)
		if got != x.want || warn != x.warn {
			t.Errorf("%s: %q %v, want %q %v", x.status.Phase, got, warn, x.want, x.warn)
		}
	}
	s := sync.State{OfflineByChoice: true, OfflineSince: at(52)}
	if got := bannerText(s, outbox.Counts{Queued: 2}, c, "").Text; got != "Offline since 13:10Z – changes are queued (2). Ctrl+O goes online." {
		t.Errorf("banner %q", got)
	}
	if got := unsent(outbox.Counts{Queued: 2, Conflict: 1, Failed: 1}).Text; got != "2 queued   ·   1 conflict   ·   1 failed" {
		t.Errorf("unsent: %q", got)
	}
	if got := freshness(s, c).Text; got != "OFFLINE since 13:10Z" {
		t.Errorf("status line %q", got)
	}
}

// The rows of a page take the keyboard when they come, each time it is opened.
func TestTheIncidentPageHasTheKeyboard(t *testing.T) {
	d := window(t, 20)
	for range 2 {
		d.press("Enter")
		c := d.pages[keys.Incident].(*casePage)
		if got := d.win.Canvas().Focused(); got != c.Keys() {
			t.Fatalf("%T has the keyboard", got)
		}
		d.press("2", "j", "8", "1", "Down", "Esc")
	}
	if d.on != keys.Queue || d.win.Canvas().Focused() != d.pages[keys.Queue].Keys() {
		t.Error("the queue does not have the keyboard again")
	}
}

// What r says goes when the sync that it asked for has ended, not before.
func TestSyncingEndsInTheStatusLine(t *testing.T) {
	d := window(t, 5)
	d.press("r")
	turn := func(p sync.Phase) {
		d.sync.Now.Sources = []sync.Status{{Source: app.Sentinel, Phase: p, LastSuccess: uitest.Now}}
		d.hub.Publish(app.Event{Topic: app.TopicSync})
		d.fire()
	}
	if turn(sync.Updating); d.message.Text != syncingNow {
		t.Errorf("while the sync runs: %q", d.message.Text)
	}
	if turn(sync.Idle); d.message.Text != "" {
		t.Errorf("after the sync: %q", d.message.Text)
	}
}

// The settings say each thing about the profile once, and the zone in figures.
func TestProfileFacts(t *testing.T) {
	d := window(t, 5)
	d.s.Profile = []settings.Fact{{Name: "Tenant", Value: d.s.Tenant}, {Name: "Account", Value: d.s.Me.UPN}, {Name: "Workspace", Value: "soc"}}
	var names []string
	for _, f := range d.profile() {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, ", "); got != "Tenant, Signed in as, Workspace, Local time zone, Saved views" {
		t.Error(got)
	}
	for want, z := range map[string]*time.Location{"UTC": time.UTC, "UTC+05:30": time.FixedZone("Local", 19800), "UTC-03:00, BRT": time.FixedZone("BRT", -10800)} {
		if got := zoneWords(uitest.Now, z); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// However small the window is made, the close dialog keeps its buttons.
func TestTheSmallestWindowHoldsTheCloseDialog(t *testing.T) {
	d := window(t, 5)
	least := d.win.Content().MinSize()
	d.win.Resize(least)
	d.press("c", "f")
	body := d.win.Canvas().Focused().(fyne.CanvasObject)
	if got, want := body.Size(), body.MinSize(); got.Height < want.Height || got.Width < want.Width {
		t.Errorf("in a window of %v the dialog has %v of %v", least, got, want)
	}
}

// So do dialogs with more to show than there is room for: what scrolls gives way.
func TestTheSmallestWindowHoldsEveryDialog(t *testing.T) {
	d := window(t, 20)
	d.win.Resize(d.win.Content().MinSize())
	a := uitest.SampleActions()[2]
	for _, f := range []app.Field{app.FieldStatus, app.FieldClassification, app.FieldDetermination, app.FieldClosingNote} {
		a.Drift = append(a.Drift, outbox.Drift{Field: f, Theirs: strings.Repeat("theirs ", 40), Mine: "mine"})
	}
	for name, open := range map[string]func(){
		"conflict": func() { d.settle(a) },
		"exact":    func() { d.showActions([]outbox.Action{a}) },
		"merge":    func() { d.press("Ctrl+A", "M") },
		"outcome": func() {
			d.many = &many{what: "Close", total: 30}
			for range 30 {
				d.many.refused = append(d.many.refused, trouble(d.tenant.Rows[0], app.E(app.KindInvalid, "No.", nil)))
			}
			d.showOutcome()
		},
	} {
		open()
		d.line.Drain()
		if d.dialog == nil {
			t.Fatalf("%s: no dialog", name)
		}
		buttons := 0
		for _, o := range test.LaidOutObjects(d.dialog.modal) {
			if b, ok := o.(*widget.Button); ok {
				buttons++
				at := fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
				if low := at.Y + b.Size().Height; low > d.win.Canvas().Size().Height-12 {
					t.Errorf("%s: a button ends at %v in a window of %v", name, low, d.win.Canvas().Size())
				}
			}
		}
		if buttons == 0 {
			t.Errorf("%s: no buttons", name)
		}
		d.closeDialog()
	}
}
