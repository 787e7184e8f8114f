package queue

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"watchfloor/app/triage"
	"watchfloor/ui/keys"
	"watchfloor/ui/present"
	"watchfloor/ui/theme"
	"watchfloor/ui/uitest"
)

func show(t *testing.T, b *bench, w, h float32) (*Screen, fyne.Canvas) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	s := NewScreen(b.Presenter, Frame{
		Press: func(string) bool { return false }, Run: func(keys.Command) {}, Targets: triage.DefaultTargets, Me: uitest.Me,
		Clock: func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} },
	})
	win := test.NewTempWindow(t, s.Root())
	win.SetPadded(false)
	win.Resize(fyne.NewSize(w, h))
	s.draw(Rows | Cursor | Preview | Head)
	b.line.Drain()
	return s, win.Canvas()
}

func TestQueueOnScreen(t *testing.T) {
	b := open(t, 8)
	_, c := show(t, b, 1300, 460)
	b.do(keys.Down, keys.Down)
	test.AssertRendersToMarkup(t, "queue.xml", c)
}

func TestNothingMatchesOnScreen(t *testing.T) {
	b := open(t, 8)
	_, c := show(t, b, 900, 360)
	b.Type("status:open sev:wrong nothinglikethis")
	b.line.Drain()
	test.AssertRendersToMarkup(t, "nothing.xml", c)
}

// texts walks everything that is drawn.
func texts(o fyne.CanvasObject, at fyne.Position, visit func(t *canvas.Text, at fyne.Position)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	if txt, ok := o.(*canvas.Text); ok {
		visit(txt, at)
	}
	for _, child := range test.LaidOutObjects(o) {
		if txt, ok := child.(*canvas.Text); ok && child != o {
			visit(txt, at)
		}
	}
}

// Titles of any length and content stay within their column, whatever the width of
// the window.
func TestGoal38HostileTitlesStayInTheirColumn(t *testing.T) {
	b := open(t, len(uitest.Hostile))
	for i, s := range uitest.Hostile {
		b.tenant.Edit(b.tenant.Rows[i].ID, func(r *triage.Row) { r.Title, r.Owner, r.Entities = s, s, s })
	}
	b.Type("")
	b.line.Drain()
	for _, width := range []float32{500, 900, 1600, 2600} {
		_, c := show(t, b, width, 500)
		n := 0
		marked := false
		texts(c.Content(), fyne.NewPos(0, 0), func(txt *canvas.Text, _ fyne.Position) {
			n++
			if w := fyne.MeasureText(txt.Text, txt.TextSize, txt.TextStyle).Width; txt.Size().Width > 0 && w > txt.Size().Width+1.5 {
				t.Errorf("at %v: %.40q is %v wide in %v", width, txt.Text, w, txt.Size().Width)
			}
			if strings.ContainsAny(txt.Text, "\u202e\n\x1b\x00") {
				t.Errorf("raw control character in %.40q", txt.Text)
			}
			marked = marked || strings.Contains(txt.Text, "U+202E")
		})
		if n < 40 {
			t.Fatalf("only %d texts seen: the test looks at the wrong place", n)
		}
		if !marked && width > 800 {
			t.Errorf("at %v: the reordering mark is not visible", width)
		}
	}
}

// The filter bar owns its letters; Esc clears it and then leaves it.
func TestFilterBarKeys(t *testing.T) {
	b := open(t, 50)
	s, c := show(t, b, 1200, 500)
	c.Focus(s.Keys())
	s.Do(keys.Filter)
	if c.Focused() != fyne.Focusable(s.filter) {
		t.Fatal("/ does not reach the filter bar")
	}
	test.Type(s.filter, "sev:high")
	b.line.Drain()
	if b.text != "status:open sev:high" {
		t.Errorf("filter %q", b.text)
	}
	s.filter.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	b.line.Drain()
	if b.text != "" || s.filter.Text != "" {
		t.Errorf("after Esc: %q, bar %q", b.text, s.filter.Text)
	}
	s.filter.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if c.Focused() != s.Keys() {
		t.Error("a second Esc leaves the bar")
	}
}

// Before the page was ever drawn no canvas knows its parts; the filter bar gets the
// keyboard through the window then, so that what is typed next is no command.
func TestTheFilterBarIsReachedBeforeThePageIsDrawn(t *testing.T) {
	b := open(t, 5)
	test.NewTempApp(t).Settings().SetTheme(theme.Theme{Dark: true})
	var got []fyne.Focusable
	s := NewScreen(b.Presenter, Frame{
		Press: func(string) bool { return false }, Run: func(keys.Command) {}, Clock: func() present.Clock { return present.Clock{Now: uitest.Now, Zone: time.UTC} },
		Focus: func(o fyne.Focusable) { got = append(got, o) },
	})
	s.Do(keys.Filter)
	s.filterKey("Enter")
	if len(got) != 2 || got[0] != fyne.Focusable(s.filter) || got[1] != s.Keys() {
		t.Errorf("focused %v", got)
	}
}

// A row keeps its place on the screen when rows above it vanish.
func TestRowsDoNotJump(t *testing.T) {
	b := open(t, 200)
	s, _ := show(t, b, 1200, 500)
	for range 60 {
		b.do(keys.Down)
	}
	r, _ := b.Current()
	place := func() float32 { return float32(s.grid.Cursor()*26) - s.grid.Offset() }
	before := place()
	for _, i := range []int{50, 51, 53} {
		b.tenant.Edit(b.rows[i].ID, func(x *triage.Row) { x.Status = 4 })
	}
	b.Refresh()
	b.line.Drain()
	if now, _ := b.Current(); now.ID != r.ID || s.grid.Cursor() != 57 {
		t.Fatalf("cursor on %d at %d, want %d at 57", now.ID, s.grid.Cursor(), r.ID)
	}
	if after := place(); after != before {
		t.Errorf("the row moved on screen from %v to %v", before, after)
	}
}

// A mistake in the filter has a line of its own below the chips, and the line goes
// with the mistake; so does the bar over the list.
func TestNothingIsPaintedOverAnything(t *testing.T) {
	b := open(t, 50)
	s, _ := show(t, b, 1200, 500)
	plain := s.split.Position().Y
	b.Type("status:open sev:wrong bogus:xx")
	b.line.Drain()
	if !s.wrong.Visible() || !strings.Contains(s.trouble.Cell().Text, "“bogus:” is no field; quote it to search for the words") {
		t.Fatalf("said %q", s.trouble.Cell().Text)
	}
	if low := s.chipRow.Position().Y + s.chipRow.Size().Height; s.wrong.Position().Y < low || s.trouble.Size().Width < 1000 {
		t.Errorf("the sentence at %v, %v wide; chips down to %v", s.wrong.Position().Y, s.trouble.Size().Width, low)
	}
	if s.split.Position().Y <= plain {
		t.Error("the list makes no room for the sentence")
	}
	b.Type("status:open")
	b.line.Drain()
	if s.wrong.Visible() || s.split.Position().Y != plain {
		t.Errorf("list at %v after the mistake is gone, was at %v", s.split.Position().Y, plain)
	}
}

func TestNoHoleWhereTheBarWas(t *testing.T) {
	b := open(t, 50)
	s, _ := show(t, b, 1200, 500)
	fresh := b.tenant.Rows[0]
	fresh.ID, fresh.Number = 1000, "50000"
	b.now = b.now.Add(time.Minute)
	b.tenant.Arrive(fresh, b.now)
	b.Refresh()
	b.line.Drain()
	body := s.grid.Size().Height
	if !s.newBar.Visible() {
		t.Fatal("no bar")
	}
	b.now = b.now.Add(time.Second)
	b.do(keys.TakeNew)
	if s.newBar.Visible() || s.grid.Size().Height <= body {
		t.Errorf("the list is %v high, %v with the bar", s.grid.Size().Height, body)
	}
}
