package queue

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/uitest"
)

func (b *bench) markedNumbers() []string {
	var out []string
	for _, r := range b.Marked() {
		out = append(out, r.Number)
	}
	return out
}

func TestSpaceMarksAndGoesOn(t *testing.T) {
	b := open(t, 20)
	b.do(keys.Mark, keys.Down, keys.Mark)
	if got := b.markedNumbers(); !slices.Equal(got, []string{"48213", "48211"}) || b.cursor != 3 {
		t.Errorf("marked %q, cursor %d", got, b.cursor)
	}
	b.do(keys.Up, keys.Mark)
	if got := b.markedNumbers(); !slices.Equal(got, []string{"48213"}) {
		t.Errorf("a second Space does not free the row: %q", got)
	}
}

// A range grows with the cursor and shrinks when it comes back, on either side of where
// it began.
func TestRangesFollowTheCursor(t *testing.T) {
	b := open(t, 20)
	b.Move(4)
	for _, c := range []struct {
		keys []keys.Command
		want int
	}{
		{[]keys.Command{keys.MarkDown, keys.MarkDown, keys.MarkDown}, 4},
		{[]keys.Command{keys.MarkUp}, 3},
		{[]keys.Command{keys.MarkUp, keys.MarkUp}, 1},
		{[]keys.Command{keys.MarkUp, keys.MarkUp}, 3},
		{[]keys.Command{keys.Down, keys.Down, keys.Down, keys.MarkDown}, 5},
	} {
		b.do(c.keys...)
		if got := len(b.Marked()); got != c.want {
			t.Errorf("after %v: %d marked, want %d", c.keys, got, c.want)
		}
	}
}

// All that match are marked, read or not, and none that waits behind the bar.
func TestAllThatMatch(t *testing.T) {
	b := open(t, 2600)
	b.now = b.now.Add(time.Minute)
	fresh := b.tenant.Rows[0]
	fresh.ID = 9000
	b.tenant.Arrive(fresh, b.now)
	b.do(keys.MarkAll)
	want := b.counts.Match
	if got := len(b.Marked()); got != want || want < 2000 || b.Marks(9000) {
		t.Errorf("%d marked of %d that match", got, want)
	}
	if got := b.MarkWords(); got != Figure(want, false)+" marked" {
		t.Errorf("said %q", got)
	}
	if len(b.rows) != pageSize {
		t.Errorf("the list grew to %d rows", len(b.rows))
	}
}

func TestMarkingAllIsBounded(t *testing.T) {
	b := open(t, 500)
	id := int64(1 << 40)
	b.tenant.OnWindow = func(q triage.Query) (triage.Window, error) {
		w := triage.Window{More: true}
		for range q.Limit {
			id--
			w.Rows = append(w.Rows, triage.Row{ID: id})
		}
		return w, nil
	}
	b.do(keys.MarkAll)
	if got := len(b.Marked()); got != markMost {
		t.Errorf("%d marked", got)
	}
	if got := b.MarkWords(); got != "10,000 marked (the first 10,000; more match)" {
		t.Errorf("said %q", got)
	}
}

// The same rule is asked of the cache; without one, titles that differ in figures only
// are alike.
func TestTheSameRule(t *testing.T) {
	b := open(t, 60)
	k := uitest.Sample(b.tenant.Rows[0])
	k.Incident.Rules = []string{"/Rules/Enc-1"}
	b.tenant.Details[b.tenant.Rows[0].ID] = k
	b.tenant.Rules = map[int64]string{b.tenant.Rows[0].ID: "/rules/enc-1", b.tenant.Rows[8].ID: "/rules/enc-1"}
	b.do(keys.MarkSame)
	if got := b.MarkWords(); len(b.Marked()) != 2 || got != "2 marked (same rule)" {
		t.Errorf("%d marked, said %q", len(b.Marked()), got)
	}
	b.Unmark()
	b.tenant.Edit(b.tenant.Rows[20].ID, func(r *triage.Row) { r.Title = "beacon to  host 12" })
	b.tenant.Edit(b.tenant.Rows[21].ID, func(r *triage.Row) { r.Title = "Beacon to host 3" })
	b.Type("status:any")
	b.line.Drain()
	b.Move(20)
	b.do(keys.MarkSame)
	if got := b.markedNumbers(); !slices.Equal(got, []string{"48193", "48192"}) {
		t.Errorf("alike: %q %s", got, b.MarkWords())
	}
}

// Marks keep to their incidents through a refresh, another order and another view; the
// rows do not move.
func TestMarksSurvive(t *testing.T) {
	b := open(t, 40)
	b.do(keys.Mark, keys.Mark, keys.Mark)
	want := b.markedNumbers()
	before := b.number()
	b.tenant.Edit(b.tenant.Rows[1].ID, func(r *triage.Row) { r.Title = "renamed" })
	b.Refresh()
	b.line.Drain()
	if got := b.markedNumbers(); !slices.Equal(got, want) || b.number() != before {
		t.Errorf("after a refresh %q, cursor on %s", got, b.number())
	}
	if r := b.Marked()[1]; r.Title != "renamed" {
		t.Errorf("a marked row is shown as it was: %q", r.Title)
	}
	b.do(keys.Sort)
	b.View(1)
	b.line.Drain()
	if got := b.markedNumbers(); !slices.Equal(got, want) {
		t.Errorf("after another order and view %q", got)
	}
	if got := b.MarkWords(); got != "3 marked, 2 of them not in this list" {
		t.Errorf("said %q", got)
	}
	if !b.Unmark() || b.MarkWords() != "" || b.Unmark() {
		t.Error("marks are not cleared")
	}
}

func TestMarksOnScreen(t *testing.T) {
	b := open(t, 8)
	s, c := show(t, b, 1300, 420)
	at, high := s.grid.Position(), s.grid.Page()
	b.do(keys.Mark, keys.Mark)
	if s.grid.Position() != at || s.grid.Page() >= high {
		t.Error("the rows moved, or there is no bar below them")
	}
	test.AssertRendersToMarkup(t, "marks.xml", c)
	s.Do(keys.Back)
	if s.markBar.Visible() || len(b.Marked()) != 0 {
		t.Error("Esc leaves the marks")
	}
}
