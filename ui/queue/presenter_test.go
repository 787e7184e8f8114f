package queue

import (
	"slices"
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/sync"
	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// bench is a presenter with everything around it in the test's hands.
type bench struct {
	*Presenter
	tenant *uitest.Tenant
	line   *work.Line
	prefs  *uitest.Prefs
	now    time.Time
}

func open(t *testing.T, n int, prefs ...string) *bench {
	t.Helper()
	b := &bench{tenant: uitest.NewTenant(n), line: &work.Line{}, prefs: &uitest.Prefs{}, now: uitest.Now}
	for i := 0; i+1 < len(prefs); i += 2 {
		b.prefs.Set(prefs[i], prefs[i+1])
	}
	b.Presenter = New(Deps{
		Queue: b.tenant, Cases: b.tenant, Desk: b.line.Desk(), Prefs: b.prefs,
		Now: func() time.Time { return b.now }, Me: uitest.Me,
	})
	b.SetSync(uitest.NewSync(nil).State())
	b.Start()
	b.line.Drain()
	return b
}

func (b *bench) do(cmds ...keys.Command) {
	for _, c := range cmds {
		b.Do(c, 30)
		b.line.Drain()
	}
}

func (b *bench) number() string { r, _ := b.Current(); return r.Number }

func TestTheFirstRowsAreThereWithTheirPreview(t *testing.T) {
	b := open(t, 500)
	if len(b.rows) != pageSize || b.number() != "48213" {
		t.Fatalf("%d rows, cursor on %s", len(b.rows), b.number())
	}
	if b.detail == nil || b.detail.Row.Number != "48213" {
		t.Error("no details in the preview")
	}
	if got := b.Tally(); got != "455 incidents, newest first" {
		t.Errorf("tally %q", got)
	}
	if b.viewCounts[0] != "455" || b.viewCounts[6] != "500" {
		t.Errorf("counts of the views %q", b.viewCounts)
	}
}

// The next window is read before the cursor reaches the end, behind the last row.
func TestPagingByKeyset(t *testing.T) {
	b := open(t, 900)
	var after []int64
	b.tenant.OnWindow = nil
	for range 30 {
		b.do(keys.PageDown)
		after = append(after, int64(len(b.rows)))
	}
	r, _ := b.Current()
	if b.more || len(b.rows) != 818 || r.ID != b.rows[817].ID {
		t.Fatalf("%d rows, more %v, cursor at %d; reads after %v", len(b.rows), b.more, b.cursor, after)
	}
	seen := map[int64]bool{}
	for _, r := range b.rows {
		if seen[r.ID] {
			t.Fatalf("incident %d twice", r.ID)
		}
		seen[r.ID] = true
	}
	b.do(keys.Home)
	if b.cursor != 0 {
		t.Error("Home")
	}
}

// New incidents wait behind their bar; taking them in shows them at the top.
func TestNewRowsWait(t *testing.T) {
	b := open(t, 50)
	b.do(keys.Down, keys.Down)
	before := b.number()
	b.now = b.now.Add(time.Minute)
	fresh := b.tenant.Rows[0]
	fresh.ID, fresh.Number = 1000, "50000"
	b.tenant.Arrive(fresh, b.now)
	b.Refresh()
	b.line.Drain()
	if b.number() != before || b.cursor != 2 || b.rows[0].Number == "50000" {
		t.Errorf("the list moved: cursor %d on %s", b.cursor, b.number())
	}
	if got := b.Waiting(); got != "1 new above (press . to show)" {
		t.Errorf("bar %q", got)
	}
	b.now = b.now.Add(time.Second)
	b.do(keys.TakeNew)
	if b.rows[0].Number != "50000" || b.cursor != 0 || b.Waiting() != "" {
		t.Errorf("after taking in: first %s, cursor %d, bar %q", b.rows[0].Number, b.cursor, b.Waiting())
	}
}

// An incident that leaves the filter under the cursor stays there until the cursor
// leaves it: the next key must not hit its neighbour.
func TestTheRowUnderTheCursorStays(t *testing.T) {
	b := open(t, 50)
	b.View(2) // unassigned
	b.line.Drain()
	b.do(keys.Down)
	r, _ := b.Current()
	b.tenant.Edit(r.ID, func(x *triage.Row) { x.Owner, x.OwnerUPN = uitest.Me.Name, uitest.Me.UPN })
	b.Refresh()
	b.line.Drain()
	if now, _ := b.Current(); now.ID != r.ID || now.Owner == "" {
		t.Fatalf("cursor on %d with owner %q, want %d redrawn", now.ID, now.Owner, r.ID)
	}
	n := len(b.rows)
	b.do(keys.Down)
	b.Refresh()
	b.line.Drain()
	if len(b.rows) != n-1 || slices.ContainsFunc(b.rows, func(x triage.Row) bool { return x.ID == r.ID }) {
		t.Error("the assigned row is still among the unassigned")
	}
}

// Rows that vanish above the cursor do not change what it is on.
func TestTheCursorKeepsItsIncident(t *testing.T) {
	b := open(t, 50)
	b.do(keys.Down, keys.Down, keys.Down, keys.Down)
	want := b.number()
	b.tenant.Edit(b.rows[1].ID, func(x *triage.Row) { x.Status = app.StatusClosed })
	b.Refresh()
	b.line.Drain()
	if b.number() != want || b.cursor != 3 {
		t.Errorf("cursor %d on %s, want 3 on %s", b.cursor, b.number(), want)
	}
}

// A late answer of an older filter never replaces the newer list.
func TestTheLastFilterWins(t *testing.T) {
	b := open(t, 50)
	b.Type("sev:low")
	b.line.Step() // its window was read, but not shown
	b.Type("sev:high")
	b.line.Drain()
	for _, r := range b.rows {
		if r.Severity != app.High {
			t.Fatalf("a %v row in the list of high ones", r.Severity)
		}
	}
}

func TestFilterBar(t *testing.T) {
	b := open(t, 50)
	b.Type("sev:purple status:open")
	b.line.Drain()
	if !strings.Contains(b.Trouble(), "severity is one of") {
		t.Errorf("problem %q", b.Trouble())
	}
	b.Type("status:open sev:high owner:none")
	b.line.Drain()
	b.Drop(1)
	b.line.Drain()
	if b.text != "status:open owner:none" || b.view != 2 {
		t.Errorf("after removing a chip: %q, view %d", b.text, b.view)
	}
	b.do(keys.DropChip)
	if b.text != "status:open" || b.view != 0 {
		t.Errorf("after the last chip: %q, view %d", b.text, b.view)
	}
	reads := 0
	b.tenant.OnWindow = func(triage.Query) (triage.Window, error) { reads++; return triage.Window{}, nil }
	b.Type("status:open ")
	b.line.Drain()
	if reads != 0 {
		t.Error("a trailing space read the list again")
	}
}

func TestWhatIsSaidWithoutRows(t *testing.T) {
	at := present.Clock{Now: uitest.Now, Zone: time.UTC}
	b := open(t, 50)
	b.Type("status:open sev:high nothinglikethis")
	b.line.Drain()
	title, body := b.Instead(at)
	if title != "No incident matches" || !strings.Contains(body, "46 open hidden by: status, severity, words") {
		t.Errorf("%q %q", title, body)
	}

	b = open(t, 0)
	if title, body = b.Instead(at); title != "Nothing open" || !strings.Contains(body, "Last sync 14:00Z, 2 of 2 sources OK") {
		t.Errorf("%q %q", title, body)
	}

	s := uitest.NewSync(nil).State()
	s.Sources[0] = sync.Status{Source: app.Sentinel, Phase: sync.FirstPull, Rows: 1200, Total: 5000}
	b.SetSync(s)
	if title, body = b.Instead(at); title != "Reading the first incidents…" || !strings.Contains(body, "Sentinel 1,200 of 5,000") {
		t.Errorf("%q %q", title, body)
	}

	b = open(t, 5)
	b.tenant.OnWindow = func(triage.Query) (triage.Window, error) {
		return triage.Window{}, app.E(app.KindInternal, "The cache cannot be read.", nil)
	}
	b.do(keys.Sort)
	if got := b.Trouble(); !strings.Contains(got, "The cache cannot be read. Press r") || len(b.rows) != 5 {
		t.Errorf("with rows on screen: %q, %d rows", got, len(b.rows))
	}
	b.tenant.OnWindow = nil
	b.Refresh()
	b.line.Drain()
	if b.Trouble() != "" {
		t.Errorf("after it worked again: %q", b.Trouble())
	}
}

// While the first pull runs nothing is held back; rows fill up below the cursor.
func TestFirstPullShowsWhatComes(t *testing.T) {
	b := open(t, 0)
	s := uitest.NewSync(nil).State()
	s.Sources[0].Phase, s.Sources[0].LastSuccess = sync.FirstPull, time.Time{}
	b.SetSync(s)
	for i, r := range uitest.NewTenant(3).Rows {
		b.now = b.now.Add(time.Second)
		b.tenant.Rows = append(b.tenant.Rows, r)
		b.tenant.Stored[r.ID] = b.now.Add(time.Hour) // the cache's clock runs ahead
		b.Refresh()
		b.line.Drain()
		if len(b.rows) != i+1 || b.cursor != 0 {
			t.Fatalf("after %d incidents: %d rows, cursor %d", i+1, len(b.rows), b.cursor)
		}
	}
	if b.Waiting() != "" {
		t.Error("a bar during the first pull")
	}
}

func TestPreviewFollowsAtOnce(t *testing.T) {
	b := open(t, 50)
	b.Move(1)
	if b.detail != nil {
		t.Error("details of another incident are still shown")
	}
	b.line.Step() // details of row 1 were read
	b.Move(2)
	b.line.Drain()
	if b.detail == nil || b.detail.Row.ID != b.rows[2].ID {
		t.Error("the preview is not of the row under the cursor")
	}
	b.tenant.OnCase = func(int64) (triage.Case, error) {
		return triage.Case{}, app.E(app.KindInternal, "No.", nil)
	}
	b.do(keys.Down)
	if b.detailErr == nil || b.detail != nil {
		t.Error("the error is not shown")
	}
}

func TestTheNextStartLooksLikeTheLastEnd(t *testing.T) {
	b := open(t, 50)
	b.do(keys.View(4), keys.Down, keys.Down, keys.Sort)
	want := b.number()
	again := open(t, 50, "queue.view", b.prefs.Get("queue.view"), "queue.filter", b.prefs.Get("queue.filter"),
		"queue.sort", b.prefs.Get("queue.sort"), "queue.row", b.prefs.Get("queue.row"))
	if again.view != 3 || again.sort != b.sort || again.number() != want {
		t.Errorf("view %d, sort %q, cursor on %s; want 3, %q, %s", again.view, again.sort, again.number(), b.sort, want)
	}
	b.Type("owner:jo")
	again = open(t, 50, "queue.view", b.prefs.Get("queue.view"), "queue.filter", b.prefs.Get("queue.filter"))
	if again.view != -1 || again.text != "owner:jo" {
		t.Errorf("an edited filter came back as view %d, %q", again.view, again.text)
	}
}

func TestNeighboursForPagingInsideAnIncident(t *testing.T) {
	b := open(t, 5)
	r, ok := b.Neighbour(b.rows[1].ID, 1)
	if !ok || r.ID != b.rows[2].ID || b.cursor != 2 {
		t.Errorf("next: %v %v, cursor %d", r.ID, ok, b.cursor)
	}
	if _, ok := b.Neighbour(b.rows[4].ID, 1); ok {
		t.Error("there is nothing after the last")
	}
	if _, ok := b.Neighbour(12345, 1); ok {
		t.Error("an incident that is not in the list has no neighbour")
	}
}

// A refresh of a long list reads around what is visible, not all of it.
func TestRefreshIsBounded(t *testing.T) {
	b := open(t, 2000)
	b.do(keys.End, keys.End, keys.End, keys.End)
	b.Top = func() int { return 400 }
	b.Move(410)
	b.line.Drain()
	var got triage.Query
	b.tenant.OnWindow = func(q triage.Query) (triage.Window, error) {
		got = q
		return triage.Window{Rows: slices.Clone(b.rows[350:600]), More: true}, nil
	}
	n := len(b.rows)
	b.Refresh()
	b.line.Drain()
	if got.Limit > 300 || got.After == nil || got.After.ID != b.rows[349].ID {
		t.Errorf("read %d rows behind %+v", got.Limit, got.After)
	}
	if len(b.rows) != n {
		t.Errorf("%d rows became %d", n, len(b.rows))
	}
}

// A stream of events does not keep a read from ending, and the last event is seen.
func TestAStreamOfEventsDoesNotStarve(t *testing.T) {
	b := open(t, 50)
	reads := 0
	for range 20 {
		b.Refresh()
	}
	b.tenant.OnWindow = func(triage.Query) (triage.Window, error) {
		reads++
		return triage.Window{Rows: slices.Clone(b.tenant.Rows)}, nil
	}
	b.line.Drain()
	if reads != 2 {
		t.Errorf("%d reads for 20 events while one was on its way, want it and one more", reads)
	}
	if b.list.Busy() || b.count.Busy() {
		t.Error("something is still awaited")
	}
}

// An event while a new filter is being read does not bring back the old list.
func TestAnEventDoesNotUndoAFilter(t *testing.T) {
	b := open(t, 50)
	b.Type("sev:high")
	b.Refresh()
	b.line.Drain()
	for _, r := range b.rows {
		if r.Severity != app.High {
			t.Fatalf("a %v row in the list of high ones", r.Severity)
		}
	}
	if got := b.viewCount(0); b.Tally() == "" || got != "46" {
		t.Errorf("tally %q, first view %q", b.Tally(), got)
	}
}

// The figure of the open view is that of its list, also right after a change.
func TestFiguresOfTheViewsFollow(t *testing.T) {
	b := open(t, 50)
	b.tenant.Edit(b.rows[3].ID, func(r *triage.Row) { r.Status = app.StatusClosed })
	b.Refresh()
	b.line.Drain()
	if b.viewCount(0) != "45" || b.viewCounts[0] != "46" {
		t.Errorf("open view %s, others as counted %s", b.viewCount(0), b.viewCounts[0])
	}
	b.now = b.now.Add(viewsEvery)
	b.Tick()
	b.line.Drain()
	if b.viewCounts[0] != "45" {
		t.Error("the figures of the other views never follow")
	}
}

// End reads on until the last row; any other key stays where the list has come to.
func TestEndIsTheLastRow(t *testing.T) {
	b := open(t, 3000)
	b.do(keys.End)
	r, _ := b.Current()
	all := b.tenant.Rows
	if b.more || b.toEnd || r.ID != all[len(all)-1].ID && b.cursor != len(b.rows)-1 || len(b.rows) != b.counts.Match {
		t.Fatalf("cursor at %d of %d rows, %d match, more %v", b.cursor, len(b.rows), b.counts.Match, b.more)
	}

	b = open(t, 3000)
	b.Do(keys.End, 30)
	if got := b.Tally(); got != "loading to the last row…" {
		t.Errorf("meanwhile the tally is %q", got)
	}
	b.do(keys.Up)
	if b.toEnd || len(b.rows) == b.counts.Match || b.cursor != pageSize-2 {
		t.Errorf("after another key: %d rows, cursor %d", len(b.rows), b.cursor)
	}
}

// The figures of the views follow a pull as soon as it has ended, also where they were
// being counted at that moment.
func TestFiguresFollowAPull(t *testing.T) {
	for _, busy := range []bool{false, true} {
		b := open(t, 50)
		s := uitest.NewSync(nil).State()
		s.Sources[0].Phase = sync.Updating
		b.SetSync(s)
		b.now = b.now.Add(viewsEvery)
		if busy {
			b.recount()
			b.line.Step()
			b.line.Step() // figures were read, but not shown
		}
		b.tenant.Edit(b.rows[3].ID, func(r *triage.Row) { r.Status = app.StatusClosed })
		s = uitest.NewSync(nil).State()
		b.SetSync(s)
		b.line.Drain()
		if b.viewCounts[0] != "45" {
			t.Errorf("after the pull, busy %v: %s open", busy, b.viewCounts[0])
		}
	}
}

// The order within equal severities is said too: it is not by urgency.
func TestTheOrderIsNamedInFull(t *testing.T) {
	b := open(t, 50)
	b.do(keys.Sort)
	if got := b.Tally(); b.sort != triage.BySeverity || got != "46 incidents, by severity, newest first within" {
		t.Errorf("%s: %q", b.sort, got)
	}
}
