package identity

import (
	"strings"
	"testing"
	"time"

	"watchfloor/app"
	"watchfloor/app/identity"
	"watchfloor/app/sync"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/uitest"
	"watchfloor/ui/work"
)

// bench is a presenter with everything around it in the test's hands.
type bench struct {
	*Presenter
	people *uitest.Identity
	line   *work.Line
	prefs  *uitest.Prefs
}

func clock() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} }

func open(t *testing.T, n int, prefs ...string) *bench {
	t.Helper()
	b := &bench{people: uitest.NewIdentity(n), line: &work.Line{}, prefs: &uitest.Prefs{}}
	for i := 0; i+1 < len(prefs); i += 2 {
		b.prefs.Set(prefs[i], prefs[i+1])
	}
	b.Presenter = New(Deps{Reader: b.reader, Desk: b.line.Desk(), Prefs: b.prefs, Clock: clock, Parse: identity.Parse})
	b.SetSync(fresh())
	b.Use(0, "contoso.example")
	b.line.Drain()
	return b
}

// reader is that of slot 0; slot 1 has nobody, slot 2 does not exist.
func (b *bench) reader(slot int) identity.Reader {
	switch slot {
	case 0:
		return b.people
	case 1:
		return &uitest.Identity{}
	}
	return nil
}

func fresh() sync.State {
	return sync.State{Sources: []sync.Status{
		{Source: app.EntraRisk, Phase: sync.Idle, LastSuccess: uitest.Now.Add(-4 * time.Minute)},
		{Source: app.SignIns, Phase: sync.Idle, LastSuccess: uitest.Now.Add(-2 * time.Hour)},
	}}
}

func (b *bench) do(cmds ...keys.Command) {
	for _, c := range cmds {
		b.Do(c, 20)
		b.line.Drain()
	}
}

func (b *bench) typed(s string) {
	b.Type(s)
	b.line.Drain()
}

func (b *bench) id() string { r, _ := b.Current(); return r.ID }

// The first look: those still at risk, the worst first, and how many are not shown.
func TestWhoIsAtRiskComesFirst(t *testing.T) {
	b := open(t, 60)
	r, ok := b.Current()
	if !ok || r.User.Level != identity.LevelHigh || !r.User.State.Open() {
		t.Fatalf("first is %+v", r.User)
	}
	if got := b.Tally(); got != "50 users, 10 hidden by the filter, most at risk first" {
		t.Errorf("tally %q", got)
	}
	if got := b.KeptWords(clock()); !strings.HasPrefix(got, "Kept since 2025-11-08 14:02Z: 918 steps of history · identity takes 812.4 MB of at most 2.1 GB") {
		t.Errorf("kept %q", got)
	}
	if b.known == nil || len(b.known.Turns) == 0 {
		t.Error("the preview has no history")
	}
}

// A late answer of a list that is not asked for any more changes nothing.
func TestALateAnswerIsDropped(t *testing.T) {
	b := open(t, 60)
	b.Type("user:mei")
	b.Type("user:jo") // before the first was answered
	b.line.Drain()
	for _, r := range b.list().rows {
		if !strings.Contains(strings.ToLower(r.User.UPN), "jo") {
			t.Fatalf("%s is not asked for", r.User.UPN)
		}
	}
	b.Open(SignIns)
	b.Open(Users)
	b.line.Drain()
	if r, _ := b.Current(); r.User == nil {
		t.Error("another tab's rows are shown")
	}
}

// Rows that come in later wait; those that are there change in place, and the cursor
// stays on its row.
func TestRowsNeverMoveUnderTheCursor(t *testing.T) {
	b := open(t, 60)
	b.do(keys.Tab(3), keys.Down, keys.Down, keys.Down)
	at, id := b.list().cursor, b.id()
	b.people.Change(func(f *uitest.Identity) {
		for i := range 5 {
			s := f.SignRows[0]
			s.ID, s.At = "new-"+string(rune('a'+i)), uitest.Now
			f.SignRows = append(f.SignRows, s)
		}
		f.SignRows[3].Queued = 2
	})
	b.Refresh()
	b.line.Drain()
	if b.list().cursor != at || b.id() != id {
		t.Fatalf("cursor on row %d, %s", b.list().cursor, b.id())
	}
	if b.Waiting() != "5 new (press . to show)" {
		t.Errorf("waiting %q", b.Waiting())
	}
	if r, _ := b.Current(); r.SignIn.Queued != 2 {
		t.Error("the row under the cursor is not up to date")
	}
	b.do(keys.TakeNew)
	if b.Waiting() != "" || !strings.HasPrefix(b.list().rows[0].ID, "new-") {
		t.Errorf("after taking them in: %q, first %s", b.Waiting(), b.list().rows[0].ID)
	}
}

// A row that somebody changed so that it is not in the list any more stays where it is,
// and says so.
func TestARowThatLeftSaysSo(t *testing.T) {
	b := open(t, 60)
	b.do(keys.Down, keys.Down)
	at, id := b.list().cursor, b.id()
	b.people.Change(func(f *uitest.Identity) {
		for i := range f.UserRows {
			if f.UserRows[i].ID == id {
				f.UserRows[i].State, f.UserRows[i].Level = identity.StateDismissed, identity.LevelNone
			}
		}
	})
	b.Refresh()
	b.line.Drain()
	r, _ := b.Current()
	if b.list().cursor != at || r.ID != id || !r.Moved {
		t.Fatalf("cursor on row %d, %+v", b.list().cursor, r)
	}
	if _, _, out := facts(r, nil, clock()); out[0].Name != "Changed" {
		t.Errorf("the preview begins with %+v", out[0])
	}
	moved := 0
	for _, r := range b.list().rows {
		if r.Moved {
			moved++
		}
	}
	b.do(keys.TakeNew)
	if moved != 1 || b.id() == id {
		t.Errorf("%d rows moved; the list read anew still has it", moved)
	}
}

// The list is read on while the cursor goes down; no row comes twice.
func TestReadingOn(t *testing.T) {
	b := open(t, 100)
	b.do(keys.Tab(3))
	for range 60 {
		b.do(keys.PageDown)
	}
	if n := len(b.list().rows); n != 600 || b.list().cursor != 599 {
		t.Fatalf("%d rows, cursor %d", n, b.list().cursor)
	}
	seen := map[string]bool{}
	for _, r := range b.list().rows {
		if seen[r.ID] {
			t.Fatalf("%s twice", r.ID)
		}
		seen[r.ID] = true
	}
}

// What is wrong with a filter is said; what stands before it holds.
func TestAWrongFilterIsSaid(t *testing.T) {
	b := open(t, 60)
	b.typed("stat:atrisk")
	if !strings.Contains(b.Trouble(), "did you mean “state”") || len(b.list().rows) != 60 {
		t.Errorf("said %q with %d rows", b.Trouble(), len(b.list().rows))
	}
	b.typed("user:doe stat:atrisk")
	if b.Trouble() == "" || len(b.list().rows) != 6 {
		t.Errorf("said %q with %d rows", b.Trouble(), len(b.list().rows))
	}
	b.typed("")
	if b.Trouble() != "" || len(b.list().rows) != 60 {
		t.Errorf("cleared: %q, %d rows", b.Trouble(), len(b.list().rows))
	}
	again := New(Deps{Reader: b.reader, Desk: b.line.Desk(), Prefs: b.prefs, Clock: clock, Parse: identity.Parse})
	if again.list().text != "" {
		t.Errorf("after a restart the filter is %q", again.list().text)
	}
}

func TestDroppingConditionsOneByOne(t *testing.T) {
	b := open(t, 60)
	b.typed(`level:high state:atrisk "doe"`)
	for _, want := range []string{"level:high state:atrisk", "level:high", ""} {
		b.do(keys.DropChip)
		if b.list().text != want {
			t.Errorf("filter %q, want %q", b.list().text, want)
		}
	}
	b.do(keys.DropChip)
	if b.Trouble() != "" {
		t.Error(b.Trouble())
	}
}

// A cell of the table becomes a filter of the list beneath it; one that stands for what
// is missing does not.
func TestTheTableFiltersTheList(t *testing.T) {
	b := open(t, 60)
	b.do(keys.Tab(4))
	if len(b.heat.Types) == 0 || b.heat.N != 180 {
		t.Fatalf("table of %d", b.heat.N)
	}
	want := b.heat.Count[0][0]
	kind, country := b.heat.Types[0], b.heat.Countries[0]
	if !b.FilterByCell() {
		t.Fatal("the first cell cannot be a filter")
	}
	b.line.Drain()
	if b.list().total != want {
		t.Errorf("%d rows behind a cell of %d (%s, %s): %s", b.list().total, want, kind, country, b.list().text)
	}
	b.typed("")
	for i, c := range b.heat.Countries {
		if c == "" {
			b.moveCell(-100, -100)
			b.moveCell(0, i)
			if _, hint := b.heatWords(clock()); b.FilterByCell() || !strings.Contains(hint, "cannot be a filter") {
				t.Error("a missing country was taken for a filter")
			}
			return
		}
	}
	t.Error("the sample has no detection without a country")
}

// Marks stay while the list is filtered; what an action is for are they, else the cursor.
func TestMarks(t *testing.T) {
	b := open(t, 60)
	if got := b.Chosen(); len(got) != 1 || got[0].ID != b.id() {
		t.Errorf("chosen %v", got)
	}
	b.do(keys.Mark, keys.Mark, keys.Down, keys.Mark)
	first := b.Chosen()
	b.do(keys.MarkDown, keys.MarkDown)
	b.typed("user:nobodyofthisname")
	if b.MarkWords() != "6 marked" || len(b.Chosen()) != 6 || first[0].ID == first[1].ID {
		t.Errorf("%q, %d chosen", b.MarkWords(), len(b.Chosen()))
	}
	if !b.Unmark() || b.Unmark() || b.Chosen() != nil {
		t.Error("marks are left")
	}
}

// Tenants are never mixed: another one begins with nothing of the one before.
func TestAnotherTenantBeginsEmpty(t *testing.T) {
	b := open(t, 60)
	b.do(keys.Mark)
	b.Use(1, "Fabrikam")
	if len(b.list().rows) != 0 || len(b.Marked()) != 0 || b.known != nil {
		t.Error("people of the first tenant are left")
	}
	b.line.Drain()
	if title, _ := b.Instead(clock()); title != "No user here" {
		t.Errorf("instead %q", title)
	}
	b.Use(2, "Nowhere")
	if title, _ := b.Instead(clock()); title != "Identity is not available here" {
		t.Errorf("instead %q", title)
	}
}

func words(b *bench) string {
	title, lines := b.Instead(clock())
	for _, l := range lines {
		title += "\n" + l.Text
	}
	return title
}

// What stands in place of rows says why there are none and what to do.
func TestInPlaceOfRows(t *testing.T) {
	b := open(t, 60)
	b.typed("user:nobodyofthisname state:atrisk")
	if got := words(b); !strings.Contains(got, "No user matches\n60 hidden by: user, state. Press -") {
		t.Errorf("filtered: %q", got)
	}
	b.people.Change(func(f *uitest.Identity) { f.Err = app.E(app.KindInternal, "The cache is locked.", nil) })
	b.Load()
	b.line.Drain()
	if got := words(b); !strings.Contains(got, "The cache is locked. Press r") {
		t.Errorf("failed: %q", got)
	}
	b.people.Change(func(f *uitest.Identity) { f.Err = nil; f.UserRows, f.WorkRows = nil, nil })
	s := fresh()
	s.Sources[0].LastSuccess, s.Sources[0].Phase, s.Sources[0].Rows = time.Time{}, sync.FirstPull, 1200
	b.SetSync(s)
	b.Load()
	b.line.Drain()
	if got := words(b); !strings.Contains(got, "Reading the first users…\n1,200 rows so far") {
		t.Errorf("first pull: %q", got)
	}
	s = fresh()
	s.Sources[0].Lacks = []app.Lack{{What: "Risk of workload identities", Needs: "Workload ID Premium", Still: "Users at risk and sign-ins."}}
	b.SetSync(s)
	if got := words(b); strings.Contains(got, "Workload ID Premium") {
		t.Errorf("users lack what only workloads need: %q", got)
	}
	b.do(keys.Tab(2))
	if got := words(b); got != "The tenant does not open this list\nNot available: Risk of workload identities\nNeeds: Workload ID Premium\nUsers at risk and sign-ins.\n" {
		t.Errorf("no licence: %q", got)
	}
}

func TestHowOldTheListIs(t *testing.T) {
	b := open(t, 10)
	if c := b.Freshness(clock()); c.Text != "Entra ID Protection as of 4m ago (13:58Z)" || c.Tone != "wfDim" {
		t.Errorf("%+v", c)
	}
	b.do(keys.Tab(3))
	if c := b.Freshness(clock()); c.Tone != "wfWarn" {
		t.Errorf("two hours old: %+v", c)
	}
	s := fresh()
	s.Sources[1].Phase, s.Sources[1].Until = sync.Waiting, uitest.Now.Add(40*time.Second)
	b.SetSync(s)
	if c := b.Freshness(clock()); !strings.Contains(c.Text, "Microsoft asked us to wait until") {
		t.Errorf("throttled: %+v", c)
	}
	s.OfflineSince, s.Sources[1].Phase = uitest.Now, sync.Offline
	b.SetSync(s)
	if c := b.Freshness(clock()); !strings.Contains(c.Text, "offline: what is decided is queued") {
		t.Errorf("offline: %+v", c)
	}
}

// An export has all rows of the filter, also those that were not read yet, in its order.
func TestAnExportHasEveryRow(t *testing.T) {
	b := open(t, 200)
	b.do(keys.Tab(3))
	if len(b.list().rows) >= 1200 {
		t.Fatal("nothing is left to be read")
	}
	name, l, err := b.Export()(t.Context())
	if err != nil || name != "sign-ins" || len(l.Rows) != 1200 {
		t.Errorf("%s: %d rows, %v", name, len(l.Rows), err)
	}
}
